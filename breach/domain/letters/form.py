"""The plain-text form of a letter that a person edits: `# ` begins a section, `- ` an entry of a list."""

import re
from dataclasses import dataclass

HEADING = "# "
BULLET = "- "
_SENTENCE_GAP = re.compile(r"\n|(?<=[.!?:]) (?=[A-ZÆØÅÉ])")


@dataclass(frozen=True)
class Block:
    """One paragraph (a single line), or one list (a line for each entry)."""

    lines: tuple[str, ...]
    bullets: bool = False


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; text above the first heading has the heading ""."""

    heading: str
    blocks: tuple[Block, ...] = ()

    @property
    def body(self) -> str:
        """Everything under the heading, a line for each paragraph and each entry."""
        return "\n".join(line for block in self.blocks for line in block.lines)


@dataclass(frozen=True)
class Letter:
    """A letter in one language ("da" or "en"); the first heading is the heading of the letter itself."""

    language: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        """The heading of the letter, "" where the writer removed it."""
        return self.sections[0].heading if self.sections else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Headings, paragraphs and entries in the order a reader meets them."""
        found: list[str] = []
        for section in self.sections:
            found += [section.heading] if section.heading else []
            found += section.body.splitlines()
        return tuple(found)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The lines, cut at the end of each sentence."""
        return tuple(one for line in self.lines for one in _SENTENCE_GAP.split(line))


def _blocks(chunk: list[str]) -> list[Block]:
    blocks: list[Block] = []
    joins = False  # whether the next line still belongs to the paragraph before it
    for line in chunk:
        if line.startswith(BULLET):
            entry = line[len(BULLET) :].strip()
            if blocks and blocks[-1].bullets:
                blocks[-1] = Block((*blocks[-1].lines, entry), bullets=True)
            else:
                blocks.append(Block((entry,), bullets=True))
        elif line and joins:
            blocks[-1] = Block((f"{blocks[-1].lines[0]} {line}",))
        elif line:
            blocks.append(Block((line,)))
        joins = bool(line) and not line.startswith(BULLET)
    return blocks


def parse(text: str, language: str) -> Letter:
    """Return the letter that the edited text says. Every text has a meaning, so this never refuses one.

    An empty line ends a paragraph; lines with none between them are one paragraph, as in pasted text.
    """
    sections: list[Section] = []
    heading = ""
    chunk = list[str]()
    for line in (" ".join(raw.split()) for raw in text.splitlines()):
        if line.startswith(HEADING):
            sections += _section(heading, chunk)
            heading = line[len(HEADING) :]
            chunk = []
        elif line not in (HEADING.strip(), BULLET.strip()):
            chunk.append(line)
    return Letter(language, (*sections, *_section(heading, chunk)))


def _section(heading: str, chunk: list[str]) -> list[Section]:
    return [Section(heading, tuple(_blocks(chunk)))] if heading or any(chunk) else []


def write(letter: Letter) -> str:
    """Return the text to edit: `parse(write(letter), language)` is the same letter."""
    return _written(letter, HEADING)


def plain(letter: Letter) -> str:
    """Return the letter as plain text for a reader: headings on lines of their own, entries after `- `."""
    return _written(letter, "")


def _written(letter: Letter, heading: str) -> str:
    parts: list[str] = []
    for section in letter.sections:
        parts += [heading + section.heading] if section.heading else []
        for block in section.blocks:
            parts.append("\n".join((BULLET if block.bullets else "") + line for line in block.lines))
    return "\n\n".join(parts) + "\n"
