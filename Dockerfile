# One image for every process; which one it is, the command says (see docker-compose.yml).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock && python -m compileall -q /usr/local/lib

COPY . .
# The key is needed to load the settings, and used for nothing here.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost \
    python manage.py collectstatic --no-input \
 && useradd --system --uid 10001 opsmgr \
 && mkdir -p .opsmgr/media && chown -R opsmgr .opsmgr

USER opsmgr
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "opsmgr/gunicorn_conf.py", "opsmgr.wsgi:application"]
