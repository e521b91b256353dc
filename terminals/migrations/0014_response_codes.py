"""The words of response codes are kept by version, in both languages, with group, desk and causes.

Rows that are there come from the file of the house, since no desk could change them until now: what is new is read from it.
"""

import csv
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from config.kernel import append_only

KEPT = {"terminals_responsecodeversion": ()}
DATA = Path(__file__).parents[1] / "data" / "response_codes.csv"
NEW = ("group", "bank_step_zh", "bank_step_en", "desk", "note_zh", "note_en")
LISTS = ("sub_reasons_zh", "sub_reasons_en")
WORDS = (
    "group",
    "action_class",
    "retains_card",
    "screen_text",
    "meaning_zh",
    "meaning_en",
    "merchant_step_zh",
    "merchant_step_en",
    "bank_step_zh",
    "bank_step_en",
    "desk",
    *LISTS,
    "note_zh",
    "note_en",
)


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, KEPT)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, KEPT)


def complete(apps, schema_editor):
    """Every row has what is new, and its first version on record."""
    ResponseCode = apps.get_model("terminals", "ResponseCode")
    ResponseCodeVersion = apps.get_model("terminals", "ResponseCodeVersion")
    with DATA.open(encoding="utf-8", newline="") as file:
        of_the_house = {(line["code_set"], line["code"]): line for line in csv.DictReader(file)}
    for row in ResponseCode.objects.all():
        if line := of_the_house.get((row.code_set, row.code)):
            for name in NEW:
                setattr(row, name, line[name])
            for name in LISTS:
                setattr(row, name, "\n".join(line[name].split(" | ")))
            row.retains_card = line["retains_card"] == "1"
            row.save()
        ResponseCodeVersion.objects.create(
            response_code_id=row.pk,
            version=1,
            **{name: getattr(row, name) for name in WORDS},
        )


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0002_append_only'),
        ('terminals', '0013_bulletins'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ResponseCodeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('registration', 'Not registered, or stopped'), ('sign_in', 'The terminal asks to sign in again'), ('card', 'About the customer’s card'), ('network', 'No answer in time'), ('host', 'The bank’s own system'), ('transaction', 'About this one transaction'), ('success', 'The transaction went through')], max_length=20, verbose_name='what it is about')),
                ('action_class', models.CharField(choices=[('A', 'success'), ('B', 'failed, may be tried again'), ('C', 'failed, do not try again'), ('D', 'the operator must act'), ('E', 'system fault, do not try again')], max_length=1, verbose_name='class')),
                ('retains_card', models.BooleanField(default=False, verbose_name='the card is retained')),
                ('screen_text', models.CharField(max_length=200, verbose_name='text on the screen')),
                ('meaning_zh', models.CharField(max_length=200, verbose_name='meaning (Chinese)')),
                ('meaning_en', models.CharField(max_length=200, verbose_name='meaning (English)')),
                ('merchant_step_zh', models.CharField(max_length=300, verbose_name='what the merchant does (Chinese)')),
                ('merchant_step_en', models.CharField(max_length=300, verbose_name='what the merchant does (English)')),
                ('bank_step_zh', models.CharField(blank=True, max_length=300, verbose_name='what the bank does (Chinese)')),
                ('bank_step_en', models.CharField(blank=True, max_length=300, verbose_name='what the bank does (English)')),
                ('desk', models.CharField(blank=True, choices=[('support', 'Help line'), ('reviewer', 'Reviewer'), ('risk', 'Risk officer'), ('settlement', 'Settlement clerk'), ('field', 'Field engineer')], max_length=20, verbose_name='desk that deals with it')),
                ('sub_reasons_zh', models.TextField(blank=True, help_text='One a line.', max_length=600, verbose_name='causes behind it (Chinese)')),
                ('sub_reasons_en', models.TextField(blank=True, help_text='One a line.', max_length=900, verbose_name='causes behind it (English)')),
                ('note_zh', models.CharField(blank=True, max_length=300, verbose_name='where sources disagree (Chinese)')),
                ('note_en', models.CharField(blank=True, max_length=300, verbose_name='where sources disagree (English)')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('changed_at', models.DateTimeField(null=True, verbose_name='changed at')),
            ],
            options={
                'verbose_name': 'version of a response code',
                'verbose_name_plural': 'versions of response codes',
                'ordering': ['-version'],
            },
        ),
        migrations.RenameField(
            model_name='responsecode',
            old_name='bank_step',
            new_name='bank_step_en',
        ),
        migrations.RenameField(
            model_name='responsecode',
            old_name='note',
            new_name='note_en',
        ),
        migrations.AlterField(
            model_name='responsecode',
            name='bank_step_en',
            field=models.CharField(blank=True, max_length=300, verbose_name='what the bank does (English)'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='bank_step_zh',
            field=models.CharField(blank=True, max_length=300, verbose_name='what the bank does (Chinese)'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='changed_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='changed at'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='changed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='desk',
            field=models.CharField(blank=True, choices=[('support', 'Help line'), ('reviewer', 'Reviewer'), ('risk', 'Risk officer'), ('settlement', 'Settlement clerk'), ('field', 'Field engineer')], max_length=20, verbose_name='desk that deals with it'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='group',
            field=models.CharField(choices=[('registration', 'Not registered, or stopped'), ('sign_in', 'The terminal asks to sign in again'), ('card', 'About the customer’s card'), ('network', 'No answer in time'), ('host', 'The bank’s own system'), ('transaction', 'About this one transaction'), ('success', 'The transaction went through')], default='transaction', max_length=20, verbose_name='what it is about'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='responsecode',
            name='note_en',
            field=models.CharField(blank=True, max_length=300, verbose_name='where sources disagree (English)'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='note_zh',
            field=models.CharField(blank=True, max_length=300, verbose_name='where sources disagree (Chinese)'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='retains_card',
            field=models.BooleanField(default=False, verbose_name='the card is retained'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='sub_reasons_en',
            field=models.TextField(blank=True, help_text='One a line.', max_length=900, verbose_name='causes behind it (English)'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='sub_reasons_zh',
            field=models.TextField(blank=True, help_text='One a line.', max_length=600, verbose_name='causes behind it (Chinese)'),
        ),
        migrations.AddField(
            model_name='responsecode',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name='version'),
        ),
        migrations.AddConstraint(
            model_name='responsecode',
            constraint=models.CheckConstraint(condition=models.Q(('code_set__regex', '^[a-z][a-z0-9_]{1,19}$'), ('code__regex', '^[0-9A-Z]{1,4}$')), name='response_code_written_plainly', violation_error_message='A code has 1 to 4 digits and capital letters; a code set is small letters, digits and _.'),
        ),
        migrations.AddConstraint(
            model_name='responsecode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code_set', 'unionpay'), _negated=True), ('code__regex', '^[0-9A-Z]{2}$'), _connector='OR'), name='response_code_unionpay_has_two', violation_error_message='A UnionPay code has exactly two characters, such as 03.'),
        ),
        migrations.AddConstraint(
            model_name='responsecode',
            constraint=models.CheckConstraint(condition=models.Q(('group__in', ['registration', 'sign_in', 'card', 'network', 'host', 'transaction', 'success']), ('action_class__in', ['A', 'B', 'C', 'D', 'E']), ('desk__in', ['', 'support', 'reviewer', 'risk', 'settlement', 'field'])), name='response_code_choices_known', violation_error_message='Group, class or desk is none of those offered.'),
        ),
        migrations.AddConstraint(
            model_name='responsecode',
            constraint=models.CheckConstraint(condition=models.Q(('retains_card', False), ('group', 'card'), _connector='OR'), name='response_code_retention_of_card', violation_error_message='Only a message about the card can ask to retain it.'),
        ),
        migrations.AddConstraint(
            model_name='responsecode',
            constraint=models.CheckConstraint(condition=models.Q(('screen_text', ''), ('meaning_zh', ''), ('meaning_en', ''), ('merchant_step_zh', ''), ('merchant_step_en', ''), _connector='OR', _negated=True), name='response_code_never_mute', violation_error_message='Screen text, meaning and what the merchant does are never empty.'),
        ),
        migrations.AddField(
            model_name='responsecodeversion',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AddField(
            model_name='responsecodeversion',
            name='response_code',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='terminals.responsecode', verbose_name='response code'),
        ),
        migrations.AddConstraint(
            model_name='responsecodeversion',
            constraint=models.UniqueConstraint(fields=('response_code', 'version'), name='response_code_version_once', violation_error_message='Somebody else has just changed this code.'),
        ),
        migrations.AddConstraint(
            model_name='responsecode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('changed_at', None), ('changed_by', None)), models.Q(('changed_at__isnull', False), ('changed_by__isnull', False)), _connector='OR'), name='response_code_changed_whole', violation_error_message='A change is recorded with its moment and its person.'),
        ),
        migrations.AddConstraint(
            model_name='responsecodeversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('changed_at', None), ('changed_by', None)), models.Q(('changed_at__isnull', False), ('changed_by__isnull', False)), _connector='OR'), name='response_code_version_changed_whole', violation_error_message='A change is recorded with its moment and its person.'),
        ),
        # The triggers let rows in; after the rows PostgreSQL lets no table be altered.
        migrations.RunPython(install, remove),
        migrations.RunPython(complete, migrations.RunPython.noop),
    ]
