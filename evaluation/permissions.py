"""Who may do what in an evaluation; the policy's lines for this app."""

from typing import Any

from django.db.models import CharField, QuerySet, Value

from applicants.models import Recusal
from applicants.states import ApplicationState
from core.policy import ANYONE, SIGNED_IN, Rule, roles_from, rule
from evaluation.models import Assignment, Evaluator, Round
from evaluation.queries.files import of_round
from evaluation.states import AssignmentState, EvaluatorState, RoundState
from funding.permissions import MANAGER, STAFF, can_manage_project

EVALUATOR = "evaluator"

_READ = rule(*STAFF, scope="rounds of own projects, without files one is recused from")
_DO = rule(MANAGER, scope="rounds of managed projects")
_BIND = rule(MANAGER, scope="rounds of managed projects; two persons", sensitive=True)
_OWN = rule(EVALUATOR, scope="files assigned to oneself")
_ETHICS = rule(*STAFF, EVALUATOR, scope="files one was named to check for ethics and security")
_EARLY = rule(*STAFF, scope="requests in own projects, without files one is recused from")
_EARLY_DO = rule(MANAGER, scope="requests in managed projects, without files one is recused from")
_ADVISER = rule(*STAFF, EVALUATOR, scope="versions one was named to give feedback on")
_APPLICANT = rule(SIGNED_IN, scope="own organisations' applications")
_OBJECTIONS = rule(*STAFF, scope="objections in own projects, without files one is recused from")
_LINK = rule(ANYONE, scope="the invitation whose link one has")

POLICY: dict[str, Rule] = {
    "evaluation:round_detail": _READ,
    "evaluation:round_open": _DO,
    "evaluation:screening_list": _READ,
    "evaluation:screen": _READ,
    "evaluation:screening_file": _READ,
    "evaluation:evaluator_list": _READ,
    "evaluation:evaluator_resend": _DO,
    "evaluation:assign": _READ,
    "evaluation:assign_proposal": _DO,
    "evaluation:scoring": _READ,
    "evaluation:scoring_start": _DO,
    "evaluation:scoring_remind": _DO,
    "evaluation:scoring_reopen": _DO,
    "evaluation:rank": _DO,
    "evaluation:draw": rule(ANYONE, scope="public calls with a draw"),
    "evaluation:ranking": _READ,
    "evaluation:file_detail": _READ,
    "evaluation:sheet_return": _DO,
    "evaluation:application_early": _APPLICANT,
    "evaluation:application_early_back": _APPLICANT,
    "evaluation:early_list": _EARLY,
    "evaluation:early_staff": _EARLY,
    "evaluation:early_name": _EARLY_DO,
    "evaluation:early_answer": _EARLY_DO,
    "evaluation:early_adviser": _ADVISER,
    "evaluation:early_declare": _ADVISER,
    "evaluation:early_give": _ADVISER,
    "evaluation:early_file": _ADVISER,
    "evaluation:ethics_list": _READ,
    "evaluation:ethics_name": _DO,
    "evaluation:ethics_confirm": _BIND,
    "evaluation:ethics_return": _DO,
    "evaluation:ethics_take_back": _DO,
    "evaluation:ethics_own": _ETHICS,
    "evaluation:ethics_check": _ETHICS,
    "evaluation:ethics_declare": _ETHICS,
    "evaluation:ethics_judge": _ETHICS,
    "evaluation:ethics_file": _ETHICS,
    "evaluation:decisions_propose": _DO,
    "evaluation:decisions_withdraw": _DO,
    "evaluation:decision_change": _DO,
    "evaluation:condition_met": _DO,
    "evaluation:decisions_confirm": _BIND,
    "evaluation:decisions_reopen": _DO,
    "evaluation:letters": _READ,
    "evaluation:release": _BIND,
    "evaluation:results_publish": rule(MANAGER, scope="rounds of managed projects", sensitive=True),
    "evaluation:reserve": _READ,
    "evaluation:award_take_back": _DO,
    "evaluation:promotion_propose": _DO,
    "evaluation:promotion_confirm": _BIND,
    "evaluation:redress": rule(ANYONE, scope="public calls, and drafts of own projects"),
    "evaluation:feedback_panel": _APPLICANT,
    "evaluation:application_summary": _APPLICANT,
    "evaluation:application_objection": _APPLICANT,
    "evaluation:application_objection_file": _APPLICANT,
    "evaluation:objection_list": _OBJECTIONS,
    "evaluation:objection_staff": _OBJECTIONS,
    "evaluation:objection_file": _OBJECTIONS,
    "evaluation:objection_handler": rule(MANAGER, scope="objections in managed projects"),
    "evaluation:objection_answer": rule(*STAFF, scope="objections that one was named to examine"),
    "evaluation:reexamination_propose": rule(*STAFF, scope="objections that one was named to examine"),
    "evaluation:reexamination_confirm": rule(
        MANAGER, scope="objections in managed projects; two persons", sensitive=True
    ),
    "evaluation:interests": rule(EVALUATOR, scope="blind rounds that one judges in"),
    "evaluation:assignment_list": _OWN,
    "evaluation:assignment_detail": _OWN,
    "evaluation:assignment_declare": _OWN,
    "evaluation:assignment_save": _OWN,
    "evaluation:assignment_submit": _OWN,
    "evaluation:assignment_abstain": _OWN,
    "evaluation:assignment_conflict": _OWN,
    "evaluation:assignment_file": _OWN,
    "evaluation:assignment_consensus": _OWN,
    "evaluation:consensus_open": _DO,
    "evaluation:consensus_close": _DO,
    "evaluation:invitation": _LINK,
    "evaluation:invitation_register": _LINK,
    "evaluation:invitation_decline": _LINK,
}


