"""Automatic titles of cases: kind of reporter, and the most sensitive kind of data.

The register is kept in Danish, so a title is stored in Danish. The facts can only make a few dozen titles, so
a page in another language knows each of them again and shows what the same facts are called there.
"""

from collections.abc import Mapping
from functools import cache

from breach.domain.states import ReporterKind
from breach.services.intake.report import ReportInput
from breach.texts import text

STORED_IN = "da"
TELLING = (
    "protected_address",
    "health",
    "national_id",
    "genetic",
    "biometric",
    "criminal",
    "sex_life",
    "social_matters",
    "ethnic_origin",
    "religion",
    "political",
    "trade_union",
    "credentials",
    "payment",
    "financial",
)
"""Kinds of data that a title can name, the most sensitive first."""


def title_of(report: ReportInput) -> str:
    """Return an automatic title without names: kind of reporter, and the most sensitive kind of data."""
    known = report.facts["data_categories"]
    return _words(report.reporter, next((name for name in TELLING if name in known), None), STORED_IN)


def in_language(stored: str, language: str) -> str:
    """Return the title of a case in the language; one that the service did not make stays as it is."""
    return _made(language).get(stored, stored)


def holding(needle: str, language: str) -> list[str]:
    """Return the stored titles whose words in the language hold the needle, however it is capitalised."""
    wanted = needle.casefold()
    return [stored for stored, shown in _made(language).items() if wanted in shown.casefold()]


def _words(who: ReporterKind, kind: str | None, language: str) -> str:
    reported = text(f"intake.title.{who.value}", language)
    if kind is None:
        return reported
    data = text(f"intake.title.data.{kind}", language)
    return text("intake.title.with_kind", language, who=reported, kind=data)


@cache
def _made(language: str) -> Mapping[str, str]:
    """Return every title that `title_of` can give, as stored, with its words in the language."""
    pairs = [(who, kind) for who in ReporterKind for kind in (None, *TELLING)]
    return {_words(*pair, STORED_IN): _words(*pair, language) for pair in pairs}
