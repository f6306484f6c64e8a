"""Further rules of a call: the verbs and their pages, and that PostgreSQL keeps them after publication."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from calls import queries, services
from calls.models import Call
from core.audit import history
from core.errors import Conflict, DomainError, InvalidTransition
from tests.calls import factories
from tests.calls.pages import page_url, part_url, sent_unchanged, text, told

TRL = {"id": "r1", "kind": "trl", "settings": {"least": 5, "most": 9}}
LEAD = {"id": "r2", "kind": "lead", "settings": {}}


@pytest.fixture
def ruled(ready):
    ready.rules = [TRL, LEAD]
    ready.save(update_fields=["rules"])
    return ready


def stored(call: Call) -> list[dict]:
    return Call.objects.get(pk=call.pk).rules


# --- verbs ------------------------------------------------------------------------------------------------
def test_add_rule_puts_it_at_the_end_and_writes_it_down(ruled, team):
    services.add_rule(ruled, kind="cost", settings={"cents": 86_000_00}, by=team.mia)

    assert stored(ruled) == [TRL, LEAD, {"id": "r3", "kind": "cost", "settings": {"cents": 86_000_00}}]
    assert history(ruled).latest("pk").data["step"] == "cost added"


def test_add_rule_that_contradicts_itself_is_refused_with_the_figure(ready, team):
    with pytest.raises(DomainError) as caught:
        services.add_rule(ready, kind="trl", settings={"least": 7, "most": 5}, by=team.mia)

    assert (caught.value.message, caught.value.field) == ("At most 5 is less than at least 7.", "most")
    assert stored(ready) == []


def test_add_rule_beyond_forty_is_refused(ready, team):
    ready.rules = [{"id": f"r{n}", "kind": "lead", "settings": {}} for n in range(40)]
    ready.save(update_fields=["rules"])

    with pytest.raises(DomainError, match="at most 40 further rules"):
        services.add_rule(ready, kind="lead", settings={}, by=team.mia)


def test_change_rule_keeps_kind_and_id(ruled, team):
    services.change_rule(ruled, rule="r1", settings={"least": 6, "most": 9}, by=team.mia)

    assert stored(ruled) == [{**TRL, "settings": {"least": 6, "most": 9}}, LEAD]


def test_change_rule_that_somebody_else_changed_is_a_conflict(ruled, team):
    with pytest.raises(Conflict):
        services.change_rule(
            ruled, rule="r1", settings={"least": 6, "most": 9}, seen="another mark", by=team.mia
        )


def test_change_rule_that_is_gone_is_refused(ruled, team):
    with pytest.raises(DomainError, match="no longer there"):
        services.change_rule(ruled, rule="r9", settings={}, by=team.mia)


@pytest.mark.parametrize(
    ("rule", "step", "order"), [("r1", 1, ["r2", "r1"]), ("r1", -1, ["r1", "r2"]), ("r2", -1, ["r2", "r1"])]
)
def test_move_rule(ruled, team, rule, step, order):
    services.move_rule(ruled, rule=rule, step=step, by=team.mia)

    assert [one["id"] for one in stored(ruled)] == order


def test_delete_rule_twice_is_the_same(ruled, team):
    services.delete_rule(ruled, rule="r1", by=team.mia)
    services.delete_rule(ruled, rule="r1", by=team.mia)

    assert stored(ruled) == [LEAD]


def test_a_change_takes_the_proposal_back(ruled, team):
    services.propose_publication(ruled, by=team.mia)

    services.delete_rule(ruled, rule="r1", by=team.mia)

    assert Call.objects.get(pk=ruled.pk).publication_proposed_at is None


def test_rules_of_a_published_call_are_frozen_by_verb_and_database(team):
    call = factories.call(team, rules=[TRL])

    with pytest.raises(InvalidTransition):
        services.delete_rule(call, rule="r1", by=team.mia)
    for change in ("rules = '[]'", "countries_pending = '[\"BA\"]'", "countries_as_of = '2026-01-01'"):
        with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE calls_call SET {change} WHERE id = %s", [call.pk])


# --- pages ------------------------------------------------------------------------------------------------
def test_rules_are_listed_with_their_buttons(ruled, mia):
    page = text(mia.get(part_url(ruled, "applicants")))

    assert "The project lies between TRL 5 and TRL 9." in page
    assert "The applicant is an SME." in page


def test_a_rule_is_added_through_its_kind(ready, mia):
    add = page_url("rule_add", ready)
    assert "?kind=nace" in text(mia.get(add))

    response = mia.post(f"{add}?kind=nace", {"revision": "2.1", "codes": "26, 27.1\r\ni55; 26"}, follow=True)

    assert told(response) == ["The rule is added."]
    assert stored(ready)[0]["settings"] == {"revision": "2.1", "codes": ["26", "27.1", "I55"]}


@pytest.mark.parametrize(
    ("kind", "typed", "field", "sentence"),
    [
        ("trl", {"least": "7", "most": "5"}, "most", "At most 5 is less than at least 7."),
        ("trl", {"least": "x", "most": "5"}, "least", "Enter a whole number."),
        ("nuts", {"regions": "FRL04, nowhere-at-all"}, "regions", "“NOWHERE-AT-ALL” is no such code."),
        ("nuts", {"regions": "FRL04, PT16"}, "regions", "No region has the code “PT16” in NUTS 2024; some codes "
         "changed that year. Near to it: PT11 Norte; PT15 Algarve; PT19 Centro (PT); PT1A Grande Lisboa; "
         "PT1B Península de Setúbal; PT1C Alentejo; PT1D Oeste e Vale do Tejo."),
        ("cost", {"cents": "0"}, "cents", "Give at least 0.01 EUR."),
        ("smes", {}, "least", "Give the least number, the highest, or both."),
        ("free", {"sentence": ""}, "sentence", "This field is required."),
    ],
)  # fmt: skip
def test_a_mistake_is_said_beside_the_field_and_what_was_typed_stays(
    ready, mia, kind, typed, field, sentence
):
    response = mia.post(f"{page_url('rule_add', ready)}?kind={kind}", typed)

    assert (response.status_code, response.context["form"].errors) == (422, {field: [sentence]})
    for value in typed.values():
        assert value in response.content.decode()
    assert stored(ready) == []


def test_a_rule_saved_unchanged_stays_as_it_was(ruled, mia):
    free = {"id": "r3", "kind": "free", "settings": {"sentence": {"en": "She leads.", "fr": "Elle dirige."}}}
    ruled.rules = [
        {"id": "r1", "kind": "from_countries", "settings": {"least": 1, "countries": ["ES", "FR"]}},
        {"id": "r2", "kind": "cost", "settings": {"cents": 86_000_00}},
        free,
        {"id": "r4", "kind": "nace", "settings": {"revision": "2.1", "codes": ["26", "I55"]}},
    ]
    ruled.save(update_fields=["rules"])

    for rule in ("r1", "r2", "r3", "r4"):
        page = mia.get(page_url("rule_edit", ruled, rule))
        assert mia.post(page_url("rule_edit", ruled, rule), sent_unchanged(page)).status_code == 302

    assert stored(ruled) == ruled.rules


def test_a_stale_page_of_a_rule_is_told_and_keeps_what_was_typed(ruled, team, mia):
    page = mia.get(page_url("rule_edit", ruled, "r1"))
    services.change_rule(ruled, rule="r1", settings={"least": 6, "most": 9}, by=team.luc)

    response = mia.post(page_url("rule_edit", ruled, "r1"), {**sent_unchanged(page), "least": "4"})

    assert response.status_code == 422
    assert "Luc Peeters changed this after you opened the page" in text(response)
    assert response.context["form"]["least"].value() == "4"


def test_rules_move_and_go_by_buttons(ruled, mia):
    assert mia.post(page_url("rule_move", ruled), {"rule": "r1", "to": "down"}).status_code == 302
    assert [one["id"] for one in stored(ruled)] == ["r2", "r1"]
    assert mia.post(page_url("rule_move", ruled), {"rule": "r1", "to": "away"}).status_code == 404
    assert "TRL 5" in text(mia.get(page_url("rule_delete", ruled) + "?rule=r1"))
    assert mia.get(page_url("rule_delete", ruled) + "?rule=r7").status_code == 404
    assert mia.post(page_url("rule_delete", ruled), {"rule": "r1"}).status_code == 302
    assert stored(ruled) == [LEAD]
    assert mia.get(page_url("rule_edit", ruled, "r1")).status_code == 404


def test_a_published_call_reads_its_rules_to_everybody(team, client):
    call = factories.call(team, rules=[TRL, {"id": "r2", "kind": "cost", "settings": {"cents": 86_000_00}}])

    page = text(client.get(call.get_absolute_url()))

    assert "The project lies between TRL 5 and TRL 9." in page
    assert "The project costs at least 86 000 EUR in all." in page


def test_a_country_cannot_stand_on_both_lists(ready, mia):
    given = {"whole_union": "on", "others": ["BA"], "countries_pending": ["BA"], "sizes": ["small"]}

    response = mia.post(part_url(ready, "applicants"), {**given, "partners_min": 1, "partners_max": 2})

    assert response.context["form"].errors == {
        "countries_pending": [
            "Bosnia and Herzegovina cannot be both eligible and eligible only once it is associated."
        ]
    }


# --- countries that wait for their association ------------------------------------------------------------
@pytest.fixture
def waiting(team):
    return factories.call(team, countries_pending=["BA", "GE"])


EVIDENCE = "https://example.org/associated-countries"


def test_an_association_is_recorded_with_its_evidence(waiting, team, now):
    services.record_association(waiting, country="BA", in_force_on=now.date(), url=EVIDENCE, by=team.mia)

    assert queries.not_associated(waiting, ["BA", "GE", "FR"], now.date()) == ["Georgia"]
    assert queries.not_associated(waiting, ["BA"], now.date() - timedelta(days=1)) == [
        "Bosnia and Herzegovina"
    ]
    assert history(waiting).latest("pk").data["url"] == EVIDENCE


@pytest.mark.parametrize(
    ("country", "days", "url", "sentence"),
    [
        ("FR", 0, EVIDENCE, "is not on the list of countries that wait"),
        ("BA", 1, EVIDENCE, "This day has not come yet"),
        ("BA", 0, " ", "Give the link that proves it."),
    ],
)
def test_an_association_that_cannot_be_is_refused(waiting, team, now, country, days, url, sentence):
    with pytest.raises(DomainError, match=sentence):
        services.record_association(
            waiting, country=country, in_force_on=now.date() + timedelta(days=days), url=url, by=team.mia
        )


def test_an_association_is_recorded_once(waiting, team, now):
    given = {"country": "BA", "in_force_on": now.date(), "url": EVIDENCE, "by": team.mia}
    services.record_association(waiting, **given)

    with pytest.raises(DomainError, match="recorded already"):
        services.record_association(waiting, **given)


def test_an_association_is_recorded_on_the_page_of_a_published_call(waiting, mia, now):
    page = text(mia.get(part_url(waiting, "applicants")))
    assert "Not recorded: its organisations cannot get an agreement yet." in page
    url = page_url("association_record", waiting) + "?country=BA"

    refused = mia.post(url, {"in_force_on": "soon", "url": "nowhere at all"})
    assert (refused.status_code, sorted(refused.context["form"].errors)) == (422, ["in_force_on", "url"])
    response = mia.post(url, {"in_force_on": now.date().isoformat(), "url": EVIDENCE}, follow=True)

    assert "In force since 18 February 2027, recorded by Mia Laurent." in text(response)
    assert mia.get(page_url("association_record", waiting) + "?country=FR").status_code == 302
