"""`make check` finds the tests of what changed."""

from collections.abc import Iterator

import pytest

from tools.changed_tests import ALWAYS, wanted

FILES = {
    "tests/web/intake/test_form.py": "",
    "tests/web/test_frame.py": "from breach.web import security",
    "tests/web/test_intake_words.py": "",
    "tests/services/test_cases.py": "import breach.services.paging",
    "tests/services/test_cases_merged.py": "",
    "tests/browser/test_walk.py": "from breach.web import security",
}


@pytest.fixture(scope="module", autouse=True)
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A checkout with these tests; only the module's own are looked for in it."""
    root = tmp_path_factory.mktemp("checkout")
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        yield


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        pytest.param(
            "breach/web/intake/forms.py",
            ["tests/web/intake/test_form.py", "tests/web/test_intake_words.py"],
            id="its-room",
        ),
        pytest.param(
            "breach/services/cases.py",
            ["tests/services/test_cases.py", "tests/services/test_cases_merged.py"],
            id="its-name",
        ),
        pytest.param("breach/services/paging.py", ["tests/services/test_cases.py"], id="imported"),
        pytest.param("breach/web/security.py", ["tests/web/test_frame.py"], id="imported-on-its-own-floor"),
        pytest.param("tests/browser/test_walk.py", ["tests/browser/test_walk.py"], id="a-slow-test-itself"),
        pytest.param("tests/web/test_gone.py", [], id="a-test-that-is-gone"),
        pytest.param("tests/web/conftest.py", ["tests/web"], id="fixtures-of-a-floor"),
        pytest.param(
            "templates/intake/steps/what.html",
            ["tests/web/intake/test_form.py", "tests/web/test_intake_words.py"],
            id="a-template",
        ),
        pytest.param("docs/operations.md", [], id="a-document"),
    ],
)
def test_change_calls_for(changed: str, tests: list[str]) -> None:
    assert wanted([changed]) == [*ALWAYS, *tests]
