"""The plain form of a letter means the same before and after an editor has had it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.domain.letters.form import Block, Letter, Section, parse, plain, write


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("Hej", (Section("", (Block(("Hej",)),)),), id="no-heading"),
        pytest.param("# Titel", (Section("Titel"),), id="only-heading"),
        pytest.param("#Titel", (Section("", (Block(("#Titel",)),)),), id="no-space-no-heading"),
        pytest.param("# A\nx\ny\n\nz", (Section("A", (Block(("x y",)), Block(("z",)))),), id="paragraphs"),
        pytest.param(
            "# A\r\nx\r\n- en\r\n\r\n- to\r\ny",
            (Section("A", (Block(("x",)), Block(("en", "to"), bullets=True), Block(("y",)))),),
            id="list-between-paragraphs",
        ),
        pytest.param("# \n- \n  ", (), id="marks-alone"),
    ],
)
def test_marks_at_the_start_of_a_line_make_headings_and_lists(
    text: str, sections: tuple[Section, ...]
) -> None:
    assert parse(text, "da") == Letter("da", sections)


@given(st.text(alphabet=st.sampled_from("ab #-\n\t\u2028{}.é"), max_size=80) | st.text(max_size=80))
def test_letter_written_out_and_read_again_is_the_same(text: str) -> None:
    letter = parse(text, "da")
    assert parse(write(letter), "da") == letter


def test_letter_in_plain_text_has_no_marks_of_headings() -> None:
    letter = parse("# Titel\nx\ny\n- en\n- to\n\n# To\nz", "da")
    assert plain(letter) == "Titel\n\nx y\n\n- en\n- to\n\nTo\n\nz\n"


def test_first_heading_is_the_title_and_lines_come_in_order() -> None:
    letter = parse("# Titel\n\nHej\n\n# To\n\n- a\n- b\n", "en")
    assert letter.title == "Titel"
    assert letter.lines == ("Titel", "Hej", "To", "a", "b")
    assert parse("", "en").title == ""
