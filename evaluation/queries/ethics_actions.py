"""What waits for a person in the checks of ethics and security."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import ngettext

from core.actions import NextAction
from evaluation.models import EthicsCheck, Round
from evaluation.queries.ethics import ethics_standing
from evaluation.states import EthicsState, RoundState


def title_of(round: Round) -> str:
    """The call, and which of its rounds."""
    return f"{round.call.title}, {round.title}" if round.title else str(round.call.title)


def ethics_of_round(round: Round, user: Any) -> list[NextAction]:
    """A manager's lines of a ranked round whose checks are open: whom to name, what to confirm, whom they wait for."""
    standing = ethics_standing(round)
    page, title = reverse("evaluation:ethics_list", args=[round.address]), title_of(round)
    lines = []
    if standing.unnamed:
        text = ngettext(
            "Name who checks %(n)d file for ethics and security",
            "Name who checks %(n)d files for ethics and security",
            standing.unnamed,
        )
        lines.append(NextAction(text % {"n": standing.unnamed}, page, title))
    own = sum(1 for check in standing.put if check.reviewer_id == user.pk)
    others = len(standing.put) - own
    if others:
        text = ngettext(
            "Confirm that %(n)d file is not cleared", "Confirm that %(n)d files are not cleared", others
        )
        lines.append(NextAction(text % {"n": others}, page, title))
    waiting = standing.at_work + own
    if waiting:
        text = ngettext(
            "%(n)d check of ethics and security is open",
            "%(n)d checks of ethics and security are open",
            waiting,
        )
        lines.append(NextAction(text % {"n": waiting}, page, title, waiting_for_others=True))
    return lines


def own_ethics_rows(user: Any) -> QuerySet[Any, Any]:
    """What the person was named to check, by call, in the columns of what they score: to be asked for in the same query."""
    rows = EthicsCheck.objects.visible_to(user).filter(
        state__in=[EthicsState.NAMED, EthicsState.OPEN],
        round__state__in=[RoundState.RANKED, RoundState.RELEASED],
    )
    return (
        rows.order_by()
        .values(
            kind=Value("ethics", output_field=CharField()),
            key=Value("", output_field=CharField()),
            title=F("round__call__title"),
            due=Value(None, output_field=DateTimeField()),
        )
        .annotate(
            undeclared=Count("pk", filter=Q(state=EthicsState.NAMED)),
            unscored=Count("pk", filter=Q(state=EthicsState.OPEN)),
        )
    )


def ethics_lines(row: Mapping[str, Any]) -> list[NextAction]:
    """The lines of one such row."""
    lines, page, detail = [], reverse("evaluation:ethics_own"), str(row["title"])
    if row["undeclared"]:
        text = ngettext(
            "Declare on conflicts for %(n)d file to check for ethics",
            "Declare on conflicts for %(n)d files to check for ethics",
            row["undeclared"],
        )
        lines.append(NextAction(text % {"n": row["undeclared"]}, page, detail))
    if row["unscored"]:
        text = ngettext(
            "Check %(n)d file for ethics and security",
            "Check %(n)d files for ethics and security",
            row["unscored"],
        )
        lines.append(NextAction(text % {"n": row["unscored"]}, page, detail))
    return lines
