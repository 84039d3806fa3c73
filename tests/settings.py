"""The project's own settings under a private environment: nothing of the developer's machine reaches a test."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

OURS = tuple("UMBS_ DATABASE_URL CELERY_BROKER_URL EMAIL_URL SECRET_KEY PUBLIC_BASE_URL ALLOWED_HOSTS PORT".split())
SEAM_TEST = os.environ.get("UMBS_SEAM_TEST", "")

for name in [name for name in os.environ if name.startswith(OURS)]:
    del os.environ[name]
place = Path(tempfile.mkdtemp(prefix="umbs-tests-"))
atexit.register(shutil.rmtree, place, ignore_errors=True)
os.environ |= {
    "UMBS_VAR": str(place),
    "UMBS_SEAM_TEST": SEAM_TEST,
    "SECRET_KEY": secrets.token_urlsafe(48),
    "UMBS_KEK": secrets.token_hex(32),
    "UMBS_LOG_LEVEL": "WARNING",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's synchronous API keeps an event loop in the thread of the tests
}

from umbs_privacy.settings import *  # noqa: E402, F403 - the environment must stand before the settings are read

PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
