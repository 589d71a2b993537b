from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0007_erased_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='sessions_ended',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
    ]
