"""What a report may hold: one schema, every problem at once."""

from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from breach.api.openapi import EXAMPLES
from breach.domain.errors import InvalidInput
from breach.services.intake.error_words import field_label, problem_words
from breach.services.intake.report import DISCOVERIES, ReportInput, json_schema, parse_report
from breach.services.schema import leaves_of
from tests.support.reporting import NOW, citizen, processor

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def problems(report: object) -> list[tuple[str, str]]:
    try:
        parse_report(report, NOW)
    except InvalidInput as error:
        return [(one.field, one.code) for one in error.errors]
    return []


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        pytest.param(citizen(), [], id="smallest"),
        pytest.param(processor(), [], id="smallest-processor"),
        pytest.param([], [("body", "wrong_type")], id="not-an-object"),
        pytest.param(citizen(what="  \n"), [("what", "what_missing")], id="empty-what"),
        pytest.param(citizen(what="\u200b \u3164"), [("what", "what_missing")], id="nothing-to-see"),
        pytest.param(citizen(what="a" * 4000), [], id="as-long-as-allowed"),
        pytest.param(citizen(what="a" * 4001), [("what", "text_too_long")], id="too-long"),
        pytest.param(citizen(what="\r\n".join("a" * 2000)), [], id="counted-after-line-ends"),
        pytest.param(citizen(what="a\x00b"), [("what", "control_characters")], id="nul"),
        pytest.param(citizen(what="a\u202eb"), [("what", "control_characters")], id="reversed"),
        pytest.param(citizen(what="a\ud800"), [("what", "control_characters")], id="half-a-letter"),
        pytest.param(citizen(what=7), [("what", "wrong_type")], id="number-for-text"),
        pytest.param(citizen(extra=1), [("extra", "field_unknown")], id="unknown-field"),
        pytest.param(citizen(state="concluded"), [("state", "field_unknown")], id="state-is-never-input"),
        pytest.param(citizen(kind="king"), [("kind", "choice_unknown")], id="unknown-kind"),
        pytest.param(citizen(occurred={}), [("occurred.kind", "when_missing")], id="no-when"),
        pytest.param(
            citizen(occurred={"kind": "exact"}),
            [("occurred.from", "date_incomplete")],
            id="exact-without-date",
        ),
        pytest.param(
            citizen(occurred={"kind": "exact", "from": "2026-03-04"}),
            [("occurred.from", "date_in_future")],
            id="tomorrow",
        ),
        pytest.param(citizen(occurred={"kind": "exact", "from": "2026-03-03"}), [], id="today"),
        pytest.param(
            citizen(occurred={"kind": "exact", "from": "2026-04-31"}),
            [("occurred.from", "moment_impossible")],
            id="31-april",
        ),
        pytest.param(
            citizen(occurred={"kind": "exact", "from": "2026-03-01T10:00"}),
            [("occurred.from", "moment_unreadable")],
            id="time-without-offset",
        ),
        pytest.param(
            citizen(occurred={"kind": "exact", "from": "1026-03-01"}),
            [("occurred.from", "moment_too_early")],
            id="year-1026",
        ),
        *[
            pytest.param(
                citizen(occurred={"kind": "exact", "from": at}), [("occurred.from", code)], id=f"on-{at}"
            )
            for at, code in (
                ("0001-01-01", "moment_too_early"),
                ("0001-01-01T00:00+01:00", "moment_too_early"),
                ("1899-12-31", "moment_too_early"),
                ("9999-12-31", "date_in_future"),
                ("9999-12-31T23:59-10:00", "date_in_future"),
            )
        ],
        pytest.param(
            citizen(discovered_at="2026-03-04"),
            [("discovered_at", "discovered_in_future")],
            id="found-tomorrow",
        ),
        pytest.param(
            citizen(occurred={"kind": "exact", "from": "2026-03-02"}, discovered_at="2026-03-01"),
            [("discovered_at", "discovered_before_start")],
            id="found-before-it-happened",
        ),
        pytest.param(
            processor(aware_at="2026-03-04T09:00+01:00"),
            [("processor.aware_at", "processor_aware_in_future")],
            id="aware-tomorrow",
        ),
        *[
            pytest.param(
                processor(next_update_at=at),
                [("processor.next_update_at", code)] if code else [],
                id=f"update-on-{at}",
            )
            for at, code in (
                ("2020-01-01T00:00+01:00", "update_in_past"),
                ("2026-03-02", "update_in_past"),
                ("2026-03-03T08:00+01:00", ""),
                ("2026-03-03", ""),
                ("2027-01-01", ""),
                ("2027-03-05", "update_too_far"),
                ("9999-12-31", "update_too_far"),
                ("9999-12-31T23:59-10:00", "update_too_far"),
            )
        ],
        pytest.param(
            citizen(
                occurred={"kind": "period", "from": "2026-03-02T12:00+01:00", "to": "2026-03-02T11:00+01:00"}
            ),
            [("occurred.to", "end_clock_before_start")],
            id="ends-an-hour-before-it-begins",
        ),
        pytest.param(
            citizen(occurred={"kind": "period", "from": "2026-03-02", "to": "2026-03-01"}),
            [("occurred.to", "end_before_start")],
            id="ends-before-it-begins",
        ),
        pytest.param(
            citizen(occurred={"kind": "unknown", "from": "2026-03-01"}),
            [("occurred.from", "time_not_known")],
            id="unknown-with-a-date",
        ),
        pytest.param(citizen(contact={}), [("contact", "contact_missing")], id="nobody-to-call"),
        pytest.param(citizen(contact={}, anonymous=True), [], id="anonymous"),
        pytest.param(
            citizen(anonymous=True), [("contact", "anonymous_with_contact")], id="anonymous-with-telephone"
        ),
        pytest.param(
            citizen(kind="staff", anonymous=True, contact={}),
            [("anonymous", "anonymous_citizens_only")],
            id="anonymous-staff",
        ),
        *[
            pytest.param(citizen(contact={field: typed}), [(f"contact.{field}", code)], id=f"{field}-{typed}")
            for field, typed, code in (
                ("phone", "hjem", "phone_invalid"),
                ("phone", "112", "phone_length"),
                ("phone", "1234567890123456", "phone_length"),
                ("email", "a@b", "email_form"),
                ("email", "a@b@c.dk", "email_form"),
            )
        ],
        pytest.param(
            citizen(contact={"email": "navn.firma.dk"}), [("contact.email", "email_invalid")], id="mail"
        ),
        pytest.param(
            citizen(kind="processor"), [("processor.name", "processor_name_missing")], id="no-processor-block"
        ),
        pytest.param(
            {**processor(), "kind": "citizen"}, [("processor", "processor_only")], id="citizen-as-processor"
        ),
        pytest.param(processor(cvr="1234567"), [("processor.cvr", "cvr_length")], id="short-cvr"),
        pytest.param(processor(cvr="29190942"), [("processor.cvr", "cvr_invalid")], id="wrong-cvr"),
        pytest.param(
            processor(cvr="２９１９０９４１"), [("processor.cvr", "cvr_length")], id="full-width-cvr"
        ),
        pytest.param(
            processor(aware_at=None), [("processor.aware_at", "processor_aware_missing")], id="aware-unknown"
        ),
        pytest.param(
            {**processor(), "occurred": {"kind": "exact", "from": "2026-03-03T10:00+01:00"}},
            [("processor.aware_at", "aware_before_start")],
            id="aware-before-it-happened",
        ),
        pytest.param(
            citizen(affected={"subject_count": -1, "data_categories": ["health", "health"]}),
            [("affected.data_categories", "choice_repeated"), ("affected.subject_count", "count_invalid")],
            id="several-at-once",
        ),
        pytest.param(
            citizen(affected={"subject_count": 1_000_000_001}),
            [("affected.subject_count", "count_too_large")],
            id="more-than-there-are",
        ),
        pytest.param(
            citizen(affected={"subject_count": True}),
            [("affected.subject_count", "count_invalid")],
            id="true-is-no-count",
        ),
    ],
)
def test_report_problems_are_named_by_their_fields(report: object, expected: list[tuple[str, str]]) -> None:
    assert problems(report) == expected


