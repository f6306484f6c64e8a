"""Every page, every person, own things and others': who gets in, who is told that there is nothing (QS1).

Whoever is not entitled meets 404 (a visitor: the sign-in page), with GET and with POST; whoever is does not.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core import notices, policy
from tests import world
from tests.accounts import factories as people
from tests.world import World

TEAM = {"mia": "manager", "fred": "finance", "ann": "viewer", "paola": "partner"}
ACTORS = ["visitor", "charlie", "alice", "bob", "eva", *TEAM]
OURS = {"accounts", "funding", "calls", "applicants", "evaluation", "grants", "reports", "desk"}

# What stands for each part of an address, by app; a line for one page goes before.
PLACES: dict[str, dict[str, Any]] = {
    "accounts": {
        "ref": lambda t: t["firm"].ref,
        "invitation": lambda t: t["colleague"].ref,
        "token": lambda t: t["colleague"].token,
        "asked": lambda t: t["joining"].ref,
        "person": lambda t: t["member"].pk,
        "message": lambda t: 1,
        "signed": lambda t: notices.WayOut(1, "organisation").signed,
    },
    "funding": {"slug": lambda t: t["open_call"].project.slug, "code": lambda t: "projects-funded"},
    "calls": {
        "slug": lambda t: t["draft_call"].slug,
        "part": lambda t: "text",
        "section": lambda t: "idea",
        "question": lambda t: "problem",
        "rule": lambda t: "r1",
        "ref": lambda t: t["draft_document"].ref,
        "paper": lambda t: "guide",
        "fingerprint": lambda t: "0" * 64,
        "sample": lambda t: "innovation",
        "language": lambda t: "en",
    },
    "calls:call_calendar": {"slug": lambda t: t["open_call"].slug},
    "calls:call_detail": {"slug": lambda t: t["open_call"].slug},
    "calls:call_questions": {"slug": lambda t: t["open_call"].slug},
    "calls:document": {"slug": lambda t: t["open_call"].slug, "ref": lambda t: t["document"].ref},
    "calls:call_ask": {"slug": lambda t: t["open_call"].slug},
    "calls:enquiry_": {"slug": lambda t: t["open_call"].slug, "ref": lambda t: t["enquiry"].ref},
    "calls:answer_": {"slug": lambda t: t["open_call"].slug, "number": lambda t: 1},
    "calls:paper": {"slug": lambda t: t["open_call"].slug},
    "calls:subscription_": {"ref": lambda t: t["subscription"].ref},
    "calls:incident_": {"slug": lambda t: t["open_call"].slug, "number": lambda t: t["incident"].number},
    "calls:call_extend": {"slug": lambda t: t["open_call"].slug},
    "applicants": {
        "slug": lambda t: t["open_call"].slug,
        "ref": lambda t: t["draft"].ref,
        "section": lambda t: "idea",
        "question": lambda t: "problem",
        "organisation": lambda t: t["partner"].ref,
        "number": lambda t: 1,
        "file": lambda t: t["attachment"].ref,
        "participation": lambda t: t["participation"].ref,
        "upload": lambda t: t["upload"].ref,
        "source": lambda t: t["submitted"].ref,
        "mandate": lambda t: t["mandate"].ref,
        "token": lambda t: t["mandate"].token,
    },
    "applicants:organisation_": {"ref": lambda t: t["firm"].ref},
    "applicants:application_receipt": {"ref": lambda t: t["submitted"].ref},
    "applicants:application_receipt_pdf": {"ref": lambda t: t["submitted"].ref},
    "applicants:application_data": {"ref": lambda t: t["submitted"].ref},
    "applicants:staff_": {
        "slug": lambda t: t["submitted"].call.slug,
        "ref": lambda t: t["submitted"].ref,
        "file": lambda t: t["submitted_attachment"].ref,
        "message": lambda t: t["message"].ref,
    },
    "applicants:staff_rehearsal_": {
        "slug": lambda t: t["rehearsal"].call.slug,
        "test": lambda t: t["rehearsal"].ref,
    },
    "applicants:staff_extension": {
        "slug": lambda t: t["open_call"].slug,
        "number": lambda t: t["extension"].pk,
    },
    "applicants:application_message": {
        "ref": lambda t: t["submitted"].ref,
        "message": lambda t: t["message"].ref,
    },
    "evaluation": {
        "slug": lambda t: t["released"].call.slug,
        "ref": lambda t: t["submitted"].ref,
        "file": lambda t: t["submitted_attachment"].ref,
        "sheet": lambda t: t["released"].round.assignments.order_by("pk")[0].ref,
        "token": lambda t: t["invitation"].token,
        "condition": lambda t: "none",
        "check": lambda t: "none",
        "request_ref": lambda t: "none",
    },
    "evaluation:application_objection_file": {"file": lambda t: t["objection"].files.get().ref},
    "evaluation:objection_": {
        "ref": lambda t: t["objection"].ref,
        "file": lambda t: t["objection"].files.get().ref,
    },
    "evaluation:reexamination_": {"ref": lambda t: t["objection"].ref},
    "evaluation:assignment_": {"ref": lambda t: t["assignment"].ref},
    "grants": {
        "slug": lambda t: t["submitted"].call.slug,
        "ref": lambda t: t["agreement"].ref,
        "milestone": lambda t: t["milestone"].ref,
        "organisation": lambda t: t["firm"].ref,
        "number": lambda t: 1,
    },
    "desk:retention": {"slug": lambda t: t["open_call"].project.slug},
    "desk:hold": {"slug": lambda t: t["open_call"].project.slug, "hold": lambda t: "none"},
    "desk:organisation_doubles": {"slug": lambda t: t["open_call"].project.slug},
    "desk:organisation_double": {
        "slug": lambda t: t["submitted"].call.project.slug,
        "one": lambda t: t["submitted"].organisation.ref,
        "other": lambda t: t["submitted"].organisation.ref,
    },
    "desk:organisation_merge": {
        "slug": lambda t: t["submitted"].call.project.slug,
        "ref": lambda t: t["merge"].ref,
    },
    "desk:erasure_": {"asked": lambda t: 1},
    "desk:application_timeline": {"ref": lambda t: t["submitted"].ref},
    "desk:staff_application_timeline": {
        "slug": lambda t: t["submitted"].call.slug,
        "ref": lambda t: t["submitted"].ref,
    },
    "reports": {"slug": lambda t: t["published"].slug},
    "grants:agreement_panel": {"ref": lambda t: t["submitted"].ref},
    "grants:payment_": {"ref": lambda t: t["payment"].ref},
    "grants:recovery_": {
        "ref": lambda t: t["agreement"].ref,
        "recovery": lambda t: "none",
        "act": lambda t: "confirm",
    },
}

SIGNED_IN_ONLY = {
    "accounts:home", "accounts:notices", "accounts:profile", "accounts:mail_again", "accounts:organisation_list", "accounts:organisation_create",
    "accounts:organisation_join", "applicants:application_list", "applicants:application_start", "applicants:mandate_list", "calls:subscription_list", "desk:home", "desk:own_data",
    "desk:rights", "desk:erasure", "desk:erasure_take_back", "session_extend",
}  # fmt: skip
APPLICANTS = (
    "accounts:organisation_detail",
    "accounts:organisation_people",
    "accounts:colleague_invite",
    "accounts:invitation_withdraw",
    "accounts:join_answer",
    "accounts:person_",
    "applicants:application_",
    "applicants:mandate_end",
    "applicants:organisation_",
    "applicants:participation_",
    "desk:application_timeline",
    "evaluation:application_",
    "evaluation:feedback_panel",
    "grants:agreement_panel",
)
BENEFICIARY = {
    "grants:agreement_document", "grants:agreement_sign", "grants:bank_account_enter",
    "grants:milestone_report", "grants:report_file",
    "grants:agreement_survey", "grants:agreement_survey_decline",
}  # fmt: skip
# Pages that need a thing this world does not have: reached by nobody here; their own tests reach them.
WITHOUT_A_THING = {
    "evaluation:assignment_file",
    "grants:agreement_plan",
    "grants:recovery_act",
    "grants:recovery_again",
    "grants:recovery_detail",
    "grants:recovery_letter",
    "desk:hold_lift",
    "grants:recovery_own",
    "grants:recovery_own_letter",
    "evaluation:condition_met",
    "evaluation:application_early",
    "evaluation:early_adviser",
    "evaluation:early_file",
    "evaluation:early_list",
    "evaluation:early_staff",
    "evaluation:ethics_check",
    "evaluation:ethics_file",
    "evaluation:ethics_list",
    "evaluation:assignment_consensus",
    "evaluation:consensus_close",
    "evaluation:consensus_open",
    "applicants:catalogue",
    "evaluation:draw",
    "applicants:seal_certificate",
    "applicants:section_presence",
    "calls:form_delete",
    "calls:paper_kept",
    "calls:rule_delete",
}


def patterns() -> Iterator[tuple[str, URLPattern]]:
    def walk(found: list, space: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in found:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
            else:
                yield f"{space}{pattern.name}", pattern

    for name, pattern in walk(get_resolver().url_patterns, ""):
        if name.partition(":")[0] in OURS:
            yield name, pattern


def address(name: str, pattern: URLPattern, things: dict[str, Any]) -> str:
    app = name.partition(":")[0]
    places = dict(PLACES.get(app, {}))
    for key, more in PLACES.items():
        if key != app and name.startswith(key):
            places |= more
    path = str(pattern.pattern)
    if name == "desk:about":
        return reverse(name, args=["privacy"])
    values = {part: places[part](things) for part in pattern.pattern.converters}
    assert values or "<" not in path
    return reverse(name, kwargs=values)


def entitled(name: str, line: policy.Rule) -> set[str]:
    """Who may reach the own things of a page, read from the policy and from what each kind of page is about."""
    everybody = set(ACTORS)
    if line.public:
        return everybody
    if name in SIGNED_IN_ONLY:
        return everybody - {"visitor"}
    if name.startswith("evaluation:assignment_"):
        return {"eva"}
    if name == "evaluation:ethics_own":
        return {"eva", *TEAM}
    if name.startswith(APPLICANTS) or name in BENEFICIARY:
        return {"alice", "bob"}
    staff = {person for person, role in TEAM.items() if role in line.roles}
    return {"alice", "bob", *TEAM} if name == "grants:agreement_detail" else staff


@pytest.fixture
def two_worlds(monkeypatch) -> tuple[World, World]:
    """Error pages are answered without being drawn: thousands of them are asked for."""
    monkeypatch.setattr("core.views.render", lambda *args, status=200: HttpResponse(status=status))
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    return world.build(), world.build()


def client_of(person: Any) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
    return client


def shut(status: int, location: str, actor: str) -> bool:
    if actor == "visitor":
        return status == 302 and location.startswith("/account/login/")
    return status in {404, 405}  # 405 is told by the method alone, before anything is looked for


@pytest.mark.django_db
def test_every_page_for_every_person(two_worlds) -> None:
    """All pages x 9 persons; who gets in also asks for the other project's thing, with GET and POST."""
    own, foreign = two_worlds
    cast = {**own.people, "charlie": people.user("Charlie Stranger"), "visitor": None}
    clients = {actor: client_of(cast[actor]) for actor in ACTORS}
    wrong: list[str] = []
    asked = 0
    for name, pattern in patterns():
        line = policy.rule_for(name)
        assert line is not None
        allowed = entitled(name, line)
        mine, theirs = address(name, pattern, own.things), address(name, pattern, foreign.things)
        has_object = mine != theirs
        for actor in ACTORS:
            client = clients[actor]
            got = client.get(mine)
            asked += 1
            is_shut = shut(got.status_code, got.headers.get("Location", ""), actor)
            post_only = got.status_code == 405
            if got.status_code >= 500 or (
                name not in WITHOUT_A_THING and not post_only and is_shut == (actor in allowed)
            ):
                wrong.append(f"GET {mine} ({name}) by {actor}: {got.status_code}")
            if actor not in allowed:
                sent = client.post(mine)
                asked += 1
                if not shut(sent.status_code, sent.headers.get("Location", ""), actor):
                    wrong.append(f"POST {mine} ({name}) by {actor}: {sent.status_code}")
            if actor in allowed and has_object and not line.public and name not in SIGNED_IN_ONLY:
                for method in (client.get, client.post):
                    far = method(theirs)
                    asked += 1
                    if not shut(far.status_code, far.headers.get("Location", ""), actor):
                        wrong.append(
                            f"{method.__name__.upper()} foreign {theirs} ({name}) by {actor}: {far.status_code}"
                        )
    assert not wrong, "\n".join(wrong)
    assert asked > 1500


@pytest.mark.django_db
def test_sensitive_pages_ask_for_the_password_again() -> None:
    own = world.build()
    open_doors = []
    for name, pattern in patterns():
        line = policy.rule_for(name)
        if line is None or not line.sensitive:
            continue
        for actor in entitled(name, line) & set(own.people):
            client = Client()
            client.force_login(own.people[actor])
            path = address(name, pattern, own.things)
            for answer in (client.get(path), client.post(path)):
                if not answer.headers.get("Location", "").startswith("/account/reauthenticate/"):
                    open_doors.append(f"{path} by {actor}: {answer.status_code}")
    assert open_doors == []


@pytest.mark.django_db
def test_a_forgotten_scope_is_noticed(two_worlds, monkeypatch) -> None:
    """The test of the test: without its scope a page shows other people's things, and the check above sees it."""
    from applicants.models import Application, ApplicationQuerySet

    own, foreign = two_worlds
    path = reverse("applicants:application_detail", args=[foreign.things["draft"].ref])
    client = client_of(own.people["alice"])
    assert client.get(path).status_code == 404
    monkeypatch.setattr(ApplicationQuerySet, "visible_to", lambda self, user: Application.objects.all())
    assert client.get(path).status_code == 200
