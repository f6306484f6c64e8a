"""What a version contains, loaded once, and how far it is: task list and gaps."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from applicants import eligibility, paths
from applicants.models import Application, Attachment, Partner, SectionAnswers, Version
from applicants.queries.aid import aid_gaps, aid_note, aid_of
from applicants.queries.eligibility import facts_of, history_of, trl_of
from applicants.queries.money import Money, money
from applicants.queries.partnering import partner_gaps, twice_gaps
from calls import awards, elsewhere, formkit, rules
from calls.awards import Award, AwardUnit
from calls.models import Call, CutOff
from calls.queries import form_of
from calls.rules import Facts, Rule
from core import clock
from core.errors import Gap
from core.models import StoredFile
from core.money import format_eur
from core.prepared import Prepared, columns_of, put_together


@dataclass
class Content:
    """A version with all that belongs to it."""

    version: Version
    definition: Any
    answers: dict[str, dict[str, Any]]
    numbers: dict[str, dict[str, int]]
    partners: list[Partner]
    attachments: list[Attachment]
    saved_at: datetime
    _money: Money | None = field(default=None, repr=False)
    _rules: list[Rule] | None = field(default=None, repr=False)
    _facts: Facts | None = field(default=None, repr=False)

    @property
    def application(self) -> Application:
        return self.version.application

    @property
    def call(self) -> Call:
        return self.application.call

    @property
    def money(self) -> Money:
        """What it asks for against the rules: two queries, once."""
        if self._money is None:
            outside = elsewhere.declared(self.call.outside_question, self.answers)
            self._money = money(self.call, self.partners, self.topic_answer, outside)
        return self._money

    @property
    def topic_section(self) -> str:
        """The section in which the question is answered that limits and types of project go by; empty while it is not."""
        key = self.call.topic_question
        return next((name for name, answers in self.answers.items() if key and answers.get(key)), "")

    @property
    def topic_answer(self) -> str:
        """The answer to that question; empty while there is none."""
        section = self.topic_section
        return str(self.answers[section][self.call.topic_question]) if section else ""

    @property
    def award(self) -> Award:
        """What a project like this one can get: the rules of its type, or of the call."""
        return self.call.award_for(self.topic_answer)

    @property
    def rules(self) -> list[Rule]:
        """Who may apply to its call."""
        if self._rules is None:
            self._rules = rules.of_call(self.call, self.cut_off, self.call.type_named(self.topic_answer))
        return self._rules

    @cached_property
    def cut_off(self) -> CutOff | None:
        """The cut-off it was submitted to, or would be now. One query, only in a call with cut-offs."""
        if self.version.arrived_at is not None or self.version.cut_off_id is not None:
            return self.version.cut_off
        return self.application.cut_off_at(clock.now())

    @property
    def asks_costs(self) -> bool:
        """Does anything look at what the project costs: the rate, a rule, or a budget that has to agree with it?"""
        return costs_are_asked(self.call, self.rules, self.definition)

    @property
    def money_label(self) -> str:
        """What the page of partners and money is called."""
        if self.asks_costs:
            return _("Costs and support") if self.call.is_single else _("Partners, costs and support")
        return _("Support") if self.call.is_single else _("Partners and support")

    @property
    def facts(self) -> Facts:
        """What the rules look at: queries only for a call whose rules need more than the organisations, once."""
        if self._facts is None:
            organisations = [partner.organisation_id for partner in self.partners]
            self._facts = facts_of(
                self.call,
                self.partners,
                application=self.application.pk,
                history=history_of(self.call, self.rules, organisations),
                trl=trl_of(self.definition, self.answers),
                deadline=self.cut_off.closes_at if self.cut_off else None,
            )
        return self._facts

    @property
    def parties(self) -> list[formkit.Party]:
        """Who takes part, as the form sees it: the applicant first."""
        return form_parties(self.partners)

    def file_counts(self) -> dict[str, int]:
        """How many files answer each file question."""
        counts: dict[str, int] = {}
        for attachment in self.attachments:
            counts[attachment.question] = counts.get(attachment.question, 0) + 1
        return counts

    def files_of(self, question: str) -> list[Attachment]:
        return [attachment for attachment in self.attachments if attachment.question == question]


@dataclass(frozen=True)
class Step:
    """One line of the task list: what, where, how far, and why not further."""

    key: str
    label: str
    url: str
    note: str
    tone: str
    tag: str
    short: str = ""
    done: bool = False


def costs_are_asked(call: Call, call_rules: list[Rule], definition: Any) -> bool:
    """Does the rate, a rule or a budget of the form look at what a project of this call costs?"""
    return (
        call.award_unit == AwardUnit.RATE
        or rules.needs(call_rules, rules.project.Cost)
        or any(question.matches_costs for _section, question in definition.questions())
    )


_ANSWERS = columns_of(SectionAnswers)
_PARTNER = columns_of(Partner, organisation=columns_of(Organisation))
_FILE = columns_of(Attachment, file=columns_of(StoredFile))


def _answers(version: int) -> "QuerySet[SectionAnswers, Any]":
    return SectionAnswers.objects.filter(version=version).values_list(*_ANSWERS)


def _partners(version: int) -> "QuerySet[Partner, Any]":
    return Partner.objects.filter(version=version).values_list(*_PARTNER)


def _files(version: int) -> "QuerySet[Attachment, Any]":
    return Attachment.objects.filter(version=version, removed_at=None).values_list(*_FILE)


_answers_of = Prepared(_answers, version=int)
_partners_of = Prepared(_partners, version=int)
_files_of = Prepared(_files, version=int)


def content_of(version: Version) -> Content:
    """Load a version's answers, partners and files: three queries. Its application, call and form came with it."""
    given = {"version": version.pk}
    rows = [put_together(SectionAnswers, _ANSWERS, row) for row in _answers_of.rows(**given)]
    partners = [put_together(Partner, _PARTNER, row) for row in _partners_of.rows(**given)]
    for partner in partners:
        partner.version = version
    attachments = [put_together(Attachment, _FILE, row) for row in _files_of.rows(**given)]
    moments = [row.changed_at for row in rows] + [version.changed_at]
    return Content(
        version=version,
        definition=form_of(version.form_revision),
        answers={row.section: row.answers for row in rows},
        numbers={row.section: row.field_versions for row in rows},
        partners=partners,
        attachments=attachments,
        saved_at=max(moments),
    )


