"""Where tests keep what nobody needs afterwards: in memory if the machine has some to spare."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4_000_000_000
"""Bytes that must be free there. On a disk the hundreds of databases that are made hold each other up."""


def scratch(*, runs_programs: bool = False) -> Path:
    """Return the folder to make temporary folders in; `runs_programs`: from there as well."""
    fit = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)
    if not fit or shutil.disk_usage(MEMORY).free < ENOUGH:
        return Path("/tmp")
    barred = runs_programs and os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return Path("/tmp") if barred else MEMORY
