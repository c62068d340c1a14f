"""The description is held against the service: requests made from it, right and wrong ones."""

from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from breach.api.openapi import document
from breach.services import actions
from breach.services.context import Runtime
from breach.web.app import create_app
from tests.support.reporting import token

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture
def described(runtime: Runtime) -> schemathesis.BaseSchema:
    """The description as the service gives it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(runtime))


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(
    ("path", "method"), [("/reports", "post"), ("/reports/{reference}", "get"), ("/cases", "get")]
)
def test_requests_made_from_the_description_are_answered_as_it_says(
    described: schemathesis.BaseSchema, runtime: Runtime, path: str, method: str, mode: GenerationMode
) -> None:
    strategy = described[path][method].as_strategy(generation_mode=mode)
    statuses = []
    headers = {"Authorization": f"Bearer {token(runtime, 'sagsbehandler')}"}

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: schemathesis.Case[Any]) -> None:
        statuses.append(case.call_and_validate(checks=CHECKS, headers=headers).status_code)

    ask()
    assert len(statuses) >= 5
    assert mode is GenerationMode.NEGATIVE or 401 not in statuses


def test_description_is_valid(described: schemathesis.BaseSchema) -> None:
    described.validate()


@pytest.mark.parametrize("name", [one.name for one in actions.ACTIONS if one.example])
def test_example_of_a_step_holds_to_its_schema(name: str) -> None:
    body: dict[str, Any] = document()["paths"][f"/cases/{{reference}}/steps/{name}"]["post"]["requestBody"]
    content = body["content"]["application/json"]
    jsonschema.validate(content["example"], {**content["schema"], "components": document()["components"]})
