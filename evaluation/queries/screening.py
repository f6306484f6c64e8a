"""What the rules find in submitted files, told to the person who checks them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from applicants import eligibility
from applicants.ceilings import check_shares
from applicants.models import Application, Partner, SectionAnswers, Version
from applicants.queries import alike_by_version
from applicants.queries.eligibility import facts_of, history_of, trl_of
from applicants.queries.money import amount_rules, held_by_scope, outside_of, shares_of
from applicants.states import ApplicationState
from calls import formkit
from calls import rules as call_rules
from calls.models import Call, CutOff
from evaluation.models import Round
from evaluation.queries.facts import answers_of
from evaluation.queries.files import round_files
from funding.queries import ceiling, holdings


def with_findings(call: Call, files: Sequence[Any], cut_off: CutOff | None = None) -> Sequence[Any]:
    """Each file with `findings`, the sentences of the rules as they are today: four queries for all files.

    A rule that no fact can tell is there too, as what the applicant declared and a person has to check. `cut_off`: the one
    that all of them belong to.
    """
    partners: dict[int, list[Partner]] = defaultdict(list)
    rows = Partner.objects.filter(version__in=[file.version_pk for file in files])
    for row in rows.select_related("organisation"):
        partners[row.version_id].append(row)
    organisations = {row.organisation_id: row.organisation for group in partners.values() for row in group}
    limit = ceiling(call.project)
    found_held = holdings(call.project, organisations.values(), limit)
    rules = call_rules.of_call(call, cut_off)
    answers = answers_of(call.topic_question, [file.version_pk for file in files]) if call.types else {}
    outside = outside_of(call, [file.version_pk for file in files])
    alike = alike_by_version([file.version_pk for file in files])
    history, levels = history_of(call, rules, organisations), _levels(rules, files)
    for file in files:
        own, answer = partners[file.version_pk], answers.get(file.version_pk, "")
        if answer:
            rules = call_rules.of_call(call, cut_off, call.type_named(answer))
        amounts = amount_rules(call, limit.limit_cents, answer)
        shares = shares_of(own, found_held, outside.get(file.version_pk, {}))
        money = check_shares(shares, amounts, held_by_scope(found_held))
        facts = facts_of(
            call,
            own,
            application=file.pk,
            history=history,
            trl=levels.get(file.version_pk),
            deadline=cut_off.closes_at if cut_off else None,
        )
        found = [finding.message for finding in eligibility.findings(facts, rules)]
        found += [finding.message for finding in money]
        found += [
            _("Much of its text stands in %(ref)s, too (about %(n)d %%).") % {"ref": ref, "n": percent}
            for ref, percent in alike.get(file.version_pk, [])
        ]
        file.findings = [*found, *(_declared(one.text) for one in eligibility.to_confirm(facts, rules))]
    return files


def _declared(sentence: str) -> str:
    return _("Declared by the applicant, to be checked: %s") % sentence


def _levels(rules: Sequence[call_rules.Rule], files: Sequence[Any]) -> dict[int, tuple[int, ...] | None]:
    """The TRL of each version, looked up only when a rule needs it: two queries."""
    if not call_rules.needs(rules, call_rules.project.Trl):
        return {}
    answers: dict[int, dict[str, Any]] = defaultdict(dict)
    keys = [file.version_pk for file in files]
    for row in SectionAnswers.objects.filter(version__in=keys):
        answers[row.version_id][row.section] = row.answers
    versions = Version.objects.filter(pk__in=keys).values_list("pk", "form_revision__definition")
    return {pk: trl_of(formkit.parse(definition), answers[pk]) for pk, definition in versions}


def findings_of(call: Call, file: Any, cut_off: CutOff | None = None) -> list[str]:
    """What the rules say about one file."""
    return list(with_findings(call, [file], cut_off)[0].findings)


def next_unscreened(round: Round, user: Any) -> str:
    """The reference of the next file that nobody has checked; empty when all are."""
    waiting: Application | None = (
        round_files(round, user).filter(state=ApplicationState.OPEN).order_by("ref").first()
    )
    return waiting.ref if waiting else ""
