"""The page about open routes, made of their OpenAPI documents, with an example for each that a test sends."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse

from funding.api import api, common_grants

Json = dict[str, Any]
EXAMPLES: dict[str, tuple[str, Json | None]] = {
    "awards": ("?page_size=2", None),
    "opportunity_list": ("?pageSize=2", None),
    "opportunity": ("", None),
    "opportunity_search": (
        "",
        {
            "search": "energy",
            "filters": {"status": {"operator": "in", "value": ["open", "forecasted"]}},
            "sorting": {"sortBy": "keyDates.closeDate", "sortOrder": "asc"},
        },
    ),
    "sme_check": (
        "",
        {
            "years": [{"headcount": 42, "turnover_cents": 600_000_000, "balance_cents": 450_000_000}],
            "rows": [{"name": "Holding", "capital_percent": 30, "years": [{"headcount": 20}]}],
        },
    ),
}
"""By the id of an operation: what stands behind its path, and what is sent."""
SAMPLE_ID = "5f0c2d9e-7a4b-5e31-9c80-1d2e3f4a5b6c"


@dataclass(frozen=True)
class Field:
    """One thing that a route takes or answers, with the parts it consists of."""

    name: str
    kind: str
    told: str
    is_required: bool
    parts: "list[Field]"


@dataclass(frozen=True)
class Answer:
    """What comes back with a status."""

    status: str
    told: str
    fields: list[Field]


@dataclass(frozen=True)
class Route:
    """One address: what it is for, what it takes, what it answers, and how to try it."""

    operation: str
    method: str
    path: str
    summary: str
    told: str
    takes: list[Field]
    answers: list[Answer]
    example: str
    sent: str


@dataclass(frozen=True)
class Chapter:
    """The routes of one document."""

    title: str
    told: str
    document: str
    routes: list[Route]


def chapters() -> list[Chapter]:
    """Every open route, as the documents at their `openapi.json` describe it."""
    return [_chapter(api, "api:openapi-json"), _chapter(common_grants, "common-grants:openapi-json")]


def _chapter(of: Any, document: str) -> Chapter:
    schema = of.get_openapi_schema()
    parts = schema.get("components", {}).get("schemas", {})
    routes = [
        _route(path, method.upper(), operation, parts)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return Chapter(schema["info"]["title"], schema["info"]["description"], reverse(document), routes)


def _route(path: str, method: str, operation: Json, parts: Json) -> Route:
    name = operation["operationId"]
    query, body = EXAMPLES[name]
    address = path.replace("{opp_id}", SAMPLE_ID)
    return Route(
        operation=name,
        method=method,
        path=path,
        summary=operation.get("summary", ""),
        told=operation.get("description", ""),
        takes=[*_parameters(operation, parts), *_body(operation, parts)],
        answers=[_answer(str(status), given, parts) for status, given in operation["responses"].items()],
        example=f"{settings.SITE_URL}{address}{query}",
        sent=json.dumps(body, indent=2, ensure_ascii=False) if body is not None else "",
    )


def _parameters(operation: Json, parts: Json) -> list[Field]:
    return [
        Field(
            given["name"],
            _kind(given["schema"], parts),
            given["schema"].get("description", given.get("description", "")),
            bool(given.get("required")),
            [],
        )
        for given in operation.get("parameters", [])
    ]


def _body(operation: Json, parts: Json) -> list[Field]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return _fields(content.get("schema", {}), parts)


def _answer(status: str, given: Json, parts: Json) -> Answer:
    shape = given.get("content", {}).get("application/json", {}).get("schema", {})
    return Answer(status, _part(shape, parts).get("description", ""), _fields(shape, parts))


def _fields(shape: Json, parts: Json, within: tuple[str, ...] = ()) -> list[Field]:
    part, named = _part(shape, parts), shape.get("$ref", "")
    if named in within:
        return []
    required, inside = part.get("required", []), (*within, named)
    return [
        Field(
            name,
            _kind(given, parts),
            given.get("description", ""),
            name in required,
            [field for one in _objects(given, parts) for field in _fields(one, parts, inside)],
        )
        for name, given in part.get("properties", {}).items()
    ]


def _objects(shape: Json, parts: Json) -> list[Json]:
    """The objects that a value is, or is a list of."""
    if "$ref" in shape:
        return [shape] if "properties" in _part(shape, parts) else []
    inner = [shape["items"]] if shape.get("type") == "array" and "items" in shape else []
    return [found for one in [*inner, *shape.get("anyOf", [])] for found in _objects(one, parts)]


def _part(shape: Json, parts: Json) -> Json:
    return parts.get(shape["$ref"].rpartition("/")[2], {}) if "$ref" in shape else shape


def _kind(shape: Json, parts: Json) -> str:
    """A kind of value in a few words: "list of objects", "text or null", "one of micro, small"."""
    if "$ref" in shape:
        return _kind(_part(shape, parts), parts)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in shape:
            return " or ".join(dict.fromkeys(_kind(one, parts) for one in shape[several]))
    if "enum" in shape:
        return "one of " + ", ".join(str(one) for one in shape["enum"])
    if shape.get("type") == "array":
        inner = _kind(shape.get("items", {}), parts)
        return "list of objects" if inner == "object" else f"list of {inner}"
    named = {"string": "text", "object": "object", "null": "null", "boolean": "true or false"}
    kind = shape.get("type", "any value")
    return str(shape.get("format") or named.get(kind, kind))
