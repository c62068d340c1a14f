"""The publisher of public notices: found by entry point, pure, and no channel of letters."""

from datetime import date

from breach.domain.publishing import NoticeToPublish, PageBlock
from breach.plugins import load_notifiers, load_publisher

TEXT = "# Brud\n\nTil dig\n\n# Hvad er der sket?\n\nEn fil lå åben.\n\n- Navne\n- Adresser\n"
NOTICE = NoticeToPublish(
    {"da": TEXT, "en": "To you"},
    {"da": "Region Nordjylland", "en": "North Denmark Region"},
    date(2026, 3, 9),
    date(2026, 6, 9),
)


def test_publisher_makes_a_page_and_a_press_text() -> None:
    page = load_publisher().compose(NOTICE, "da")
    assert page.title == "Brud"
    assert page.blocks == (
        PageBlock("text", ("Til dig",)),
        PageBlock("heading", ("Hvad er der sket?",)),
        PageBlock("text", ("En fil lå åben.",)),
        PageBlock("list", ("Navne", "Adresser")),
    )
    assert page.press.startswith("Brud\n\nTil dig\n")
    assert load_publisher().compose(NOTICE, "da") == page


def test_notice_without_a_heading_is_called_by_who_publishes_it() -> None:
    assert load_publisher().compose(NOTICE, "en").title == "North Denmark Region"


def test_publisher_is_no_channel_that_letters_could_be_sent_by() -> None:
    assert load_publisher().channel not in load_notifiers({})
