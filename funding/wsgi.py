"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "funding.settings")
application = get_wsgi_application()
# All views are imported here, once, before the workers are forked: not by the first visitor of each worker.
get_resolver().url_patterns  # noqa: B018  (reading is the point)
