"""Makes a public notice into a page and a press text. It addresses nobody, so it sends nothing."""

from collections.abc import Iterator

from breach.domain.letters.form import Letter, Section, parse, plain
from breach.domain.publishing import NoticeToPublish, PageBlock, PublishedPage


class PublicNoticePublisher:
    """Composes the page of this site; that it was published is proven by a person."""

    channel = "public_notice"

    def compose(self, notice: NoticeToPublish, language: str) -> PublishedPage:
        """Return the page of the notice; its title is the first heading, or who publishes it."""
        letter = parse(notice.texts[language], language)
        title = letter.title or notice.controller[language]
        return PublishedPage(title, tuple(_blocks(letter)), plain(letter))


def _blocks(letter: Letter) -> Iterator[PageBlock]:
    for number, section in enumerate(letter.sections):
        if number and section.heading:
            yield PageBlock("heading", (section.heading,))
        yield from _of(section)


def _of(section: Section) -> Iterator[PageBlock]:
    for block in section.blocks:
        yield PageBlock("list" if block.bullets else "text", block.lines)
