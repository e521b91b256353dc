from django.db import migrations, models

# What the reasons that the portal came with open. A reason of the bank's own says so by hand.
CATEGORIES = {
    'v1_licence_void': 'licence_expired',
    'v2_false_identity': 'false_particulars',
    'r1_moved': 'moved',
    'r2_fraud': 'cash_out',
    'r3_lent_out': 'lent',
    'r4_tampered': 'opened_up',
    'b1_listed': 'cash_out',
}


def name_categories(apps, schema_editor):
    reasons = apps.get_model("terminals", "StopReason").objects.filter(opens_violation=True)
    for code, category in CATEGORIES.items():
        reasons.filter(pk=code).update(violation_category=category)


def mark_again(apps, schema_editor):
    reasons = apps.get_model("terminals", "StopReason").objects.exclude(violation_category="")
    reasons.update(opens_violation=True)


class Migration(migrations.Migration):

    dependencies = [
        ('terminals', '0009_binding_reports'),
    ]

    operations = [
        migrations.AddField(
            model_name='stopreason',
            name='violation_category',
            field=models.SlugField(blank=True, max_length=30, verbose_name='opens a violation of'),
        ),
        migrations.RunPython(name_categories, mark_again),
        migrations.RemoveField(
            model_name='stopreason',
            name='opens_violation',
        ),
    ]
