"""What an organisation states about its size: kept, shown beside what it declares, frozen with the application."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import OrganisationLink, OwnershipStatement
from applicants import queries, services, sme
from applicants.forms import SmeSheetForm, typed
from applicants.queries import dossier
from core.audit import history
from core.errors import DomainError
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.pages import text
from tests.funding.factories import team

YEAR = sme.Figures(40, 600_000_000, 500_000_000)
LARGE = sme.Figures(300, 6_000_000_000, 5_000_000_000)
QUARTER, MOST = Fraction(1, 4), Fraction(3, 5)


def row(name="X GmbH", capital=QUARTER, **more):
    return sme.Row(name=name, capital=capital, **{"years": (LARGE,), **more})


def sheet(*rows, **more):
    return sme.Sheet(years=(YEAR, YEAR), name="Rossi", rows=rows, **more)


# --- as JSON and as typed ----------------------------------------------------------------------------------
figures = st.builds(
    sme.Figures,
    st.none() | st.integers(0, 999) | st.fractions(0, 99, max_denominator=100),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**12),
)
years = st.lists(figures, max_size=2).map(tuple)
rows = st.builds(
    sme.Row,
    name=st.text(max_size=20),
    number=st.text(max_size=9),
    kind=st.sampled_from(list(sme.Kind)),
    direction=st.sampled_from(list(sme.Direction)),
    of=st.none() | st.integers(0, 9),
    capital=st.fractions(0, 1),
    votes=st.none() | st.fractions(0, 1),
    control=st.booleans(),
    years=years,
    invested_cents=st.none() | st.integers(0, 10**12),
)


@settings(max_examples=50, deadline=None)
@given(
    st.builds(
        sme.Sheet,
        years=years,
        name=st.text(max_size=20),
        is_estimate=st.booleans(),
        before=st.none() | st.sampled_from(list(sme.Size)),
        rows=st.lists(rows, max_size=3).map(tuple),
        group_years=years,
    )
)
def test_kept_sheet_comes_back_exactly(made):
    assert sme.restored(sme.kept(made)) == made


def test_sheet_is_typed_again_as_it_was_entered():
    made = sheet(
        row(number="DE136695976", votes=Fraction(333333, 1_000_000), control=True),
        row("Sub", direction=sme.Direction.OWNED, of=0, years=(), same_market=False, consolidated=True),
        before=sme.Size.SMALL,
        group_years=(sme.Figures(Fraction(41, 2), 1, 2),),
    )
    shown = SmeSheetForm(typed(made), with_numbers=True)
    sent = {bound.html_name: _sent(bound) for bound in shown if _sent(bound) is not None}
    assert SmeSheetForm(sent, judged=True, with_numbers=True).sheet() == made


def _sent(bound):
    """What a browser sends for the field as it is shown."""
    if bound.field.widget.__class__.__name__ == "CheckboxInput":
        return "on" if bound.value() else None
    value = bound.field.prepare_value(bound.value())
    return "" if value is None else str(value)


# --- verbs -------------------------------------------------------------------------------------------------
@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


@pytest.mark.django_db
def test_state_ownership_keeps_the_sheet_its_result_and_the_earlier_ones(alice):
    firm = people.organisation(members=[alice], size="small")
    services.state_ownership(firm, sheet=sheet(), by=alice)
    made = services.state_ownership(firm, sheet=sheet(row()), by=alice)
    standing = queries.size_of(firm)
    assert (standing.statement, made.size, standing.differs) == (made, "medium", True)
    assert (queries.sheet_of(made), OwnershipStatement.objects.count()) == (sheet(row()), 2)
    assert history(firm).last().data == {"size": "medium", "links": []}
    firm.refresh_from_db()
    assert firm.size == "small"


@pytest.mark.django_db
def test_state_ownership_links_firms_of_the_group_that_are_known_here(alice):
    firm = people.organisation(members=[alice], vat="IT00743110157")
    parent = people.organisation("Parent", vat="DE136695976")
    partner = people.organisation("Partner", pic="999999999")
    given_sheet = sheet(
        row(capital=MOST, number="DE136695976"),
        row("Partner", number="999999999"),
        row("Own number", direction=sme.Direction.OWNED, capital=MOST, number="IT00743110157"),
    )
    services.state_ownership(firm, sheet=given_sheet, by=alice)
    links = OrganisationLink.objects.current()
    assert [(link.organisation, link.other) for link in links] == [(firm, parent)]
    services.state_ownership(firm, sheet=sheet(), by=alice)
    assert (OrganisationLink.objects.current().count(), OrganisationLink.objects.count()) == (0, 1)
    assert partner.pk != parent.pk


@pytest.mark.django_db
def test_state_ownership_that_contradicts_itself_is_refused(alice):
    with pytest.raises(DomainError, match="More than 100 %"):
        services.state_ownership(
            people.organisation(members=[alice]),
            sheet=sheet(row(capital=MOST), row("Y", capital=MOST)),
            by=alice,
        )


# --- pages -------------------------------------------------------------------------------------------------
SENT = {
    "name": "Rossi",
    "latest_headcount": "40",
    "latest_turnover": "6000000",
    "latest_balance": "5000000",
    "r0-name": "X GmbH",
    "r0-kind": "enterprise",
    "r0-direction": "owns",
    "r0-capital": "25",
    "r0-latest_headcount": "300",
    "r0-latest_turnover": "60000000",
    "r0-latest_balance": "50000000",
    "r0-same_market": "on",
}


@pytest.mark.django_db
def test_size_is_entered_kept_and_shown_with_its_reasons(client, alice):
    firm = people.organisation(members=[alice], size="small")
    client.force_login(alice)
    url = f"/organisations/{firm.ref}/size/"
    assert "Save and work it out" in text(client.get(url))
    answer = client.post(url, SENT, follow=True)
    shown = text(answer)
    assert (answer.status_code, answer.context["standing"].statement.size) == (200, "medium")
    assert (
        "A medium-sized enterprise: an SME" in shown and "Declared and worked out are not the same" in shown
    )
    assert 'value="X GmbH"' in shown
    wrong = client.post(url, {**SENT, "r0-capital": "125"})
    assert wrong.status_code == 422 and "Give at most 100." in text(wrong)


@pytest.mark.django_db
def test_size_page_leads_back_only_to_pages_of_ours(client, alice):
    firm = people.organisation(members=[alice])
    client.force_login(alice)
    url = f"/organisations/{firm.ref}/size/"
    told = [client.get(url, {"next": way}).context["next"] for way in ("/applications/", "//evil.example")]
    assert told == ["/applications/", ""]
    sent = client.post(f"{url}?next=/applications/", SENT)
    assert sent.url == f"{url}?next=/applications/"


@pytest.mark.django_db
def test_size_is_frozen_with_what_is_submitted_and_stays_when_it_changes(now, alice, client):
    application = steps.fill(steps.start(calls.call(team()), alice), alice)
    firm = application.organisation
    services.state_ownership(firm, sheet=sheet(row()), by=alice)
    version = steps.submit(application, alice)
    services.state_ownership(firm, sheet=sheet(), by=alice)
    frozen = version.payload["partners"][0]["sme"]
    assert (frozen["size"], frozen["years"][0]["totals"]["headcount"]) == ("medium", "115")
    shown = dossier(application, version).partners[0]
    assert (shown.worked_out, shown.differs, len(shown.reasons)) == ("medium-sized", True, 3)
    hidden = dossier(application, version, anonymous=True).partners[0]
    assert (hidden.worked_out, hidden.reasons) == ("medium-sized", ())


@pytest.mark.django_db
def test_partners_figures_are_not_the_applicants_to_read(alice):
    firm = people.organisation(members=[alice])
    made = services.state_ownership(firm, sheet=sheet(row()), by=alice)
    assert sorted(queries.frozen_size(made, whole=False)) == [
        "independence",
        "is_estimate",
        "is_public",
        "is_sme",
        "size",
        "stated_at",
    ]
    assert queries.frozen_size(None, whole=True) is None
