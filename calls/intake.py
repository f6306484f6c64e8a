"""When applications are taken: one deadline, several cut-offs, or first come, first served until the money ends. Pure.

Instants in UTC, amounts in EUR cents. A contradiction is told with the figure and the setting it stands at.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calls import countries
from calls.awards import Fault
from calls.calendar import in_words, is_open_long_enough, zone_named
from calls.duties import Answer, Finding, Part
from core.localised import Localised
from core.money import format_eur


class CallModel(TextChoices):
    """How a call takes its applications (domain 1.5)."""

    SINGLE = "single", gettext_lazy("One deadline: all files are judged together after it")
    CUT_OFFS = "cut-offs", gettext_lazy("Several cut-offs: the files of each are judged together")
    CLAIM = (
        "claim",
        gettext_lazy("First come, first served: the rules check each file, its money is held at submission"),
    )
    QUEUE = (
        "queue",
        gettext_lazy("First come, first served: files are scored as they come, those that pass get money in order"),
    )  # fmt: skip


ROLLING = frozenset({CallModel.CLAIM, CallModel.QUEUE})
"""First come, first served: the call ends with its money, at the latest at its deadline."""


EXTENSION_ASKED_WITHIN = timedelta(hours=24)
"""So long after a deadline one applicant may still ask for more time, where the call gives it (A34)."""

FEEDBACK_ANSWER_DAYS = 7
"""Within so many days feedback comes, where a call does not say."""


@dataclass(frozen=True)
class CutOffPlan:
    """One cut-off as it is planned. `countries` and `answers` narrow what the call allows (empty: as the call says);
    `budget_cents` is its own money (None: what the call has left)."""

    closes_at: datetime | None = None
    name: Localised = field(default_factory=Localised)
    decision_by: date | None = None
    countries: Sequence[str] = ()
    answers: Sequence[str] = ()
    budget_cents: int | None = None


@dataclass(frozen=True)
class Intake:
    """Everything the part “How applications are taken” sets. `waiting_most`: how many claims may wait once the money is
    held; `answer_days`: within so many days of its arrival each file has its answer, where there is no common day;
    `final_at_once`: what was submitted is not replaced; `feedback_days`: until so many days before the deadline (or cut-off)
    feedback may be asked for on what was submitted, which comes within `feedback_answer_days` (None: no feedback);
    `extension_days`: one applicant may get so many days more, for a reason that two managers accept (None: nobody, A34)."""

    model: str = CallModel.SINGLE
    cut_offs: Sequence[CutOffPlan] = ()
    carry_over: bool = False
    waiting_most: int = 0
    answer_days: int | None = None
    final_at_once: bool = False
    feedback_days: int | None = None
    feedback_answer_days: int = FEEDBACK_ANSWER_DAYS
    extension_days: int | None = None

    @property
    def is_rolling(self) -> bool:
        """Is it first come, first served?"""
        return self.model in ROLLING

    @property
    def is_scored(self) -> bool:
        """Do evaluators score the files? Claims are checked by the rules alone."""
        return self.model != CallModel.CLAIM


@dataclass(frozen=True)
class Around:
    """What else of the call the cut-offs have to agree with; `choices`: the answers there are, by question."""

    zone: str
    opens_at: datetime | None
    budget_cents: int
    eligible: Collection[str]
    topic_question: str = ""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    has_criteria: bool = False
    gives_money: bool = True


def faults(intake: Intake, around: Around) -> list[Fault]:
    """Every contradiction, as far as things are said."""
    if intake.model == CallModel.CLAIM and not around.gives_money:
        return [Fault("call_model", _("A call without money cannot hold any: choose another way."))]
    if intake.model != CallModel.CUT_OFFS:
        if intake.cut_offs:
            sentence = _("Cut-offs belong to a call with several of them: choose that, or delete them.")
            return [Fault("cut_offs", sentence)]
        return [*_feedback(intake), *_extension(intake)]
    return [
        *_feedback(intake),
        *_extension(intake),
        *_number(intake),
        *_order(intake, around),
        *_answer_days(intake, around),
        *_money(intake, around),
        *_narrowed(intake, around),
    ]


def _feedback(intake: Intake) -> Iterator[Fault]:
    days, answer = intake.feedback_days, intake.feedback_answer_days
    if days is None:
        return
    if intake.is_rolling or intake.final_at_once:
        sentence = _(
            "What was submitted is not changed any more in this call, so feedback on it would come too late."
        )
        yield Fault("feedback_days", sentence)
    elif answer >= days:
        sentence = ngettext(
            "Feedback that is asked for %(days)d day before the deadline cannot take %(answer)d days: nobody could use it.",
            "Feedback that is asked for %(days)d days before the deadline cannot take %(answer)d days: nobody could use it.",
            days,
        )
        yield Fault("feedback_answer_days", sentence % {"days": days, "answer": answer})


def _extension(intake: Intake) -> Iterator[Fault]:
    if intake.extension_days is not None and intake.is_rolling:
        sentence = _("First come, first served, the order of arrival decides: nobody can be given more time.")
        yield Fault("extension_days", sentence)


def _number(intake: Intake) -> Iterator[Fault]:
    if len(intake.cut_offs) < 2:
        yield Fault("cut_offs", _("Give at least two cut-offs; a call with one has one deadline."))


def _order(intake: Intake, around: Around) -> Iterator[Fault]:
    before = around.opens_at
    for number, one in enumerate(intake.cut_offs, start=1):
        if one.closes_at is None:
            continue
        if before is not None and one.closes_at <= before:
            told = {"n": number, "day": in_words(one.closes_at, around.zone)}
            if number == 1:
                yield Fault("cut_offs", _("Cut-off 1, %(day)s, is not after the opening.") % told)
            else:
                sentence = _("Cut-off %(n)d, %(day)s, is not later than the one before it.")
                yield Fault("cut_offs", sentence % told)
        before = one.closes_at


def _answer_days(intake: Intake, around: Around) -> Iterator[Fault]:
    for number, one in enumerate(intake.cut_offs, start=1):
        if one.closes_at is None or one.decision_by is None:
            continue
        if one.decision_by <= one.closes_at.astimezone(zone_named(around.zone)).date():
            sentence = _("Cut-off %(n)d: the answer cannot be due before it.") % {"n": number}
            yield Fault("cut_offs", sentence)


def _money(intake: Intake, around: Around) -> Iterator[Fault]:
    given = [one.budget_cents for one in intake.cut_offs if one.budget_cents is not None]
    if given and len(given) < len(intake.cut_offs):
        yield Fault("cut_offs", _("Give each cut-off its own money, or none of them."))
    over = sum(given) - around.budget_cents
    if given and around.budget_cents and over > 0:
        told = {"sum": sum(given), "budget": around.budget_cents, "over": over}
        sentence = _("The cut-offs have %(sum)s EUR together; the call has %(budget)s: %(over)s too much.")
        yield Fault("cut_offs", sentence % {name: format_eur(cents) for name, cents in told.items()})


def _narrowed(intake: Intake, around: Around) -> Iterator[Fault]:
    answers = set(around.choices.get(around.topic_question, ()))
    for number, one in enumerate(intake.cut_offs, start=1):
        if around.eligible and (outside := set(one.countries) - set(around.eligible)):
            told = {"n": number, "name": countries.name_of(min(outside))}
            sentence = _("Cut-off %(n)d: %(name)s is no eligible country of the call.")
            yield Fault("cut_offs", sentence % told)
        if one.answers and not around.topic_question:
            sentence = _(
                "Cut-off %(n)d takes certain answers only: say to which question, on “Evaluation and selection”."
            )
            yield Fault("cut_offs", sentence % {"n": number})  # fmt: skip
        elif answers and (unknown := set(one.answers) - answers):
            told = {"n": number, "answer": min(unknown), "question": around.topic_question}
            sentence = _("Cut-off %(n)d: “%(answer)s” is no answer to “%(question)s”.")
            yield Fault("cut_offs", sentence % told)


def findings(intake: Intake, around: Around) -> Iterator[Finding]:
    """The publication check: cut-offs in order, dated and paid for; the two months where the money may end sooner."""
    against = [fault.message for fault in faults(intake, around)]
    against += [
        _("Cut-off %(n)d has no date.") % {"n": number}
        for number, one in enumerate(intake.cut_offs, start=1)
        if one.closes_at is None
    ]
    yield from (Finding(Part.INTAKE, Answer.MISSING, sentence) for sentence in against)
    yield from (Finding(Part.INTAKE, Answer.ADVICE, sentence) for sentence in _advice(intake, around))
    if not against:
        yield Finding(Part.INTAKE, Answer.KEPT, f"{CallModel(intake.model).label}.")


def _advice(intake: Intake, around: Around) -> Iterator[str]:
    if intake.is_rolling:
        yield _(
            "The call may close before two months are over, when its money is used: the text should say so."
        )
    if not intake.is_scored and around.has_criteria:
        yield _("Nobody scores these applications: the criteria are not shown and count for nothing.")
    first = intake.cut_offs[0].closes_at if intake.cut_offs else None
    if first is not None and around.opens_at is not None:
        zone = zone_named(around.zone)
        opens, closes = (instant.astimezone(zone).date() for instant in (around.opens_at, first))
        if not is_open_long_enough(opens, closes):
            yield _("The first cut-off is less than two months after the opening.")
    given = [one.budget_cents for one in intake.cut_offs if one.budget_cents is not None]
    if given and (left := around.budget_cents - sum(given)) > 0:
        yield _("%s EUR of the call belong to no cut-off.") % format_eur(left)


def room_cents(
    budgets: Sequence[int | None], spent: Sequence[int], at: int, *, carry_over: bool, left: int
) -> int:
    """What cut-off `at` (from 0) may still give: its own money, with `carry_over` what those before it left, and never
    what a later one has spent already; without money of its own, what the call has `left`. Never below zero, never more
    than `left`.

    `spent`: what is awarded in each cut-off, the call's own figures.
    """
    own = budgets[at]
    if own is None:
        return max(0, left)
    if not carry_over:
        return max(0, min(left, own - spent[at]))
    running, rooms = 0, []
    for place, (budget, given) in enumerate(zip(budgets, spent, strict=True)):
        running += (budget or 0) - given
        if place == at or (place > at and given):
            rooms.append(running)
    return max(0, min(left, *rooms))


def sentences(intake: Intake, zone: str, names: Mapping[str, str]) -> list[str]:
    """How applications are taken, a sentence each, for the public page; `names`: the words of answers."""
    if intake.is_rolling:
        return list(_of_rolling(intake))
    found = list(_of_cut_offs(intake, zone, names)) if intake.model == CallModel.CUT_OFFS else []
    if intake.feedback_days is not None:
        found.append(_feedback_sentence(intake))
    if intake.final_at_once:
        found.append(
            _("What was submitted is not changed any more: submit once everything is as you want it.")
        )
    if intake.extension_days is not None:
        found.append(_extension_sentence(intake.extension_days))
    return found


def _extension_sentence(days: int) -> str:
    return ngettext(
        "If something beyond your control keeps you from submitting in time, begin a draft and ask there for more time, at the "
        "latest %(hours)d hours after the deadline. Two managers decide; you can be given %(days)d day at most. The evaluation "
        "waits for it.",
        "If something beyond your control keeps you from submitting in time, begin a draft and ask there for more time, at the "
        "latest %(hours)d hours after the deadline. Two managers decide; you can be given %(days)d days at most. The evaluation "
        "waits for it.",
        days,
    ) % {"days": days, "hours": EXTENSION_ASKED_WITHIN // timedelta(hours=1)}


def _feedback_sentence(intake: Intake) -> str:
    text = (
        _(
            "Until %(days)d days before a cut-off you may ask once for feedback on what you submitted to it; it comes within "
            "%(answer)d days."
        )
        if intake.model == CallModel.CUT_OFFS
        else _(
            "Until %(days)d days before the deadline you may ask once for feedback on what you submitted; it comes within "
            "%(answer)d days."
        )
    )
    told = {"days": intake.feedback_days, "answer": intake.feedback_answer_days}
    more = _(
        "The call office reads that version, perhaps with one expert, who does not score your file later. Feedback is no score "
        "and no promise. You may submit again, and the last complete version counts."
    )
    return f"{text % told} {more}"


def _of_cut_offs(intake: Intake, zone: str, names: Mapping[str, str]) -> Iterator[str]:
    yield _(
        "The call has %(n)d cut-offs. An application belongs to the first cut-off that has not passed when it arrives; "
        "one that comes too late for a cut-off is judged at the next."
    ) % {"n": len(intake.cut_offs)}
    for number, one in enumerate(intake.cut_offs, start=1):
        yield " ".join(_about(number, one, zone, names))
    if any(one.budget_cents is not None for one in intake.cut_offs):
        yield (
            _("Money that one cut-off leaves goes to the next.")
            if intake.carry_over
            else _("Money that one cut-off leaves does not go to another.")
        )


def _about(number: int, one: CutOffPlan, zone: str, names: Mapping[str, str]) -> Iterator[str]:
    told: dict[str, Any] = {"title": title_of(number, str(one.name))}
    told["when"] = in_words(one.closes_at, zone) if one.closes_at else _("no date yet")
    yield _("%(title)s: %(when)s.") % told
    if one.budget_cents is not None:
        yield _("%s EUR.") % format_eur(one.budget_cents, short=True)
    if one.countries:
        yield _("Applicants from %s.") % countries.in_words(one.countries)
    if one.answers:
        yield _("Takes: %s.") % ", ".join(names.get(answer, answer) for answer in one.answers)


def _of_rolling(intake: Intake) -> Iterator[str]:
    yield _(
        "First come, first served: the order is that in which complete applications arrive, to the millisecond."
    )
    if intake.model == CallModel.CLAIM:
        yield _("The rules check each application when it is submitted; nobody scores it. Its money is held for it from then on.")  # fmt: skip
    else:
        yield _("Each application is scored when it has come. Those that reach the thresholds get money in the order of their arrival.")  # fmt: skip
    if intake.model == CallModel.CLAIM and intake.waiting_most:
        yield ngettext(
            "When the money is held, %(n)d more application may wait for what others give back; then the call closes itself.",
            "When the money is held, %(n)d more applications may wait for what others give back; then the call closes itself.",
            intake.waiting_most,
        ) % {"n": intake.waiting_most}  # fmt: skip
    else:
        yield _("When the money is used, the call closes itself, also before its deadline.")
    if intake.answer_days:
        yield ngettext(
            "Each application has its answer within %(n)d day of its arrival.",
            "Each application has its answer within %(n)d days of its arrival.",
            intake.answer_days,
        ) % {"n": intake.answer_days}


def title_of(number: int, name: str) -> str:
    """What a cut-off is called: “Cut-off 2, Japan”."""
    plain = _("Cut-off %(n)d") % {"n": number}
    return f"{plain}, {name}" if name else plain