@pytest.mark.parametrize("language", ["da", "en"])
def test_report_problems_have_words(language: str) -> None:
    broken = {
        "kind": "citizen",
        "what": "a" * 5000,
        "nonsense": 1,
        "occurred": {"kind": "exact", "from": "soon", "to": 3},
        "affected": {"subject_count": "many", "data_categories": ["x"], "record_count": 1.5},
        "contact": {"phone": "x", "email": "y", "name": "a\u202e"},
        "processor": {"cvr": "1", "next_update_at": "2020-03-03"},
    }
    with pytest.raises(InvalidInput) as caught:
        parse_report(broken, NOW)
    shown = [problem_words(one, language) for one in caught.value.errors]
    assert len(shown) == len({one.field for one in caught.value.errors}) == 16
    assert all("{" not in words for words in shown)


@pytest.mark.parametrize("language", ["da", "en"])
def test_report_fields_are_called_by_their_questions(language: str) -> None:
    assert [path for path, _ in leaves_of(ReportInput) if field_label(path, language) == path] == []


def test_facts_hold_what_was_said_and_nothing_else() -> None:
    report = citizen(
        affected={"data_categories": ["health"], "subject_count": 800, "protected_address": "yes"}
    )
    assert parse_report(report, NOW).facts == {
        "data_categories": ["health"],
        "subject_count": 800,
        "subject_groups": ["protected_address"],
    }


