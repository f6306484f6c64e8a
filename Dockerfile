# The image of web, worker, beat and migrate. Build: docker compose build
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/python -m pip install --require-hashes -r requirements.txt
# .dockerignore lets through what the product is made of, and nothing else.
COPY . ./
RUN if [ -d locale ]; then /venv/bin/python -m django compilemessages --settings funding.settings_check --pythonpath .; fi \
    && STATIC_ROOT=/app/collected DJANGO_SETTINGS_MODULE=funding.settings_check /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m compileall -q accounts applicants calls core demo desk evaluation funding grants reports ops

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache --system-only \
    && groupadd --gid 10001 desk \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin desk \
    && install -d -o 10001 -g 10001 -m 0700 /data/files
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=funding.settings \
    STATIC_ROOT=/app/collected \
    PRIVATE_FILES_DIR=/data/files \
    WEB_BIND=0.0.0.0:8000 \
    XDG_CACHE_HOME=/tmp
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:ops.gunicorn_conf"]
