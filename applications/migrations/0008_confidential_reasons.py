from django.db import migrations, models

CONFIDENTIAL = ["not_eligible", "false_papers", "false_papers_item"]


def mark(apps, schema_editor):
    """Catalogues that were loaded before know these reasons already."""
    apps.get_model("applications", "ReasonCode").objects.filter(code__in=CONFIDENTIAL).update(
        is_confidential=True
    )


class Migration(migrations.Migration):
    dependencies = [("applications", "0007_placement_serial")]

    operations = [
        migrations.AddField(
            model_name="reasoncode",
            name="is_confidential",
            field=models.BooleanField(default=False, verbose_name="nothing is added to the text"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