def test_report_that_says_nothing_has_unknown_facts() -> None:
    assert parse_report(citizen(), NOW).facts == {"data_categories": ["unknown"]}


@pytest.mark.parametrize(
    ("given_from", "start", "end"),
    [
        pytest.param("2026-03-02", "2026-03-01T23:00", "2026-03-02T22:59:59", id="a-whole-danish-day"),
        pytest.param("2026-03-02T10:00+01:00", "2026-03-02T09:00", "2026-03-02T09:00", id="a-moment"),
        pytest.param("2026-03-03", "2026-03-02T23:00", "2026-03-03T22:59:59", id="today-is-a-day-too"),
    ],
)
def test_date_is_a_day_in_danish_time(given_from: str, start: str, end: str) -> None:
    found = parse_report(citizen(occurred={"kind": "exact", "from": given_from}), NOW).occurred
    assert found.start is not None
    assert found.last == found.start
    assert found.start.start == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert found.start.end == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_representation_of_a_report_tells_nobody() -> None:
    shown = repr(parse_report(citizen(what="Hemmeligt om Inger"), NOW))
    assert "Inger" not in shown
    assert "61 55" not in shown


@pytest.mark.parametrize("typed", ["29190941", "29 19 09 41", "DK29190941", "DK-29.19.09.41", "dk 29190941"])
def test_cvr_number_is_kept_as_its_digits(typed: str) -> None:
    found = parse_report(processor(cvr=typed), NOW).processor
    assert found is not None
    assert found.cvr == "29190941"


@pytest.mark.parametrize("typed", ["(+45) 97 64 80 01 lok. 12", "97\u00a064\u00a080\u00a001", "61234"])
def test_telephone_is_kept_as_typed(typed: str) -> None:
    assert parse_report(citizen(contact={"phone": typed}), NOW).body["contact"] == {"phone": typed}


@pytest.mark.parametrize("typed", ["2026-03-03 10:00:00,1234567+0100", "2026-03-03t09:00:00.123456z"])
def test_time_is_kept_in_utc_to_the_microsecond(typed: str) -> None:
    found = parse_report(citizen(occurred={"kind": "exact", "from": typed}), NOW)
    assert found.body["occurred"]["from"]["from"] == "2026-03-03T09:00:00.123456+00:00"


def test_count_of_json_may_be_written_with_a_point() -> None:
    found = parse_report(citizen(affected={"subject_count": 3.0}), NOW)
    assert (found.facts["subject_count"], type(found.facts["subject_count"])) == (3, int)


def test_text_is_composed_and_without_line_ends_of_windows() -> None:
    report = parse_report(citizen(what="  fa\u030a\r\nb  "), NOW)
    assert report.body["what"] == "få\nb"


def test_published_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_examples_of_the_api_hold_to_schema_and_reader(name: str) -> None:
    VALIDATOR.validate(EXAMPLES[name])
    assert problems(EXAMPLES[name]) == []


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(citizen(extra=1), id="unknown-field"),
        pytest.param(citizen(contact={}), id="no-contact"),
        pytest.param(citizen(kind="processor"), id="no-processor"),
        pytest.param({**processor(), "kind": "staff"}, id="processor-fields-of-staff"),
        pytest.param(citizen(kind="staff", anonymous=True, contact={}), id="anonymous-staff"),
        pytest.param(citizen(what=""), id="no-what"),
        pytest.param(citizen(occurred={}), id="no-when"),
    ],
)
def test_schema_refuses_what_the_reader_refuses(report: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(report)
    assert problems(report)


TEXTS = st.none() | st.text(max_size=40)
REPORTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["citizen", "staff", "other"]),
        "what": st.text(min_size=1, max_size=80),
        "occurred": st.just({"kind": "unknown"}),
        "contact": st.fixed_dictionaries({"phone": st.just("61555555"), "name": TEXTS}),
    },
    optional={
        "containment": TEXTS,
        "discovered_how": st.none() | st.sampled_from(DISCOVERIES),
        "affected": st.fixed_dictionaries(
            {},
            optional={"subject_count": st.none() | st.integers(0, 10**9), "protected_address": st.just("no")},
        ),
    },
)


@given(REPORTS)
def test_schema_takes_what_the_reader_takes(report: dict[str, Any]) -> None:
    if not problems(report):
        VALIDATOR.validate(report)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_reader_is_broken_by_no_input(value: object) -> None:
    assert isinstance(problems(value), list)
