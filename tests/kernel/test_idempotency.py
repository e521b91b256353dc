import threading
from datetime import timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.test import Client
from django.urls import path

from config.kernel import idempotency
from config.kernel.clock import now as moment
from config.kernel.idempotency import LIFE, IdempotentRequest, forget_old, idempotent
from config.kernel.numbering import NumberSeries

FORM = "<form>{% load idempotency %}{% idempotency_key %}</form>"
gate = threading.Event()


@login_not_required
@idempotent
def filing(request):
    """Files what has a name; shows the form again for what has none; breaks for what is called `broken`."""
    if request.method == "POST" and request.POST.get("name") == "slow":
        gate.wait(5)
    if request.method == "POST" and request.POST.get("name") == "broken":
        raise RuntimeError
    if request.method == "POST" and request.POST.get("name"):
        filed = NumberSeries.objects.create(
            series=request.POST["name"], scope="", year=NumberSeries.objects.count()
        )
        return HttpResponseRedirect(f"/filed/{filed.pk}/")
    return HttpResponse(engines["django"].from_string(FORM).render({}, request))


urlpatterns = [path("file/", filing), path("other/", filing)]


@pytest.fixture(autouse=True)
def routes(settings):
    settings.ROOT_URLCONF = __name__
    gate.clear()


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def post(client, name="tea", key="k" * 32, url="/file/", **more):
    return client.post(url, {"name": name, "idempotency_key": key, **more})


def key_in(response):
    return response.content.decode().partition('value="')[2].partition('"')[0]


def test_every_form_gets_a_fresh_key_and_a_form_shown_again_keeps_its_own(signed_in):
    one, other = key_in(signed_in.get("/file/")), key_in(signed_in.get("/file/"))

    assert one != other
    assert len(one) >= 32
    assert key_in(post(signed_in, name="", key=one)) == one


def test_the_second_post_gets_the_first_answer_and_has_no_effect(signed_in):
    first, second = post(signed_in), post(signed_in)

    assert NumberSeries.objects.count() == 1
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert second["Idempotent-Replayed"] == "true"


def test_another_body_under_an_answered_key_is_refused_with_the_way_to_what_was_saved(signed_in):
    first = post(signed_in)

    second = post(signed_in, name="coffee")

    assert second.status_code == 422
    assert first["Location"] in second.content.decode()
    assert NumberSeries.objects.count() == 1


def test_another_file_is_another_body(signed_in):
    post(signed_in, paper=SimpleUploadedFile("a.jpg", b"one"))
    same = post(signed_in, paper=SimpleUploadedFile("a.jpg", b"one"))
    other = post(signed_in, paper=SimpleUploadedFile("a.jpg", b"two"))

    assert (same.status_code, other.status_code) == (302, 422)


def test_an_invalid_form_gives_its_key_back_for_the_corrected_one(signed_in):
    assert post(signed_in, name="").status_code == 200

    assert post(signed_in, name="tea").status_code == 302


def test_a_view_that_breaks_gives_its_key_back(signed_in):
    with pytest.raises(RuntimeError):
        post(signed_in, name="broken")

    assert post(signed_in).status_code == 302


def test_a_key_belongs_to_its_route_and_to_its_person(signed_in, django_user_model):
    other = Client()
    other.force_login(django_user_model.objects.create_user("li@example.com"))

    answers = [post(signed_in), post(signed_in, url="/other/"), post(other)]

    assert len({answer["Location"] for answer in answers}) == 3


def test_a_post_without_a_key_goes_through(signed_in):
    assert signed_in.post("/file/", {"name": "tea"}).status_code == 302
    assert not IdempotentRequest.objects.exists()


@pytest.mark.parametrize("key", ["", "k" * 65, "钥匙", "a\0b", "a\nb"])
def test_a_key_that_is_not_ours_is_a_bad_request(signed_in, key):
    assert post(signed_in, key=key).status_code == 400


def test_a_key_is_fresh_again_after_its_life(signed_in, time_machine):
    first = post(signed_in)
    time_machine.move_to(moment() + LIFE + timedelta(minutes=1))
    signed_in.force_login(first.wsgi_request.user)

    assert post(signed_in)["Location"] != first["Location"]


def test_what_was_sent_is_kept_only_as_a_keyed_digest(signed_in):
    post(signed_in, name="123456789012")

    assert "123456789012" not in str(IdempotentRequest.objects.values().get())


@pytest.mark.django_db(transaction=True)
def test_the_same_post_side_by_side_has_one_effect_and_one_answer(person, side_by_side):
    def send():
        client = Client()
        client.force_login(person)
        return post(client)["Location"]

    assert len(set(side_by_side(send, 8))) == 1
    assert NumberSeries.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_waits_too_long_is_told_so(person, monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE_SECONDS", 0.2)
    client = Client()
    client.force_login(person)
    claim(person)

    answer = post(client)

    assert answer.status_code == 409
    assert answer["Retry-After"] == "30"
    assert NumberSeries.objects.count() == 0


def test_a_claim_left_by_a_server_that_died_is_taken_over(signed_in, person):
    claim(person, ago=idempotency.CLAIM + timedelta(seconds=1))

    assert post(signed_in).status_code == 302


def claim(person, ago=timedelta(0)):
    return IdempotentRequest.objects.create(
        actor=f"user:{person.pk}", route="/file/", key="k" * 32, request_digest="", claimed_at=moment() - ago
    )


def test_old_keys_are_forgotten(person):
    claim(person)

    assert forget_old(moment() + LIFE - timedelta(minutes=1)) == 0
    assert forget_old(moment() + LIFE + timedelta(minutes=1)) == 1


def test_idempotent_request_once(person):
    constraint = IdempotentRequest._meta.constraints[0]

    assert constraint.name == "idempotent_request_once"
    IdempotentRequest.objects.bulk_create([claim(person)], ignore_conflicts=True)
    assert IdempotentRequest.objects.count() == 1
