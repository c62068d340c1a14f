"""Every word shown to people, in Danish and English: one TOML file a topic and language."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("da", "en")


class MissingText(KeyError):
    """A page or letter asked for a text that the catalogues lack."""


def _flatten(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}", str(value)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return all texts of a language by their dotted key, `<topic>.<path>`."""
    if language not in LANGUAGES:
        raise MissingText(f"no such language: {language}")
    found: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath(language).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            found.update(_flatten(tomllib.loads(file.read_text(encoding="utf-8")), file.name[:-5]))
    return found


def language_for(wishes: Iterable[tuple[str, float]], default: str) -> str:
    """Return the best language for the accepted ones, most preferred first, as (tag, weight).

    The country of a tag says nothing here: da-DK is Danish as much as da is.
    """
    for tag, weight in wishes:
        base = tag.partition("-")[0].lower()
        if weight > 0 and base in LANGUAGES:
            return base
    return default


def has(key: str, language: str = "da") -> bool:
    """Tell whether the catalogues hold the key."""
    return key in catalogue(language)


def keys(language: str) -> frozenset[str]:
    """Return every key of a language."""
    return frozenset(catalogue(language))


def text(key: str, language: str, /, **values: object) -> str:
    """Return the text with its `{placeholders}` filled; raise MissingText for an unknown key."""
    try:
        pattern = catalogue(language)[key]
    except KeyError as error:
        raise MissingText(f"{language}: {key}") from error
    try:
        return pattern.format_map({name: str(value) for name, value in values.items()})
    except (KeyError, IndexError) as error:
        raise MissingText(f"{language}: {key} needs {error}") from error