def form_parties(partners: list[Partner]) -> list[formkit.Party]:
    """The organisations as a form asks about them, with what they have entered once for all."""
    return [
        formkit.Party(
            key=partner.organisation.ref,
            name=partner.organisation.legal_name,
            cost_cents=partner.cost_cents,
            known={
                **{
                    name: str(getattr(partner.organisation, name) or "")
                    for name in (
                        "legal_name",
                        "registration_number",
                        "vat",
                        "pic",
                        "street",
                        "postcode",
                        "town",
                    )
                },
                "country": str(partner.organisation.country),
                "website": partner.organisation.website,
                "founded_on": partner.organisation.founded_on.isoformat()
                if partner.organisation.founded_on
                else "",
            },
        )
        for partner in partners
    ]


def eligibility_findings(content: Content) -> list[eligibility.Finding]:
    """What the rules say about the organisations and their project: told while drafting."""
    return eligibility.findings(content.facts, content.rules)


def to_confirm(content: Content) -> list[eligibility.ToConfirm]:
    """What the applicant declares for this call besides what is always declared."""
    return eligibility.to_confirm(content.facts, content.rules)


def gaps(content: Content) -> list[Gap]:
    """Everything that stands between this draft and its submission, each with the address where it is mended."""
    application = content.application
    found = []
    if content.version.form_revision.superseded_at is not None:
        sentence = _(
            "The form of this call has changed since you began: look at what is new, and move on to it."
        )
        found.append(Gap(sentence, paths.of(content.application, "form_change")))
    if not content.version.title.strip():
        found.append(
            Gap(_("The project has no title yet."), paths.of(application, "about") + "#div_id_title")
        )
    found += [
        Gap(f.message, paths.of(application, "about")) for f in eligibility_findings(content) if f.blocks
    ]
    found += _cut_off_gaps(content) + money_gaps(content) + aid_gaps(application, content.partners)
    found += twice_gaps(application, content.partners)
    if content.call.partners_confirm and len(content.partners) > 1:
        found += partner_gaps(application, content.partners)
    return found + form_gaps(content) + refused_files(content)


