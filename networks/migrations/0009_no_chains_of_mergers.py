from django.db import migrations


def shorten(apps, schema_editor):
    """Who became part of a town that became part of another is part of that one. Circles, made by hand, stay for people to mend."""
    municipalities = apps.get_model("networks", "Municipality").objects
    leads = dict(municipalities.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    for pk, into in leads.items():
        passed = {pk}
        while into in leads and into not in passed:
            passed.add(into)
            into = leads[into]
        if into not in leads:
            municipalities.filter(pk=pk).update(merged_into=into)


class Migration(migrations.Migration):

    dependencies = [
        ('networks', '0008_sessions_ended'),
    ]

    operations = [
        migrations.RunPython(shorten, migrations.RunPython.noop),
    ]
