"""The wheel is whole: built, installed into an environment of its own and used away from the checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FACTS = '{"id": "one", "facts": {"data_categories": ["health"], "confidentiality": "published"}}'


def run(*command: str | Path, cwd: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, input=given, capture_output=True, text=True
    )


def done(*command: str | Path, cwd: Path, given: str = "") -> str:
    finished = run(*command, cwd=cwd, given=given)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network: the assets are those that the set-up fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it; the libraries are borrowed from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    done(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    done(
        *(sys.executable, "-m", "pip", "--python", python),
        *("install", "--quiet", "--no-index", "--no-deps", wheel),
        cwd=folder,
    )
    site = done(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    # A folder named in a .pth file has its own .pth files ignored, so the checkout stays out of sight.
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("package", ["breach", "workflows", "notifiers", "templates"])
def test_wheel_holds_every_file_of_the_package(wheel: Path, package: str) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith(f"{package}/")}
    there = (path for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert {str(path.relative_to(ROOT)) for path in there} - held == set()


@pytest.mark.parametrize(
    "asset",
    [
        "dkfds/css/dkfds.min.css",
        "dkfds/js/dkfds.min.js",
        "dkfds/LICENSE.md",
        "dkfds/img/all-svg-icons.svg",
        "htmx/htmx.min.js",
        "htmx/LICENSE",
    ],
)
def test_wheel_holds_the_assets(wheel: Path, asset: str) -> None:
    assert zipfile.ZipFile(wheel).getinfo(f"breach/web/static/vendor/{asset}").file_size > 0


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    (metadata,) = (top for top in tops if top.endswith(".dist-info"))
    assert tops - {metadata} == {"breach", "workflows", "notifiers", "templates"}


def test_code_that_runs_is_the_wheels(home: Path) -> None:
    said = done(home / "venv/bin/python", "-c", "import breach; print(breach.__file__)", cwd=home)
    assert Path(said).is_relative_to(home)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["assess", "--help"], ["bench", "--help"]], ids=" ".join
)
def test_command_answers(home: Path, arguments: list[str]) -> None:
    assert done(home / "venv/bin/breach", *arguments, cwd=home)


def test_commands_load_from_the_wheel(home: Path) -> None:
    program = (
        "import importlib; from breach import cli;"
        "[importlib.import_module(f'breach.cli.{name}').command for name in cli.COMMANDS]"
    )
    done(home / "venv/bin/python", "-c", program, cwd=home)


def test_wheel_assesses(home: Path) -> None:
    said = json.loads(done(home / "venv/bin/breach", "assess", "-", cwd=home, given=FACTS))
    assert (said["id"], said["outcome"]) == ("one", "notify_authority_and_data_subjects")


def test_bad_facts_exit_2_with_one_line(home: Path) -> None:
    refused = run(home / "venv/bin/breach", "assess", "-", cwd=home, given="{}")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_notifiers_load_by_their_entry_points(home: Path) -> None:
    program = (
        "from importlib.metadata import entry_points as e;"
        "print(sorted((p.name, p.load().__name__) for p in e(group='breach.notifiers')))"
    )
    said = done(home / "venv/bin/python", "-c", program, cwd=home)
    assert said == "[('digital_post', 'DigitalPostNotifier'), ('outbox', 'OutboxNotifier')]\n"
