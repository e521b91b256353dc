"""What must never be false of an import, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction

from config.files.models import ImportJob
from config.kernel.constraints import broken_constraint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("import_status_known", {"status": "odd", "blob": ""}),
        ("import_has_its_list_while_open", {"blob": ""}),
        ("import_has_its_list_while_open", {"part_count": 0}),
        ("import_has_its_list_while_open", {"status": "cancelled"}),
        ("import_done_is_counted", {"status": "done", "blob": ""}),
        ("import_failed_says_why", {"status": "failed", "blob": ""}),
        ("import_look_changes_nothing", {"only_look": True, "added_count": 1}),
    ],
)
def test_what_must_never_be_false(name, changed, waiting):
    job = waiting()

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ImportJob.objects.filter(pk=job.pk).update(**changed)

    assert broken_constraint(caught.value).name == name
