"""Nothing of a test submission is anywhere among what is real: no row, no page, no figure, no message differs by it."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from accounts import queries as accounts
from applicants import queries as applicants
from applicants.tasks import print_rehearsal
from calls import queries as calls
from core.models import AuditEvent, OutgoingMessage
from evaluation import queries as evaluation
from funding.models import LedgerEntry
from funding.queries import project_money
from grants import queries as grants
from tests import test_policy_matrix as matrix
from tests import world
from tests.applicants.rehearsals import rehearse

pytestmark = pytest.mark.django_db
OWN = {"Rehearsal", "RehearsalCount"}
TELLS = ("applicants:staff_rehearsal_", "calls:call_publication", "calls:call_publish")
"""The pages that speak of test submissions."""
CHANGING = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f-]{17}|nonce[-=]"?[\w+/=-]+'
    r'|data-[a-z-]*(?:left|now|pass)="[^"]*"|\?pass=[^"]+|hx-headers=\'[^\']*\''
)


def rows() -> dict[str, int]:
    """How many rows each table has, besides those of the test submissions and the people's sessions."""
    models: list[type[Model]] = [one for one in apps.get_models() if one.__name__ not in {*OWN, "Session"}]
    return {one._meta.label: one._default_manager.count() for one in models}


def pages(things: dict[str, Any], clients: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What every page shows to these people, but for what differs each time it is drawn."""
    found = {}
    for name, pattern in matrix.patterns():
        if name.startswith(TELLS):
            continue
        address = matrix.address(name, pattern, things)
        for actor, client in clients.items():
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            shown = CHANGING.sub("", body.decode("utf-8", "replace"))
            found[name, actor] = f"{answer.status_code} {shown}"
    return found


def test_test_submissions_change_nothing_that_is_real(now) -> None:
    own = world.build()
    cast = {**own.people, "visitor": None}
    clients = {actor: matrix.client_of(cast[actor]) for actor in ("visitor", "mia", "alice")}
    things = [own.things[name] for name in ("draft_call", "open_call")]
    targets = [*things, own.things["submitted"].call, own.things["released"].call]
    everybody = [person for person in own.people.values() if person is not None]

    def figures() -> list[Any]:
        wanted = applicants.StaffFilter.read({})
        listed = [applicants.staff_files(own.people["mia"], one) for one in targets]
        calls_of = [
            applicants.staff_totals(files, one, wanted) for files, one in zip(listed, targets, strict=True)
        ]
        to_do = [
            [str(action) for action in part.next_actions(person)]
            for part in (accounts, calls, applicants, evaluation, grants)
            for person in everybody
        ]
        ledger = list(
            LedgerEntry.objects.order_by("pk").values_list("account", "amount_cents", "organisation")
        )
        mail = list(OutgoingMessage.objects.order_by("pk").values_list("pk", flat=True))
        money = [str(project_money(one.project)) for one in targets[:1]]
        return [calls_of, to_do, ledger, mail, money]

    pages(own.things, clients)  # what is made or read at the first look is not what is compared
    shown, counted, reckoned = pages(own.things, clients), rows(), figures()
    made = [
        rehearse(call, by=own.people["mia"], legal_name="Zyxwv Ghost Ltd") for call in targets for _n in "ab"
    ]
    assert {call.state for call in targets} == {"draft", "published"}
    assert print_rehearsal(made[0].pk)
    after = rows()
    assert after.pop("core.AuditEvent") == counted.pop("core.AuditEvent") + len(made)
    assert (
        not AuditEvent.objects.filter(verb="rehearsal.submitted")
        .exclude(target_type__model="rehearsal")
        .exists()
    )
    assert after.pop("core.StoredFile") == counted.pop("core.StoredFile") + 1
    again = pages(own.things, clients)
    differing = [key for key in shown if shown[key] != again[key]]
    assert differing == []
    assert not any("Ghost" in page or "TEST-" in page for page in again.values())
    assert (after, figures()) == (counted, reckoned)
    assert sum(1 for page in shown.values() if page.startswith("200")) > 200
