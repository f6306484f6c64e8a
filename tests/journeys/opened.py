"""The call that the story's first step makes by clicking, published by the same verbs: `python -m tests.journeys.opened`.

In the database that the environment names, for a journey that begins with the second step.
"""

import django


def main() -> None:
    """Set the stage; Mia makes the call, Luc publishes it."""
    django.setup()
    from django.core.management import call_command

    from accounts.models import User
    from calls import services as calls
    from core import clock
    from demo.story import Calendar
    from funding.models import Project

    call_command("set_stage")
    mia, luc = (User.objects.get(email=f"{name}@dream.example") for name in ("mia", "luc"))
    kind = Project.objects.get(slug="dream").voucher_types.get()
    days = Calendar(clock.now())
    call = calls.create_call(kind, title="Smart factories", code="SMART", by=mia)
    calls.change_dates(
        call,
        opens_at=days.day(1, 9),
        closes_at=days.day(100, 17),
        decision_by=days.day(145).date(),
        agreement_by=days.day(175).date(),
        project_months=12,
        by=mia,
    )
    calls.add_section(call, content={"title": {"en": "Your plant"}}, by=mia)
    question = {"type": "number", "label": {"en": "How many people work there?"}, "required": True}
    calls.add_question(call, section="your_plant", content=question, by=mia)
    calls.propose_publication(call, by=mia)
    calls.publish_call(call, by=luc)


if __name__ == "__main__":
    main()
