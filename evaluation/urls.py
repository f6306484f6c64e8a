"""Pages of evaluation: the funder's under the call, the evaluator's and the invitation under their own paths."""

from django.urls import path, register_converter

from evaluation.views import (
    assigning,
    consensus,
    draw,
    early,
    ethics,
    feedback,
    invitations,
    judging,
    objections,
    ranking,
    redress,
    results,
    rounds,
)

app_name = "evaluation"


class RoundConverter:
    """A round by its call, and by its number where the call has several: `go-abroad.2` stands as
    `go-abroad/evaluation/2`."""

    regex = r"[-a-zA-Z0-9_]+/evaluation(?:/[1-9][0-9]{0,3})?"

    def to_python(self, value: str) -> str:
        return value.replace("/evaluation/", ".").removesuffix("/evaluation")

    def to_url(self, value: str) -> str:
        slug, dot, number = value.partition(".")
        return f"{slug}/evaluation/{number}" if dot else f"{slug}/evaluation"


register_converter(RoundConverter, "round")
_CALL = "calls/<round:slug>/"
_OBJECTIONS = "calls/<slug:slug>/objections/"
_EARLY = "calls/<slug:slug>/early-feedback/"
_OWN = "evaluation/assignments/"
_LINK = "evaluation/invitations/<slug:token>/"

