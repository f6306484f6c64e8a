"""The portal entry of a call, from the same data as its page."""

from django.conf import settings
from django.utils import translation

from calls import awards, rules
from calls.models import Call
from calls.portal import Entry
from calls.queries.workshop import activities_of, cut_off_plans


def portal_entry(call: Call) -> Entry:
    """What the EU portal asks for, in English: no query beyond the call and its project."""
    project = call.project
    with translation.override("en"):
        links = [f"{settings.SITE_URL}{call.get_absolute_url()}", project.website]
        return Entry(
            title=str(call.title),
            acronym=project.acronym,
            project_name=project.name,
            grant_number=project.grant_agreement_number,
            topic=call.parent_topic,
            opens_at=call.opens_at,
            closes_at=call.closes_at,
            zone=call.zone,
            months=call.project_months,
            budget_cents=call.budget_cents,
            award=awards.sentence(call.award),
            who=rules.sentences(rules.of_call(call)),
            activities=activities_of(call),
            process=str(call.process),
            decision_by=call.decision_by,
            contact=project.contact_email,
            links=[link for link in links if link],
            cut_offs=[one.closes_at for one in cut_off_plans(call) if one.closes_at],
        )
