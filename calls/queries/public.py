"""What everybody reads: the list of calls, one call's page, its questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.validators import slug_re
from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Organisation
from calls import awards, countries, formkit, intake, rules, selection, words
from calls.intake import CallModel, Intake
from calls.models import Call, CallChange, CallDocument, Criterion, Instalment, Wording, long_texts
from calls.queries.glance import facts_at_a_glance
from calls.queries.phases import Phase, phases_of
from calls.queries.topic import topic_answers
from calls.queries.workshop import intake_of
from calls.selection import Scheme, TotalMethod
from calls.states import CallPhase
from core import clock
from funding.models import Project

PAGE = 20
"""Closed calls on one page."""
UNLISTED = [name for name in long_texts() if name != "summary"]
"""What a list does not show."""


AMOUNTS = (5_000, 20_000, 60_000)
"""Euros a project can get at least, to choose from."""
DAYS_LEFT = (7, 30, 60)
"""How long a call is still open at least, to choose from."""


@dataclass(frozen=True)
class Line:
    """One call in a list: what it gives, and where it stands."""

    call: Call
    phase: CallPhase
    gives: str


@dataclass(frozen=True)
class Board:
    """Public calls by what one can do with them now."""

    open: list[Line]
    upcoming: list[Line]


@dataclass(frozen=True)
class Wanted:
    """What the public list is narrowed to; an unknown value narrows nothing."""

    text: str = ""
    country: str = ""
    size: str = ""
    project: str = ""
    amount: str = ""
    days: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wanted":
        """From the query string."""
        country, size = given.get("country", "").upper(), given.get("size", "")
        project = given.get("project", "")
        return cls(
            text="".join(c for c in given.get("text", "") if c.isprintable()).strip()[:80],
            country=country if country in countries.EU | countries.NEIGHBOURS else "",
            size=size if size in Organisation.Size.values else "",
            project=project if len(project) <= 50 and slug_re.fullmatch(project) else "",
            amount=_one_of(AMOUNTS, given.get("amount", "")),
            days=_one_of(DAYS_LEFT, given.get("days", "")),
        )

    @property
    def lasting(self) -> dict[str, str]:
        """What a subscription remembers: all but how long a call is still open."""
        return {name: value for name, value in vars(self).items() if name != "days"}

    @property
    def is_set(self) -> bool:
        return any(vars(self).values())

    def narrow(self, calls: QuerySet[Call]) -> QuerySet[Call]:
        """Calls whose words have every word of the text, of the project, open to the country (if only once it is associated)
        and size, that give at least the amount and are open for at least so many days."""
        for word in self.text.split()[:8]:
            found = Q(code__icontains=word) | Q(project__acronym__icontains=word)
            for name in ("title", "summary", "description", "voucher_type__name"):
                found |= Q(**{f"{name}__icontains": word})
            calls = calls.filter(found)
        if self.country:
            code = [self.country]
            calls = calls.filter(Q(countries__contains=code) | Q(countries_pending__contains=code))
        if self.project:
            calls = calls.filter(project__slug=self.project)
        if self.amount:
            calls = calls.filter(project_max_cents__gte=int(self.amount) * 100)
        if self.days:
            calls = calls.filter(closes_at__gte=clock.now() + timedelta(days=int(self.days)))
        return calls.filter(sizes__contains=[self.size]) if self.size else calls

    def in_words(self) -> str:
        """ "with “laser”, open to Italy, for micro" """
        told = [
            _("with “%s”") % self.text if self.text else "",
            _("open to %s") % countries.in_words([self.country]) if self.country else "",
            words.sizes([self.size]) if self.size else "",
            _("of the project %s") % self.project if self.project else "",
            _("at least %s for a project") % words.euros(int(self.amount) * 100) if self.amount else "",
        ]
        return ", ".join(filter(None, told)) or str(_("every call"))


def _one_of(choices: Sequence[int], given: str) -> str:
    return given if given in {str(choice) for choice in choices} else ""


def line_of(call: Call, at: datetime) -> Line:
    """The call as a list shows it."""
    return Line(call, call.phase(at), awards.in_short(call.award))


def board(at: datetime, wanted: Wanted | None = None) -> Board:
    """Calls that are open, the next deadline first, and upcoming ones by opening: one query, two with cut-offs."""
    found = list(
        (wanted or Wanted())
        .narrow(Call.objects.public().running_at(at))
        .select_related("project", "voucher_type")
        .defer(*UNLISTED)
        .order_by("closes_at", "pk")
    )
    prefetch_related_objects([call for call in found if call.has_cut_offs], "cut_offs")
    lines = [line_of(call, at) for call in found]
    upcoming = [line for line in lines if line.phase == CallPhase.UPCOMING]
    return Board(
        open=sorted((line for line in lines if line.phase == CallPhase.OPEN), key=_urgency),
        upcoming=sorted(upcoming, key=lambda line: (line.call.opens_at, line.call.pk)),
    )


def public_projects() -> list[Project]:
    """Projects that have published a call, by acronym: one query."""
    published = Call.objects.public().filter(project=OuterRef("pk"))
    return list(Project.objects.filter(Exists(published)).order_by("acronym"))


def _urgency(line: Line) -> tuple[Any, int]:
    return line.call.next_deadline, line.call.pk


def closed_calls(
    at: datetime, *, before: tuple[datetime, int] | None = None, wanted: Wanted | None = None
) -> list[Line]:
    """Calls past their deadline, archived or cancelled, newest deadline first: a page and one more. One query."""
    found = (wanted or Wanted()).narrow(Call.objects.public())
    found = found.exclude(pk__in=Call.objects.running_at(at).values("pk"))
    if before is not None:
        moment, pk = before
        found = found.filter(closes_at__lte=moment).exclude(closes_at=moment, pk__gte=pk)
    rows = (
        found.select_related("project", "voucher_type")
        .defer(*UNLISTED)
        .order_by("-closes_at", "-pk")[: PAGE + 1]
    )
    return [line_of(call, at) for call in rows]


@dataclass(frozen=True)
class News:
    """One thing that happened to a call in the open."""

    pk: int
    call: Call
    at: datetime
    title: str
    text: str


def news(most: int = 50) -> list[News]:
    """The newest changes of public calls, newest first: published, extended, text, form, document, cancelled. One query."""
    rows = CallChange.objects.filter(call__in=Call.objects.public()).select_related("call")
    return [
        News(
            pk=row.pk,
            call=row.call,
            at=row.at,
            title=f"{row.call.title}: {row.get_kind_display()}",
            text=str(row.call.summary) if row.kind == CallChange.Kind.PUBLISHED else row.text,
        )
        for row in rows.order_by("-at", "-pk")[:most]
    ]


@dataclass(frozen=True)
class Step:
    """One step of a call's timeline."""

    label: str
    note: str
    state: str


