"""The JSON routes of all stages: our own at /api/v1/, those of the CommonGrants protocol at /common-grants/; each described at
its openapi.json. Stages only as strings."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
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
api.add_router("", "reports.api.router")

common_grants = NinjaAPI(
    title=f"{settings.SITE_NAME}: CommonGrants",
    version="0.5",
    description="Published calls by the CommonGrants protocol (commongrants.org). Nothing here needs an account.",
    urls_namespace="common-grants",
    docs_url=None,
    parser=ExactParser(),
)
common_grants.add_router("", "reports.common_grants.router")


@common_grants.exception_handler(ValidationError)
def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A question of the wrong shape, told as the protocol tells errors."""
    told = {"status": 400, "message": "The request has the wrong shape.", "errors": error.errors}
    return common_grants.create_response(request, told, status=400)
