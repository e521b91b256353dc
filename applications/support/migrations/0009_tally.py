"""The number of rows in each status at each branch is kept by the database."""

from django.db import migrations

from config.kernel import tally

TABLE = "support_ticket"


def install(apps, schema_editor):
    tally.install(schema_editor.connection, TABLE)


def remove(apps, schema_editor):
    tally.remove(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_tally"), ("support", "0004_weeks_of_checks")]

    operations = [migrations.RunPython(install, remove)]
