"""What the queue is read by: the open cases in their order, and merchants' names by every two letters in a row."""

from django.db import migrations, models

OPEN_TO_REVIEW = models.Q(("status__in", ["submitted", "under_review"]))

# One function of names pg_catalog alone, so that it also works where the search path is empty (restore, maintenance).
BIGRAMS = """
CREATE FUNCTION portal_bigrams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(folded, place, 2)), '{}'::text[])
    FROM (SELECT lower(normalize($1, NFKC)) AS folded) AS names, generate_series(1, length(folded) - 1) AS place
$$
"""
# Without a pending list: a search never has to read through what was filed lately.
INDEX = """
CREATE INDEX application_name_bigrams ON applications_application
USING gin (portal_bigrams(subject_name)) WITH (fastupdate = off)
"""


def install(apps, schema_editor):
    """PostgreSQL alone can search by parts of names at scale; the models are the same everywhere."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BIGRAMS)
        schema_editor.execute(INDEX)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX application_name_bigrams")
        schema_editor.execute("DROP FUNCTION portal_bigrams(text)")


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["due_at", "id"], condition=OPEN_TO_REVIEW, name="application_open"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["branch", "due_at", "id"], condition=OPEN_TO_REVIEW, name="application_open_branch"
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["assignee", "due_at", "id"],
                condition=OPEN_TO_REVIEW,
                name="application_open_assignee",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["correction_due_at", "id"],
                condition=models.Q(("status", "returned")),
                name="application_with_merchant",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["-submitted_at", "-id"],
                condition=models.Q(("submitted_at__isnull", False)),
                name="application_filed",
            ),
        ),
        migrations.AddIndex(
            model_name="applicationterminal",
            index=models.Index(fields=["serial_number"], name="application_terminal_serial"),
        ),
        migrations.RunPython(install, remove),
    ]
