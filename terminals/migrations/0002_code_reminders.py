"""The merchant is told once that a code is about to expire."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('terminals', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='registrationcode',
            name='expiry_told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
