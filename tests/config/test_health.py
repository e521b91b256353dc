import pytest
from django.db import DatabaseError, connections
from django.test import Client


def test_the_process_answers_without_a_database(client):
    """No `django_db` mark: pytest would refuse the connection."""
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "failed": []})


@pytest.mark.django_db(transaction=True)
def test_ready_when_the_database_answers(client):
    assert client.get("/readyz").json() == {"status": "ok", "failed": []}


@pytest.mark.django_db(transaction=True)
def test_not_ready_when_the_database_does_not_answer(monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("secret host: no route")

    monkeypatch.setattr(type(connections["default"]), "temporary_connection", refuse)

    answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "failed", "failed": ["Database"]})
    assert "secret host" not in answer.text
