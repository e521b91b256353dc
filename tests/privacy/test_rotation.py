import pytest
from django.core.management import CommandError, call_command

from config.privacy import rotation
from config.privacy.sealing import SealBroken


@pytest.fixture
def rows(diary, vault, settings, key):
    """Five rows sealed with k1, one with nothing in it."""
    settings.FIELD_KEYS = [key("k1")]
    made = [diary.objects.create(secret=f"secret {number}", pages=[number]) for number in range(5)]
    diary.objects.create()
    return made


@pytest.fixture
def columns(diary, monkeypatch):
    """The command sees the tests' own table beside the real ones."""
    real = list(rotation.sealed_columns())
    monkeypatch.setattr(
        rotation,
        "sealed_columns",
        lambda: [*real, diary._meta.get_field("secret"), diary._meta.get_field("pages")],
    )


def test_rotation_takes_the_old_key_out_of_service(rows, columns, diary, settings, key, capsys):
    settings.FIELD_KEYS = [key("k2"), key("k1")]

    call_command("rotate_field_keys", batch_size=2)

    settings.FIELD_KEYS = [key("k2")]
    assert [row.secret for row in diary.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")] == [
        f"secret {n}" for n in range(5)
    ]
    told = capsys.readouterr().out
    assert "privacy_diary.secret: 5 of 5 re-encrypted" in told
    assert "10 records re-encrypted under the key k2." in told


def test_without_rotation_the_old_key_is_needed(rows, diary, settings, key):
    settings.FIELD_KEYS = [key("k2")]

    with pytest.raises(SealBroken, match="k1"):
        list(diary.objects.all())


def test_a_second_run_finds_nothing_to_do(rows, columns, settings, key, capsys):
    settings.FIELD_KEYS = [key("k2"), key("k1")]
    call_command("rotate_field_keys")
    capsys.readouterr()

    call_command("rotate_field_keys")

    assert "0 records re-encrypted" in capsys.readouterr().out


def test_a_run_that_was_stopped_goes_on_where_it_was(rows, diary, settings, key):
    settings.FIELD_KEYS = [key("k2"), key("k1")]
    diary.objects.get(pk=rows[0].pk).save()

    resealed, seen = rotation.rotate(diary._meta.get_field("secret"), batch_size=2)

    assert (resealed, seen) == (4, 5)
    assert rotation.keys_in_use(diary._meta.get_field("secret")) == {"k2": 5}


def test_what_someone_else_wrote_meanwhile_stays(rows, diary, settings, key):
    settings.FIELD_KEYS = [key("k2"), key("k1")]
    column = diary._meta.get_field("secret")
    pk, before = rotation._stored(column).order_by("pk").first()
    diary.objects.filter(pk=pk).update(secret="newer")

    assert rotation._reseal(column, pk, before) == 0
    assert diary.objects.get(pk=pk).secret == "newer"


def test_check_counts_and_fails_while_the_old_key_is_in_use(rows, columns, settings, key, capsys):
    settings.FIELD_KEYS = [key("k2"), key("k1")]
    with pytest.raises(CommandError, match="10 records"):
        call_command("rotate_field_keys", check=True)
    assert "privacy_diary.pages: k1: 5" in capsys.readouterr().out

    call_command("rotate_field_keys")

    call_command("rotate_field_keys", check=True)


def test_rooms_with_sealed_files_take_part(settings, key, monkeypatch, capsys, db):
    monkeypatch.setitem(rotation.elsewhere, "files", lambda: (3, 4))

    call_command("rotate_field_keys")

    assert "files: 3 of 4 re-encrypted" in capsys.readouterr().out


def test_the_index_does_not_change_with_the_keys(rows, diary, settings, key):
    before = diary.objects.get(pk=rows[0].pk).secret_index
    settings.FIELD_KEYS = [key("k2"), key("k1")]

    rotation.rotate(diary._meta.get_field("secret"))

    assert diary.objects.get(pk=rows[0].pk).secret_index == before
