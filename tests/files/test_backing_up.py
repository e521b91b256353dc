"""The drill: a register is filled, copied, lost and made anew in another place by the command, and nothing is missing there."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from config.files import backing_up
from config.files.models import StoredFile
from config.files.receiving import receive
from config.kernel import clock
from config.kernel.audit_chain import head_of, seal_events
from config.kernel.history import StatusChange
from config.kernel.lifecycle import Refused
from tests.applications.factories import RegistrationFactory, photo
from tests.house.tree import ROOT

NEW = "portal_restored_" + secrets.token_hex(4)


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of a portal in a new place, with the same keys and an empty database."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    keys = {name: getattr(settings, name) for name in ("SECRET_KEY", "INDEX_KEY", "AUDIT_KEY")}
    environment = os.environ | keys | {"FIELD_KEYS": ",".join(settings.FIELD_KEYS), "VAR_DIR": str(folder)}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO_MODE": "1", "PRODUCTION": "0"}
    if connection.vendor == "sqlite":
        yield environment | {"DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}"}
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{NEW}"')
    where = connection.settings_dict
    secret = f":{where['PASSWORD']}" if where["PASSWORD"] else ""
    address = f"postgres://{where['USER']}{secret}@{where['HOST']}:{where['PORT'] or 5432}/{NEW}"
    yield environment | {"DATABASE_URL": address}
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{NEW}"')


@pytest.fixture
def copy(vault, tmp_path):
    """A copy of a register with one granted application and one paper."""
    granted = RegistrationFactory(state="approved")
    stored = receive(photo(), by=granted.applicant, now=clock.now())
    # Rows of the factory come without their blobs.
    for blob in (blob for row in StoredFile.objects.exclude(pk=stored.pk) for blob in row.blobs):
        default_storage.save(blob, ContentFile(b"a sample"))
    call_command("createcachetable", verbosity=0)
    seal_events(clock.now())
    return backing_up.back_up(tmp_path / "copies", now=clock.now())


def manage(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_what_was_lost_is_there_again(copy, elsewhere, vault):
    blob = StoredFile.objects.latest("pk").original_blob
    with default_storage.open(blob) as file:
        paper = file.read()
    head, steps = head_of(StatusChange).digest, StatusChange.objects.count()
    shutil.rmtree(vault)

    told = manage(elsewhere, "restore", str(copy))

    assert told.returncode == 0, told.stderr
    assert head in told.stdout
    assert "invariants hold" in told.stdout
    assert "every count is right" in told.stdout
    assert "Every file that a row names is there" in told.stdout
    ask = (
        "from config.kernel.history import StatusChange; from django.core.files.storage import default_storage; import hashlib; "
        f"print('found', StatusChange.objects.count(), hashlib.sha256(default_storage.open({blob!r}).read()).hexdigest())"
    )
    found = manage(elsewhere, "shell", "--no-imports", "-c", ask).stdout.split()[-3:]
    assert found == ["found", str(steps), backing_up.hashlib.sha256(paper).hexdigest()]
    # Not over what is there now.
    again = manage(elsewhere, "restore", str(copy))
    assert again.returncode != 0
    assert "is not empty" in again.stderr


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_sealed_and_names_no_key(copy):
    manifest = json.loads((copy / backing_up.MANIFEST).read_text())
    whole = b"".join((copy / name).read_bytes() for name in manifest["sha256"])

    assert b"\xff\xd8\xff" not in (copy / backing_up.FILES).read_bytes()[:2048]
    assert settings.INDEX_KEY.encode() not in whole
    assert settings.INDEX_KEY not in json.dumps(manifest)
    assert copy.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_refused_before_anything_is_written(copy, settings, vault):
    with pytest.raises(Refused, match="is not empty"):
        backing_up.restore(copy)

    settings.INDEX_KEY = b64encode(b"x" * 32).decode()
    with pytest.raises(Refused, match="INDEX_KEY"):
        backing_up.restore(copy)

    with Path(copy, backing_up.FILES).open("ab") as file:
        file.write(b"!")
    with pytest.raises(Refused, match="not as it was"):
        backing_up.restore(copy)


@pytest.mark.django_db(transaction=True)
def test_a_copy_that_fails_leaves_nothing_that_looks_like_one(tmp_path, vault, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "gone" / "nowhere"))

    with pytest.raises(Exception, match="unable to open|No such file"):
        backing_up.back_up(tmp_path / "copies", now=clock.now())

    assert list((tmp_path / "copies").iterdir()) == []
