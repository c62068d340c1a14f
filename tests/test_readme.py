"""The README's commands work and answer as shown.

Every fenced block marked `console` is run, command by command (`$ ...`), in the checkout with an empty
BREACH_HOME of its own for the block; what stands under a command is what it must print, where `...` stands
for anything. A block is only shown, not run, when the line above it says why:
`<!-- shown, not run: it keeps running -->`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.waiting import SLOW

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"(?m)^(<!-- shown, not run: \S.*-->\n)?```console\n((?:.*\n)*?)```$")
COMMAND = re.compile(r"(?m)^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)")


class Command(NamedTuple):
    """A command of a block, and what it is said to print."""

    line: str
    printed: str


def blocks(document: str) -> list[list[Command]]:
    """Return the commands of each block that is to be run."""
    return [
        [Command(line, printed) for line, printed in COMMAND.findall(body)]
        for shown_only, body in BLOCK.findall(document)
        if not shown_only
    ]


def matches(printed: str, expected: str) -> bool:
    pattern = re.escape(expected.strip()).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def check(commands: list[Command], home: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "BREACH_HOME": str(home)}
    for command in commands:
        finished = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command.line],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SLOW,
        )
        assert finished.returncode == 0, f"{command.line}: {finished.stderr}"
        if command.printed.strip():
            assert matches(finished.stdout, command.printed), f"{command.line} printed:\n{finished.stdout}"


DOCUMENT = README.read_text(encoding="utf-8") if README.exists() else ""
RUNNABLE = [block for block in blocks(DOCUMENT) if block]


def test_readme_has_commands_to_try() -> None:
    assert DOCUMENT, "README.md is missing"
    assert sum(map(len, RUNNABLE)) > 0, "README.md has no command in a console block that is run"


@pytest.mark.parametrize("commands", RUNNABLE, ids=[block[0].line[:40] for block in RUNNABLE])
def test_commands_of_the_readme_work(commands: list[Command], tmp_path: Path) -> None:
    check(commands, tmp_path)


SAMPLE = """
```console
$ echo a \\
    b
a b
$ true
```

<!-- shown, not run: it keeps running -->
```console
$ make run
```

```python
$ no
```
"""


def test_blocks_are_read_as_written() -> None:
    assert blocks(SAMPLE) == [[Command("echo a \\\n    b", "a b\n"), Command("true", "")]]


@pytest.mark.parametrize(
    "command",
    [Command("exit 3", ""), Command("echo a", "b\n"), Command("false | true", "")],
    ids=["status", "output", "pipe"],
)
def test_command_that_does_not_do_as_shown_is_reported(command: Command, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=re.escape(command.line)):
        check([command], tmp_path)


def test_dots_stand_for_anything(tmp_path: Path) -> None:
    check([Command("echo one two three", "one ... three\n"), *blocks(SAMPLE)[0]], tmp_path)
