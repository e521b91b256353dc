"""A copy of the register that a new place can be made from: the database first, then the blobs, then what says whether all is there.

Blobs that no row names any more stay for an hour (`tidying.GRACE`), so what the database named when it was copied is still there to be
copied after it. Nothing is opened on the way: what is sealed stays sealed, and of the keys a copy holds only marks, by which `restore`
sees that the right ones are set before it writes anything.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _

from config.files.vault import UNFINISHED, SealedStorage
from config.kernel.refusal import Refused
from config.privacy.sealing import parse_keys

MANIFEST, DATABASE, FILES = "manifest.json", "database", "files.tar"
BLOCK = 1024 * 1024
# PostgreSQL's programs are told where by the environment, so that no password is in a list of processes.
_ENVIRONMENT = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "NAME": "PGDATABASE",
}


def back_up(place: Path, *, now: datetime) -> Path:
    """A new folder in `place` holds the copy, whole: until it is, it has another name. Raises CalledProcessError, OSError."""
    name = f"portal-{now:%Y%m%dT%H%M%SZ}"
    unfinished, final = place / f".{name}", place / name
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        _copy_database(unfinished / DATABASE)
        _copy_files(unfinished / FILES)
        kept = [DATABASE, FILES] if (unfinished / FILES).exists() else [DATABASE]
        manifest = {
            "made_at": now.isoformat(),
            "vendor": connection.vendor,
            "keys": key_marks(),
            "documents": "vault" if FILES in kept else "object store",
            "sha256": {name: _digest(unfinished / name) for name in kept},
        }
        (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=2))
        unfinished.rename(final)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return final


def restore(copy: Path) -> None:
    """The empty database and the empty vault of this portal hold what the copy holds. Raises `Refused` before anything is written."""
    manifest = json.loads((copy / MANIFEST).read_text())
    if objection := _objection(copy, manifest):
        raise Refused(objection, code="restore")
    connection.close()
    if connection.vendor == "postgresql":
        program = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"]
        _run([*program, "--dbname", str(connection.settings_dict["NAME"]), str(copy / DATABASE)])
    else:
        _replace_sqlite(copy / DATABASE)
    if (copy / FILES).exists():
        _unpack(copy / FILES)


def key_marks() -> dict[str, str]:
    """What tells one key from another and says nothing of it."""
    keys = {f"FIELD_KEYS {name}": key for name, key in parse_keys(settings.FIELD_KEYS).items()}
    keys |= {"INDEX_KEY": b64decode(settings.INDEX_KEY), "AUDIT_KEY": b64decode(settings.AUDIT_KEY)}
    return {name: hmac.digest(key, b"mark of a backup", "sha256").hex()[:16] for name, key in keys.items()}


def _objection(copy: Path, manifest: dict[str, Any]) -> str:
    """Why this copy may not be restored here, or ""."""
    if manifest["vendor"] != connection.vendor:
        return _("This copy is of another kind of database: %(vendor)s.") % {"vendor": manifest["vendor"]}
    for name, digest in manifest["sha256"].items():
        if not (copy / name).is_file() or _digest(copy / name) != digest:
            return _("%(file)s is not as it was when the copy was made.") % {"file": name}
    here = key_marks()
    if missing := sorted(name for name, mark in manifest["keys"].items() if here.get(name) != mark):
        return _("The copy was made under other keys. Set: %(keys)s.") % {"keys": ", ".join(missing)}
    if connection.introspection.table_names():
        return _("The database %(name)s is not empty.") % {"name": connection.settings_dict["NAME"]}
    if FILES in manifest["sha256"] and isinstance(default_storage, SealedStorage) and _blobs(_vault()):
        return _("The vault %(place)s is not empty.") % {"place": _vault()}
    return ""


# -- the database -------------------------------------------------------------------------------------------------------


def _copy_database(target: Path) -> None:
    if connection.vendor == "postgresql":
        _run(["pg_dump", "--format", "custom", "--no-owner", "--file", str(target)])
        return
    # SQLite's own way: a moment of the database, while others write.
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _replace_sqlite(copy: Path) -> None:
    name = Path(connection.settings_dict["NAME"])
    name.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(name)) as target:
        source.backup(target)


def _run(command: list[str]) -> None:
    where = {
        variable: str(connection.settings_dict[name])
        for name, variable in _ENVIRONMENT.items()
        if connection.settings_dict.get(name)
    }
    options = connection.settings_dict.get("OPTIONS", {})
    where |= {f"PG{key.upper()}": str(options[key]) for key in ("sslmode", "sslrootcert") if key in options}
    subprocess.run(command, env=os.environ | where, check=True)  # noqa: S603 - our own words


# -- the blobs ----------------------------------------------------------------------------------------------------------


def _vault() -> Path:
    return Path(str(default_storage.location))  # type: ignore[attr-defined]


def _blobs(folder: Path) -> list[Path]:
    found = folder.rglob("*") if folder.is_dir() else iter(())
    return [path for path in found if path.is_file() and UNFINISHED not in path.relative_to(folder).parts]


def _copy_files(target: Path) -> None:
    """As they lie there, sealed. An object store keeps versions and copies of its own."""
    if not isinstance(default_storage, SealedStorage):
        return
    with tarfile.open(target, "w") as tar:
        for path in sorted(_blobs(_vault())):
            try:
                tar.add(path, arcname=str(path.relative_to(_vault())), recursive=False)
            except FileNotFoundError:
                continue  # tidied away meanwhile, so no row names it


def _unpack(source: Path) -> None:
    vault = _vault()
    vault.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(source) as tar:
        # "data" refuses what would lie elsewhere.
        tar.extractall(vault, filter="data")
    for folder in (path for path in vault.rglob("*") if path.is_dir()):
        folder.chmod(0o700)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        whole = hashlib.sha256()
        for block in _blocks(file):
            whole.update(block)
    return whole.hexdigest()


def _blocks(file: Any) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
