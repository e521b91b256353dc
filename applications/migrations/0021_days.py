"""How many applications were filed and decided on each day at each branch is kept by the database."""

from django.db import migrations

from config.kernel import day_tally

TABLE = "applications_application"
MOMENTS = ("submitted_at", "decided_at")


def install(apps, schema_editor):
    for moment in MOMENTS:
        day_tally.install(schema_editor.connection, TABLE, moment)


def remove(apps, schema_editor):
    for moment in MOMENTS:
        day_tally.remove(schema_editor.connection, TABLE, moment)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_tally"), ("applications", "0020_decision_due_at")]

    operations = [migrations.RunPython(install, remove)]
