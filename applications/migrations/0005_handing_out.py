"""Who gets which case: days away, cases put off; and what the lists of closed, held and escalated ones are read by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('applications', '0004_desk_preference'),
        ('merchants', '0002_blacklist'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('last_day', models.DateField(verbose_name='last day')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['-last_day', '-id'],
            },
        ),
        migrations.CreateModel(
            name='SkippedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='skipped at')),
            ],
            options={
                'verbose_name': 'skipped case',
                'verbose_name_plural': 'skipped cases',
            },
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['branch', '-submitted_at', '-id'], name='application_filed_branch'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('held_since__isnull', False)), fields=['held_since', 'id'], name='application_decision_held'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status__in', ['submitted', 'under_review']), ('escalated_at__isnull', False)), fields=['due_at', 'id'], name='application_escalated'),
        ),
        migrations.AddField(
            model_name='absence',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='skippedcase',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='applications.application'),
        ),
        migrations.AddField(
            model_name='skippedcase',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='absence_ends_after_it_begins', violation_error_message='The last day cannot be before the first.'),
        ),
        migrations.AddConstraint(
            model_name='skippedcase',
            constraint=models.UniqueConstraint(fields=('reviewer', 'application'), name='skipped_case_once', violation_error_message='This case is skipped already.'),
        ),
    ]
