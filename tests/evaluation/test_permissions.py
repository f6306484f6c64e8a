"""Who may do what: every person against every page and every button."""

import pytest
from django.test import Client
from django.urls import reverse

from core import policy
from evaluation import permissions
from evaluation.models import Assignment
from tests.accounts import factories as people
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db

STAFF_PAGES = ["round_detail", "screening_list", "evaluator_list", "assign", "scoring", "ranking", "letters"]
BUTTONS = [
    "round_open", "scoring_start", "scoring_remind", "scoring_reopen", "rank", "decisions_propose",
    "decisions_withdraw", "decisions_reopen", "promotion_propose", "evaluator_resend",
]  # fmt: skip
BINDING = ["decisions_confirm", "release", "promotion_confirm"]
STAGES = {
    "setup": make.screened,
    "scoring": make.scoring,
    "ranked": make.ranked,
    "decided": make.proposed,
    "confirmed": make.confirmed,
    "released": make.released,
}
BY_STATE = {
    "setup": {"screen", "invite", "assign", "start"},
    "scoring": {"screen", "invite", "assign", "remind", "move_due", "return_sheet", "rank"},
    "ranked": {"reopen_scoring", "propose"},
    "decided": {"withdraw_proposal", "change"},
    "confirmed": {"reopen_decisions", "release"},
    "released": {"promote", "meet"},
}


def strangers(made: make.Scene) -> list:
    other = funding.team()
    return [
        people.user("Charlie Stranger"),
        made.files[0].created_by,
        made.evaluators[0].user,
        other.mia,
        other.ann,
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_available_actions_by_state_and_person(stage) -> None:
    made = STAGES[stage](make.scene(files=1))

    def actions(user) -> set[str]:
        return permissions.available_actions(user, made.round)

    assert actions(made.team.mia) == BY_STATE[stage]
    confirm = {"confirm"} if stage == "decided" else set()
    assert actions(made.team.luc) == BY_STATE[stage] | confirm
    for user in (made.team.fred, made.team.ann, *strangers(made)):
        assert actions(user) == set()


def test_roles_follow_from_an_accepted_invitation_only() -> None:
    made = make.scene(files=1, evaluators=1)
    invited = people.user("Ira Invited")
    make.evaluator(made.round, user=invited, state="invited")
    declined = people.user("Dora Declined")
    make.evaluator(made.round, user=declined, state="declined")

    assert set(permissions.roles(made.evaluators[0].user)) == {"evaluator"}
    assert set(permissions.roles(invited)) == set(permissions.roles(declined)) == set()


def test_foreign_rounds_do_not_exist() -> None:
    made = make.proposed(make.scene(files=1))
    slug, ref = made.call.slug, made.files[0].ref
    pages = [
        reverse(f"evaluation:{name}", args=[slug])
        for name in (*STAFF_PAGES, *BINDING, "reserve", "assign_proposal")
    ]
    pages += [
        reverse(f"evaluation:{name}", args=[slug, ref])
        for name in ("screen", "file_detail", "decision_change")
    ]
    buttons = [reverse(f"evaluation:{name}", args=[slug]) for name in BUTTONS]
    for user in strangers(made):
        client = sign_in(user)
        assert {url: client.get(url).status_code for url in pages} == dict.fromkeys(pages, 404)
        assert {url: client.post(url).status_code for url in buttons} == dict.fromkeys(buttons, 404)


def test_readers_of_the_project_do_nothing() -> None:
    made = make.proposed(make.scene(files=1))
    slug, ref = made.call.slug, made.files[0].ref
    for user in (made.team.ann, made.team.fred):
        client = sign_in(user)
        for name in STAFF_PAGES:
            page = client.get(reverse(f"evaluation:{name}", args=[slug]))
            assert page.status_code == 200
            main = page.content.split(b'<main id="content"')[1].split(b"</main>")[0]
            assert b"<button" not in main, name
        for name in (*BUTTONS, "assign_proposal", *BINDING):
            assert client.post(reverse(f"evaluation:{name}", args=[slug])).status_code == 404, name
        for name in ("screen", "assign", "evaluator_list"):
            args = [slug, ref] if name == "screen" else [slug]
            assert client.post(reverse(f"evaluation:{name}", args=args)).status_code == 403, name


def test_visitors_are_asked_to_sign_in() -> None:
    made = make.scene(files=1)
    for name in STAFF_PAGES:
        response = Client().get(reverse(f"evaluation:{name}", args=[made.call.slug]))
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", BINDING)
def test_binding_pages_ask_for_the_password_again(name) -> None:
    made = make.proposed(make.scene(files=1))
    url = reverse(f"evaluation:{name}", args=[made.call.slug])
    client = sign_in(made.team.luc, recently=False)

    for response in (client.get(url), client.post(url)):
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_reauthenticate"))
    assert made.reload().round.state == "decided"
    assert policy.rule_for(f"evaluation:{name}").sensitive


def test_evaluators_pages_are_for_evaluators() -> None:
    made = make.declared(make.scene(files=1))
    pair = Assignment.objects.first()
    for user in (made.team.mia, made.files[0].created_by, people.user("Charlie Stranger")):
        client = sign_in(user)
        assert client.get(reverse("evaluation:assignment_list")).status_code == 404
        assert client.get(pair.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("state", "content", "peers"),
    [("invited", False, False), ("accepted", True, False), ("scored", True, True), ("declined", False, False),
     ("abstained", False, False), ("revoked", False, False)],
)  # fmt: skip
def test_content_and_peers_by_state(state, content, peers) -> None:
    made = make.assigned(make.scene(files=1))
    pair = Assignment.objects.select_related("evaluator").first()
    pair.__dict__["state"] = state
    owner = pair.evaluator.user

    assert permissions.can_read_content(owner, pair) == content
    assert permissions.can_see_peers(owner, pair) == peers
    for other in (made.team.mia, made.evaluators[1].user, made.files[0].created_by):
        assert not permissions.can_read_content(other, pair)
        assert not permissions.can_see_peers(other, pair)
