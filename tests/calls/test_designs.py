"""The 24 designs of real calls as call files: each makes a draft that nothing but its day keeps from publication."""

import json
from pathlib import Path

import jsonschema
import pytest

from calls import callfile, formkit, queries, services
from funding import services as funding
from funding.models import VoucherType
from tests.funding.factories import Team, team

FOLDER = Path(__file__).parent / "designs"
FILES = sorted(FOLDER.glob("*.yaml"))
SCHEMA = jsonschema.Draft202012Validator(callfile.schema())

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(now) -> Team:
    """A project with the money of the largest design, and a ceiling as the largest ones have recorded."""
    made = team(envelope_cents=10_000_000_00)
    VoucherType.objects.create(project=made.project, slug="voucher", name="Voucher")
    ceiling = funding.record_ceiling(
        made.project, limit_cents=200_000_00, legal_basis="Grant agreement, Annex 1", by=made.mia
    )
    funding.approve_ceiling(ceiling, by=made.luc)
    return made


def test_there_are_24_designs():
    assert [int(file.stem[:2]) for file in FILES] == list(range(1, 25))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_make_a_draft_of_a_design(file, crew):
    text = file.read_text(encoding="utf-8")
    tree = callfile.load(text).value
    SCHEMA.validate(json.loads(json.dumps(tree, default=float)))

    call = services.import_call(text, project=crew.project, by=crew.mia)
    assert [finding.sentence for finding in queries.findings(call) if finding.blocks] == []
    assert formkit.problems(queries.working_form(call).definition) == []

    told = queries.file_of(call)
    assert said(text) == {part: kept(told, part, given) for part, given in said(text).items()}
    copy = services.import_call(told, project=crew.project, by=crew.mia, code="COPY")
    assert queries.file_of(copy) == told.replace(f"code: {call.code}\n", "code: COPY\n", 1)


def said(text: str) -> dict:
    """What a file says, part by part; the form written out, countries in their order."""
    values = callfile.read(text).values
    for name in ("countries", "countries_pending"):
        if name in values["applicants"]:
            values["applicants"][name] = sorted(values["applicants"][name])
    for rule in values["applicants"].get("rules", []):
        rule.setdefault("settings", {})
    return {**values, "form": formkit.written_out(values["form"])}


def kept(told: str, part: str, given: object) -> object:
    """What another file says of the same: only what the first one speaks of."""
    value = said(told)[part]
    return {name: value.get(name) for name in given} if part in callfile.PARTS else value  # type: ignore[attr-defined]
