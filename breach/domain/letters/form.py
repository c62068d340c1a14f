"""The plain-text form of a letter that a person edits: `# ` begins a section, `- ` an entry of a list."""

from dataclasses import dataclass

HEADING = "# "
BULLET = "- "


@dataclass(frozen=True)
class Block:
    """One paragraph (one line), or one list (a line for each entry)."""

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


def _blocks(chunk: list[str]) -> list[Block]:
    blocks: list[Block] = []
    for line in chunk:
        if not line.startswith(BULLET):
            blocks.append(Block((line,)))
        elif blocks and blocks[-1].bullets:
            blocks[-1] = Block((*blocks[-1].lines, line[len(BULLET) :].strip()), bullets=True)
        else:
            blocks.append(Block((line[len(BULLET) :].strip(),), bullets=True))
    return blocks


def parse(text: str, language: str) -> Letter:
    """Return the letter that the edited text says. Every text has a meaning, so this never refuses one."""
    sections: list[Section] = []
    heading, chunk = "", list[str]()
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith(HEADING):
            if heading or chunk:
                sections.append(Section(heading, tuple(_blocks(chunk))))
            heading, chunk = line[len(HEADING) :].strip(), []
        elif line and line not in (HEADING.strip(), BULLET.strip()):
            chunk.append(line)
    if heading or chunk:
        sections.append(Section(heading, tuple(_blocks(chunk))))
    return Letter(language, tuple(sections))


def write(letter: Letter) -> str:
    """Return the text to edit: `parse(write(letter), language)` is the same letter."""
    parts: list[str] = []
    for section in letter.sections:
        parts += [HEADING + section.heading] if section.heading else []
        for block in section.blocks:
            parts.append("\n".join((BULLET if block.bullets else "") + line for line in block.lines))
    return "\n\n".join(parts) + "\n"
