"""Declaring de minimis aid in a draft: only where the call is State aid, missing until declared, frozen at submission."""

from datetime import date
from fractions import Fraction

import pytest

from applicants import deminimis, queries, services, sme
from applicants.forms import AidSheetForm, typed_aid
from core.audit import history
from core.errors import DomainError, Incomplete
from funding import services as funding
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.pages import text
from tests.funding.factories import team

NBSP = "\u00a0"
AID = deminimis.Aid(date(2026, 3, 1), 28_500_000, "IT", authority="Regione Lombardia")
DECLARED = deminimis.Declaration(
    (deminimis.Member("Rossi Meccanica S.r.l.", "IT00743110157"),), "IT", (AID,), use=deminimis.Use()
)
NONE = deminimis.Declaration(DECLARED.members, "IT", none_received=True)
ROW = {
    "granted_on": "2026-03-01",
    "authority": "Regione Lombardia",
    "member_state": "IT",
    "regulation": "general",
    "amount": "285 000,00",
    "currency": "EUR",
    "rate": "",
    "rate_on": "",
}
SENT = {"members": "Rossi; IT00743110157\n\n Parent ", **{f"r0-{key}": value for key, value in ROW.items()}}


@pytest.fixture
def alice(db):
    return people.user("Alice Bianchi")


@pytest.fixture
def application(now, alice):
    crew = team()
    crew.coordinator.country = "IT"
    crew.coordinator.save()
    return steps.fill(steps.start(calls.call(crew, state_aid=True), alice), alice)


def declare(application, declaration, alice):
    return services.declare_aid(
        application, organisation=application.organisation.ref, declaration=declaration, by=alice
    )


def refusals(application, alice):
    with pytest.raises(Incomplete) as caught:
        steps.submit(application, alice)
    return [gap.message for gap in caught.value.gaps]


# --- verbs -------------------------------------------------------------------------------------------------
def test_aid_30_submission_waits_for_a_declaration(application, alice):
    (told,) = refusals(application, alice)
    assert told.startswith("Rossi Meccanica S.r.l.: The declaration of earlier aid is blank.")
    declare(application, NONE, alice)
    version = steps.submit(application, alice)
    assert version.payload["partners"][0]["aid"] == deminimis.kept(NONE)
    told, hidden = (
        queries.dossier(application, version, anonymous=how).partners[0].aid for how in (False, True)
    )
    assert (told, hidden) == (tuple(deminimis.declaration_text(NONE)), ())


def test_aid_03_submission_is_refused_when_the_ceiling_would_be_passed(application, alice):
    declare(application, DECLARED, alice)
    (told,) = refusals(application, alice)
    assert f"5{NBSP}000.00 too much. None of it may be granted; at most 15{NBSP}000.00" in told
    amounts = {"cost_cents": 40_000_00, "requested_cents": 15_000_00}
    services.save_partners(
        application,
        values={application.organisation.ref: amounts},
        bases={application.organisation.ref: {"cost_cents": 1, "requested_cents": 1}},
        by=alice,
    )
    assert (
        steps.submit(application, alice).payload["partners"][0]["aid"]["aids"][0]["amount_cents"]
        == 28_500_000
    )


def test_declaration_stays_with_the_next_version(application, alice):
    declare(application, NONE, alice)
    steps.submit(application, alice)
    draft = services.change_application(application, by=alice)
    assert draft.partners.get().aid == deminimis.kept(NONE)
    assert [event.verb for event in history(application)][-3] == "application.aid_declared"


@pytest.mark.parametrize(
    ("declaration", "organisation", "sentence"),
    [
        (deminimis.Declaration((), "IT"), None, "List every de minimis aid"),
        (NONE, "NOBODY", "does not take part any more"),
    ],
)
def test_declare_aid_refuses(application, alice, declaration, organisation, sentence):
    with pytest.raises(DomainError, match=sentence):
        services.declare_aid(
            application,
            organisation=organisation or application.organisation.ref,
            declaration=declaration,
            by=alice,
        )


