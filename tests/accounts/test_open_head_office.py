import pytest
from django.core.management import CommandError, call_command

from config.accounts.models import Branch, Role, User

pytestmark = pytest.mark.django_db

WORDS = {
    "code": "HEAD",
    "name": "示例银行",
    "acquirer_code": "01025840",
    "area_code": "5840",
    "email": "First@Bank.example",
    "full_name": "赵管理",
}


def test_a_new_portal_gets_one_administrator_without_a_password(capsys):
    call_command("open_head_office", **WORDS)

    person = User.objects.get(email="first@bank.example")
    assert (person.role, person.is_superuser, person.has_usable_password()) == (
        Role.ADMINISTRATOR,
        False,
        False,
    )
    assert person.branch.parent is None
    assert "first@bank.example" in capsys.readouterr().out


def test_it_is_done_once():
    call_command("open_head_office", **WORDS)

    with pytest.raises(CommandError):
        call_command("open_head_office", **WORDS | {"code": "OTHER", "email": "second@bank.example"})


@pytest.mark.parametrize("wrong", [{"acquirer_code": "12"}, {"area_code": "58A0"}, {"code": "head office"}])
def test_what_is_wrong_is_said_and_nothing_is_left(wrong):
    with pytest.raises(CommandError):
        call_command("open_head_office", **WORDS | wrong)

    assert not Branch.objects.exists()
