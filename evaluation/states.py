"""The states of a round, of an assignment, of a decision and of an objection to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    SETUP = "setup", _("Screening and assigning")
    SCORING = "scoring", _("Scoring")
    RANKED = "ranked", _("Ranked, not decided")
    DECIDED = "decided", _("Decisions proposed")
    CONFIRMED = "confirmed", _("Confirmed, not released")
    RELEASED = "released", _("Released")


ROUND_TRANSITIONS: dict[str, set[str]] = {
    RoundState.SETUP: {RoundState.SCORING, RoundState.RANKED},
    RoundState.SCORING: {RoundState.RANKED},
    RoundState.RANKED: {RoundState.SETUP, RoundState.SCORING, RoundState.DECIDED},
    RoundState.DECIDED: {RoundState.RANKED, RoundState.CONFIRMED},
    RoundState.CONFIRMED: {RoundState.RANKED, RoundState.RELEASED},
    RoundState.RELEASED: set(),
}


class EvaluatorState(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


EVALUATOR_TRANSITIONS: dict[str, set[str]] = {
    EvaluatorState.INVITED: {EvaluatorState.ACCEPTED, EvaluatorState.DECLINED},
    EvaluatorState.ACCEPTED: {EvaluatorState.DECLINED},
    EvaluatorState.DECLINED: {EvaluatorState.INVITED},
}


class AssignmentState(models.TextChoices):
    """Assigned; then absence of conflict declared (accepted) or a conflict told (declined); then scored."""

    INVITED = "invited", _("Waiting for the conflict declaration")
    ACCEPTED = "accepted", _("To score")
    DECLINED = "declined", _("Conflict declared")
    SCORED = "scored", _("Scored")
    ABSTAINED = "abstained", _("Abstained")
    REVOKED = "revoked", _("Taken back")


A = AssignmentState
ASSIGNMENT_TRANSITIONS: dict[str, set[str]] = {
    A.INVITED: {A.ACCEPTED, A.DECLINED, A.REVOKED},
    A.ACCEPTED: {A.SCORED, A.ABSTAINED, A.DECLINED, A.REVOKED},
    A.SCORED: {A.ACCEPTED, A.REVOKED, A.DECLINED},
    A.DECLINED: set(),
    A.ABSTAINED: set(),
    A.REVOKED: set(),
}


class ConsensusState(models.TextChoices):
    WRITING = "writing", _("The rapporteur writes it")
    AGREEING = "agreeing", _("The other evaluators agree or dissent")
    CLOSED = "closed", _("Closed: it counts")


CONSENSUS_TRANSITIONS: dict[str, set[str]] = {
    ConsensusState.WRITING: {ConsensusState.AGREEING},
    ConsensusState.AGREEING: {ConsensusState.WRITING, ConsensusState.CLOSED},
    ConsensusState.CLOSED: set(),
}


class EthicsState(models.TextChoices):
    """A check of ethics and security: a person is named, declares absence of conflict, judges; two persons say no."""

    NAMED = "named", _("Waiting for the conflict declaration")
    OPEN = "open", _("To check")
    PUT = "put", _("Not cleared: a second person has to confirm it")
    CLOSED = "closed", _("Closed: it counts")
    DECLINED = "declined", _("Conflict declared")
    REVOKED = "revoked", _("Taken back")


E = EthicsState
ETHICS_TRANSITIONS: dict[str, set[str]] = {
    E.NAMED: {E.OPEN, E.DECLINED, E.REVOKED},
    E.OPEN: {E.CLOSED, E.PUT, E.DECLINED, E.REVOKED},
    E.PUT: {E.OPEN, E.CLOSED, E.REVOKED},
    E.CLOSED: {E.REVOKED},
    E.DECLINED: set(),
    E.REVOKED: set(),
}


class EthicsOutcome(models.TextChoices):
    CLEARED = "cleared", _("Cleared")
    CONDITIONS = "conditions", _("Cleared with conditions")
    REFUSED = "refused", _("Not cleared")


class EarlyState(models.TextChoices):
    """Feedback before the deadline: the call office answers, perhaps after one adviser has read the version."""

    ASKED = "asked", _("Asked for")
    NAMED = "named", _("An adviser is named")
    READING = "reading", _("The adviser reads it")
    GIVEN = "given", _("The adviser has written")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Taken back")


F = EarlyState
EARLY_TRANSITIONS: dict[str, set[str]] = {
    F.ASKED: {F.NAMED, F.ANSWERED, F.WITHDRAWN},
    F.NAMED: {F.READING, F.ASKED, F.ANSWERED, F.WITHDRAWN},
    F.READING: {F.GIVEN, F.ASKED, F.ANSWERED, F.WITHDRAWN},
    F.GIVEN: {F.ANSWERED, F.WITHDRAWN},
    F.ANSWERED: set(),
    F.WITHDRAWN: set(),
}


class Outcome(models.TextChoices):
    FUND = "fund", _("Fund")
    RESERVE = "reserve", _("Reserve")
    REJECT = "reject", _("Reject")


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    RELEASED = "released", _("Released")


DECISION_TRANSITIONS: dict[str, set[str]] = {
    DecisionState.PROPOSED: {DecisionState.CONFIRMED},
    DecisionState.CONFIRMED: {DecisionState.RELEASED},
    DecisionState.RELEASED: set(),
}


class ObjectionState(models.TextChoices):
    FILED = "filed", _("Received, nobody handles it yet")
    HANDLING = "handling", _("Being examined")
    INADMISSIBLE = "inadmissible", _("Inadmissible")
    REJECTED = "rejected", _("Rejected")
    UPHELD = "upheld", _("Upheld: the file is examined again")
    REDECIDED = "redecided", _("Upheld and decided again")


OBJECTION_TRANSITIONS: dict[str, set[str]] = {
    ObjectionState.FILED: {ObjectionState.HANDLING},
    ObjectionState.HANDLING: {
        ObjectionState.FILED,
        ObjectionState.INADMISSIBLE,
        ObjectionState.REJECTED,
        ObjectionState.UPHELD,
    },
    ObjectionState.INADMISSIBLE: set(),
    ObjectionState.REJECTED: set(),
    ObjectionState.UPHELD: {ObjectionState.REDECIDED},
    ObjectionState.REDECIDED: set(),
}


class Matter(models.TextChoices):
    """What an objection is against."""

    ELIGIBILITY = "eligibility", _("The check of eligibility")
    DECISION = "decision", _("The decision after the evaluation")


class Ground(models.TextChoices):
    PROCEDURE = "procedure", _("A rule of the procedure was not kept")
    ERROR = "error", _("There is a manifest error")


class Remedy(models.TextChoices):
    """What is done again when an objection is upheld."""

    SCREENING = "screening", _("The check of eligibility")
    SCORES = "scores", _("The scores, and the decision")
    DECISION = "decision", _("The decision alone")


class Verdict(models.TextChoices):
    """What a file gets when it is examined again."""

    ELIGIBLE = "eligible", _("Eligible: it joins the evaluation")
    FUND = "fund", _("Fund")
    RESERVE = "reserve", _("Reserve")
    REJECT = "reject", _("Eligible, but not selected")
    STAY = "stay", _("It stays as it was")
