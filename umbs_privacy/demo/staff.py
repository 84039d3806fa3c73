"""The staff of the demo company: each role, two officers, two administrators; the password is made here."""

from __future__ import annotations

import secrets
from pathlib import Path

from requests_app.models import User
from requests_app.permissions import Role

TEAM = {
    "iris": Role.INTAKE,
    "anna": Role.ANALYST,
    "omar": Role.OFFICER,
    "olga": Role.OFFICER,
    "uma": Role.AUDITOR,
    "root": Role.ADMIN,
    "rita": Role.ADMIN,
}


def hire(logins: Path) -> str:
    """Make the accounts and return their password, which is kept in `logins` so that it stays the same here."""
    password = _password(logins)
    for name, role in TEAM.items():
        user, created = User.objects.get_or_create(
            username=name,
            defaults={"role": role.value, "email": f"{name}@umbs.example", "is_staff": role is Role.ADMIN},
        )
        if created or not user.check_password(password):
            user.is_superuser = role is Role.ADMIN
            user.set_password(password)
            user.save()
    return password


def _password(logins: Path) -> str:
    if logins.is_file():
        return logins.read_text(encoding="utf-8").splitlines()[0].partition(": ")[2]
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    logins.touch(mode=0o600)
    roles = "".join(f"{name}: {role.value}\n" for name, role in TEAM.items())
    logins.write_text(f"password: {password}\n{roles}", encoding="utf-8")
    return password
