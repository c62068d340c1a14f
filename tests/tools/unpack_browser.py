"""Unpacks the browser that the npm package carries: `python -m tests.tools.unpack_browser SOURCE TARGET`."""

import io
import shutil
import sys
import tarfile
from pathlib import Path

import brotli

ARCHIVES = ("al2023", "fonts", "swiftshader")
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def unpack(source: Path, target: Path) -> None:
    """Fill target with the browser, its libraries and fonts, and a font configuration that finds them.

    source: `node_modules/@sparticuz/chromium/bin`. Without a font the pages are drawn with no text at all,
    and nothing fails: hence a configuration of our own, since the package's names folders that do not exist.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ARCHIVES:
        _unpack_tar(source / f"{name}.tar.br", target / name if name == "al2023" else target)
    _write_font_configuration(target)
    browser = target / "chromium"
    browser.write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
    browser.chmod(0o755)


def _unpack_tar(archive: Path, folder: Path) -> None:
    plain = io.BytesIO(brotli.decompress(archive.read_bytes()))
    with tarfile.open(fileobj=plain) as tar:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.2, Debian's, has no filters yet
            tar.extraction_filter = tarfile.data_filter
        tar.extractall(folder)


def _write_font_configuration(target: Path) -> None:
    fonts, cache = target / "fonts", target / "font-cache"
    if not any(fonts.rglob("*.ttf")):
        raise SystemExit(f"no font came with the browser in {fonts}: pages would be drawn without text")
    cache.mkdir()
    folder = target / "fontconfig"
    folder.mkdir()
    text = FONTS_CONF.format(fonts=fonts.resolve(), cache=cache.resolve())
    (folder / "fonts.conf").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    unpack(Path(sys.argv[1]), Path(sys.argv[2]))
