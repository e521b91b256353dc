"""The review desk: claims, verdicts on items, held decisions, rounds, and refusals looked at again."""

import config.privacy.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_who_consented(apps, schema_editor):
    """Consents given before the column was there were the applicant's: nobody else could give one."""
    consented = apps.get_model("applications", "Registration").objects.filter(consent_text__isnull=False)
    consented.update(consented_by=models.Subquery(_applicant_of(apps)))


def _applicant_of(apps):
    application = apps.get_model("applications", "Application")
    return application.objects.filter(pk=models.OuterRef("pk")).values("applicant")[:1]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('applications', '0002_queue'),
        ('merchants', '0002_blacklist'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Verdicts on every item take its place.
        migrations.DeleteModel(name='ReturnedItem'),
        migrations.CreateModel(
            name='ItemReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=60, verbose_name='item')),
                ('is_ok', models.BooleanField(verbose_name='in order')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='what is wrong')),
                ('content', models.CharField(editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'verdict on an item',
                'verbose_name_plural': 'verdicts on items',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReviewDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='round')),
                ('content', config.privacy.fields.EncryptedJSONField(blank=True, default=dict, verbose_name='content')),
                ('saved_at', models.DateTimeField(db_index=True, verbose_name='saved at')),
            ],
            options={
                'verbose_name': 'draft of a review',
                'verbose_name_plural': 'drafts of reviews',
            },
        ),
        migrations.CreateModel(
            name='ReviewRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=500, verbose_name='what the merchant says')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'The refusal stands'), ('reopened', 'Taken up again')], max_length=8, verbose_name='outcome')),
                ('answer', models.TextField(blank=True, max_length=500, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
            ],
            options={
                'verbose_name': 'request to review a refusal',
                'verbose_name_plural': 'requests to review refusals',
            },
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='round')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('content', config.privacy.fields.EncryptedJSONField(default=dict, verbose_name='content')),
            ],
            options={
                'verbose_name': 'submission',
                'verbose_name_plural': 'submissions',
                'ordering': ['round'],
            },
        ),
        migrations.AlterModelOptions(
            name='application',
            options={'permissions': [('review_application', 'Can review applications and decide on them'), ('release_decision', 'Can release or reverse decisions of colleagues'), ('take_over_application', 'Can take over cases and hand them out'), ('decide_after_rounds', 'Can decide after the last round of correction'), ('file_for_merchant', 'Can file applications for merchants'), ('reveal_particulars', 'Can reveal masked particulars'), ('view_papers', 'Can look at papers and private notes of an application')], 'verbose_name': 'application', 'verbose_name_plural': 'applications'},
        ),
        migrations.RemoveConstraint(
            model_name='decision',
            name='decision_one_per_round',
        ),
        migrations.RemoveConstraint(
            model_name='registration',
            name='registration_consent_whole',
        ),
        migrations.AddField(
            model_name='application',
            name='escalated_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='with the supervisors since'),
        ),
        migrations.AddField(
            model_name='application',
            name='held_since',
            field=models.DateTimeField(blank=True, null=True, verbose_name='decision held since'),
        ),
        migrations.AddField(
            model_name='application',
            name='lease_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='held until'),
        ),
        migrations.AddField(
            model_name='application',
            name='proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided first by'),
        ),
        migrations.AddField(
            model_name='application',
            name='remind_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='next reminder'),
        ),
        migrations.AddField(
            model_name='application',
            name='working_days_left',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working days left'),
        ),
        migrations.AddField(
            model_name='decision',
            name='checked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='checked at'),
        ),
        migrations.AddField(
            model_name='decision',
            name='checker',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second person'),
        ),
        migrations.AddField(
            model_name='decision',
            name='checker_note',
            field=models.TextField(blank=True, max_length=500, verbose_name='note of the second person'),
        ),
        migrations.AddField(
            model_name='decision',
            name='held_for',
            field=models.JSONField(blank=True, default=list, verbose_name='held for'),
        ),
        migrations.AddField(
            model_name='decision',
            name='state',
            field=models.CharField(choices=[('sent', 'In force'), ('held', 'Held for a second person'), ('released', 'Released by a second person'), ('reversed', 'Reversed by a second person'), ('taken_back', 'Taken back'), ('overtaken', 'Overtaken by a withdrawal'), ('overturned', 'Overturned on review')], default='sent', max_length=10, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='reasoncode',
            name='applies_to',
            field=models.CharField(choices=[('document', 'a paper'), ('field', 'an answer'), ('application', 'the whole application')], default='application', max_length=11, verbose_name='applies to'),
        ),
        migrations.AddField(
            model_name='reasoncode',
            name='internal_text',
            field=models.CharField(blank=True, max_length=300, verbose_name='for colleagues only'),
        ),
        migrations.AddField(
            model_name='reasoncode',
            name='is_active',
            field=models.BooleanField(default=True, verbose_name='offered'),
        ),
        migrations.AddField(
            model_name='reasoncode',
            name='remedy_en',
            field=models.CharField(blank=True, max_length=300, verbose_name='how to mend it (English)'),
        ),
        migrations.AddField(
            model_name='reasoncode',
            name='remedy_zh',
            field=models.CharField(blank=True, max_length=300, verbose_name='how to mend it (Chinese)'),
        ),
        migrations.AddField(
            model_name='registration',
            name='consented_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='consented by'),
        ),
        migrations.RunPython(name_who_consented, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='document',
            name='paper',
            field=models.CharField(choices=[('id_front', 'ID card, portrait side'), ('id_back', 'ID card, emblem side'), ('licence', 'Business licence'), ('account_proof', 'Proof of the settlement account'), ('storefront', 'Photograph of the storefront'), ('interior', 'Photograph of the shop inside'), ('counter', 'Photograph of the cash desk'), ('premises_proof', 'Lease or title of the premises'), ('authorisation', 'Letter of authorisation'), ('agent_id_front', "Agent's ID card, portrait side"), ('agent_id_back', "Agent's ID card, emblem side"), ('trade_permit', 'Trade permit'), ('signed_consent', 'Signed consent')], max_length=16, verbose_name='paper'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('lease_until', None), ('assignee__isnull', False), _connector='OR'), name='application_lease_has_holder', violation_error_message="Only a case in somebody's hands is held."),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('held_since', None), models.Q(('proposed_by__isnull', False), ('status', 'under_review')), _connector='OR'), name='application_held_is_whole', violation_error_message='A held decision belongs to a case under review and names who made it.'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), ('proposed_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='application_second_is_not_first', violation_error_message='Whoever decided first cannot release the decision; a colleague has to.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'held', 'released', 'reversed', 'taken_back', 'overtaken', 'overturned'])), name='decision_state_known', violation_error_message='This state of a decision is unknown.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['sent', 'held', 'released'])), fields=('application', 'round'), name='decision_one_per_round', violation_error_message='This round is already decided.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('checker', None), models.Q(('checker', models.F('by')), _negated=True), _connector='OR'), name='decision_checker_is_not_maker', violation_error_message='The second person is somebody else than the first.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('checked_at', None), ('checker', None)), models.Q(('checked_at__isnull', False), ('checker__isnull', False)), _connector='OR'), name='decision_checked_whole', violation_error_message='A checked decision names who checked it and when.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['released', 'reversed']), _negated=True), ('checker__isnull', False), _connector='OR'), name='decision_released_by_somebody', violation_error_message='A held decision is released or reversed by a second person.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('held_for', []), models.Q(('state', 'sent'), _negated=True), _connector='OR'), name='decision_held_is_not_sent', violation_error_message='This decision needs a second person before it is sent.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent_text', None), ('consented_at', None), ('consented_by', None)), models.Q(('consent_text__isnull', False), ('consented_at__isnull', False), ('consented_by__isnull', False)), _connector='OR'), name='registration_consent_whole', violation_error_message='A consent names its text, its moment and whose it is.'),
        ),
        migrations.AddField(
            model_name='itemreview',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='applications.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='itemreview',
            name='reason',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.reasoncode', verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='reviewdraft',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_drafts', to='applications.application', verbose_name='application'),
        ),
        migrations.AddField(
            model_name='reviewdraft',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='reviewrequest',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='reviewrequest',
            name='application',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review_request', to='applications.application', verbose_name='application'),
        ),
        migrations.AddField(
            model_name='reviewrequest',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='reviewrequest',
            name='refused_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='refused by'),
        ),
        migrations.AddField(
            model_name='submission',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to='applications.application', verbose_name='application'),
        ),
        migrations.AddField(
            model_name='submission',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddConstraint(
            model_name='itemreview',
            constraint=models.UniqueConstraint(fields=('decision', 'item'), name='item_review_once', violation_error_message='Each item is judged once, with everything that is wrong with it.'),
        ),
        migrations.AddConstraint(
            model_name='itemreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_ok', True), ('reason', None), ('text', '')), models.Q(('is_ok', False), ('reason__isnull', False), models.Q(('text', ''), _negated=True)), _connector='OR'), name='item_review_gives_reason', violation_error_message='What has to be corrected needs a reason and words the merchant can act on.'),
        ),
        migrations.AddConstraint(
            model_name='reviewdraft',
            constraint=models.UniqueConstraint(fields=('application', 'reviewer'), name='review_draft_once', violation_error_message='A reviewer keeps one draft for each application.'),
        ),
        migrations.AddConstraint(
            model_name='reviewrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('outcome', '')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('outcome__in', ['upheld', 'reopened'])), _connector='OR'), name='review_request_answered_whole', violation_error_message='An answer names its outcome, who gave it and when.'),
        ),
        migrations.AddConstraint(
            model_name='reviewrequest',
            constraint=models.CheckConstraint(condition=models.Q(('answered_by', None), models.Q(('answered_by', models.F('refused_by')), _negated=True), _connector='OR'), name='review_request_answered_by_another', violation_error_message='Somebody else than the refuser answers.'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('application', 'round'), name='submission_once_per_round', violation_error_message='This round was handed in already.'),
        ),
    ]
