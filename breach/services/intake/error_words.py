"""The words for what is wrong with a report or a list of recipients, the same for form, API and command."""

from breach.domain.errors import FieldError
from breach.domain.recipients.rows import RowFault
from breach.texts import has, text
from breach.texts.wording import error_words, in_figures


def field_label(path: str, language: str) -> str:
    """Return what people call the field, or its bare path when it has no name of its own."""
    named = (f"intake.label.{path.replace('.', '_')}", f"risk.facts.question.{path.rpartition('.')[2]}")
    return next((text(key, language) for key in named if has(key, language)), path)


def problem_words(error: FieldError, language: str) -> str:
    """Return the sentence about the error, with figures as the language writes them."""
    values = in_figures(error.values, language)
    label = field_label(error.field, language)
    problem = f"risk.facts.problem.{error.code}"
    if not has(f"errors.{error.code}", language) and has(problem, language):  # the rest of a sentence
        return text("errors.fact_wrong", language, label=label, problem=text(problem, language, **values))
    return error_words(error.code, language, **{"label": label, **values})


def fault_words(fault: RowFault, language: str) -> str:
    """Return the sentence about one fault of a list; never what stood in the cell."""
    return text(f"sending.rows.{fault.code}", language, **in_figures(fault.values, language))
