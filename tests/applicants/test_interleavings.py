"""QR7: two people or two tabs in any order lose nothing without being told, and what is submitted holds what was saved last."""

from dataclasses import dataclass, field

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applicants import merging, services
from applicants.models import SectionAnswers
from applicants.states import ApplicationState
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

FIELDS = ("problem", "other")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["type", "type", "save", "save", "lose", "load"]),
        st.integers(0, 1),
        st.sampled_from(FIELDS),
    ),
    min_size=4,
    max_size=20,
)


@dataclass
class Tab:
    """What one window shows: texts, the numbers they are based on, and what was typed and not saved yet."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


@settings(max_examples=1000, deadline=None)
@given(MOVES)
def test_qr_07_every_saved_text_stays_or_was_replaced_by_somebody_who_had_read_it(moves) -> None:
    """1 000 interleavings of two tabs. `lose`: the text arrived and the answer did not; it is sent again later."""
    stored: dict[str, str] = {}
    numbers: dict[str, int] = {}
    tabs = [Tab(), Tab()]
    for count, (move, who, name) in enumerate(moves):
        tab = tabs[who]
        if move == "type":
            tab.texts[name] = f"text {count}"
            tab.typed.add(name)
        elif move == "load":
            tab.texts = {
                key: tab.texts[key] if key in tab.typed else value for key, value in stored.items()
            } | {key: tab.texts[key] for key in tab.typed}
            tab.numbers |= {key: number for key, number in numbers.items() if key not in tab.typed}
        elif tab.typed:
            incoming = {key: tab.texts[key] for key in tab.typed}
            before = dict(stored)
            merged = merging.merge(stored, numbers, incoming, tab.numbers)
            for key in merged.changed:
                assert tab.numbers.get(key, 0) == numbers.get(key, 0), (
                    "it replaced a text that it never showed"
                )
            for key, theirs in merged.conflicts.items():
                assert theirs == before[key] != incoming[key], "a conflict shows what is stored"
                assert merged.values[key] == before[key], "a conflict replaces nothing"
            assert {*merged.changed, *merged.conflicts} >= {
                k for k in incoming if incoming[k] != before.get(k)
            }
            stored, numbers = merged.values, merged.numbers
            if move == "save":
                tab.numbers |= {key: numbers.get(key, 0) for key in incoming}
                tab.typed.clear()
    for tab in tabs:
        for key in set(tab.texts) - tab.typed:
            assert tab.numbers.get(key, 0) <= numbers.get(key, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["save", "save", "save", "submit", "withdraw", "reopen"]), st.integers(0, 1)),
    min_size=3,
    max_size=9,
)


@pytest.mark.django_db
def test_qr_07_what_is_submitted_holds_the_last_text_that_was_acknowledged() -> None:
    """By HTTP, with submit, withdraw and reopen between the autosaves of two members."""
    call = calls.call(team())

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def run(moves) -> None:
        alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
        firm = people.organisation(members=[alice, bob])
        application = steps.fill(steps.start(call, alice, firm), alice)
        clients = [Client(), Client()]
        for client, person in zip(clients, (alice, bob), strict=True):
            client.force_login(person)
        url, last = f"{application.get_absolute_url()}sections/idea/", steps.ANSWERS["problem"]
        seen = [1, 1]
        for count, (move, who) in enumerate(moves):
            application.refresh_from_db()
            draft = application.draft()
            if move == "save" and draft is not None:
                text = f"text {count}"
                sent = {"changed": "problem", "problem": text, "v.problem": str(seen[who])}
                answer = clients[who].post(url, sent, headers={"HX-Request": "true"})
                row = SectionAnswers.objects.get(version=draft, section="idea")
                current = row.field_versions["problem"]
                if answer.status_code == 200:
                    assert seen[who] == current - 1
                    last = text
                else:
                    assert (answer.status_code, last in answer.content.decode()) == (409, True)
                    assert row.answers["problem"] == last
                seen[who] = current
            elif move == "submit" and draft is not None:
                version = steps.submit(application, alice)
                assert version.payload is not None
                assert version.payload["sections"]["idea"]["problem"] == last
            elif (
                move == "withdraw"
                and application.state == ApplicationState.OPEN
                and application.valid_version()
            ):
                services.withdraw_application(application, by=alice)
            elif move == "reopen" and draft is None:
                services.change_application(application, by=alice)
        found = application.draft() or application.versions.order_by("-number")[0]
        assert SectionAnswers.objects.get(version=found, section="idea").answers["problem"] == last

    run()
