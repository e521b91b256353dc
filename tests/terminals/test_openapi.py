"""The API does what its document says, whatever is sent."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from config.wsgi import application

pytestmark = pytest.mark.django_db
DOCUMENT = "/api/v1/openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


@pytest.fixture
def connection_stays_open():
    """As in Django's own test client: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connection_stays_open")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(
    ("path", "method"), [("/api/v1/activations", "POST"), ("/api/v1/terminals/me", "GET")]
)
def test_every_answer_is_one_of_the_document(path, method, mode):
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, application)[path][method]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case):
        case.call_and_validate(checks=CHECKS)

    answers()


def operations() -> dict:
    paths = Client().get(DOCUMENT).json()["paths"]
    return {f"{verb} {path}": operation for path, verbs in paths.items() for verb, operation in verbs.items()}


def test_the_document_names_every_route_and_its_refusals():
    found = operations()

    assert set(found) == {"post /api/v1/activations", "get /api/v1/terminals/me"}
    for operation in found.values():
        assert {"400", "405", "429", "500", "503"} <= set(operation["responses"])
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert response["content"]["application/json"]["schema"]["$ref"].endswith("/RefusalOut")


def test_unknown_names_are_declared_forbidden():
    schemas = Client().get(DOCUMENT).json()["components"]["schemas"]

    assert schemas["ActivationIn"]["additionalProperties"] is False
    assert schemas["Location"]["additionalProperties"] is False


def test_the_page_of_the_document_needs_no_sign_in_and_no_other_host():
    response = Client().get("/api/v1/docs")

    page = response.content.decode()
    assert response.status_code == 200
    assert "https://" not in page
    assert "style=" not in page
    assert "default-src 'none'" in response["Content-Security-Policy"]
