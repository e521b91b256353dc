from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('returns', '0003_violations')]

    operations = [
        migrations.RenameField(model_name='violation', old_name='clause', new_name='clause_zh'),
        migrations.AlterField(
            model_name='violation',
            name='clause_zh',
            field=models.CharField(max_length=200, verbose_name='clause (Chinese)'),
        ),
        migrations.AddField(
            model_name='violation',
            name='clause_en',
            field=models.CharField(default='', max_length=200, verbose_name='clause (English)'),
            preserve_default=False,
        ),
    ]
