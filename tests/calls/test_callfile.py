"""A call as a file: what is written is read again as an equal call; what is wrong is told with its line."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given, settings
from hypothesis import strategies as st

from calls import callfile, countries, queries, services
from calls.callfile import CallFileError, dump, load
from calls.callfile.layout import CALL, PARTS
from calls.callfile.yamlio import DEEPEST, LARGEST_FILE
from calls.models import Call, Criterion, FormRevision, Instalment
from calls.parts import COLUMNS
from calls.plans import ChannelPlan
from calls.services import CallFileRefused
from tests.calls import factories as make
from tests.funding.factories import team
from tests.samples import pdf

ROOT = Path(__file__).resolve().parents[2]


# --- the language -----------------------------------------------------------------------------------------
def test_read_text_numbers_truth_and_nothing():
    tree = load(
        "a: NO\nb: 12\nc: 2.50\nd: true\ne:\nf: '12'\ng: 2027-03-01\nh: [1, x]\ni: |\n  two\n  lines\n"
    )
    assert tree.value == {
        "a": "NO", "b": 12, "c": Decimal("2.50"), "d": True, "e": None, "f": "12", "g": "2027-03-01",
        "h": [1, "x"], "i": "two\nlines\n",
    }  # fmt: skip
    assert (tree.lines[("c",)], tree.lines[("h", 1)], tree.line_of(("i", "unknown"))) == (3, 8, 9)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: &x [1]\nb: *x\n", 1, "Anchors"),
        ("b: !!python/object/apply:os.system ['true']\n", 1, "Tags"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("? [a]\n: 1\n", 1, "name"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1\nb: 2\n", 2, "no YAML"),
        ("a: \x07\n", 0, "no YAML"),
        ("[" * (DEEPEST + 1), 1, "deep"),
        ("[" * 300_000, 1, "deep"),
        ("- 1\n" * 30_000, 20_000, "more than"),
        ("x" * (LARGEST_FILE + 1), 0, "characters"),
        ("x" * 10_000_000, 0, "characters"),
    ],
)
def test_refuse_what_is_not_read_with_its_line(text, line, word):
    with pytest.raises(CallFileError, match=word) as caught:
        load(text)
    assert caught.value.line == line


def test_refuse_names_that_unfold():
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
    with pytest.raises(CallFileError, match="Anchors"):
        load(bomb)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=40)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts
    | st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts.filter(bool), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(texts.filter(bool), plain, max_size=4))
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_again(value):
    assert load(dump(value)).value == (value or {})


# --- the layout -------------------------------------------------------------------------------------------
def test_every_column_that_a_page_sets_stands_in_the_file():
    in_pages = {name for columns in COLUMNS.values() for name in columns} | {"rules"}
    in_file = {key.target for shape in PARTS.values() for key in shape.keys} | {
        key.target for key in CALL.keys
    }
    made_of_others = {"rate_numerator", "rate_denominator", "no_sme_numerator", "no_sme_denominator"}
    assert in_pages - in_file == made_of_others
    assert "rate" in in_file


def test_every_name_stands_once_in_its_part():
    for shape in (CALL, *PARTS.values()):
        names = [key.name for key in shape.keys]
        assert sorted(set(names)) == sorted(names)


# --- a call and its file ----------------------------------------------------------------------------------
pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


def rich(crew) -> Call:
    """A draft that says much."""
    opens = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
    call = make.call(crew, published=False, opens_at=opens, closes_at=opens + timedelta(days=90))
    services.change_channels(
        call,
        channels=[ChannelPlan("portal"), ChannelPlan("press", "Nice-Matin")],
        parent_topic="T-1",
        by=crew.mia,
    )
    services.change_text(
        call,
        by=crew.mia,
        redress="Within seven days.",
        privacy="Kept for five years.",
        title={"en": "Smart: factories", "fr": "Usines"},
        description="One.\n\n- two\n- 'three'",
    )
    services.change_channels(call, channels=[], parent_topic="SMP-COSME-2025", by=crew.mia)
    services.add_rule(call, kind="trl", settings={"least": 5, "most": 7}, by=crew.mia)
    services.add_rule(call, kind="applications", settings={"most": 2}, by=crew.mia)
    return Call.objects.get(pk=call.pk)


def equal_parts(call: Call) -> dict:
    """Everything that a page of the workshop sets."""
    fresh = Call.objects.get(pk=call.pk)
    names = [name for columns in COLUMNS.values() for name in columns] + ["rules"]
    rows = {
        "criteria": list(Criterion.objects.filter(call=call).values(*_but(Criterion))),
        "instalments": list(Instalment.objects.filter(call=call).values(*_but(Instalment))),
        "form": FormRevision.objects.get(call=call).definition,
    }
    values = {name: getattr(fresh, name) for name in names if not name.startswith("rate_")}
    return values | rows | {"rate": fresh.rate, "countries": sorted(fresh.countries)}


def _but(model) -> list[str]:
    return [field.name for field in model._meta.fields if field.name not in ("id", "call")]


def test_export_then_import_gives_an_equal_call(crew):
    call = rich(crew)
    text = queries.file_of(call)
    copy = services.import_call(text, project=crew.project, by=crew.mia, code="COPY")
    assert equal_parts(copy) == equal_parts(call)
    assert queries.channel_plans(copy) == queries.channel_plans(call)
    assert queries.file_of(copy).replace("COPY", call.code) == text


def test_the_file_keeps_to_its_schema(crew):
    tree = load(queries.file_of(rich(crew))).value
    whole = json.loads(json.dumps(tree, default=float))
    jsonschema.Draft202012Validator(callfile.schema()).validate(whole)
    broken = {**whole, "money": {**whole["money"], "budget": 1}}
    with pytest.raises(jsonschema.ValidationError, match="budget"):
        jsonschema.Draft202012Validator(callfile.schema()).validate(broken)


def changed(text: str, before: str, after: str) -> str:
    assert text.count(before) == 1, before
    return text.replace(before, after)


def problems(text, crew) -> list[str]:
    found = services.check_call_file(text, project=crew.project, by=crew.mia, code="NEW")
    with pytest.raises(CallFileRefused) as caught:
        services.import_call(text, project=crew.project, by=crew.mia, code="NEW")
    assert caught.value.problems == found
    assert not Call.objects.filter(code="NEW").exists()
    return found


def line(text: str, part: str) -> int:
    return next(number for number, row in enumerate(text.splitlines(), 1) if part in row)


@pytest.mark.parametrize(
    ("where", "what", "message"),
    [
        ("money:", "money:\n  budget: 12", "“budget” is unknown here"),
        ("  project_max: ", "  project_max: -", "is no amount"),
        ("version: 1", "version: 2", "Only 1 is read here, not 2"),
        ("  zone: Europe/Brussels", "  zone: Europe/Brusels", "Brusels"),
        ("  award: rate", "  award: gift", "“gift” is not possible here"),
        ("  cut: stop", "  cut: stop\n  evaluators: 12", "stands here twice"),
    ],
)
def test_tell_what_is_wrong_with_its_line(crew, where, what, message):
    text = changed(queries.file_of(rich(crew)), where, what)
    (found,) = problems(text, crew)
    assert message in found
    assert abs(int(found.split()[1].strip(",:")) - line(text, what.split("\n")[-1])) <= 1


@pytest.mark.parametrize(
    ("where", "what", "place", "message"),
    [
        (
            "type: long_text",
            "type: poem",
            "form.sections.1.questions.1",
            "idea/problem: “poem” is not a kind",
        ),
        ("key: files", "key: Files", "form.sections.2", "section 2: The key is made of small letters"),
        ("key: idea", "standard: ideas", "form.sections.1", "section 1: “ideas” is no standard section"),
        ("max: 9", "max: 0", "form.sections.1.questions.2", "idea/trl: The smallest value is above"),
    ],
)
def test_tell_the_line_of_a_mistake_in_the_form(crew, where, what, place, message):
    text = changed(queries.file_of(rich(crew)), where, what)
    (found,) = problems(text, crew)
    assert f", {place}: {message}" in found
    head, row = int(found.split()[1].strip(",")), line(text, what)
    assert row - 8 <= head <= row


def test_tell_everything_that_is_wrong_in_the_order_of_the_lines(crew):
    text = queries.file_of(rich(crew))
    text = changed(text, "  award: rate", "  award: gift").replace("code: excellence", "code: impact", 1)
    text = changed(text, "  zone: Europe/Brussels", "  zone: Mars/North")
    found = problems(text, crew)
    lines = [int(one.split()[1].strip(",:")) for one in found]
    assert (len(found), lines) == (4, sorted(lines)), found


def test_an_hour_that_does_not_exist_and_one_that_comes_twice(crew):
    text = queries.file_of(rich(crew))
    opens, closes = (
        next(row for row in text.splitlines() if row.startswith(f"  {word}:")) for word in ("opens", "closes")
    )
    gap = text.replace(opens, "  opens: 2027-01-04 09:00").replace(closes, "  closes: 2027-03-28 02:30")
    assert "02:30" in problems(gap, crew)[0]
    twice = gap.replace("2027-03-28 02:30", "2027-10-31 02:30")
    assert "twice" in problems(twice, crew)[0]
    said = twice.replace("2027-10-31 02:30", "2027-10-31 02:30 +01:00")
    elsewhere = said.replace("+01:00", "+05:00")
    assert "Europe/Brussels has another offset then." in problems(elsewhere, crew)[0]
    call = services.import_call(said, project=crew.project, by=crew.mia, code="NEW")
    assert call.closes_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert "2027-10-31 02:30 +01:00" in queries.file_of(call)


def test_voucher_types_of_other_projects_are_unknown(crew):
    text = queries.file_of(rich(crew))
    theirs = team().voucher_type
    theirs.slug = "only-theirs"
    theirs.save()
    given = changed(text, f"voucher_type: {crew.voucher_type.slug}\n", "voucher_type: only-theirs\n")
    assert "has no voucher type “only-theirs”" in problems(given, crew)[0]


def test_refuse_a_text_that_is_too_long(crew):
    text = queries.file_of(rich(crew))
    (found,) = problems(changed(text, "Within seven days.", "N" * 25_000), crew)
    assert "25000 characters; at most 20000 are possible" in found


def test_a_short_file_starts_as_the_voucher_type_says(crew):
    slug = make.call(crew, published=False).voucher_type.slug
    text = f"format: voucher-desk/call\nversion: 1\ncode: TINY\ntitle: Tiny\nvoucher_type: {slug}\n"
    call = services.import_call(text, project=crew.project, by=crew.mia)
    assert (str(call.title), call.state, call.created_by) == ("Tiny", "draft", crew.mia)
    assert services.check_call_file(text, project=crew.project, by=crew.mia) == [
        "Line 3, code: The code “TINY” belongs to another call. Choose another one."
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "a", "format: other\nversion: 1\ncode: A\ntitle: A\nvoucher_type: x\n"]
)
def test_what_is_no_call_file_is_refused(crew, text):
    assert problems(text, crew)


# --- commands ---------------------------------------------------------------------------------------------
def test_commands_write_and_read(crew, tmp_path, capsys):
    call = rich(crew)
    call_command("export_call", call.code.lower())
    file = tmp_path / "call.yaml"
    file.write_text(capsys.readouterr().out)
    given = {"project": crew.project.slug, "code": "CMD"}
    call_command("import_call", str(file), dry_run=True, **given)
    assert not Call.objects.filter(code="CMD").exists()
    call_command("import_call", str(file), **given)
    made = Call.objects.get(code="CMD")
    assert (equal_parts(made), made.created_by) == (equal_parts(call), crew.mia)
    assert "CMD is a draft of" in capsys.readouterr().out


@pytest.mark.parametrize("dry_run", [True, False])
def test_commands_say_what_is_wrong(crew, tmp_path, dry_run):
    file = tmp_path / "call.yaml"
    file.write_text("format: voucher-desk/call\nversion: 1\ncode: A\ntitle: A\nvoucher_type: none\n")
    with pytest.raises(CommandError, match="has no voucher type “none”"):
        call_command("import_call", str(file), project=crew.project.slug, dry_run=dry_run)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("import_call", str(file), project=crew.project.slug, dry_run=dry_run)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_call", str(tmp_path / "none.yaml"), project=crew.project.slug, dry_run=dry_run)


# --- pages ------------------------------------------------------------------------------------------------
IMPORT = "/our-calls/from-a-file/"


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("call.yaml", text.encode(), "application/yaml")


def test_pages_give_a_file_and_make_a_draft_of_it(client, crew):
    call = rich(crew)
    client.force_login(crew.mia)
    answer = client.get(f"/calls/{call.slug}/edit/file/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{call.code.lower()}.yaml"'
    text = answer.content.decode()
    given = {"project": crew.project.slug, "code": "PAGE", "file": upload(text)}
    checked = client.post(IMPORT, {**given, "do.check": "1"})
    assert (checked.status_code, Call.objects.filter(code="PAGE").exists()) == (200, False)
    assert "Nothing is wrong with it" in checked.content.decode()
    made = client.post(IMPORT, {**given, "file": upload(text)})
    copy = Call.objects.get(code="PAGE")
    assert (made.status_code, made.headers["Location"]) == (302, f"/calls/{copy.slug}/edit/")
    assert equal_parts(copy) == equal_parts(call)


def test_page_keeps_a_wrong_file_as_text_and_says_where_it_is_wrong(client, crew):
    client.force_login(crew.mia)
    text = queries.file_of(rich(crew)).replace("award: rate", "award: gift")
    answer = client.post(IMPORT, {"project": crew.project.slug, "code": "PAGE", "file": upload(text)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"Line {line(text, 'award: gift')}, money.award:" in page and "award: gift" in page
    mended = client.post(
        IMPORT,
        {
            "project": crew.project.slug,
            "code": "PAGE",
            "text": text.replace("gift", "lump").replace("\n", "\r\n"),
        },
    )
    assert (mended.status_code, Call.objects.get(code="PAGE").award_unit) == (302, "lump")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Choose a file, or write its text below."),
        ({"file": SimpleUploadedFile("a.yaml", b"\xff\xfe\x00")}, "no text in UTF-8"),
        ({"file": SimpleUploadedFile("a.yaml", b"x" * 2_000_000)}, "at most 1600 kB"),
        ({"file": SimpleUploadedFile("a.yaml", b"")}, "empty"),
        ({"text": "x" * 500_000}, "at most 400000 are read"),
        ({"text": "a: 1", "code": "?"}, "letters, figures and hyphens"),
    ],
)
def test_page_refuses_what_is_no_file(client, crew, given, sentence):
    client.force_login(crew.mia)
    answer = client.post(IMPORT, {"project": crew.project.slug, **given})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_nobody_imports_into_a_project_of_others(client, crew):
    other = team()
    client.force_login(other.mia)
    answer = client.post(IMPORT, {"project": crew.project.slug, "text": queries.file_of(rich(crew))})
    assert (answer.status_code, Call.objects.count()) == (422, 1)
    client.force_login(crew.fred)
    assert client.get(IMPORT).status_code == 404
    assert client.get(f"/calls/{Call.objects.get().slug}/edit/file/").status_code == 200


# --- the next call ----------------------------------------------------------------------------------------
def test_a_copy_has_everything_but_the_days(client, crew):
    call = rich(crew)
    services.change_dates(
        call,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        decision_by=date(2027, 6, 1),
        agreement_by=date(2027, 7, 1),
        project_months=call.project_months,
        by=crew.mia,
    )
    services.add_document(call, title="Guide", file=SimpleUploadedFile("guide.pdf", pdf()), by=crew.mia)
    client.force_login(crew.mia)
    url = f"/calls/{call.slug}/edit/clone/"
    assert client.get(url).status_code == 200
    taken = client.post(url, {"title": "Again", "code": call.code})
    assert (taken.status_code, "belongs to another call" in taken.content.decode()) == (422, True)
    made = client.post(url, {"title": "Again", "code": "next-1"})
    copy = Call.objects.get(code="NEXT-1")
    assert made.headers["Location"] == f"/calls/{copy.slug}/edit/"
    days = ("opens_at", "closes_at", "decision_by", "agreement_by")
    expected = {**equal_parts(call), **dict.fromkeys(days), "title": {"en": "Again"}}
    assert equal_parts(copy) == expected
    assert [str(one.title) for one in copy.documents.all()] == ["Guide"]
    services.remove_document(copy, ref=copy.documents.get().ref, by=crew.mia)
    assert client.get(f"/calls/{call.slug}/documents/{call.documents.get().ref}/").status_code == 200


def test_a_call_for_all_countries_says_so_in_one_word(crew):
    text = queries.file_of(rich(crew))
    listed = next(row for row in text.splitlines() if row.startswith("  countries:"))
    block = text[text.index(listed) :]
    names = listed + "".join(re.findall(r"\n  - .*", block[len(listed) : block.index("\n  sizes:")]))
    call = services.import_call(
        changed(text, names, "  countries: world"), project=crew.project, by=crew.mia, code="NEW"
    )
    assert {"AT", "CA", "JP", "XK"} <= set(call.countries)
    assert "\n  countries: world\n" in queries.file_of(call)
    assert countries.in_words(call.countries) == "all countries of the world"