@dataclass(frozen=True)
class Published:
    """A question and its answer as everybody reads them; what they said before stands behind."""

    number: int
    now: Wording
    first_at: datetime
    earlier: list[Wording]


def published_answers(call: Call) -> list[Published]:
    """All questions and answers of a call by number, withdrawn ones too: one query."""
    wordings: dict[int, list[Wording]] = {}
    rows = Wording.objects.filter(answer__call=call).select_related("answer")
    for row in rows.order_by("answer__number", "pk"):
        wordings.setdefault(row.answer.number, []).append(row)
    return [
        Published(number, rows[-1], rows[0].at, rows[-2::-1]) for number, rows in sorted(wordings.items())
    ]


@dataclass(frozen=True)
class CallPage:
    """Everything the page of a call shows."""

    phase: CallPhase
    facts: list[tuple[str, str]]
    steps: list[Step]
    phases: list[Phase]
    intake: list[str]
    activities: list[str]
    who: list[str]
    judging: list[str]
    is_weighted: bool
    criteria: list[Criterion]
    scoring: str
    thresholds: str
    documents: list[CallDocument]
    answers: list[Published]
    changes: list[CallChange]
    cancelled_because: str


def call_page(call: Call, at: datetime) -> CallPage:
    """One call with its facts in words, timeline, phases, criteria, documents, answers and changes: four queries, and one
    more each where there are phases or answers. Each answer stands among the changes, too."""
    criteria = list(Criterion.objects.filter(call=call)) if call.call_model != CallModel.CLAIM else []
    planned = intake_of(call)
    changes = list(CallChange.objects.filter(call=call).select_related("answer"))
    return CallPage(
        phase=call.phase(at),
        facts=facts_at_a_glance(call, list(Instalment.objects.filter(call=call))),
        phases=phases_of(call),
        steps=_steps(call, planned, at),
        intake=intake.sentences(planned, call.zone, _answers(call)),
        activities=[line.strip() for line in str(call.activities).splitlines() if line.strip()],
        who=_who(call),
        judging=_judging(call, criteria) if planned.is_scored else [],
        is_weighted=call.total_method == TotalMethod.WEIGHTED,
        criteria=criteria,
        scoring=_scoring(call, criteria),
        thresholds=_thresholds(call, criteria),
        documents=list(CallDocument.objects.filter(call=call).select_related("file")),
        answers=published_answers(call) if any(one.answer_id for one in changes) else [],
        changes=changes,
        cancelled_because=next((one.text for one in changes if one.kind == CallChange.Kind.CANCELLED), ""),
    )


def _who(call: Call) -> list[str]:
    """The rules of who may apply, each as a sentence; those that say nothing are left out."""
    told = [rule for rule in rules.of_call(call) if any(rule.settings.values()) or rule.id.startswith("r")]
    return rules.sentences(told)