def test_aid_19_call_that_is_not_state_aid_asks_for_nothing(now, alice, client):
    application = steps.fill(steps.start(calls.call(team()), alice), alice)
    with pytest.raises(DomainError, match="not State aid"):
        declare(application, NONE, alice)
    client.force_login(alice)
    url = f"/applications/{application.ref}/aid/{application.organisation.ref}/"
    shown = client.get(url)
    assert "The money comes from an EU programme managed by the Commission" in text(shown)
    assert client.post(url, SENT).status_code == 200
    assert steps.submit(application, alice).payload["partners"][0]["aid"] is None


def test_undertaking_starts_from_the_stated_owners(application, alice):
    year = sme.Figures(1, 1, 1)
    sheet = sme.Sheet(
        years=(year,),
        rows=(
            sme.Row(name="Parent", number="DE136695976", capital=Fraction(3, 5), years=(year,)),
            sme.Row(name="Quarter", capital=Fraction(1, 4), years=(year,)),
        ),
    )
    services.state_ownership(application.organisation, sheet=sheet, by=alice)
    partner = application.draft().partners.get()
    assert [one.name for one in queries.known_members(partner)] == ["Rossi Meccanica S.r.l.", "Parent"]


# --- the page ----------------------------------------------------------------------------------------------
def test_page_declares_and_tells_what_is_left(application, alice, client):
    client.force_login(alice)
    url = f"/applications/{application.ref}/aid/{application.organisation.ref}/"
    assert "To be declared" in text(client.get(url))
    answer = client.post(url, {**SENT, "r0-amount": "100000"}, follow=True)
    assert (
        "100 000.00 EUR count already, 20 000.00 EUR are asked for here, 180 000.00 EUR would be left."
        in text(answer)
    )
    (partner,) = application.draft().partners.all()
    assert [one["name"] for one in partner.aid["members"]] == ["Rossi", "Parent"]
    assert 'value="Regione Lombardia"' in text(answer)


def test_page_adds_and_removes_rows_and_keeps_what_was_typed(application, alice, client):
    client.force_login(alice)
    url = f"/applications/{application.ref}/aid/{application.organisation.ref}/"
    added = client.post(url, {**SENT, "add": "1"}).context["form"]
    assert [row["authority"].value() for row in added.rows] == ["Regione Lombardia", None]
    removed = client.post(url, {**SENT, "remove": "0"}).context["form"]
    assert (removed.rows, removed.own["members"].value()) == ([], SENT["members"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"none_received": "on"}, "Only one of the two can be true."),
        ({"members": ""}, "This field is required."),
        ({"r0-granted_on": "soon"}, "Enter a valid date."),
        ({"r0-amount": "a lot"}, "is not an amount"),
        ({"r0-currency": "Kronor"}, "at most 3 characters"),
        ({"r0-currency": "SEK"}, "Give the rate of the European Central Bank"),
        ({"r0-member_state": "XX"}, "Select a valid choice."),
    ],
)
def test_page_says_beside_the_field_what_cannot_be(application, alice, client, wrong, sentence):
    client.force_login(alice)
    url = f"/applications/{application.ref}/aid/{application.organisation.ref}/"
    answer = client.post(url, {**SENT, **wrong})
    assert answer.status_code == 422 and sentence in text(answer)
    assert application.draft().partners.get().aid is None


def test_page_of_an_organisation_that_takes_no_part_is_not_there(application, alice, client):
    client.force_login(alice)
    assert client.get(f"/applications/{application.ref}/aid/NOBODY/").status_code == 404


