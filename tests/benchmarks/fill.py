"""Data of a busy call: submitted applications as the services leave them, drafts, and sessions of their people.

`python -m tests.benchmarks.fill 1000 700 8` prints, as JSON, what a client needs to play the manager, the people
who submit, and those who write.
"""

import json
import random
import sys
import time
from datetime import timedelta
from typing import Any

import django

SEED = 27
QUESTIONS = {
    "idea": ["problem", "solution", "novelty", "market", "method", "team"],
    "effect": ["impact", "sharing"],
}
TEXT = 1000
"""Characters of an answer."""


def definition() -> dict[str, Any]:
    """A form of eight long questions in two sections."""
    return {
        "sections": [
            {
                "key": section,
                "title": {"en": f"The {section}"},
                "questions": [
                    {
                        "key": key,
                        "type": "long_text",
                        "label": {"en": f"Tell us about the {key}"},
                        "help": {"en": "A few sentences."},
                        "required": True,
                        "max_length": 2000,
                    }
                    for key in keys
                ],
            }
            for section, keys in QUESTIONS.items()
        ]
    }


def as_in_a_test() -> Any:
    """One transaction in which the factories of the tests work, durable verbs and plain ones alike."""
    from django.db import transaction

    block = transaction.atomic()
    block._from_testcase = True
    return block


