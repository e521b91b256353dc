"""The number of rows in each status at each branch is kept by the database."""

from django.db import migrations

from config.kernel import tally

TABLE = "terminals_terminal"


def install(apps, schema_editor):
    tally.install(schema_editor.connection, TABLE)


def remove(apps, schema_editor):
    tally.remove(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_tally"), ("terminals", "0014_response_codes")]

    operations = [migrations.RunPython(install, remove)]
