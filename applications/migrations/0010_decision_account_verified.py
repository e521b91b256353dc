"""That the settlement account was checked stays with the approval, in the name of whoever made it."""

from django.db import migrations, models


def keep_what_was_confirmed(apps, schema_editor):
    """No approval was ever made, held ones included, unless its maker confirmed it; only it was not kept."""
    apps.get_model("applications", "Decision").objects.filter(outcome="approved").update(account_verified=True)


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0009_application_reopened'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='account_verified',
            field=models.BooleanField(default=False, null=True, verbose_name='settlement account checked'),
        ),
        migrations.RunPython(keep_what_was_confirmed, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('account_verified', True), ('account_verified', None), models.Q(('outcome', 'approved'), _negated=True), models.Q(('state__in', ['sent', 'held', 'released']), _negated=True), _connector='OR'), name='decision_approval_checked_account', violation_error_message='Check the settlement account in the core system first.'),
        ),
    ]