def _steps(call: Call, planned: Intake, at: datetime) -> list[Step]:
    opened = max(filter(None, [call.opens_at, call.published_at]), default=None)
    today = at.astimezone(call.zoneinfo).date()
    rows: list[tuple[str, str, bool]] = []
    if opened:
        rows.append((_("Opened") if opened <= at else _("Opens"), _day_of(opened, call), opened <= at))
    rows += _closings(call, planned, at)
    for label, day in ((_("Answer"), call.decision_by), (_("Agreement"), call.agreement_by)):
        if day:
            rows.append((label, _("by %(day)s") % {"day": _day(day)}, day < today))
    last = words.last_payment(call.agreement_by, call.project_months)
    if last:
        rows.append((_("Last payment"), last, False))
    ahead = next((number for number, (_label, _note, is_past) in enumerate(rows) if not is_past), None)
    return [
        Step(label, note, "done" if is_past else "now" if number == ahead else "")
        for number, (label, note, is_past) in enumerate(rows)
    ]


def _closings(call: Call, planned: Intake, at: datetime) -> list[tuple[str, str, bool]]:
    """The deadline; each cut-off; or where the money ended first, that."""
    if planned.cut_offs:
        return [
            (
                intake.title_of(number, str(one.name)),
                _day_of(one.closes_at, call, with_time=True),
                one.closes_at < at,
            )
            for number, one in enumerate(planned.cut_offs, start=1)
            if one.closes_at
        ]
    if call.exhausted_at:
        return [(_("Money used"), _day_of(call.exhausted_at, call, with_time=True), True)]
    if call.closes_at is None:
        return []
    label = _("Closes at the latest") if planned.is_rolling else _("Deadline")
    return [(label, _day_of(call.closes_at, call, with_time=True), call.closes_at < at)]


def _day_of(instant: datetime, call: Call, *, with_time: bool = False) -> str:
    local = instant.astimezone(call.zoneinfo)
    told = _day(local.date())
    return f"{told}, {local:%H:%M}" if with_time else told


def _day(day: date) -> str:
    return date_format(day, pgettext("date format", "j M Y"))


def _scoring(call: Call, criteria: list[Criterion]) -> str:
    """ "Two independent evaluators score each file from 0 to 5 in half points." """
    if not call.is_scored:
        return _("A draw among the eligible files decides.")
    scales = {words.scale(one.max_score, one.step) for one in criteria}
    figures: dict[str, Any] = {"n": call.evaluators_per_file}
    if len(scales) != 1:
        return _("Evaluators for each file, independent of one another: %(n)d.") % figures
    figures["scale"] = scales.pop()
    if call.evaluators_per_file == 2:
        return _("Two independent evaluators score each file %(scale)s.") % figures
    return (
        ngettext(
            "%(n)d independent evaluator scores each file %(scale)s.",
            "%(n)d independent evaluators score each file %(scale)s.",
            call.evaluators_per_file,
        )
        % figures
    )


def _thresholds(call: Call, criteria: list[Criterion]) -> str:
    """What a file has to reach, and what decides then."""
    needed: list[Any] = [one for one in criteria if one.threshold is not None]
    same: set[Decimal] = {one.threshold for one in needed}
    parts = []
    if needed and len(needed) == len(criteria) and len(same) == 1:
        parts.append(_("%(least)s in each criterion") % {"least": words.plain(same.pop())})
    elif needed:
        parts.append(_("the figures below in each criterion"))
    if call.overall_threshold is not None:
        figure = words.plain(call.overall_threshold)
        if call.total_method == TotalMethod.WEIGHTED:
            parts.append(_("%(least)s of 100 in the weighted total") % {"least": figure})
        else:
            most = words.plain(_scheme(call, criteria).highest)
            parts.append(_("%(least)s of %(most)s points in all") % {"least": figure, "most": most})
    if not call.is_scored:
        return _(
            "Files are funded in the order of the draw, as far as the money goes; the others wait in that order."
        )
    if not parts:
        return _("The best files are funded as far as the money goes.")
    return _("To be funded a file reaches %(what)s; then the money decides.") % {
        "what": words.and_list(parts)
    }


def _scheme(call: Call, criteria: list[Criterion]) -> Scheme:
    rows = [(one.code, one.weight, one.max_score) for one in criteria]
    return Scheme(rows, call.total_method, call.overall_threshold)


def _judging(call: Call, criteria: list[Criterion]) -> list[str]:
    """How files are judged and chosen, a sentence each."""
    names = {one.code: str(one.name) for one in criteria}
    who = [_("Who evaluates: %s") % call.evaluator_profile] if call.evaluator_profile else []
    return [*who, *selection.sentences(call.selection, names, call.draw_seed, _answers(call))]


def _answers(call: Call) -> dict[str, str]:
    """The words of the answers whose awards are limited, by value; the form is looked up only then."""
    limited = any(limit.by == selection.LimitBy.ANSWER and limit.value for limit in call.selection.limits)
    return topic_answers(call) if limited or call.has_cut_offs else {}


def questions_page(call: Call) -> formkit.FormDefinition:
    """The questions of the form, to be read before one starts: one query."""
    return formkit.parse(call.current_form().definition)
