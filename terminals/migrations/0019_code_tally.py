"""The number of codes in each status is kept by the database, at the branch of the terminal that they belong to."""

from django.db import migrations

from config.kernel import parent_tally

TABLE, PARENT = "terminals_registrationcode", "terminals_terminal"


def install(apps, schema_editor):
    parent_tally.install(schema_editor.connection, TABLE, key="terminal_id", parent=PARENT)


def remove(apps, schema_editor):
    parent_tally.remove(schema_editor.connection, TABLE, parent=PARENT)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_tally"), ("terminals", "0016_risk_cases_and_changes")]

    operations = [migrations.RunPython(install, remove)]
