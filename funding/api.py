"""The JSON routes of all stages under one address, described at /api/v1/openapi.json. Stages only as strings."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser


class ExactParser(Parser):
    """JSON whose numbers stay exact decimals."""

    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body, parse_float=Decimal)


api = NinjaAPI(
    title=f"{settings.SITE_NAME}: open routes",
    version="1",
    description="Answers that need no account. Amounts are EUR cents, headcounts annual work units (AWU).",
    urls_namespace="api",
    docs_url=None,
    parser=ExactParser(),
)
api.add_router("", "applicants.api.router")
