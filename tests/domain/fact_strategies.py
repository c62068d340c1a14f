"""Facts of the whole vocabulary for property tests, as the JSON objects that people send."""

from random import Random

from hypothesis import strategies as st

from breach.domain.risk.facts import BOOLEAN_FACTS, ENUM_FACTS, DataCategory, SubjectGroup

COUNTS = (0, 1, 25, 26, 99, 100, 101, 1_000_000)
#: Each scalar fact with its values from the least to the most harmful; the two deliberate causes are apart.
ORDERED: dict[str, list[object]] = {
    **{name: [member.value for member in kind] for name, kind in ENUM_FACTS.items()},
    **{name: [True, False] for name in BOOLEAN_FACTS},
    **{name: list(COUNTS) for name in ("subject_count", "recipient_count", "undetected_days")},
}
CATEGORIES = [kind.value for kind in DataCategory]
GROUPS = [group.value for group in SubjectGroup]

Json = dict[str, object]


@st.composite
def facts_objects(draw: st.DrawFn) -> Json:
    """Return any valid object; about a third of the scalar facts are null."""
    scalars = {name: draw(st.sampled_from([*values, *values, None])) for name, values in ORDERED.items()}
    data = draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=5, unique=True))
    groups = draw(st.lists(st.sampled_from(GROUPS), max_size=4, unique=True))
    return {**scalars, "data_categories": data, "subject_groups": groups}


def mild_facts(chance: Random) -> Json:
    """Return an object that leans to the mild values, with few or no unknown facts."""
    unknown = chance.choice((0.0, 0.1))
    facts: Json = {
        name: None if chance.random() < unknown else chance.choice(values[: chance.choice((1, 2, 3, 8))])
        for name, values in ORDERED.items()
    }
    data = chance.sample(CATEGORIES, chance.randint(1, 4))
    return {**facts, "data_categories": data, "subject_groups": chance.sample(GROUPS, chance.randint(1, 3))}


def worse(name: str, value: object) -> list[object]:
    """Return the values of a scalar fact that are worse than this one, unknown (null) the worst of all."""
    if value is None:
        return []
    if name == "cause" and str(value).endswith("deliberate"):
        return [None]
    values = ORDERED[name]
    return [*values[values.index(value) + 1 :], None]