@roles_from
def roles(user: int) -> "QuerySet[Any, Any]":
    """`evaluator`, from an accepted invitation of the person with this primary key."""
    accepted = Evaluator.objects.filter(user_id=user, state=EvaluatorState.ACCEPTED).order_by()
    return accepted.values_list(Value(EVALUATOR, output_field=CharField()), flat=True)


def can_manage_round(user: Any, round: Round) -> bool:
    """Managers of the round's project act; the others of the project read."""
    return can_manage_project(user, round.call.project)


def is_recused(user: Any, round: Round) -> bool:
    """Must the person keep away from a file that is still in the round? Then they decide nothing about its list."""
    live = Recusal.objects.filter(of_round(round, "application__"), user=user)
    return live.exclude(
        application__state__in=[ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE]
    ).exists()


def can_read_content(user: Any, assignment: Assignment) -> bool:
    """The file's content opens to its evaluator after the declaration that there is no conflict, not before."""
    opened = assignment.state in (AssignmentState.ACCEPTED, AssignmentState.SCORED)
    return opened and assignment.evaluator.user_id == user.pk


def can_see_peers(user: Any, assignment: Assignment) -> bool:
    """What the other evaluators of the file gave shows once the own scores are submitted."""
    return assignment.state == AssignmentState.SCORED and assignment.evaluator.user_id == user.pk


def can_see_scores(user: Any, round: Round) -> bool:
    """Staff see scores and words once the round is ranked, so that nobody is steered while others still judge."""
    return round.state not in (RoundState.SETUP, RoundState.SCORING)


def available_actions(user: Any, round: Round) -> set[str]:
    """The verbs to show to this person now; a hint, the service decides."""
    if not can_manage_round(user, round):
        return set()
    by_state: dict[str, set[str]] = {
        RoundState.SETUP: {"screen", "invite", "assign", "start"},
        RoundState.SCORING: {"screen", "invite", "assign", "remind", "move_due", "return_sheet", "rank"},
        RoundState.RANKED: {"reopen_scoring", "propose"},
        RoundState.DECIDED: {"withdraw_proposal", "change"},
        RoundState.CONFIRMED: {"reopen_decisions", "release"},
        RoundState.RELEASED: {"promote", "meet"},
    }
    actions = set(by_state[round.state])
    if not round.call.is_scored and round.state == RoundState.SETUP:
        actions = {"screen", "rank"}
    if round.state == RoundState.DECIDED and round.proposed_by_id != user.pk:
        actions.add("confirm")
    deciding = actions & {"rank", "propose", "change", "confirm", "promote"}
    return actions - deciding if deciding and is_recused(user, round) else actions


def can_score(assignment: Assignment) -> bool:
    """May scores of this assignment still be written? A hint, the service decides."""
    return assignment.state == AssignmentState.ACCEPTED and assignment.round.state == RoundState.SCORING
