# One image; docker-compose.yml starts it three times: web, worker, scheduler.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements-uv.txt requirements.txt ./
RUN python -m venv /srv/venv \
 && /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
 && /srv/venv/bin/uv pip install --no-cache --python /srv/venv/bin/python --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
# `manage.py backup` calls pg_dump, which must be of the server's version: the one of docker-compose.yml.
ARG POSTGRESQL=17
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libfontconfig1 libharfbuzz-subset0 libharfbuzz0b libmagic1 libpango-1.0-0 libpangoft2-1.0-0 postgresql-common \
 && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
 && apt-get install -y --no-install-recommends "postgresql-client-$POSTGRESQL" \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin umbs \
 && install -d -o umbs -g umbs -m 700 /var/lib/umbs
COPY --from=packages /srv/venv /srv/venv
COPY . /srv/umbs
WORKDIR /srv/umbs
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 UMBS_PROFILE=production UMBS_VAR=/var/lib/umbs
# The settings demand keys; these two live for one command and sign nothing.
RUN SECRET_KEY="$(head -c 48 /dev/urandom | base64)" UMBS_KEK="$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')" \
    ALLOWED_HOSTS=localhost python manage.py collectstatic --no-input --verbosity 0
USER umbs
EXPOSE 8000
CMD ["gunicorn", "umbs_privacy.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--control-socket", "/tmp/gunicorn.ctl"]
