"""Pages that only a stalled case has: whom a letter that waits is for, and a case that its handler left."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import update

from breach.domain.states import NoticeState, Role
from breach.services.access import accounts
from breach.services.access.people import NewPerson, RoleAt, add_person
from breach.services.demo import DEMO_PASSWORD
from breach.store.models import Notice
from tests.browser.desk import DESKTOP, PHONE, Desk, Visitor, follow, open_desk, visiting
from tests.support.access import confirm_all
from tests.support.browser import axe
from tests.support.scenario import Service

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A case whose letters came back, and whose handler can no longer log in."""
    with open_desk(tmp_path_factory.mktemp("by-hand"), states=False) as found:
        service = Service(found.service.runtime, found.service.actors).released(3)
        with service.runtime.transaction() as ctx:
            ctx.session.execute(update(Notice).values(state=NoticeState.REJECTED, code="recipient.is.closed"))
            handler = (RoleAt(Role.CASE_HANDLER, "nordjylland"),)
            add_person(ctx, NewPerson("ida", "Ida Prøve", DEMO_PASSWORD, handler))
            accounts.disable(ctx, "sagsbehandler")
        confirm_all(service.runtime)
        found.cases["left"] = service.reference
        yield found


def wrong_with(visitor: Visitor) -> list[str]:
    """Return what is wrong with the page that is open: rules of access, room, and faults in the browser."""
    room = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*map(str, axe(visitor.page)), *([f"{room} px too wide"] if room > 0 else []), *visitor.problems]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_recipient_of_a_letter_is_shown_and_not_kept(
    chromium: Browser, desk: Desk, size: tuple[int, int], javascript: bool
) -> None:
    with visiting(chromium, desk, size=size, javascript=javascript) as visitor:
        visitor.log_in("beslutter")
        visitor.go(f"/cases/{desk.cases['left']}/communication")
        follow(visitor.page.locator("a[href$='/recipient']").first)
        assert "Prøve Person" not in visitor.page.locator("main").inner_text()
        if javascript:
            assert wrong_with(visitor) == []
        visitor.page.locator("main form label", has_text="retur").click()
        follow(visitor.page.locator("main form button[type=submit]"))
        shown = visitor.page.locator("main").inner_text()
        assert "Prøve Person" in shown
        assert "Prøve Person" not in visitor.page.title()
        assert "90-xxxx" in shown
        if javascript:
            assert wrong_with(visitor) == []
        follow(visitor.page.get_by_role("link", name="Tilbage", exact=True))
        assert "Prøve Person" not in visitor.page.locator("main").inner_text()


def confirm(visitor: Visitor, password: str) -> None:
    """Type the password on the page that asks for it again."""
    visitor.page.fill("#password", password)
    follow(visitor.page.locator("main button[type=submit]"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_password_is_asked_for_again_and_what_was_chosen_waits(
    chromium: Browser, desk: Desk, size: tuple[int, int], javascript: bool
) -> None:
    with visiting(chromium, desk, size=size, javascript=javascript) as visitor:
        page = visitor.page
        visitor.log_in("beslutter")
        visitor.go(f"/cases/{desk.cases['left']}/communication")
        desk.let_password_age("beslutter")
        follow(page.locator("a[href$='/recipient']").first)
        assert page.locator("h1").inner_text() == "Bekræft, at det er dig"
        assert page.locator("#username").input_value() == "beslutter"
        confirm(visitor, "ikke det rigtige")
        assert page.locator(".alert-error").is_visible()
        if javascript:
            assert wrong_with(visitor) == []
        confirm(visitor, DEMO_PASSWORD)
        assert page.url.endswith("/recipient")
        page.locator("main form label", has_text="Tilsyn").click()
        desk.let_password_age("beslutter")
        follow(page.locator("main form button[type=submit]"))
        if javascript:
            assert wrong_with(visitor) == []
        confirm(visitor, DEMO_PASSWORD)
        assert "Prøve Person" not in page.locator("main").inner_text()
        follow(page.get_by_role("button", name="Send nu"))
        assert "Prøve Person" in page.locator("main").inner_text()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_case_left_by_its_handler_is_one_press_from_the_queue(
    chromium: Browser, desk: Desk, size: tuple[int, int]
) -> None:
    with visiting(chromium, desk, size=size) as visitor:
        visitor.log_in("ida")
        visitor.go("/cases?tab=untaken")
        assert wrong_with(visitor) == []
        follow(visitor.page.get_by_role("link", name=desk.cases["left"], exact=True))
        follow(visitor.page.get_by_role("link", name="Overtag sagen"))
        assert wrong_with(visitor) == []
