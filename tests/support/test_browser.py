from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.support import browser
from tests.support.server import serving

pytestmark = pytest.mark.browser

GOOD = """<!doctype html><html lang="da"><head><title>Prøve</title></head>
<body><main><h1>Overskrift</h1><p>Tekst</p><output>før</output></main>{extra}</body></html>"""
PALE = '<p style="color:#bbb;background:#fff">Den, der kan læse dette, ser godt</p>'


@pytest.mark.parametrize("size", [browser.PHONE, browser.DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_wrong_with_a_good_page(new_page: browser.Pages, size: tuple[int, int]) -> None:
    page = new_page(size, "en")
    page.set_content(GOOD.format(extra=""))
    assert page.viewport_size == {"width": size[0], "height": size[1]}
    assert browser.axe(page) == []


def test_axe_reports_bad_contrast_so_text_is_really_drawn(new_page: browser.Pages) -> None:
    page = new_page()
    page.set_content(GOOD.format(extra=PALE))
    (found,) = browser.axe(page)
    assert found.startswith("color-contrast (serious)")


def test_axe_judges_what_only_a_visitor_without_javascript_sees(new_page: browser.Pages) -> None:
    application = Flask(__name__)

    @application.get("/")
    def show() -> str:
        return GOOD.format(extra=f"<noscript>{PALE}</noscript><script>broken()</script>")

    with serving(application) as address:
        page = new_page(browser.PHONE, javascript=False)
        page.goto(address)
        with browser.scriptless(page) as twin:
            assert twin.viewport_size == page.viewport_size
            (found,) = browser.axe(twin)
    assert found.startswith("color-contrast (serious)")


def test_letters_have_width_so_there_is_a_font(new_page: browser.Pages) -> None:
    page = new_page()
    page.set_content(GOOD.format(extra="<span id=i>iiiiiiiiii</span><br><span id=m>æøåmmmmmmm</span>"))
    narrow, wide = (page.locator(name).bounding_box() for name in ("#i", "#m"))
    assert narrow is not None
    assert wide is not None
    assert 0 < narrow["width"] < wide["width"]


def test_script_error_is_remembered(chromium: Browser) -> None:
    pages = browser.Pages(chromium)
    pages().set_content(GOOD.format(extra="<script>broken()</script>"))
    pages.close()
    assert pages.problems == ["script error: broken is not defined"]


def test_browser_remembers_what_the_security_policy_stops(chromium: Browser) -> None:
    application = Flask(__name__)

    @application.get("/")
    def show() -> tuple[str, dict[str, str]]:
        return GOOD.format(extra="<script>ok()</script>"), {"Content-Security-Policy": "default-src 'self'"}

    pages = browser.Pages(chromium)
    with serving(application) as address:
        page = pages()
        page.goto(address)
        assert browser.axe(page) == []
    pages.close()
    (problem,) = pages.problems
    assert "Content Security Policy" in problem


def test_visitors_language_reaches_the_server(new_page: browser.Pages) -> None:
    application = Flask(__name__)

    @application.get("/")
    def show() -> str:
        from flask import request

        return GOOD.format(extra=request.accept_languages.best_match(["da", "en"]))

    with serving(application) as address:
        for language in ("da", "en"):
            page = new_page(language=language)
            page.goto(address)
            assert page.inner_text("body").endswith(language)


def test_browser_missing_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BREACH_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "UNPACKED", tmp_path)
    with pytest.raises(browser.BrowserMissing, match="run `make setup-test`, or install chromium"):
        browser.find()


def test_named_browser_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BREACH_CHROMIUM", "/somewhere/chromium")
    assert browser.find() == ("/somewhere/chromium", {})
