"""A case says itself that its refusal is looked at again, so that nobody else need be asked for those who refused it."""

from django.db import migrations, models


def mark_reopened(apps, schema_editor):
    """The moment of the answer that took it up again."""
    answered = apps.get_model("applications", "ReviewRequest").objects.filter(
        application=models.OuterRef("pk"), outcome="reopened"
    )
    cases = apps.get_model("applications", "Application").objects.filter(models.Exists(answered))
    cases.update(reopened_at=models.Subquery(answered.values("answered_at")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0008_confidential_reasons'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='reopened_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='taken up again at'),
        ),
        migrations.RunPython(mark_reopened, migrations.RunPython.noop),
    ]