def refused_files(content: Content) -> list[Gap]:
    """Files that the virus scanner refused after they were uploaded."""
    homes = {question.key: section.key for section, question in content.definition.questions()}
    sentence = _("The virus scanner refuses “%(name)s”: remove it, or replace it.")
    return [
        Gap(
            sentence % {"name": one.file.name},
            paths.question(content.application, f"{homes[one.question]}/{one.question}"),
        )
        for one in content.attachments
        if one.file.scan == StoredFile.Scan.REFUSED and one.question in homes
    ]


def _cut_off_gaps(content: Content) -> list[Gap]:
    """The cut-off that the file would belong to takes certain answers only."""
    key, section = content.call.topic_question, content.topic_section
    sentence = cut_off_refusal(content.cut_off, content.definition, key, content.topic_answer)
    if not section or not sentence:
        return []
    return [Gap(sentence, paths.question(content.application, f"{section}/{key}"))]


def cut_off_refusal(cut_off: CutOff | None, definition: Any, key: str, answer: str) -> str:
    """Why a cut-off does not take this answer to the question `key` that limits are counted by; empty when it does, or
    while there is no answer."""
    if cut_off is None or not cut_off.answers or not key or not answer or answer in cut_off.answers:
        return ""
    question = definition.question(key)
    names = {choice.value: str(choice.label) for choice in question.choices} if question else {}
    told = {"title": cut_off, "answers": ", ".join(names.get(one, one) for one in cut_off.answers)}
    return _("%(title)s is for %(answers)s only.") % told


def money_gaps(content: Content) -> list[Gap]:
    """As long as nothing is asked for that is the one thing to say."""
    if not content.call.gives_money:
        return []
    url = paths.of(content.application, "partners")
    if not content.money.asked_cents:
        return [Gap(_("No support is asked for yet."), f"{url}#money")]
    return [
        Gap(finding.message, f"{url}#party-{finding.party}" if finding.party else f"{url}#money")
        for finding in content.money.findings
    ]


def form_gaps(content: Content) -> list[Gap]:
    """What is missing in the form's sections."""
    return [
        Gap(gap.message, paths.question(content.application, gap.target)) for gap in gaps_by_field(content)
    ]


def gaps_by_field(content: Content) -> list[Gap]:
    """What is missing in the form's sections; each target is "section/question"."""
    return formkit.gaps(content.definition, content.answers, content.file_counts(), content.parties)


def steps(content: Content) -> list[Step]:
    """The task list, in the order people work: who, how much, each section, declarations."""
    missing: dict[str, list[Gap]] = {}
    for gap in gaps_by_field(content):
        missing.setdefault(gap.target.partition("/")[0], []).append(gap)
    made = [_about_step(content)]
    if content.call.gives_money:
        made += [_money_step(content), *_aid_step(content)]
    asked: dict[str, list[formkit.Field]] = {}
    for section, one in formkit.asked_fields(content.definition, content.answers, content.parties):
        asked.setdefault(section.key, []).append(one)
    made += [
        _section_step(content, section, asked[section.key], missing.get(section.key, []))
        for section in content.definition.sections
        if section.key in asked
    ]
    ready = all(step.done for step in made)
    made.append(
        Step(
            key="declarations",
            label=_("Declarations and submission"),
            url=paths.of(content.application, "check"),
            note=_("Everything above is complete: declare and submit.")
            if ready
            else _("Given by a signatory, when all above is complete."),
            tone="busy" if ready else "",
            tag=_("Ready") if ready else _("Not yet"),
        )
    )
    return made


