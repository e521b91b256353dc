from datetime import timedelta

import pytest

from config.kernel.answers import SECRET_LIFE, Answer, KeyMalformed, KeyReused, answer_once
from config.kernel.idempotency import LIFE, IdempotentRequest, forget_old
from config.kernel.numbering import NumberSeries

SECRET = {"terminal": "1", "device_key": "s3cret"}
LASTING = {"terminal": "1", "device_key": None}


def turned(text: bytes) -> bytes:
    """Stands for sealing: whoever reads the table sees nothing of the answer."""
    return text[::-1]


@pytest.fixture
def ask(db, now):
    def run(answer=None, *, key="a", body=b"{}", at=now, actor="device:1", produce=None):
        def act():
            NumberSeries.objects.create(series="effect", scope="", year=NumberSeries.objects.count())
            return answer or Answer(201, SECRET, lasting=LASTING)

        return answer_once(
            actor=actor,
            route="POST /activations",
            key=key,
            body=body,
            now=at,
            produce=produce or act,
            seal=turned,
            unseal=turned,
        )

    return run


def effects():
    return NumberSeries.objects.count()


def test_the_second_request_gets_the_first_answer(ask):
    first, second = ask(), ask()

    assert effects() == 1
    assert (first.body, first.replayed) == (SECRET, False)
    assert (second.status, second.body, second.replayed) == (201, SECRET, True)


def test_the_secret_part_is_gone_after_ten_minutes_with_or_without_the_sweep(ask, now):
    ask()

    assert ask(at=now + SECRET_LIFE).body == LASTING
    assert IdempotentRequest.objects.get().sealed_secret is not None
    forget_old(now + SECRET_LIFE)
    assert IdempotentRequest.objects.get().sealed_secret is None
    assert ask(at=now + SECRET_LIFE).body == LASTING
    assert effects() == 1


def test_nothing_of_an_answer_is_kept_in_the_clear(ask):
    ask()

    row = IdempotentRequest.objects.values().get()
    assert b"s3cret" not in b"".join(
        bytes(value) for value in row.values() if isinstance(value, bytes | memoryview)
    )


def test_another_body_under_the_same_key_is_refused(ask):
    ask()

    with pytest.raises(KeyReused):
        ask(body=b'{"a": 1}')


@pytest.mark.parametrize("key", ["", "x" * 65, "键", "a\0"])
def test_a_malformed_key_is_refused(ask, key):
    with pytest.raises(KeyMalformed):
        ask(key=key)
    assert effects() == 0


@pytest.mark.parametrize("status", [404, 409, 410])
def test_a_refusal_is_an_answer_too(ask, status):
    ask(Answer(status, {"error": "stopped"}))

    assert ask().status == status
    assert effects() == 1


@pytest.mark.parametrize("status", [408, 429])
def test_an_answer_of_the_moment_is_not_kept_but_what_it_wrote_is(ask, status):
    ask(Answer(status, {}))

    assert ask().status == 201
    assert effects() == 2


def test_our_own_trouble_undoes_everything_and_leaves_the_key_free(ask):
    assert ask(Answer(503, {})).status == 503
    assert effects() == 0

    assert ask().status == 201


def test_an_exception_undoes_everything_and_leaves_the_key_free(ask):
    def breaks():
        NumberSeries.objects.create(series="effect", scope="", year=1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ask(produce=breaks)

    assert effects() == 0
    assert ask().status == 201


def test_a_key_belongs_to_its_device_and_lives_a_day(ask, now):
    ask()
    ask(actor="device:2")
    ask(at=now + LIFE + timedelta(seconds=1))

    assert effects() == 3


@pytest.mark.django_db(transaction=True)
def test_twins_side_by_side_get_one_answer(ask, side_by_side):
    answers = side_by_side(ask, 8)

    assert effects() == 1
    assert [answer.body for answer in answers] == [SECRET] * 8
    assert sum(not answer.replayed for answer in answers) == 1
