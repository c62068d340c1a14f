"""`breach assess`: one JSON line each, nothing printed when anything is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from breach.cli.assess import command

FACTS = {
    "data_categories": ["health"],
    "cause": "internal_accidental",
    "integrity": "none",
    "availability": "none",
}
KEYS = ["id", "outcome", "notify_authority", "communicate_to_data_subjects", "severity", "flags", "rules"]
KEYS += ["practice", "interval", "unknown", "would_change", "model"]


def _run(content: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(command, ["-", *options], input=content)


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        pytest.param(json.dumps(FACTS), ["1"], id="one-object"),
        pytest.param(json.dumps(FACTS, indent=2), ["1"], id="one-object-over-lines"),
        pytest.param(json.dumps({"id": "a", "facts": FACTS}), ["a"], id="one-with-id"),
        pytest.param(
            json.dumps([FACTS, {"id": 7, "facts": FACTS}, {"facts": FACTS}]), ["1", "7", "3"], id="array"
        ),
        pytest.param(f"{json.dumps(FACTS)}\n\n{json.dumps(FACTS)}\n", ["1", "3"], id="lines"),
        pytest.param(
            (json.dumps({**FACTS, "scenario": "a\u2028b\u2029c"}, ensure_ascii=False) + "\n") * 2,
            ["1", "2"],
            id="odd-line-ends",
        ),
        pytest.param("\ufeff" + json.dumps(FACTS), ["1"], id="byte-order-mark"),
    ],
)
def test_assess_gives_one_line_for_each_object(content: str, ids: list[str]) -> None:
    result = _run(content)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ids
    assert [list(answer) for answer in answers] == [KEYS] * len(ids)
    assert list(answers[0]["severity"]) == ["dpc", "ei", "cb", "score", "band"]
    assert list(answers[0]["rules"][0]) == ["id", "effect", "text", "source"]
    assert list(answers[0]["would_change"][0]) == ["fact", "to", "outcome", "text"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param("", "no facts", id="empty"),
        pytest.param("[]", "no facts", id="empty-array"),
        pytest.param("{", "not JSON", id="broken"),
        pytest.param("[" * 100000, "not JSON", id="endlessly-nested"),
        pytest.param("7", "object 1: facts", id="a-number"),
        pytest.param(json.dumps([FACTS, {**FACTS, "cause": "magic"}]), "object 2: cause", id="second-of-two"),
        pytest.param(json.dumps({"id": "a", "facts": {}}), "object a: data_categories", id="named-by-id"),
        pytest.param(json.dumps({"id": [], "facts": FACTS}), "object 1: id", id="bad-id"),
        pytest.param(f"{json.dumps(FACTS)}\n{{}}", "object 2: data_categories", id="second-line"),
        pytest.param('{"cause": null, "cause": null}', "object 1: cause", id="named-twice"),
        pytest.param(b"\xff\xfe{}", "UTF-8", id="not-utf-8"),
        pytest.param(json.dumps(FACTS).encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param('{"a": "å"}'.encode("latin-1"), "Latin-1", id="latin-1"),
        pytest.param('{"subject_count": ' + "9" * 5000 + "}", "not JSON", id="endless-number"),
        pytest.param(
            '{"id": "\\ud800", "facts": {"data_categories": ["health"]}}', "1: id", id="half-a-sign"
        ),
        pytest.param('{"\\ud800": 1}', "ud800", id="half-a-sign-as-a-name"),
        pytest.param(json.dumps({f"a{n}": n for n in range(60_000)}), "object 1: a", id="many-names"),
        pytest.param(
            json.dumps({**FACTS, "subject_count": 10**9 + 1}),
            "subject_count: must be at most 1,000,000,000. Leave it out",
            id="too-many",
        ),
        pytest.param(json.dumps({**FACTS, "scenario": "a\0b"}), "1: scenario: holds a char", id="no-sign"),
        pytest.param(json.dumps({"facts": FACTS, "cause": None}), "1: cause: stands beside", id="beside"),
    ],
)
def test_bad_facts_exit_2_with_one_line_and_no_output(content: str | bytes, named: str) -> None:
    result = _run(content)
    assert (result.exit_code, result.stdout) == (2, "")
    [said] = [line for line in result.stderr.splitlines() if line.startswith("Error")]
    assert named in said
    assert len(said) < 300


@pytest.mark.parametrize(("language", "word"), [("da", "udfaldet"), ("en", "outcome")])
def test_sentences_speak_the_language_asked_for(language: str, word: str) -> None:
    answer = json.loads(_run(json.dumps(FACTS), "--language", language).stdout)
    assert {word in change["text"] for change in answer["would_change"]} == {True}


def test_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(FACTS), encoding="utf-8")
    result = CliRunner().invoke(command, [str(file)])
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
