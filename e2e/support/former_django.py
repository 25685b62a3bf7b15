"""Makes an installation of the former application with Django itself: its tables as Django lays them out, its files as
Django stores them.

    python former_django.py <directory> [postgres URL]        prints what was made, as JSON

The models say which fields there are (facts about version 0.1.0); the code is ours.
"""

import json
import sys
import uuid
from hashlib import md5
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.conf import settings

directory = Path(sys.argv[1])


def database() -> dict:
    if len(sys.argv) < 3:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": directory / "db.sqlite3"}
    url = urlsplit(sys.argv[2])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "HOST": url.hostname,
        "PORT": url.port,
        "USER": url.username,
        "PASSWORD": url.password or "",
    }


settings.configure(
    DATABASES={"default": database()},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    MEDIA_ROOT=directory / "archives",
    SECRET_KEY="only to make test data",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.base_user import AbstractBaseUser  # noqa: E402
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402


class User(AbstractBaseUser):
    is_superuser = models.BooleanField()
    username = models.CharField(max_length=150, unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "account"


class Platform(models.Model):
    name = models.CharField(max_length=20, unique=True)
    pretty_name = models.CharField(max_length=20)

    class Meta:
        app_label = "collector"


class Ticket(models.Model):
    number = models.IntegerField(unique=True, db_index=True)
    resolved = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    attempts = models.IntegerField(default=5)
    time_create = models.DateTimeField(auto_now_add=True)
    time_update = models.DateTimeField(auto_now=True)
    platform = models.ForeignKey(Platform, models.CASCADE, to_field="name", db_column="platform_name")
    user = models.ForeignKey(User, models.CASCADE)

    class Meta:
        app_label = "collector"


class Archive(models.Model):
    file = models.FileField(upload_to=lambda archive, name: f"{archive.ticket_id}/{name}")
    size = models.BigIntegerField()
    md5 = models.CharField(max_length=1024)
    time_create = models.DateTimeField(auto_now_add=True)
    time_update = models.DateTimeField(auto_now=True)
    ticket = models.ForeignKey(Ticket, models.CASCADE, to_field="number", db_column="ticket_number")

    class Meta:
        app_label = "collector"


call_command("migrate", verbosity=0)
with connection.schema_editor() as editor:
    for model in (User, Platform, Ticket, Archive):
        editor.create_model(model)

user = User(username="Anna", is_superuser=True)
user.set_password("a password of the former application")
user.save()
platform = Platform.objects.create(name="vm6", pretty_name="VMmanager 6")
made = []
for number in (41, 42):
    ticket = Ticket.objects.create(number=number, platform=platform, user=user, note="заметка")
    files = []
    for content in (b"first" * 20_000, b"second" * 20_000):
        archive = Archive(ticket=ticket, size=len(content), md5=md5(content).hexdigest())
        # The same name twice: Django gives the second one another.
        archive.file.save("support bundle.tar.gz", ContentFile(content), save=False)
        archive.save()
        files.append({"name": Path(archive.file.name).name, "text": content.decode()})
    time_create = Ticket.objects.get(number=number).time_create.isoformat(timespec="milliseconds")
    made.append({"number": number, "token": str(ticket.token), "time_create": time_create, "files": files})
print(json.dumps(made))
