from base64 import b64encode

import pytest
from django.apps.registry import Apps
from django.db import connection, models

from config.privacy.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField


class Diary(models.Model):
    """A table of the tests' own: it is in no app, so no migration and no check ever sees it."""

    secret = EncryptedTextField("secret", blank=True, max_length=100)
    other = EncryptedTextField(null=True, blank=True)
    kept = EncryptedTextField(blank=True, context="diary.old_name")
    pages = EncryptedJSONField(null=True, blank=True)
    secret_index = BlindIndexField(source="secret", purpose="mobile")
    other_index = BlindIndexField(source="other", purpose="id_number", unique=True, null=True)

    class Meta:
        app_label = "privacy"
        apps = Apps()

    def __str__(self):
        return f"diary {self.pk}"


@pytest.fixture(scope="session")
def diary_table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Diary)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Diary)


@pytest.fixture
def diary(diary_table, db):
    """The model, with its table empty."""
    return Diary


@pytest.fixture
def stored():
    """What the database itself holds in a column of a row."""

    def read(row, column):
        with connection.cursor() as cursor:
            table = row._meta.db_table
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [row.pk])
            return cursor.fetchone()[0]

    return read


@pytest.fixture
def key():
    """`key("k1")` is an entry of FIELD_KEYS, the same each time."""
    return lambda key_id, byte=None: f"{key_id}:{b64encode((byte or key_id[-1].encode()) * 32).decode()}"
