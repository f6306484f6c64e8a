"""The 24 designs of real calls as call files: each makes a draft that nothing but its day keeps from publication."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from calls import callfile, documents, formkit, queries, services
from calls.callfile import describing
from calls.callfile.layout import CALL, PARTS
from calls.callfile.samples import samples
from calls.callfile.shapes import ListOf, Names
from calls.duties import Part
from calls.formkit.model import QuestionType
from calls.formkit.settings import settings_of
from calls.management.commands.describe_call_file import described
from calls.models import Call
from core import clock
from funding import services as funding
from funding.models import VoucherType
from tests.calls import factories
from tests.funding.factories import Team, team

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "calls" / "designs"
FILES = sorted(FOLDER.glob("*.yaml"))
SCHEMA = jsonschema.Draft202012Validator(callfile.schema())

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(now) -> Team:
    """A project with the money of the largest design, and a ceiling as the largest ones have recorded."""
    made = team(envelope_cents=10_000_000_00)
    for slug in ("voucher", "other"):
        VoucherType.objects.create(project=made.project, slug=slug, name=slug.title())
    ceiling = funding.record_ceiling(
        made.project, limit_cents=200_000_00, legal_basis="Grant agreement, Annex 1", by=made.mia
    )
    funding.approve_ceiling(ceiling, by=made.luc)
    return made


def test_there_are_24_designs():
    assert sorted({int(file.stem[:2]) for file in FILES}) == list(range(1, 25))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_make_a_draft_of_a_design(file, crew):
    text = file.read_text(encoding="utf-8")
    tree = callfile.load(text).value
    SCHEMA.validate(json.loads(json.dumps(tree, default=float)))
    if before := tree["applicants"].get("previous"):
        factories.call(crew, code=before, budget_cents=1)

    call = services.import_call(text, project=crew.project, by=crew.mia)
    printed = [documents.composed(call, paper, "en") for paper in queries.papers_of(call)]
    assert ["UNKNOWN-VARIABLE" in html for html in printed] == [False] * len(printed)
    assert [finding.sentence for finding in queries.findings(call) if finding.blocks] == []
    assert formkit.problems(queries.working_form(call).definition) == []

    told = queries.file_of(call)
    assert said(text) == {part: kept(told, part, given) for part, given in said(text).items()}
    copy = services.import_call(told, project=crew.project, by=crew.mia, code="COPY")
    assert queries.file_of(copy) == told.replace(f"code: {call.code}\n", "code: COPY\n", 1)


def test_a_later_phase_names_a_file_of_the_same_design():
    codes = {callfile.load(file.read_text("utf-8")).value["code"]: file.stem[:2] for file in FILES}
    for file in FILES:
        before = callfile.load(file.read_text("utf-8")).value["applicants"].get("previous")
        assert before is None or codes[before] == file.stem[:2], file.name


def test_limits_by_answer_are_told_in_the_words_of_the_answers(crew):
    text = (FOLDER / "05-rural-tourism.yaml").read_text(encoding="utf-8")
    call = services.import_call(text, project=crew.project, by=crew.mia)
    told = queries.call_page(call, clock.now()).judging
    assert "At most 4 awards for Belgium, Wallonia; unused places stay empty." in told
    assert len([sentence for sentence in told if sentence.startswith("At most ")]) == 12


def test_every_design_says_what_it_lacks():
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert bool(describing.lacking(text)) != (describing.ALL_EXPRESSED in text.splitlines()), file.name
        assert all(lack.count(": ") >= 1 for lack in describing.lacking(text)), file.name  # what: why


# --- samples that come with the product -------------------------------------------------------------------
def test_there_are_six_samples():
    names = [
        "cross-border",
        "days-abroad",
        "innovation",
        "market-study",
        "places-by-country",
        "service-package",
    ]
    assert [one.name for one in samples()] == names
    assert all(one.told and not one.told.startswith("format") for one in samples())


@pytest.mark.parametrize("one", samples(), ids=lambda one: one.name)
def test_a_sample_lacks_nothing_but_its_days(one, crew):
    SCHEMA.validate(json.loads(json.dumps(callfile.load(one.text).value, default=float)))
    call = services.import_call(
        one.text, project=crew.project, by=crew.mia, code="MINE", voucher_type="other"
    )
    assert (call.code, call.voucher_type.slug, call.opens_at, call.closes_at) == ("MINE", "other", None, None)
    lacking = [finding for finding in queries.findings(call) if finding.blocks]
    assert {finding.part for finding in lacking} == {Part.DATES}


@pytest.mark.parametrize("name", ["dream", "silicon-demo", "silicon-green"])
def test_a_call_of_the_demonstration_lacks_nothing_but_its_days(name, crew):
    text = (ROOT / "demo" / "callfiles" / f"{name}.yaml").read_text(encoding="utf-8")
    SCHEMA.validate(json.loads(json.dumps(callfile.load(text).value, default=float)))
    call = services.import_call(text, project=crew.project, by=crew.mia, voucher_type="other")
    lacking = [finding for finding in queries.findings(call) if finding.blocks]
    assert {finding.part for finding in lacking} == {Part.DATES}


def test_make_a_draft_of_a_sample_by_command(crew, capsys):
    given = {"project": crew.project.slug, "code": "MINE", "voucher_type": "other"}
    call_command("import_call", sample="days-abroad", **given)
    call = Call.objects.get(code="MINE")
    assert (str(call.title), call.award_unit, call.unit_cents) == ("Days abroad", "unit", 530_00)
    assert "MINE is a draft of" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "name", "message"),
    [
        ("", "gift", "There is no sample “gift”. There are: cross-border, days-abroad,"),
        ("", "../samples/innovation", "There is no sample"),
        ("", "", "Name a file, or a sample"),
        ("call.yaml", "innovation", "Name a file, or a sample"),
    ],
)
def test_command_refuses_what_is_no_sample(crew, file, name, message):
    with pytest.raises(CommandError, match=message):
        call_command("import_call", file, sample=name, project=crew.project.slug)


# --- the page -------------------------------------------------------------------------------------------
def test_page_and_schema_of_the_format_are_up_to_date():
    for path, text in described(ROOT).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run `make docs`."


def test_example_of_the_page_makes_a_draft_that_could_be_published(crew):
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "call-file.md").read_text("utf-8"), re.DOTALL)
    call = services.import_call(text, project=crew.project, by=crew.mia)
    assert [finding.sentence for finding in queries.findings(call) if finding.blocks] == []


def test_page_has_a_table_for_every_list_and_every_part():
    page = (ROOT / "docs" / "call-file.md").read_text(encoding="utf-8")
    marks = {found["name"] for found in describing.MARK.finditer(page)}
    lists = {
        key.name
        for shape in (CALL, *PARTS.values())
        for key in shape.keys
        if isinstance(key.shape, ListOf) and isinstance(key.shape.shape, Names)
    }
    assert {f"each-{name}" for name in lists} | set(PARTS) | {"call", "words", "designs"} <= marks
    assert all(key.told for shape in PARTS.values() for key in shape.keys)


@pytest.mark.parametrize("kind", list(QuestionType))
def test_page_names_every_setting_of_a_question(kind):
    needed = {
        "choices": [{"value": value, "label": value} for value in "ab"],
        "columns": [{"key": "a", "type": "number", "label": "A"}],
        "formula": {"op": "at_most", "of": [{"value": "1"}, {"value": "2"}]},
    }
    assert set(settings_of(kind, needed, "")) == set(describing.QUESTIONS[kind])


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
