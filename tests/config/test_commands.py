import socket

import pytest
from babel.messages.catalog import Message
from django.apps import apps
from django.core.management import CommandError, call_command

from config.kernel.management.commands.check_messages import complaints_about


@pytest.mark.django_db
def test_reference_data_is_loaded_room_by_room_and_may_be_loaded_again():
    rows = {
        model: model._base_manager.count() for room in apps.get_app_configs() for model in room.get_models()
    }

    call_command("load_reference_data", verbosity=0)

    assert {model: model._base_manager.count() for model in rows} == rows


def test_a_taken_port_is_refused_before_anything_is_changed():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"Port {port} is in use.*PORT={port + 1}"):
            call_command("prepare", port=port)


@pytest.mark.parametrize(
    ("source", "text", "flags", "complaint"),
    [
        ("Approve", "", (), "no Chinese"),
        ("Approve", "批准", ("fuzzy",), "fuzzy"),
        ("Refused", "输入无效", (), "banned word"),
        ("Refused", "请重试。", (), "banned word"),
        ("%(count)s files", "若干个文件", (), "placeholder lost"),
        ("Files", "%(count)s 个文件", (), "unknown placeholder"),
        (("One file", "%(count)s files"), ("",), (), "no Chinese"),
    ],
)
def test_an_incomplete_message_is_named(source, text, flags, complaint):
    assert complaint in "".join(complaints_about(Message(source, text, flags=flags)))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Approve", "批准"),
        (("%(count)s file", "%(count)s files"), ("%(count)s 个文件",)),
        ("The line is busy.", "线路繁忙，请稍后重试。"),
    ],
)
def test_a_complete_message_is_let_be(source, text):
    assert complaints_about(Message(source, text)) == []
