"""What evaluation writes to people, one function per message, and the letters of a decision."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applicants.notifications import managers, writers
from calls import letters
from core.errors import DomainError
from core.money import with_currency
from core.notices import Audience, Category, register
from core.outbox import write_message
from core.policy import roles_of
from evaluation.models import (
    Assignment,
    Consensus,
    Decision,
    EarlyFeedback,
    EthicsCheck,
    Evaluator,
    Objection,
    Reexamination,
    Round,
)
from evaluation.queries.checks import check_of
from evaluation.queries.redress import procedure_of
from evaluation.states import Outcome
from funding.models import ProjectMember
from funding.notifications import AS_MANAGER
from funding.visibility import visibility_of

AS_EVALUATOR = Audience("evaluator", gettext_lazy("As evaluator"), lambda user: "evaluator" in roles_of(user))

register(
    Category.LEGAL,
    kinds=[
        "evaluator_invited",
        "due_moved",
        "objection_received",
        "objection_answered",
        "file_stays",
        "early_answered",
    ],
)
register(
    Category.WORK,
    AS_EVALUATOR,
    kinds=["files_assigned", "scores_missing", "sheet_returned", "consensus_moves"],
)
register(Category.WORK, AS_EVALUATOR, AS_MANAGER, kinds=["ethics_named", "ethics_returned", "early_named"])
register(
    Category.WORK,
    AS_MANAGER,
    kinds=[
        "consensus_dissent",
        "conflict_declared",
        "evaluator_abstained",
        "decisions_proposed",
        "decisions_confirmed",
        "promotion_proposed",
        "ethics_declined",
        "ethics_refused",
        "early_asked",
        "early_declined",
        "early_given",
        "objection_to_handle",
        "objection_given",
        "reexamination_proposed",
    ],
)
register(Category.NEWS, AS_MANAGER, kinds=["evaluator_answered", "objection_answered_staff"])

LETTERS = {
    Outcome.FUND: "evaluation/letters/fund.txt",
    Outcome.RESERVE: "evaluation/letters/reserve.txt",
    Outcome.REJECT: "evaluation/letters/reject.txt",
}


def evaluator_invited(evaluator: Evaluator) -> None:
    """The invitation with its link: the link proves the address."""
    context = {
        "evaluator": evaluator,
        "call": evaluator.round.call,
        "path": evaluator.get_absolute_url(),
        "sender": evaluator.invited_by,
    }
    _write(
        "evaluation/email/evaluator_invited", evaluator.user, context, about=evaluator, email=evaluator.email
    )


def evaluator_answered(evaluator: Evaluator, reason: str = "") -> None:
    """Tells the person who invited whether the evaluator accepts."""
    context = {
        "evaluator": evaluator,
        "call": evaluator.round.call,
        "reason": reason,
        "path": reverse("evaluation:evaluator_list", args=[evaluator.round.address]),
    }
    _write("evaluation/email/evaluator_answered", evaluator.invited_by, context, about=evaluator)


def files_assigned(evaluator: Evaluator, count: int) -> None:
    """Files wait for the evaluator; none is named before the conflict declaration."""
    _to_evaluator("evaluation/email/files_assigned", evaluator, count=count)


def scores_missing(evaluator: Evaluator, count: int) -> None:
    """A reminder of the files that are still open."""
    _to_evaluator("evaluation/email/scores_missing", evaluator, count=count)


def due_moved(evaluator: Evaluator, count: int) -> None:
    """Scores are due at another instant than was said before."""
    _to_evaluator("evaluation/email/due_moved", evaluator, count=count)


def sheet_returned(assignment: Assignment) -> None:
    """A submitted sheet goes back to its evaluator, with the reason."""
    context = {
        "assignment": assignment,
        "call": assignment.round.call,
        "path": assignment.get_absolute_url(),
    }
    _write("evaluation/email/sheet_returned", assignment.evaluator.user, context, about=assignment)


def consensus_moves(assignment: Assignment, what: str) -> None:
    """To the rapporteur (`write`) or to another evaluator (`agree`): what they have to do for the consensus report."""
    context = {
        "assignment": assignment,
        "what": what,
        "call": assignment.round.call,
        "path": reverse("evaluation:assignment_consensus", args=[assignment.ref]),
    }
    _write("evaluation/email/consensus_moves", assignment.evaluator.user, context, about=assignment)


def consensus_dissent(consensus: Consensus) -> None:
    """Tells the managers that every evaluator has answered and not all agree."""
    round, file = consensus.round, consensus.application
    path = reverse("evaluation:file_detail", args=[round.address, file.ref])
    for manager in managers_of(round):
        context = {"application": file, "call": round.call, "path": path}
        _write("evaluation/email/consensus_dissent", manager, context, about=file)


def conflict_declared(assignment: Assignment, details: str) -> None:
    """Tells the managers that a file needs another evaluator."""
    context = {
        "assignment": assignment,
        "call": assignment.round.call,
        "details": details,
        "path": reverse("evaluation:assign", args=[assignment.round.address]),
    }
    for manager in managers_of(assignment.round):
        _write("evaluation/email/conflict_declared", manager, context, about=assignment)


def evaluator_abstained(assignment: Assignment) -> None:
    """Tells the managers that a file needs another evaluator, and why."""
    context = {
        "assignment": assignment,
        "call": assignment.round.call,
        "path": reverse("evaluation:assign", args=[assignment.round.address]),
    }
    for manager in managers_of(assignment.round):
        _write("evaluation/email/evaluator_abstained", manager, context, about=assignment)


def decisions_proposed(round: Round) -> None:
    """Asks the other managers to look at the decisions and to confirm them."""
    path = reverse("evaluation:decisions_confirm", args=[round.address])
    _to_other_managers("evaluation/email/decisions_proposed", round, round.proposed_by, path)


def decisions_confirmed(round: Round) -> None:
    """Tells the other managers that the decisions can be released."""
    path = reverse("evaluation:release", args=[round.address])
    _to_other_managers("evaluation/email/decisions_confirmed", round, round.confirmed_by, path)


def promotion_proposed(round: Round, by: Any) -> None:
    """Asks the other managers to confirm that reserve files move up."""
    path = reverse("evaluation:reserve", args=[round.address])
    _to_other_managers("evaluation/email/promotion_proposed", round, by, path)


def letter_of(
    decision: Decision,
    shares: Sequence[tuple[Any, int]],
    *,
    promoted: bool = False,
    reexamined: bool = False,
    conditions: Sequence[str] = (),
) -> str:
    """The letter of a decision in the applicant's language: what is previewed is what is sent.

    `shares` are organisations with their cents. It speaks of the decision as released, and says nothing of others.
    `promoted`: it moves up from the reserve list; `reexamined`: it is decided again after an objection. `conditions` are
    demanded beside those that the decision has already.
    """
    check = check_of(decision.application) if decision.outcome == Outcome.REJECT else None
    there = [str(one) for one in decision.conditions.all()] if decision.pk else []
    applicant = decision.application.created_by
    context = {
        "decision": decision,
        "application": decision.application,
        "call": decision.round.call,
        "title": decision.version.title,
        "shares": shares,
        "asked_cents": decision.application.asked_cents,
        "conditions": [*there, *(text for text in conditions if text not in there)],
        "refusal": check.reasons if check is not None and check.is_refused else "",
        "promoted": promoted,
        "reexamined": reexamined,
        "redress_days": procedure_of(decision.round.call).redress_days,
        "redress_url": settings.SITE_URL + reverse("evaluation:redress", args=[decision.round.call.slug]),
        "contact": decision.round.call.project.contact_email,
    }
    template = LETTERS[Outcome(decision.outcome)]
    with translation.override(applicant.language or settings.LANGUAGE_CODE):
        words = str(getattr(decision.round.call, f"letter_{PurePath(template).stem}"))
        if words.strip():
            return _in_own_words(words, template, context)
        return render_to_string(template, context).strip()


def _in_own_words(words: str, template: str, context: Mapping[str, Any]) -> str:
    """The letter as the call words it, around the facts of the decision. Raises DomainError for one that cannot leave."""
    decision: Decision = context["decision"]
    values = {
        "applicant": decision.application.organisation.legal_name,
        "application": decision.application.ref,
        "title": context["title"],
        "call": str(context["call"].title),
        "project": context["call"].project.acronym,
        "contact": context["contact"],
        "amount": with_currency(decision.amount_cents) if decision.amount_cents else "",
        "decision": render_to_string(f"{template}#decision", dict(context)),
        "evaluation": decision.feedback,
        "questions": render_to_string(f"{template}#questions", dict(context)),
    }
    try:
        return letters.render(words, values)
    except ValueError as error:
        sentence = _("The letter to %(ref)s cannot be written in the words of the call: %(why)s.")
        raise DomainError(sentence % {"ref": decision.application.ref, "why": error}) from error


def letter_unchanged(objection: Objection, verdict: str, reason: str) -> str:
    """The letter of a re-examination that decides nothing about the money: the file is eligible now, or stays as it was."""
    application = objection.application
    context = {
        "application": application,
        "call": application.call,
        "verdict": verdict,
        "reason": reason,
        "contact": application.call.project.contact_email,
    }
    with translation.override(application.created_by.language or settings.LANGUAGE_CODE):
        return render_to_string("evaluation/letters/reexamined.txt", context).strip()


def objection_received(objection: Objection) -> None:
    """The receipt, to everybody who works for the applicant: when it arrived, and by when it is answered."""
    _to_applicant("evaluation/email/objection_received", objection)


def objection_to_handle(objection: Objection) -> None:
    """Asks the managers who may see the file to name who examines the objection."""
    for manager in managers(objection.application):
        _about_objection("evaluation/email/objection_to_handle", objection, manager)


def objection_given(objection: Objection) -> None:
    """Tells the person who was named to examine it."""
    _about_objection("evaluation/email/objection_given", objection, objection.handler)


def objection_answered(objection: Objection) -> None:
    """The reasoned answer, word for word, to everybody who works for the applicant; and to the managers."""
    _to_applicant("evaluation/email/objection_answered", objection)
    for manager in managers(objection.application):
        _about_objection("evaluation/email/objection_answered_staff", objection, manager)


def reexamination_proposed(made: Reexamination) -> None:
    """Asks the managers to confirm what the handler proposes for a file that was examined again."""
    for manager in managers(made.objection.application):
        if manager.pk != made.proposed_by_id:
            _about_objection("evaluation/email/reexamination_proposed", made.objection, manager)


def file_stays(objection: Objection, letter: str) -> None:
    """That the file was examined again and stays as it was, with the reason, to everybody who works for the applicant."""
    _to_applicant("evaluation/email/file_stays", objection, letter=letter)


def _to_applicant(template: str, objection: Objection, **more: Any) -> None:
    path = reverse("evaluation:application_objection", args=[objection.application.ref])
    for person in writers(objection.application):
        _about_objection(template, objection, person, path=path, **more)


def _about_objection(template: str, objection: Objection, to: Any, **more: Any) -> None:
    context = {
        "objection": objection,
        "application": objection.application,
        "call": objection.application.call,
        "path": objection.get_absolute_url(),
        **more,
    }
    _write(template, to, context, about=objection)


def ethics_named(check: EthicsCheck, count: int) -> None:
    """Files wait to be checked for ethics and security; none is named before the conflict declaration."""
    path = reverse("evaluation:ethics_own")
    _about_check("evaluation/email/ethics_named", check, check.reviewer, path=path, count=count)


def ethics_returned(check: EthicsCheck) -> None:
    """A check goes back to its reviewer, with the reason."""
    _about_check("evaluation/email/ethics_returned", check, check.reviewer, path=check.get_absolute_url())


def ethics_declined(check: EthicsCheck) -> None:
    """Tells the managers who may see the file that somebody else has to check it."""
    for manager in managers(check.application):
        _about_check("evaluation/email/ethics_declined", check, manager)


def ethics_refused(check: EthicsCheck) -> None:
    """Asks the managers, but the reviewer, to confirm that a file is not cleared."""
    for manager in managers(check.application):
        if manager.pk != check.reviewer_id:
            _about_check("evaluation/email/ethics_refused", check, manager)


def _about_check(template: str, check: EthicsCheck, to: Any, **more: Any) -> None:
    context = {
        "check": check,
        "call": check.round.call,
        "path": reverse("evaluation:ethics_list", args=[check.round.address]),
        **more,
    }
    _write(template, to, context, about=check)


def early_asked(made: EarlyFeedback) -> None:
    """Tells the managers that an applicant asks for feedback before the deadline, and by when it is due."""
    for manager in managers(made.application):
        _about_early("evaluation/email/early_asked", made, manager)


def early_named(made: EarlyFeedback) -> None:
    """Asks the adviser; the file is not named before the conflict declaration."""
    _about_early("evaluation/email/early_named", made, made.adviser, path=made.get_absolute_url())


def early_declined(made: EarlyFeedback, who: Any, details: str) -> None:
    """Tells the managers that somebody else has to advise, or nobody."""
    for manager in managers(made.application):
        _about_early("evaluation/email/early_declined", made, manager, who=who, details=details)


def early_given(made: EarlyFeedback) -> None:
    """Tells the managers that the adviser has written: they send it."""
    for manager in managers(made.application):
        _about_early("evaluation/email/early_given", made, manager)


def early_answered(made: EarlyFeedback) -> None:
    """The feedback, word for word, to everybody who writes for the applicant, and until when they can submit again."""
    path = reverse("evaluation:application_early", args=[made.application.ref])
    deadline = made.application.deadline
    for person in writers(made.application):
        _about_early("evaluation/email/early_answered", made, person, path=path, deadline=deadline)


def _about_early(template: str, made: EarlyFeedback, to: Any, **more: Any) -> None:
    call = made.application.call
    context = {
        "made": made,
        "application": made.application,
        "call": call,
        "path": reverse("evaluation:early_staff", args=[call.slug, made.ref]),
        **more,
    }
    _write(template, to, context, about=made)


def managers_of(round: Round) -> list[User]:
    """The managers of the round's project."""
    members = ProjectMember.objects.filter(
        project=round.call.project_id, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    )
    return [member.user for member in members.select_related("user")]


def _to_other_managers(template: str, round: Round, actor: Any, path: str) -> None:
    for manager in managers_of(round):
        if manager.pk != actor.pk:
            context = {"round": round, "call": round.call, "actor": actor, "path": path}
            _write(template, manager, context, about=round)


def _to_evaluator(template: str, evaluator: Evaluator, *, count: int) -> None:
    context = {
        "evaluator": evaluator,
        "call": evaluator.round.call,
        "due": evaluator.round.scoring_due_at,
        "count": count,
        "path": reverse("evaluation:assignment_list"),
    }
    _write(template, evaluator.user, context, about=evaluator)


def _write(template: str, to: Any, context: dict[str, Any], *, about: Model, email: str = "") -> None:
    """One message, with the visibility texts of the project whose call it is about."""
    project = context["call"].project
    full = {"site_name": project.acronym, "visibility": visibility_of(project), **context}
    kind = template.rpartition("/")[2]
    group = (project.acronym, context["call"])
    write_message(kind, template, to=to, email=email, context=full, about=about, group=group)