def _about_step(content: Content) -> Step:
    organisation = content.application.organisation
    findings = [finding for finding in eligibility_findings(content) if finding.blocks]
    titled = bool(content.version.title.strip())
    if findings:
        note = findings[0].message
    elif not titled:
        note = _("The project has no title yet.")
    else:
        note = f"{organisation}, {organisation.get_size_display()}"
    done = titled and not findings
    tone, tag, short = _state(done=done, begun=titled or bool(findings), wrong=bool(findings))
    url = paths.of(content.application, "about")
    return Step("about", _("Title and organisation"), url, note, tone, tag, short, done)


def _money_step(content: Content) -> Step:
    standing, call = content.money, content.call
    others = len(content.partners) - 1
    asked = standing.asked_cents
    if asked and standing.findings:
        note = standing.findings[0].message
    elif not standing.cost_cents and not asked:
        note = (
            _("No costs and no support are entered yet.")
            if content.asks_costs
            else _("No support is asked for yet.")
        )
    elif call.award_unit != AwardUnit.RATE:
        note = _("%(asked)s EUR asked") % {"asked": format_eur(asked)}
    else:
        note = _("%(cost)s EUR costs, %(asked)s asked at %(rate)s") % {
            "cost": format_eur(standing.cost_cents),
            "asked": format_eur(asked),
            "rate": awards.rate_in_words(content.award),
        }
        if others:
            note = ngettext("%(n)d partner", "%(n)d partners", others) % {"n": others} + "; " + note
    done = bool(asked) and not standing.findings
    tone, tag, short = _state(
        done=done, begun=bool(standing.cost_cents or asked), wrong=bool(asked) and not done
    )
    label = content.money_label
    return Step("partners", label, paths.of(content.application, "partners"), note, tone, tag, short, done)


def _aid_step(content: Content) -> list[Step]:
    """Only where the call is State aid."""
    parties = aid_of(content.call, content.partners)
    if not parties:
        return []
    done = all(one.verdict.allowed for one in parties)
    begun = any(one.declaration for one in parties)
    wrong = any(one.declaration and not one.verdict.allowed for one in parties)
    tone, tag, short = _state(done=done, begun=begun, wrong=wrong)
    first = next((one for one in parties if not one.verdict.allowed), parties[0])
    url = paths.of(content.application, "aid", first.partner.organisation.ref)
    return [Step("aid", _("De minimis aid"), url, aid_note(parties), tone, tag, short, done)]


def _section_step(content: Content, section: Any, asked: list[formkit.Field], missing: list[Gap]) -> Step:
    answers, counts = content.answers.get(section.key, {}), content.file_counts()
    typed = [one for one in asked if not one.question.is_calculated]
    total = len(typed)
    given = sum(1 for one in typed if _is_given(one, answers, counts))
    note = ngettext("%(given)d of %(total)d answer", "%(given)d of %(total)d answers", total) % {
        "given": given,
        "total": total,
    }
    if given and missing:
        note = f"{note}; {missing[0].message}"
    tone, tag, short = _state(done=bool(given) and not missing, begun=bool(given), wrong=False)
    if tone == "busy":
        short = _("%(given)d of %(total)d") % {"given": given, "total": total}
    elif not given and not missing:
        tag = _("Optional")
    url = paths.of(content.application, "section", section.key)
    return Step(section.key, str(section.title), url, note, tone, tag, short, done=not missing)


def _is_given(one: formkit.Field, answers: dict[str, Any], counts: dict[str, int]) -> bool:
    if one.question.is_file:
        return counts.get(one.question.key, 0) > 0
    return not formkit.is_empty(answers.get(one.name))


def _state(*, done: bool, begun: bool, wrong: bool) -> tuple[str, str, str]:
    """Tone, tag and the short form for the list at the side."""
    if wrong:
        return "warn", _("Needs another look"), "!"
    if done:
        return "good", _("Complete"), "✓"
    return ("busy", _("In progress"), "…") if begun else ("", _("Not started"), "")