def test_aid_31_amount_in_another_currency_keeps_its_rate():
    given = {**SENT, "r0-currency": "sek", "r0-rate": "11,4575", "r0-rate_on": "2026-03-02"}
    made = AidSheetForm(given, member_state="SE", judged=True).declaration()
    (aid,) = made.aids
    assert (aid.original_cents, aid.currency, aid.rate, aid.amount_cents) == (
        28_500_000,
        "SEK",
        Fraction("11.4575"),
        2_487_454,
    )
    shown = typed_aid(made)
    assert (shown["r0-amount"], shown["r0-rate"], deminimis.restored(deminimis.kept(made))) == (
        28_500_000,
        "11.4575",
        made,
    )


def test_task_list_names_the_declaration_only_for_state_aid(application, alice):
    def step():
        content = queries.content_of(application.draft())
        return [(one.tone, one.note) for one in queries.steps(content) if one.key == "aid"]

    assert step() == [("", "Rossi Meccanica S.r.l.: to be declared")]
    declare(application, NONE, alice)
    assert step() == [("good", "Declared; what is asked fits.")]


# --- what is known here, and the register ------------------------------------------------------------------
def grant(application, by, cents):
    """An award and its agreement, as the ledger knows them."""
    call, firm = application.call, application.organisation
    funding.record_awarded(call.budget_line, [(firm, cents)], by=by, source=application)
    return funding.record_committed(call.budget_line, [(firm, cents)], by=by, source=application)


def test_aid_awarded_here_counts_even_when_it_is_left_out(application, alice):
    grant(application, alice, 30_000_00)
    declare(application, NONE, alice)
    (one,) = queries.aid_of(application.call, application.draft().partners.select_related("organisation"))
    assert (one.verdict.counted_cents, [aid.amount_cents for aid in one.known]) == (30_000_00, [30_000_00])
    listed = deminimis.Declaration(
        NONE.members, "IT", (deminimis.Aid(date(2026, 1, 1), 30_000_00, "IT", authority="Here"),)
    )
    declare(application, listed, alice)
    (one,) = queries.aid_of(application.call, application.draft().partners.select_related("organisation"))
    assert (one.verdict.counted_cents, one.known) == (30_000_00, ())


def test_one_aid_declared_stands_for_one_of_two_equal_ones(application, alice, monkeypatch):
    """Two awards of the same amount, one of them declared: the other still counts."""
    here = deminimis.Aid(date(2026, 1, 1), 30_000_00, "IT", authority="Here")
    monkeypatch.setattr("applicants.queries.aid.awarded_here", lambda organisation: [here, here])
    declare(application, deminimis.Declaration(NONE.members, "IT", (here,)), alice)
    (one,) = queries.aid_of(application.call, application.draft().partners.select_related("organisation"))
    assert (one.verdict.counted_cents, one.known) == (60_000_00, (here,))


def test_register_and_notice_follow_the_agreement(application, alice, client, settings):
    settings.REQUIRE_MFA = False
    declare(application, NONE, alice)
    steps.submit(application, alice)
    firm = application.organisation
    firm.legal_name = "=Rossi"
    firm.save()
    assert queries.notices_of(application) == []
    movement = grant(application, alice, 20_000_00)
    day = movement.at.astimezone(application.call.zoneinfo).date().isoformat()
    manager = application.call.project.members.filter(role="manager").first().user
    client.force_login(manager)
    answer = client.get(f"/calls/{application.call.slug}/applications/aid-register.csv")
    head, row = answer.content.decode().lstrip("\ufeff").splitlines()
    assert head == ",".join(deminimis.REGISTER_COLUMNS)
    assert row.split(",")[:6] == [f"{application.call.code}-AID-0001", "'=Rossi", firm.registration_number, "IT", "20000.00", day]  # fmt: skip
    client.force_login(alice)
    shown = text(client.get(f"/applications/{application.ref}/"))
    assert "Notice of de minimis aid" in shown and "20 000.00 EUR (gross grant equivalent)" in shown


def test_register_of_a_call_that_is_not_state_aid_is_empty(now, alice):
    application = steps.submitted(calls.call(team()), alice)
    grant(application, alice, 20_000_00)
    assert (queries.granted_aid(application.call), queries.notices_of(application)) == ([], [])
