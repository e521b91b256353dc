"""A case filed before submissions and verdicts were kept says of how many rounds there are none."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


def count_what_was_not_kept(apps, schema_editor):
    """The rounds before the first submission on record: all of them where there is none.

    What was handed in then cannot be told any more: papers were replaced and answers edited since.
    """
    kept = apps.get_model("applications", "Submission").objects.filter(application=models.OuterRef("pk"))
    first = kept.order_by("round").values("round")[:1]
    before = Coalesce(models.Subquery(first) - 1, models.F("round"))
    cases = apps.get_model("applications", "Application").objects.filter(round__gte=1)
    cases.exclude(models.Exists(kept.filter(round=1))).update(rounds_unkept=before)


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0013_replacement'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='rounds_unkept',
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='rounds not kept'),
        ),
        migrations.RunPython(count_what_was_not_kept, migrations.RunPython.noop),
    ]
