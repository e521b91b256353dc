"""The demonstration POS without a script: it speaks to the device API as a device would, over HTTP."""

import html
import re

import pytest
from django.urls import reverse

from config.kernel import clock
from terminals import codes
from terminals.models import Terminal
from terminals.simulator.views import UNREGISTERED
from tests.applications.factories import RegistrationFactory

PAGE = reverse("simulator:pos")


@pytest.fixture
def browser(client, live_server):
    """A browser whose pages come from the running server, so that the page can call the API there."""
    client.defaults["HTTP_HOST"] = live_server.url.removeprefix("http://")
    return client


@pytest.mark.django_db(transaction=True)
def test_the_collected_code_makes_the_terminal_live(browser):
    registration = RegistrationFactory(state="approved")
    terminal = Terminal.objects.get()
    code = codes.collect(terminal.codes.get(), by=registration.applicant, now=clock.now())
    browser.force_login(registration.applicant)

    page = browser.get(PAGE).content.decode()
    answer = browser.post(PAGE, {"serial_number": terminal.binding.serial_number, "registration_code": code})

    assert terminal.binding.serial_number in page
    terminal.refresh_from_db()
    assert terminal.status == Terminal.Status.ACTIVE
    assert answer.context["screen"] == "done"
    body = answer.content.decode()
    assert code not in body.replace(" ", "")
    assert terminal.keys.get().secret not in body


@pytest.mark.django_db(transaction=True)
def test_a_device_nobody_registered_sees_97_and_the_next_step(browser):
    answer = browser.post(PAGE, {"serial_number": UNREGISTERED, "registration_code": "9182 7364 5500"})

    body = answer.content.decode()
    assert (answer.context["screen"], answer.context["reply"].status) == ("wrong", 404)
    assert "97" in body
    assert answer.context["reply"].error["next_step"] in body


@pytest.mark.django_db(transaction=True)
def test_the_screen_speaks_the_language_of_the_page(browser):
    browser.cookies["django_language"] = "en"

    answer = browser.post(PAGE, {"serial_number": UNREGISTERED, "registration_code": "9182 7364 5500"})

    error = answer.context["reply"].error
    [head] = re.findall(r"data-wrong-head>([^<]*)<", answer.content.decode())
    assert html.unescape(head) == error["message_en"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["", "12345", "918273645501", "９１８２７３６４５５０１", "a" * 1000, "9182\x0073645500"]
)
def test_a_code_that_cannot_be_one_is_told_at_its_field(client, code):
    answer = client.post(PAGE, {"other_serial": "p2a 0041-7223 6", "registration_code": code})

    body = answer.content.decode()
    assert answer.status_code == 200
    assert answer.context["form"].errors["registration_code"][0] in body
    assert "id_registration_code_error" in body


@pytest.mark.django_db
def test_the_address_can_name_the_device(client):
    assert 'value="P2A004172236"' in client.get(PAGE, {"serial": "p2a 0041-72236"}).content.decode()
    assert client.get(PAGE, {"serial": "\x00" * 100}).status_code == 200


@pytest.mark.django_db
def test_outside_a_demonstration_there_is_no_simulator(client, settings):
    settings.DEMO_MODE = False

    assert client.get(PAGE).status_code == 404
