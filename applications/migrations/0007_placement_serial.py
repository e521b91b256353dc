from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_remarks")]

    operations = [
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                fields=["serial_number"],
                condition=models.Q(("serial_number", ""), _negated=True),
                name="placement_serial_number",
            ),
        ),
    ]