class Filling:
    """One filling of an empty, migrated database."""

    def __init__(self) -> None:
        from core import clock

        self.chance = random.Random(SEED)
        self.now = clock.now()
        self.made = 0

    def calls(self) -> None:
        """A project with its team, the call that is looked at, and thirty more in all phases."""
        from allauth.mfa.models import Authenticator

        from tests.benchmarks.texts import paragraph
        from tests.calls import factories as calls
        from tests.funding import factories as funding

        self.team = funding.team(envelope_cents=900_000_000_00)
        for person in (self.team.mia, self.team.luc):
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
        self.call = calls.call(self.team, published=False, **self._words("Innovation vouchers"))
        self.call.form_revisions.update(definition=definition())
        calls.publish(self.call, self.team)
        spans = [(-20, 40 + n) for n in range(7)] + [(10 + n, 90 + n) for n in range(3)]
        spans += [(-200 - n, -100 - n) for n in range(20)]
        for opens, closes in spans:
            calls.call(
                self.team,
                opens_at=self.now + timedelta(days=opens),
                closes_at=self.now + timedelta(days=closes),
                **self._words(paragraph(self.chance, 40)),
            )

    def _words(self, title: str) -> dict[str, Any]:
        from core.localised import localised
        from tests.benchmarks.texts import paragraph

        return {
            "title": localised(title),
            "summary": localised(paragraph(self.chance, 300)),
            "description": localised("\n\n".join(paragraph(self.chance, 700) for _ in range(4))),
            "eligibility": localised(paragraph(self.chance, 600)),
            "process": localised(paragraph(self.chance, 600)),
        }

    def companies(self, number: int) -> list[tuple[Any, Any]]:
        """People with a verified address, each signatory of an own small company."""
        from allauth.account.models import EmailAddress
        from django.contrib.auth.hashers import make_password

        from accounts.models import Membership, Organisation, User

        first, self.made = self.made, self.made + number
        people = User.objects.bulk_create(
            User(email=f"person{n}@example.org", full_name=f"Person {n}", password=make_password(None))
            for n in range(first, first + number)
        )
        EmailAddress.objects.bulk_create(
            EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
        )
        organisations = Organisation.objects.bulk_create(
            Organisation(
                legal_name=f"Company {n} Meccanica S.r.l.",
                country=self.chance.choice(["IT", "FR", "BE", "RO"]),
                registration_number=f"B{n:06d}",
                street=f"Via Roma {n}",
                postcode="25121",
                town="Brescia",
                size=self.chance.choice(["micro", "small", "medium"]),
                created_by=people[n - first],
            )
            for n in range(first, first + number)
        )
        pairs = list(zip(people, organisations, strict=True))
        Membership.objects.bulk_create(Membership(user=u, organisation=o) for u, o in pairs)
        return pairs

    def drafts(self, number: int) -> list[tuple[Any, Any]]:
        """Complete drafts, ready to be submitted, each of its own person: versions with their people."""
        from applicants.models import Application, Partner, SectionAnswers, Version
        from tests.benchmarks.texts import paragraph

        people = self.companies(number)
        if not hasattr(self, "helpers"):
            self.helpers = [organisation for _, organisation in self.companies(50)]
        first = Application.objects.filter(call=self.call).count() + 1
        applications = Application.objects.bulk_create(
            Application(
                call=self.call,
                number=n,
                ref=f"{self.call.code}-{n:04d}",
                organisation=company,
                created_by=person,
            )
            for n, (person, company) in enumerate(people, start=first)
        )
        form = self.call.current_form()
        versions = Version.objects.bulk_create(
            Version(
                application=one, number=1, form_revision=form, title=paragraph(self.chance, 70).rstrip(".")
            )
            for one in applications
        )
        SectionAnswers.objects.bulk_create(
            [
                SectionAnswers(
                    version=version,
                    section=section,
                    answers={key: paragraph(self.chance, TEXT) for key in keys},
                    field_versions=dict.fromkeys(keys, 3),
                    changed_by=version.application.created_by,
                )
                for version in versions
                for section, keys in QUESTIONS.items()
            ],
            batch_size=500,
        )
        Partner.objects.bulk_create(
            Partner(
                version=version,
                organisation=organisation,
                is_lead=lead,
                task=paragraph(self.chance, 150),
                cost_cents=20_000_00,
                requested_cents=10_000_00,
            )
            for version in versions
            for organisation, lead in [
                (version.application.organisation, True),
                (self.chance.choice(self.helpers), False),
            ]
        )
        return [(version, person) for version, (person, _) in zip(versions, people, strict=True)]

    def submitted(self, number: int) -> list[str]:
        """Applications submitted over the last days, with their trail and mails; their references."""
        from applicants import declarations, payload, queries
        from applicants.models import Version
        from applicants.services.submission import _frozen_partner
        from applicants.states import VersionStatus

        made = self.drafts(number)
        found = Version.objects.filter(pk__in=[version.pk for version, _ in made])
        whole = found.select_related("application__call", "form_revision", "application__created_by")
        for minutes, version in enumerate(whole.prefetch_related("answers").order_by("pk")):
            content = queries.content_of(version)
            version.arrived_at = self.now - timedelta(minutes=minutes)
            version.declarations = declarations.frozen(declarations.asked())
            version.payload = payload.build(
                call=self.call.code,
                application=version.application.ref,
                version=1,
                title=version.title,
                form_revision=1,
                arrived_at=version.arrived_at,
                sections=content.answers,
                partners=[_frozen_partner(partner, None) for partner in content.partners],
                files=[],
                declarations=version.declarations,
            )
            version.sha256 = payload.fingerprint(version.payload)
            version.status, version.submitted_by = VersionStatus.FINAL, version.application.created_by
            version.save()
        self._told([version for version, _ in made])
        return [version.application.ref for version, _ in made]

    def _told(self, versions: list[Any]) -> None:
        """Two events of the trail and one mail for each, as a submission leaves them."""
        from django.contrib.contenttypes.models import ContentType

        from applicants.models import Application
        from core.models import AuditEvent, OutgoingMessage
        from tests.benchmarks.texts import paragraph

        kind = ContentType.objects.get_for_model(Application)
        AuditEvent.objects.bulk_create(
            AuditEvent(
                actor=version.application.created_by,
                verb=verb,
                target_type=kind,
                target_id=version.application_id,
                target_ref=version.application.ref,
                data={"version": 1},
            )
            for version in versions
            for verb in ("application.started", "application.submitted")
        )
        OutgoingMessage.objects.bulk_create(
            OutgoingMessage(
                kind="submission_received",
                to=version.application.created_by.email,
                recipient=version.application.created_by,
                subject="Your application has arrived",
                text=paragraph(self.chance, 1500),
                html=paragraph(self.chance, 5000),
                message_id=f"<{version.application.ref}@voucher-desk.example>",
                about_type=kind,
                about_id=version.application_id,
                sent_at=self.now,
            )
            for version in versions
        )

    def agreement(self) -> int:
        """A grant agreement of two organisations, drafted by the services; its key."""
        from core import clock
        from grants import services
        from tests.grants import factories

        world = factories.world(partners=[8_000_00])
        today = clock.now().date()
        return services.draft_agreement(world.application, by=world.team.mia, starts_on=today).pk

    def sessions(self, people: list[Any]) -> list[str]:
        """A signed-in session for each."""
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.contrib.sessions.models import Session
        from django.utils.crypto import get_random_string

        store = SessionStore()
        rows = [
            Session(
                session_key=get_random_string(32).lower(),
                session_data=store.encode(
                    {
                        SESSION_KEY: str(person.pk),
                        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                        HASH_SESSION_KEY: person.get_session_auth_hash(),
                        "account_authentication_methods": [{"method": "password", "at": time.time()}],
                    }
                ),
                expire_date=self.now + timedelta(hours=12),
            )
            for person in people
        ]
        Session.objects.bulk_create(rows)
        return [row.session_key for row in rows]


def main(applications: int, drafts: int, writers: int) -> None:
    """Fill the database that the settings name, and print what was made."""
    django.setup()
    from django.db import connection, transaction

    from applicants.declarations import DECLARATIONS

    filling = Filling()
    with as_in_a_test():
        filling.calls()
        agreement = filling.agreement()
    with transaction.atomic():
        refs = filling.submitted(applications)
        ready, writing = filling.drafts(drafts), filling.drafts(writers)

    def players(made: list[tuple[Any, Any]]) -> list[dict[str, str]]:
        keys = filling.sessions([person for _, person in made])
        return [{"session": k, "ref": v.application.ref} for k, (v, _) in zip(keys, made, strict=True)]

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    found = {
        "call": filling.call.slug,
        "manager": filling.sessions([filling.team.mia])[0],
        "refs": refs,
        "drafts": players(ready),
        "writers": players(writing),
        "agreement": agreement,
        "declarations": [one.key for one in DECLARATIONS],
        "megabytes": size / 1e6,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
