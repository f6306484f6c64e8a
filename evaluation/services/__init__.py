"""Every verb that changes something in an evaluation, by the stage it belongs to."""

from evaluation.services.assigning import assign_as_proposed, assign_evaluators
from evaluation.services.conditions import meet_condition
from evaluation.services.consensus import (
    answer_consensus,
    close_consensus,
    open_consensus,
    put_consensus,
    rewrite_consensus,
    save_consensus,
)
from evaluation.services.decisions import (
    change_decision,
    confirm_decisions,
    propose_decisions,
    release_decisions,
    reopen_decisions,
    withdraw_proposal,
)
from evaluation.services.early import (
    answer_feedback,
    ask_feedback,
    decline_advice,
    give_advice,
    name_adviser,
    open_for_advice,
    take_back_request,
)
from evaluation.services.ethics import (
    confirm_refusal,
    declare_no_conflict,
    decline_check,
    judge_ethics,
    name_reviewer,
    return_check,
    take_back_check,
)
from evaluation.services.evaluators import (
    accept_invitation,
    decline_invitation,
    invite_evaluator,
    register_evaluator,
    resend_invitation,
)
from evaluation.services.interests import name_interests
from evaluation.services.promotion import confirm_promotion, propose_promotion, take_back_award
from evaluation.services.redress import (
    answer_objection,
    file_objection,
    name_handler,
    set_procedure,
)
from evaluation.services.reexamining import confirm_reexamination, propose_reexamination
from evaluation.services.results import publish_results
from evaluation.services.rounds import (
    move_due_date,
    open_round,
    rank_round,
    remind_evaluators,
    reopen_scoring,
    start_scoring,
)
from evaluation.services.scores import (
    abstain,
    declare_absence,
    declare_conflict,
    return_sheet,
    save_draft_scores,
    submit_scores,
)
from evaluation.services.screening import screen_application
from evaluation.services.summaries import ask_for_summary

__all__ = [
    "abstain",
    "accept_invitation",
    "answer_consensus",
    "answer_feedback",
    "answer_objection",
    "ask_feedback",
    "ask_for_summary",
    "assign_as_proposed",
    "assign_evaluators",
    "change_decision",
    "close_consensus",
    "confirm_decisions",
    "confirm_promotion",
    "confirm_reexamination",
    "confirm_refusal",
    "declare_absence",
    "declare_conflict",
    "declare_no_conflict",
    "decline_advice",
    "decline_check",
    "decline_invitation",
    "file_objection",
    "give_advice",
    "invite_evaluator",
    "judge_ethics",
    "meet_condition",
    "move_due_date",
    "name_adviser",
    "name_handler",
    "name_interests",
    "name_reviewer",
    "open_consensus",
    "open_for_advice",
    "open_round",
    "propose_decisions",
    "propose_promotion",
    "propose_reexamination",
    "publish_results",
    "put_consensus",
    "rank_round",
    "register_evaluator",
    "release_decisions",
    "remind_evaluators",
    "reopen_decisions",
    "reopen_scoring",
    "resend_invitation",
    "return_check",
    "return_sheet",
    "rewrite_consensus",
    "save_consensus",
    "save_draft_scores",
    "screen_application",
    "set_procedure",
    "start_scoring",
    "submit_scores",
    "take_back_award",
    "take_back_check",
    "take_back_request",
    "withdraw_proposal",
]
