"""Who is an owner when this comes was let in under the former rules: the bank has checked them since they act for the merchant."""

from django.db import migrations, models


def check_present_owners(apps, schema_editor):
    apps.get_model("merchants", "Membership").objects.filter(role="owner").update(checked_at=models.F("since"))


class Migration(migrations.Migration):
    dependencies = [("merchants", "0008_reference_lists")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="checked_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="checked by the bank"),
        ),
        # Back again there is nothing to do: the column goes.
        migrations.RunPython(check_present_owners, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_at", None), ("role", "owner"), _connector="OR"),
                name="membership_checked_owner",
                violation_error_message="The bank checks owners only.",
            ),
        ),
    ]
