#!/bin/sh
# step.sh WHAT REMEDY COMMAND...: run one step of the set-up; if it fails, say which and what to do.
what=$1
remedy=$2
shift 2
echo "set-up: $what"
"$@" && exit 0
status=$?
echo "set-up failed while $what." >&2
echo "What to do: $remedy." >&2
exit "$status"
