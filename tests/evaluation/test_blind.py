"""Blind review: whatever an evaluator can reach does not tell who applies (QD23), and who named a conflict gets no file."""

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from accounts.models import Organisation, OwnershipStatement
from applicants.models import Application, Attachment, Version
from core import clock, policy
from core.audit import history
from core.clock import stopped_at
from core.errors import DomainError, Incomplete
from core.files import store_bytes
from core.models import OutgoingMessage
from evaluation import queries, services
from evaluation.models import Assignment, ConflictDeclaration, Consensus, EthicsCheck, Evaluator
from evaluation.permissions import EVALUATOR
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.evaluation.test_cut_offs import two_cut_offs
from tests.funding import factories as funding
from tests.test_policy_matrix import patterns

pytestmark = pytest.mark.django_db

MARK = "canarino"
"""In every field that tells who applies, in some spelling."""


OWN = {name for name, _pattern in patterns() if EVALUATOR in policy.rule_for(name).roles}
"""The pages that the policy has for evaluators."""


@pytest.fixture
def quiet(monkeypatch) -> None:
    """Error pages are answered without being drawn: thousands of them are asked for."""
    monkeypatch.setattr("core.views.render", lambda *args, status=200: HttpResponse(status=status))
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


RULE: dict[str, Any] = {
    "divergence_then": "consensus",
    "divergence_limit": None,
    "partners_max": 3,
    "ethics_check": "selected",
}


