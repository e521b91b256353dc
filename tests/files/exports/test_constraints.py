"""What must never be false of an export, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction

from config.files.models import Export
from config.kernel.constraints import broken_constraint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("export_status_known", {"status": "odd"}),
        ("export_ready_is_whole", {"status": "ready"}),
        ("export_file_only_while_made_or_ready", {"blob": "exports/x"}),
        ("export_plain_for_a_purpose", {"plain_columns": ["account"]}),
        ("export_failed_says_why", {"status": "failed"}),
    ],
)
def test_what_must_never_be_false(name, changed, waiting):
    export = waiting(1)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**changed)

    assert broken_constraint(caught.value).name == name
