"""The one next act of a round, in words, for the panel on its page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.intake import CallModel
from core import clock
from evaluation.models import Round
from evaluation.queries.ethics import ethics_standing
from evaluation.queries.progress import Progress
from evaluation.states import RoundState


@dataclass(frozen=True)
class Act:
    """What is next: the panel's tone, title and text, and the page on which it is done (empty: nothing to do)."""

    tone: str
    title: str
    text: str
    url: str = ""
    button: str = ""


def next_act(round: Round, figures: Progress, user: Any) -> Act:
    """What has to happen next in the round, as this person should read it."""
    makers = {
        RoundState.SETUP: _setting_up,
        RoundState.SCORING: _scoring,
        RoundState.RANKED: _ranked,
        RoundState.DECIDED: _decided,
        RoundState.CONFIRMED: _confirmed,
        RoundState.RELEASED: _released,
    }
    return makers[RoundState(round.state)](round, figures, user)


def _page(round: Round, name: str) -> str:
    return reverse(f"evaluation:{name}", args=[round.address])


def _setting_up(round: Round, figures: Progress, user: Any) -> Act:
    if not figures.submitted:
        return Act("", _("Nothing was submitted"), _("No file arrived before the deadline of this call."))
    if figures.unscreened:
        text = ngettext(
            "%(n)d file waits for the check", "%(n)d files wait for the check", figures.unscreened
        )
        return Act(
            "busy",
            text % {"n": figures.unscreened},
            _("Say for each file whether it is eligible, with reasons. The applicant is told at once."),
            _page(round, "screening_list"),
            _("Check the files"),
        )
    if not figures.eligible:
        return Act(
            "warn",
            _("No file is eligible"),
            _("Every submitted file was found not eligible, so there is nothing to score."),
        )
    if round.call.call_model == CallModel.CLAIM:
        return Act(
            "busy",
            _("Ready to be decided"),
            _("The rules found these files eligible, and their money is held. Fix the list, then propose the decisions."),
            _page(round, "ranking"),
            _("Go to the list"),
        )  # fmt: skip
    if not round.call.is_scored:
        return Act(
            "busy",
            _("Ready for the draw"),
            _("Every file is checked. The seed was sealed when the call was published; the draw opens it."),
            _page(round, "ranking"),
            _("Go to the draw"),
        )
    if figures.accepted < figures.needed:
        text = _(
            "Each file needs %(needed)d evaluators; %(accepted)d accepted, %(invited)d not answered yet."
        )
        return Act(
            "busy",
            _("Evaluators are missing"),
            text
            % {"needed": figures.needed, "accepted": figures.accepted, "invited": figures.invited},
            _page(round, "evaluator_list"),
            _("Invite evaluators"),
        )  # fmt: skip
    if figures.short:
        text = ngettext("%(n)d file lacks an evaluator", "%(n)d files lack an evaluator", figures.short)
        return Act(
            "busy",
            text % {"n": figures.short},
            _("Assign by hand, or let an even assignment be proposed that respects conflicts and countries."),
            _page(round, "assign"),
            _("Assign evaluators"),
        )
    return Act(
        "busy",
        _("Ready for scoring"),
        _("Every eligible file has its evaluators. Say when scores are due, and they are written to."),
        _page(round, "scoring"),
        _("Start the scoring"),
    )


def _scoring(round: Round, figures: Progress, user: Any) -> Act:
    if not figures.unscored:
        return Act(
            "good",
            _("Every score is in"),
            _("Look at the list, then close the scoring: from then on no score changes."),
            _page(round, "ranking"),
            _("Look at the ranking"),
        )
    late = round.scoring_due_at is not None and round.scoring_due_at < clock.now()
    text = ngettext("%(n)d file lacks scores", "%(n)d files lack scores", figures.unscored)
    words = (
        _(
            "The date for scores has passed. Remind the evaluators, give another date, or assign somebody else."
        )
        if late
        else _("The evaluators are at work. Staff see their scores when the round is ranked.")
    )
    tone = "warn" if late else "busy"
    return Act(
        tone, text % {"n": figures.unscored}, words, _page(round, "scoring"), _("See who has what to do")
    )


def _ranked(round: Round, figures: Progress, user: Any) -> Act:
    checks = ethics_standing(round)
    if checks.open:
        text = ngettext(
            "%(n)d file is not checked for ethics and security yet",
            "%(n)d files are not checked for ethics and security yet",
            checks.open,
        )
        return Act(
            "busy",
            text % {"n": checks.open},
            _("Name who checks them. The decisions can be proposed when every check is closed."),
            _page(round, "ethics_list"),
            _("Ethics and security"),
        )
    return Act(
        "busy",
        _("The list stands"),
        _("Propose the decisions; another manager confirms them. Applicants see nothing until the release."),
        _page(round, "ranking"),
        _("Look at the ranking"),
    )


def _decided(round: Round, figures: Progress, user: Any) -> Act:
    if round.proposed_by_id == user.pk:
        return Act(
            "",
            _("Waiting for another manager"),
            _("You proposed these decisions, so somebody else has to confirm them. The other managers are told."),
            _page(round, "ranking"),
            _("Look at the decisions"),
        )  # fmt: skip
    return Act(
        "busy",
        _("Decisions to confirm"),
        _("%(name)s proposed them. Look at the list and the letters before you confirm.")
        % {"name": round.proposed_by},
        _page(round, "decisions_confirm"),
        _("Look and confirm"),
    )


def _confirmed(round: Round, figures: Progress, user: Any) -> Act:
    return Act(
        "busy",
        _("Confirmed, not released"),
        _("%(proposer)s proposed and %(confirmer)s confirmed. The money is awarded; applicants see nothing yet.")
        % {"proposer": round.proposed_by, "confirmer": round.confirmed_by},
        _page(round, "release"),
        _("Look and release"),
    )  # fmt: skip


def _released(round: Round, figures: Progress, user: Any) -> Act:
    if round.public_since is None and round.call.gives_money:
        return Act(
            "good",
            _("Released"),
            _("Every applicant has the decision and the letter. The results are not public yet."),
            _page(round, "results_publish"),
            _("Publish the results"),
        )
    return Act(
        "good",
        _("Released"),
        _("Every applicant has the decision and the letter. If a funded file is withdrawn, the reserve moves up."),
        _page(round, "reserve"),
        _("Reserve list"),
    )  # fmt: skip