urlpatterns = [
    path(_CALL, rounds.round_detail, name="round_detail"),
    path(f"{_CALL}open/", rounds.round_open, name="round_open"),
    path(f"{_CALL}screening/", rounds.screening_list, name="screening_list"),
    path(f"{_CALL}screening/<slug:ref>/", rounds.screen, name="screen"),
    path(
        f"{_CALL}screening/<slug:ref>/files/<slug:file>/",
        rounds.screening_file,
        name="screening_file",
    ),
    path(f"{_CALL}evaluators/", rounds.evaluator_list, name="evaluator_list"),
    path(f"{_CALL}evaluators/again/", rounds.evaluator_resend, name="evaluator_resend"),
    path(f"{_CALL}assign/", assigning.assign, name="assign"),
    path(f"{_CALL}assign/proposal/", assigning.assign_proposal, name="assign_proposal"),
    path(f"{_CALL}scoring/", rounds.scoring, name="scoring"),
    path(f"{_CALL}scoring/start/", rounds.scoring_start, name="scoring_start"),
    path(f"{_CALL}scoring/remind/", rounds.scoring_remind, name="scoring_remind"),
    path(f"{_CALL}scoring/reopen/", ranking.scoring_reopen, name="scoring_reopen"),
    path("calls/<slug:slug>/draw/", draw.draw, name="draw"),
    path(f"{_CALL}ranking/", ranking.ranking, name="ranking"),
    path(f"{_CALL}rank/", ranking.rank, name="rank"),
    path(f"{_CALL}files/<slug:ref>/", ranking.file_detail, name="file_detail"),
    path(f"{_CALL}files/<slug:ref>/decision/", ranking.decision_change, name="decision_change"),
    path(
        f"{_CALL}files/<slug:ref>/conditions/<slug:condition>/met/",
        ranking.condition_met,
        name="condition_met",
    ),
    path(
        f"{_CALL}files/<slug:ref>/sheets/<slug:sheet>/return/",
        ranking.sheet_return,
        name="sheet_return",
    ),
    path(f"{_CALL}results/", results.results_publish, name="results_publish"),
    path(f"{_CALL}files/<slug:ref>/consensus/open/", consensus.consensus_open, name="consensus_open"),
    path(f"{_CALL}files/<slug:ref>/consensus/close/", consensus.consensus_close, name="consensus_close"),
    path("applications/<slug:ref>/early-feedback/", early.application_early, name="application_early"),
    path(
        "applications/<slug:ref>/early-feedback/back/",
        early.application_early_back,
        name="application_early_back",
    ),
    path(_EARLY, early.early_list, name="early_list"),
    path(f"{_EARLY}<slug:request_ref>/", early.early_staff, name="early_staff"),
    path(f"{_EARLY}<slug:request_ref>/adviser/", early.early_name, name="early_name"),
    path(f"{_EARLY}<slug:request_ref>/answer/", early.early_answer, name="early_answer"),
    path("evaluation/feedback/<slug:request_ref>/", early.early_adviser, name="early_adviser"),
    path("evaluation/feedback/<slug:request_ref>/declare/", early.early_declare, name="early_declare"),
    path("evaluation/feedback/<slug:request_ref>/give/", early.early_give, name="early_give"),
    path("evaluation/feedback/<slug:request_ref>/files/<slug:file>/", early.early_file, name="early_file"),
    path(f"{_CALL}ethics/", ethics.ethics_list, name="ethics_list"),
    path(f"{_CALL}ethics/name/", ethics.ethics_name, name="ethics_name"),
    path(f"{_CALL}ethics/<slug:check>/confirm/", ethics.ethics_confirm, name="ethics_confirm"),
    path(f"{_CALL}ethics/<slug:check>/return/", ethics.ethics_return, name="ethics_return"),
    path(f"{_CALL}ethics/<slug:check>/take-back/", ethics.ethics_take_back, name="ethics_take_back"),
    path("evaluation/ethics/", ethics.ethics_own, name="ethics_own"),
    path("evaluation/ethics/<slug:check>/", ethics.ethics_check, name="ethics_check"),
    path("evaluation/ethics/<slug:check>/declare/", ethics.ethics_declare, name="ethics_declare"),
    path("evaluation/ethics/<slug:check>/judge/", ethics.ethics_judge, name="ethics_judge"),
    path("evaluation/ethics/<slug:check>/files/<slug:file>/", ethics.ethics_file, name="ethics_file"),
    path(f"{_CALL}decisions/propose/", ranking.decisions_propose, name="decisions_propose"),
    path(f"{_CALL}decisions/withdraw/", ranking.decisions_withdraw, name="decisions_withdraw"),
    path(f"{_CALL}decisions/confirm/", ranking.decisions_confirm, name="decisions_confirm"),
    path(f"{_CALL}decisions/reopen/", ranking.decisions_reopen, name="decisions_reopen"),
    path(f"{_CALL}letters/", ranking.letters, name="letters"),
    path(f"{_CALL}release/", ranking.release, name="release"),
    path(f"{_CALL}reserve/", ranking.reserve, name="reserve"),
    path(f"{_CALL}reserve/propose/", ranking.promotion_propose, name="promotion_propose"),
    path(f"{_CALL}reserve/confirm/", ranking.promotion_confirm, name="promotion_confirm"),
    path(f"{_CALL}reserve/<slug:ref>/take-back/", ranking.award_take_back, name="award_take_back"),
    path("calls/<slug:slug>/redress/", redress.redress, name="redress"),
    path("applications/<slug:ref>/feedback/", feedback.feedback_panel, name="feedback_panel"),
    path(
        "applications/<slug:ref>/feedback/summary.pdf",
        feedback.application_summary,
        name="application_summary",
    ),
    path("applications/<slug:ref>/objection/", redress.application_objection, name="application_objection"),
    path(
        "applications/<slug:ref>/objection/files/<slug:file>/",
        redress.application_objection_file,
        name="application_objection_file",
    ),
    path(_OBJECTIONS, objections.objection_list, name="objection_list"),
    path(f"{_OBJECTIONS}<slug:ref>/", objections.objection_staff, name="objection_staff"),
    path(f"{_OBJECTIONS}<slug:ref>/handler/", objections.objection_handler, name="objection_handler"),
    path(f"{_OBJECTIONS}<slug:ref>/answer/", objections.objection_answer, name="objection_answer"),
    path(f"{_OBJECTIONS}<slug:ref>/decide/", objections.reexamination_propose, name="reexamination_propose"),
    path(f"{_OBJECTIONS}<slug:ref>/confirm/", objections.reexamination_confirm, name="reexamination_confirm"),
    path(f"{_OBJECTIONS}<slug:ref>/files/<slug:file>/", objections.objection_file, name="objection_file"),
    path(f"{_CALL}interests/", judging.interests, name="interests"),
    path(_OWN, judging.assignment_list, name="assignment_list"),
    path(f"{_OWN}<slug:ref>/", judging.assignment_detail, name="assignment_detail"),
    path(f"{_OWN}<slug:ref>/declare/", judging.assignment_declare, name="assignment_declare"),
    path(f"{_OWN}<slug:ref>/save/", judging.assignment_save, name="assignment_save"),
    path(f"{_OWN}<slug:ref>/submit/", judging.assignment_submit, name="assignment_submit"),
    path(f"{_OWN}<slug:ref>/abstain/", judging.assignment_abstain, name="assignment_abstain"),
    path(f"{_OWN}<slug:ref>/conflict/", judging.assignment_conflict, name="assignment_conflict"),
    path(f"{_OWN}<slug:ref>/consensus/", consensus.assignment_consensus, name="assignment_consensus"),
    path(f"{_OWN}<slug:ref>/files/<slug:file>/", judging.assignment_file, name="assignment_file"),
    path(_LINK, invitations.invitation, name="invitation"),
    path(f"{_LINK}register/", invitations.invitation_register, name="invitation_register"),
    path(f"{_LINK}decline/", invitations.invitation_decline, name="invitation_decline"),
]
