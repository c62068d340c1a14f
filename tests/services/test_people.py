"""Controllers, persons, roles and tokens."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from breach.domain.errors import InvalidInput
from breach.domain.states import Role
from breach.services.people import (
    NewPerson,
    actor_of,
    add_person,
    add_token,
    controller_by_slug,
    valid_controllers,
)
from breach.store.models import ApiToken
from tests.services.conftest import At

NEW = NewPerson("ny", "Nina Ny", "et-langt-kodeord-til-prøve", (Role.CASE_HANDLER, Role.AUDITOR))


def test_a_person_acts_with_the_roles_given(at: At) -> None:
    with at("people").runtime.transaction() as ctx:
        region = controller_by_slug(ctx, "nordjylland")
        assert region is not None
        person = add_person(ctx, region, NEW)
        assert actor_of(person).roles == {(region.id, Role.CASE_HANDLER), (region.id, Role.AUDITOR)}
        assert NEW.password not in person.password_hash
        assert person.password_hash.startswith("$argon2id$")
        with pytest.raises(InvalidInput) as error:
            add_person(ctx, region, replace(NEW, name="En Anden"))
    assert [(one.field, one.code) for one in error.value.errors] == [("username", "username_taken")]


def test_an_administrator_alone_sees_no_case(at: At) -> None:
    actors = at("people").actors
    assert actors["administrator"].controllers == ()
    assert len(actors["revisor"].controllers) == 1


def test_of_a_token_only_the_hash_is_kept_and_it_lives_a_year_at_most(at: At) -> None:
    service = at("people")
    with service.runtime.transaction() as ctx:
        region = controller_by_slug(ctx, "nordjylland")
        assert region is not None
        token = add_token(ctx, region, "ESDH", None, days=4000)
        row = ctx.session.scalars(select(ApiToken)).one()
        assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
        assert row.expires_at == ctx.now + timedelta(days=365)
    assert token.startswith("brd_")


def test_a_region_takes_reports_only_in_its_own_time(at: At) -> None:
    with at("people").runtime.transaction() as ctx:
        region = controller_by_slug(ctx, "nordjylland")
        assert region is not None
        region.valid_to = date(2026, 12, 31)
        ctx.session.flush()
        shown = {day: [one.slug for one in valid_controllers(ctx, day)] for day in DAYS}
        assert controller_by_slug(ctx, "ukendt") is None
    assert shown == dict(zip(DAYS, [[], ["nordjylland", "eksempel"], ["eksempel"]], strict=True))


DAYS = (date(2006, 12, 31), date(2026, 12, 31), date(2027, 1, 1))
