"""A decision keeps by when it was due; of those made before, what their application still knows."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_over(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    Decision = apps.get_model("applications", "Decision")
    due = Application.objects.filter(pk=OuterRef("application")).values("due_at")[:1]
    final = Decision.objects.filter(outcome__in=["approved", "rejected"], state__in=["sent", "released"])
    final.update(due_at=Subquery(due))


class Migration(migrations.Migration):
    dependencies = [("applications", "0019_tally")]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="due_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="answer due"),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
