"""What a publisher is: it makes of one approved text what everybody can read. It addresses nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class NoticeToPublish:
    """A public notice as it was approved.

    texts: by language (`da`, `en`), in the form of a letter; controller: who publishes it, by language
    shown_from, shown_to: the first and the last day
    """

    texts: Mapping[str, str]
    controller: Mapping[str, str]
    shown_from: date
    shown_to: date


@dataclass(frozen=True)
class PageBlock:
    """One part of a page: `heading`, `text` or `list`, with its lines."""

    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PublishedPage:
    """A notice in one language: its title, what follows it, and the same as plain text for the press."""

    title: str
    blocks: tuple[PageBlock, ...]
    press: str


class Publisher(Protocol):
    """Makes pages of notices. Composing is pure: the same notice gives the same page, for ever."""

    channel: str

    def compose(self, notice: NoticeToPublish, language: str) -> PublishedPage:
        """Return the page of the notice in a language."""