def _question(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": {"en": f"About {key}"}, "required": False, **more}


FORM = {
    "sections": [
        {
            "key": "idea",
            "title": {"en": "Idea"},
            "questions": [
                _question("problem", "long_text"),
                _question("who", "short_text", blind=False),
                _question("data", "organisation", parts=["legal_name", "town"], per_partner=True),
                _question("role", "short_text", per_partner=True),
                _question(
                    "costs",
                    "budget",
                    choices=[{"value": one, "label": {"en": one}} for one in ("staff", "travel")],
                ),
            ],
        },
        {
            "key": "files",
            "title": {"en": "Files"},
            "questions": [
                _question("offer", "file", accept=["application/pdf"]),
                _question("portrait", "file", accept=["application/pdf"], blind=False),
            ],
        },
    ]
}


def _document() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"] = "Canarino Author"
        with made.open_metadata() as about:
            about["dc:creator"] = ["Canarino Creator"]
        made.save(out)
    return out.getvalue()


def _firm(name: str, number: int, members: list[Any]) -> Organisation:
    firm = people.organisation(
        name,
        members=members,
        registration_number=f"CANARINO-{number}",
        vat=f"ITCANARINO{number}",
        street="Canarino Street 1",
        town="Canarino Town",
        website=f"https://canarino{number}.example",
    )
    row = {"name": "Canarino Holding", "number": "CANARINO-99"}
    OwnershipStatement.objects.create(
        organisation=firm, sheet={"rows": [row]}, result={}, size="small", made_by=members[0]
    )
    return firm


def canary_file(made: make.Scene) -> Application:
    """An application that tells in every place it can who made it, except in the answers that evaluators are to read."""
    alice = people.user("Alice Canarino", email="alice@canarino.example")
    lead = _firm("Canarino Lead S.r.l.", 1, [alice])
    second = _firm("Canarino Second S.p.A.", 2, [people.user("Bob Canarino", email="bob@canarino.example")])
    file = applications.application(
        made.call, by=alice, organisation=lead, submitted=False, shares=[(second, 5_000_00)], title="Blades"
    )
    version = file.versions.get()
    for question in ("offer", "portrait"):
        stored = store_bytes(
            _document(), name=f"canarino-{question}.pdf", media_type="application/pdf", by=alice
        )
        version.attachments.create(question=question, file=stored, uploaded_by=alice)
    idea = {"problem": "Blades get blunt.", "who": "We are the canarino firm.", "costs": {}}
    for firm in (lead, second):
        idea |= {f"data-{firm.ref}": {"legal_name": firm.legal_name, "town": firm.town}}
        idea |= {f"role-{firm.ref}": "Sharpens blades"}
        idea["costs"] |= {firm.ref: {"staff": 1_000_00}}
    version.payload = {
        "application": file.ref,
        "title": version.title,
        "sections": {"idea": idea},
        "partners": [
            {
                "organisation": {
                    "ref": row.organisation.ref,
                    "legal_name": row.organisation.legal_name,
                    "country": "IT",
                    "town": row.organisation.town,
                    "size": "small",
                },
                "is_lead": row.is_lead,
                "task": "Sharpening",
                "cost_cents": row.cost_cents,
                "requested_cents": row.requested_cents,
                "sme": {"size": "small", "reasons": [{"message": "Held by Canarino Holding"}]},
            }
            for row in version.partners.select_related("organisation").order_by("pk")
        ],
        "files": [],
        "declarations": {"truth": "I, Alice Canarino, declare this."},
    }
    version.sha256, version.status = "c" * 64, "final"
    version.arrived_at, version.submitted_by = clock.now(), alice
    version.save()
    return Application.objects.get(pk=file.pk)


def scene(*, blind: bool) -> make.Scene:
    """A call whose first file is full of canaries; the evaluators have named their conflicts (nobody of the file)."""
    made = make.scene(files=0, evaluators=2, blind=blind, form=FORM, **RULE)
    made.files = [canary_file(made)]
    if blind:
        for person in made.evaluators:
            services.name_interests(person, lines=["Somebody Else Ltd"], by=person.user)
    return made


# What can stand in an address: whatever of this scene an evaluator may come to know.
def _values(made: make.Scene) -> dict[str, list[Any]]:
    file = made.files[0]
    refs = [file.ref, *(one.ref for one in Assignment.objects.all())]
    uploads = [one.ref for one in Attachment.objects.all()]
    tokens = [person.token for person in Evaluator.objects.all()]
    slugs = [made.call.slug]
    fixed: dict[str, list[Any]] = {"check": [one.ref for one in EthicsCheck.objects.all()]}
    fixed |= {"about": ["privacy"], "number": [1], "language": ["en"], "paper": ["guide"], "message": [1]}
    return {"ref": refs, "file": uploads, "token": tokens, "slug": slugs, "organisation": refs, **fixed}


def _addresses(made: make.Scene) -> Iterator[tuple[str, str]]:
    """Every address of the product that names things of this scene, by the name of its page."""
    values = _values(made)
    for name, pattern in patterns():
        parts = list(pattern.pattern.converters)
        here = {**values, "slug": [made.call.project.slug]} if name.startswith("funding:") else values
        for kwargs in _choices(parts, here):
            try:
                yield name, reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue


def _choices(parts: list[str], values: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    if not parts:
        yield {}
        return
    for value in values.get(parts[0], ["x"]):
        for rest in _choices(parts[1:], values):
            yield {parts[0]: value, **rest}


def _everything(answer: HttpResponse) -> str:
    """The headers, the text, and what is inside a file."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    told = [str(dict(answer.items())), body.decode("utf-8", "replace")]
    if body.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(body)) as pdf:
            told += [repr(dict(pdf.docinfo)), str(pdf.open_metadata()), *(repr(one) for one in pdf.objects)]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            told += archive.namelist()
            told += [archive.read(one).decode("utf-8", "replace") for one in archive.namelist()]
    return "\n".join(told)


def tells(text: str) -> bool:
    """Does it name a party of the file, or lead to it?"""
    refs = Organisation.objects.filter(legal_name__startswith="Canarino").values_list("ref", flat=True)
    return MARK in text.casefold() or any(ref in text for ref in refs)


def _is_page(link: str) -> bool:
    try:
        resolve(link)
    except Resolver404:
        return False
    return not link.startswith("/account/logout")


def crawl(made: make.Scene, person: Evaluator, *, everywhere: bool = True) -> tuple[list[str], set[str]]:
    """Where the mark was read by this evaluator, and which pages opened: all addresses (not `everywhere`: those that the
    policy has for evaluators), then all links on them."""
    client: Client = sign_in(person.user)
    leaks, opened, seen = [], set(), set()
    waiting = [(n, url) for n, url in _addresses(made) if everywhere or n == "desk:home" or n in OWN]
    while waiting:
        name, url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        answer = client.get(url)
        text = _everything(answer)
        if answer.status_code == 200:
            opened.add(name)
            links = re.findall(r'(?:href|src|action|hx-get)="(/[^"#?]*)', text)
            waiting += [(resolve(link).view_name, link) for link in links if _is_page(link)]
        leaks += [f"{name} {url}"] * tells(text)
    export = client.post(reverse("desk:own_data"))
    assert export.status_code == 200
    leaks += ["desk:own_data"] * tells(_everything(export))
    for mail in OutgoingMessage.objects.filter(to=person.email):
        leaks += [f"mail {mail.kind}"] * tells(f"{mail.subject}\n{mail.text}\n{mail.html}")
    return leaks, opened


def through_the_stages(made: make.Scene) -> Iterator[tuple[str, Evaluator]]:
    """Bring the round from the invitation to the release, and stop where an evaluator may look."""
    first, _second = made.evaluators
    late = services.invite_evaluator(
        made.round, name="Nia Late", email="nia@example.org", organisation_name="", by=made.team.mia
    )
    nia = people.user("Nia Late", email="nia@example.org")
    Evaluator.objects.filter(pk=late.pk).update(user=nia)
    late.refresh_from_db()
    yield "invited", late
    make.scoring(made)
    services.remind_evaluators(made.round, by=made.team.mia)
    yield "assigned", first
    pairs = list(Assignment.objects.order_by("evaluator__name"))
    for pair in pairs:
        services.declare_absence(pair, by=pair.evaluator.user)
    yield "declared", first
    for pair in pairs:
        make.give(pair, "4", "4")
    services.return_sheet(pairs[0], reason="One more word", by=made.team.mia)
    make.give(Assignment.objects.get(pk=pairs[0].pk), "4", "4")
    writer, other = Assignment.objects.order_by("evaluator__name")
    services.open_consensus(made.round, file=made.files[0], rapporteur=writer, by=made.team.mia)
    yield "consensus", writer.evaluator
    codes = ("excellence", "impact")
    report = Consensus.objects.get()
    services.put_consensus(
        report,
        scores=dict.fromkeys(codes, make.Decimal(4)),
        reasons=dict.fromkeys(codes, make.WORDS),
        by=writer.evaluator.user,
    )
    yield "agreeing", other.evaluator
    services.answer_consensus(report, assignment=other, agrees=True, by=other.evaluator.user)
    services.rank_round(made.round, by=made.team.mia)
    seat = Evaluator.objects.filter(pk=late.pk)
    seat.update(state="accepted", interests_named_at=clock.now())
    services.name_reviewer(made.round, files=[made.files[0].ref], reviewer=nia.pk, by=made.team.mia)
    check = EthicsCheck.objects.get()
    yield "ethics named", late
    services.declare_no_conflict(check, by=nia)
    yield "ethics", late
    services.judge_ethics(check, outcome="cleared", by=nia)
    services.propose_decisions(made.round, by=made.team.mia)
    services.confirm_decisions(made.round, by=made.team.luc)
    services.release_decisions(made.round, by=made.team.luc)
    yield "released", first


def test_no_page_file_or_mail_tells_an_evaluator_of_a_blind_call_who_applies(quiet) -> None:
    made = scene(blind=True)
    leaks: list[str] = []
    opened: set[str] = set()
    for stage, person in through_the_stages(made):
        found, pages = crawl(made, person, everywhere=stage in ("assigned", "released"))
        leaks += [f"{stage}: {one}" for one in found]
        opened |= pages

    assert leaks == []
    only_sent = {f"evaluation:assignment_{verb}" for verb in ("declare", "save", "submit")}
    only_sent |= {"evaluation:ethics_declare", "evaluation:ethics_judge"}
    # no evaluator can be named for feedback before the deadline of a blind call (see test_early.py)
    advisers = {name for name in OWN if name.startswith("evaluation:early_")}
    assert OWN - opened - only_sent - advisers == set()
    assert not opened & advisers


def test_the_same_walk_through_an_open_call_finds_who_applies(quiet) -> None:
    """The test of the test."""
    made = scene(blind=False)
    leaks: dict[str, set[str]] = {}
    for stage, person in through_the_stages(made):
        leaks[stage] = {one.split(" ")[0] for one in crawl(made, person, everywhere=False)[0]}

    assert "evaluation:assignment_detail" in leaks["assigned"]
    assert {"evaluation:assignment_detail", "evaluation:assignment_file"} <= leaks["declared"]
    assert "evaluation:assignment_consensus" in leaks["consensus"]
    assert "evaluation:assignment_consensus" in leaks["agreeing"]
    assert "evaluation:ethics_check" in leaks["ethics named"]
    assert {"evaluation:ethics_check", "evaluation:ethics_file"} <= leaks["ethics"]


def test_files_of_a_blind_call_have_neutral_names_and_those_that_tell_are_not_there() -> None:
    made = make.declared(scene(blind=True))
    pair = Assignment.objects.order_by("pk").first()
    assert pair is not None
    client = sign_in(pair.evaluator.user)
    door = {
        one.question: reverse("evaluation:assignment_file", args=[pair.ref, one.ref])
        for one in Attachment.objects.all()
    }

    page = client.get(pair.get_absolute_url()).content.decode()
    answer = client.get(door["offer"])

    assert answer.headers["Content-Disposition"] == 'attachment; filename="File 1.pdf"'
    assert client.get(door["portrait"]).status_code == 404
    assert door["offer"] in page
    for told in (
        "File 1.pdf",
        "Partner 2",
        "Blades get blunt.",
        "Sharpening",
        "Sharpens blades",
        "About role",
    ):
        assert told in page
    assert "About who" not in page
    staff = sign_in(made.team.mia).get(reverse("evaluation:screen", args=[made.call.slug, made.files[0].ref]))
    assert "Canarino Lead" in staff.text
    assert "canarino-offer.pdf" in staff.text


def test_a_file_that_cannot_be_opened_is_not_named_either() -> None:
    made = make.declared(scene(blind=True))
    pair = Assignment.objects.order_by("pk").first()
    assert pair is not None
    attachment = Attachment.objects.get(question="offer")
    client = sign_in(pair.evaluator.user)
    url = reverse("evaluation:assignment_file", args=[pair.ref, attachment.ref])
    for change in ({"media_type": "image/png"}, {"scan": "waiting"}, {"scan": "refused"}):
        type(attachment.file).objects.filter(pk=attachment.file_id).update(**change)
        told = client.get(url).content.decode()
        assert "File 1.pdf" in told
        assert MARK not in told.casefold()
    assert made.call.blind


def test_nobody_gets_a_file_of_a_blind_call_before_naming_conflicts() -> None:
    made = make.screened(make.scene(files=1, evaluators=2, blind=True))
    named, silent = made.evaluators
    client = sign_in(named.user)
    url = reverse("evaluation:interests", args=[made.call.slug])
    assert [one.url for one in queries.next_actions(named.user)] == [url]
    wanted = {made.files[0].ref: [named.pk, silent.pk]}

    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)
    assert {gap.message for gap in refused.value.gaps} == {
        f"{made.files[0].ref}: {person.name} has not yet named with whom there is a conflict of interest."
        for person in made.evaluators
    }
    empty = client.post(url, {"lines": "  \n "})
    assert empty.status_code == 422
    assert "Name them, or say below that there is nobody." in empty.text
    both = client.post(url, {"lines": "Acme", "none": "on"})
    assert both.status_code == 422
    assert "Acme" in both.text
    assert client.post(url, {"none": "on"}).status_code == 302
    assert queries.next_actions(named.user) == []
    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)
    assert [gap.message.count(silent.name) for gap in refused.value.gaps] == [1]
    services.name_interests(silent, lines=["Nobody of this call"], by=silent.user)
    assert services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia) == 2
    shown = sign_in(made.team.ann).get(reverse("evaluation:evaluator_list", args=[made.call.slug])).text
    assert "Nobody of this call" in shown
    assert "No conflicts named" in shown


@pytest.mark.parametrize(
    "line",
    [
        "CANARINO LEAD",
        "canarino lead srl",
        "Lead Canarino S. R. L.",
        "My sister works for Canarino Lead",
        "Bianchi, then Alice Canarino",
        "Canarino Alice",
        "carla@canarino.example",
        "see www.canarino2.example/about",
        "some firm, CANARINO-12345",
        "Canarino Holding",
    ],
)
def test_who_named_a_party_of_a_file_does_not_get_it(line: str) -> None:
    made = scene(blind=True)
    Organisation.objects.filter(legal_name="Canarino Second S.p.A.").update(vat="ITCANARINO12345", pic="")
    person = made.evaluators[0]
    services.name_interests(person, lines=["Somebody Else Ltd", line], by=person.user)
    make.screened(made)

    with pytest.raises(Incomplete) as refused:
        services.assign_evaluators(made.round, wanted={made.files[0].ref: [person.pk]}, by=made.team.mia)

    assert "named a conflict of interest that Canarino" in refused.value.gaps[0].message
    proposal = queries.proposal_for(made.round)
    assert {key for _ref, key in proposal.pairs} == {made.evaluators[1].pk}


def test_a_conflict_named_late_closes_the_file_and_lines_stay_once_the_scoring_runs() -> None:
    made = make.scored(scene(blind=True))
    person = made.evaluators[0]
    url = reverse("evaluation:interests", args=[made.call.slug])
    client = sign_in(person.user)
    sent = OutgoingMessage.objects.filter(kind="conflict_declared").count()

    gone = client.post(url, {"lines": "Canarino Lead"})
    assert gone.status_code == 422
    assert "“Somebody Else Ltd” stays" in gone.text
    assert client.post(url, {"lines": "Somebody Else Ltd\nCanarino Lead"}).status_code == 302

    pair = Assignment.objects.get(evaluator=person)
    assert (pair.state, pair.total) == ("declined", None)
    declared = ConflictDeclaration.objects.filter(assignment=pair).last()
    assert declared is not None
    assert (declared.has_conflict, declared.details) == (True, "Canarino Lead")
    assert OutgoingMessage.objects.filter(kind="conflict_declared").count() > sent
    assert client.get(pair.get_absolute_url()).status_code == 404
    assert history(person).filter(verb="evaluator.interests_named").count() == 2
    assert Assignment.objects.get(evaluator=made.evaluators[1]).state == "scored"


def test_the_list_is_the_evaluators_own_and_only_of_blind_calls() -> None:
    made = scene(blind=True)
    other = make.scene(files=0, evaluators=1)
    person, stranger = made.evaluators[0], other.evaluators[0]
    url = reverse("evaluation:interests", args=[made.call.slug])

    for user in (stranger.user, made.team.mia, made.files[0].created_by):
        assert sign_in(user).get(url).status_code == 404
        assert sign_in(user).post(url, {"none": "on"}).status_code == 404
    assert (
        sign_in(stranger.user).get(reverse("evaluation:interests", args=[other.call.slug])).status_code == 404
    )
    with pytest.raises(DomainError):
        services.name_interests(person, lines=[], by=stranger.user)
    with pytest.raises(DomainError):
        services.name_interests(stranger, lines=[], by=stranger.user)
    with pytest.raises(DomainError):
        services.name_interests(person, lines=["x" * 301], by=person.user)


def test_accepting_does_not_tell_who_applies_and_leads_to_the_list() -> None:
    made = scene(blind=True)
    user = people.user("Nia Late", email="nia@example.org")
    seat = services.invite_evaluator(made.round, name="Nia", email=user.email, by=made.team.mia)
    mail = OutgoingMessage.objects.get(kind="evaluator_invited")
    assert "You will not learn who applies" in mail.text
    Evaluator.objects.filter(pk=seat.pk).update(organisation_name="Canarino Lead S.r.l.")
    refused = sign_in(user).post(seat.get_absolute_url())
    assert refused.status_code == 422
    assert "An organisation that you work for has a part in this call" in refused.text
    assert MARK not in refused.text.casefold()
    Evaluator.objects.filter(pk=seat.pk).update(organisation_name="")
    accepted = sign_in(user).post(seat.get_absolute_url())
    assert accepted.headers["Location"] == reverse("evaluation:interests", args=[made.call.slug])


def test_what_applicants_read_of_a_blind_call() -> None:
    made = make.scene(files=0, evaluators=0, blind=True)
    page = Client().get(made.call.get_absolute_url()).text
    assert "Evaluators do not learn who applies" in page
    assert Version.objects.count() == 0


def test_the_list_is_named_again_in_the_next_round_from_what_stood_there(now) -> None:
    crew = funding.team()
    call = two_cut_offs(crew, blind=True)
    one = services.open_round(call, by=crew.mia)
    eva = make.evaluator(one)
    services.name_interests(eva, lines=["Somebody Else Ltd"], by=eva.user)

    with stopped_at(call.cut_offs.last().closes_at + timedelta(minutes=1)):
        two = services.open_round(call, by=crew.mia)
        url = reverse("evaluation:interests", args=[two.address])
        assert [one.url for one in queries.next_actions(eva.user)] == [url]
        client = sign_in(eva.user)
        assert "Somebody Else Ltd" in client.get(url).text
        assert client.post(url, {"lines": "Another Firm"}).status_code == 302
    seats = Evaluator.objects.order_by("round__number").values_list("interests", flat=True)
    assert list(seats) == ["Somebody Else Ltd", "Another Firm"]


def test_who_named_a_party_does_not_check_its_file_for_ethics_and_who_named_nobody_checks_none() -> None:
    made = scene(blind=True)
    third = make.evaluator(made.round, "Nia Late")
    make.scored(made)
    fourth = make.evaluator(made.round, "Ida Silent")
    services.name_interests(third, lines=["Canarino Lead"], by=third.user)
    Consensus.objects.create(
        round=made.round,
        application=made.files[0],
        rapporteur=Assignment.objects.first(),
        state="closed",
        total=80,
        opened_by=made.team.mia,
    )
    services.rank_round(made.round, by=made.team.mia)
    for person, why in ((third, "declared a conflict of interest"), (fourth, "has not yet named")):
        with pytest.raises(DomainError, match=why):
            services.name_reviewer(
                made.round, files=[made.files[0].ref], reviewer=person.user_id, by=made.team.mia
            )
    services.name_reviewer(made.round, files=[made.files[0].ref], reviewer=made.team.ann.pk, by=made.team.mia)
    ann = sign_in(made.team.ann)
    assert "Canarino Lead" in ann.get(EthicsCheck.objects.get().get_absolute_url()).text
