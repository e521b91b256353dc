"""Kinds of messages can be switched by channel; a claim has a number of its own, and a failure a reason to sort by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MessageSwitch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(db_index=False, max_length=60, verbose_name='kind')),
                ('channel', models.CharField(choices=[('inbox', 'Portal'), ('email', 'E-mail'), ('sms', 'SMS')], max_length=10, verbose_name='channel')),
                ('is_on', models.BooleanField(verbose_name='on')),
                ('changed_at', models.DateTimeField(verbose_name='changed at')),
            ],
            options={
                'verbose_name': 'message switch',
                'verbose_name_plural': 'message switches',
            },
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='claim',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='outboxmessage',
            name='failure',
            field=models.CharField(blank=True, choices=[('unreachable', 'Gateway not reached'), ('refused', 'Gateway refused it'), ('no_address', 'No address any more'), ('broken', 'Message could not be made')], max_length=12, verbose_name='reason'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('channel', 'inbox'), ('read_at__isnull', True)), fields=['recipient'], name='outbox_message_unread'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='outbox_message_dead'),
        ),
        migrations.AddIndex(
            model_name='outboxmessage',
            index=models.Index(condition=models.Q(('failure', ''), _negated=True), fields=['failure', '-id'], name='outbox_message_failure'),
        ),
        migrations.AddField(
            model_name='messageswitch',
            name='changed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='changed by'),
        ),
        migrations.AddConstraint(
            model_name='messageswitch',
            constraint=models.UniqueConstraint(fields=('kind', 'channel'), name='message_switch_once', violation_error_message='This kind of message has a switch for this channel already.'),
        ),
        migrations.AddConstraint(
            model_name='messageswitch',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['inbox', 'email', 'sms'])), name='message_switch_channel_known', violation_error_message='Choose a channel from the list.'),
        ),
    ]
