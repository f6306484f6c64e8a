"""Two of everything: two projects with their people, calls, applications, scores, agreements and payments."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import services as account_services
from accounts.models import Membership, Organisation, OrganisationMerge, User
from applicants import services as applicant_services
from applicants.models import Application, Attachment, PartialUpload, Participation, Version
from calls import services as call_services
from calls.models import Call, CallDocument, Enquiry
from core import clock
from core.files import store_bytes
from core.localised import localised
from evaluation.models import Assignment
from funding import services
from funding.models import ProjectMember
from grants import services as grants
from grants.models import Agreement, BankAccount, Payment
from grants.tasks import render_agreement, render_payment_order
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.applicants.rehearsals import rehearse
from tests.applicants.steps import png
from tests.calls import factories as calls
from tests.evaluation import factories as evaluation
from tests.funding import factories as funding
from tests.funding.factories import Team
from tests.samples import pdf

PDF = b"%PDF-1.7 for tests only"


@dataclass
class World:
    """One project and everything that hangs on it. `people` by the names of the cast."""

    team: Team
    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def build() -> World:
    """A project in which every stage has something to show."""
    crew = funding.team()
    services.add_indicator(crew.project, code="projects-funded", name="Projects with a voucher", target=35)
    services.change_look(crew.project, accent="#0c6152", by=crew.mia, logo=png())
    paola = people.user("Paola Ferraris")
    ProjectMember.objects.create(
        project=crew.project, user=paola, role="partner", organisation=crew.coordinator
    )
    world = World(
        crew, {"mia": crew.mia, "luc": crew.luc, "fred": crew.fred, "ann": crew.ann, "paola": paola}
    )
    _drafts(world)
    _scoring(world)
    _granted(world)
    return world


def _drafts(world: World) -> None:
    alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
    firm = people.organisation(members=[alice])
    member = Membership.objects.create(user=bob, organisation=firm, role="member")
    colleague = account_services.invite_colleague(firm, email="carla@firm.example", role="member", by=alice)
    joining = account_services.ask_to_join(firm, words="I work there.", by=people.user("Dario"))
    today = clock.now().date()
    mandate = applicant_services.give_mandate(
        firm, email="connie@advice.example", first_on=today, last_on=today + timedelta(days=60), by=alice
    )
    draft_call = calls.call(world.team, published=False, rules=[{"id": "r1", "kind": "lead", "settings": {}}])
    open_call = calls.call(world.team, extension_days=5)
    draft = applications.application(open_call, by=alice, organisation=firm, submitted=False)
    attachment = _attach(draft, alice)
    partner = people.organisation("Partner of the firm")
    draft.draft().partners.create(organisation=partner)
    world.people |= {"alice": alice, "bob": bob}
    world.things |= {
        "firm": firm,
        "member": member,
        "colleague": colleague,
        "joining": joining,
        "mandate": mandate,
        "partner": partner,
        "participation": _taking_part(open_call, firm),
        "draft_call": draft_call,
        "open_call": open_call,
        "draft": draft,
        "attachment": attachment,
        "extension": applicant_services.ask_extension(draft, cause="force", words="No power.", by=alice),
        "upload": PartialUpload.objects.create(
            application=draft, question="offer", name="offer.pdf", size=9, started_by=alice
        ),
        "document": _document(open_call),
        "incident": call_services.record_incident(
            open_call,
            what="The site was away.",
            began_at=open_call.opens_at,
            ended_at=None,
            evidence="Monitoring.",
            affected="Everybody.",
            by=world.team.mia,
        ),
        "enquiry": _asked(open_call, world.team.mia),
        "subscription": call_services.subscribe(call=open_call, by=alice),
        "draft_document": _document(draft_call),
        "rehearsal": rehearse(draft_call, by=world.team.mia),
    }


def _taking_part(call: Call, firm: Organisation) -> Participation:
    """Another applicant has asked the firm to be its partner."""
    lead = people.user("Lea Lead")
    other = applications.application(call, by=lead, submitted=False, shares=[(firm, 1_000_00)])
    return Participation.objects.create(application=other, organisation=firm, asked_by=lead)


def _asked(call: Call, by: User) -> Enquiry:
    """A question that waits, beside one that is answered."""
    call_services.publish_answer(call, enquiries=[], question="Which costs?", text="See the list.", by=by)
    return call_services.ask_question(call, text="May we buy a laser?", email="rosa@example.org")


def _attach(application: Application, by: User) -> Attachment:
    stored = store_bytes(PDF, name="offer.pdf", media_type="application/pdf", by=by)
    version = application.versions.get(status="draft")
    return Attachment.objects.create(version=version, question="offer", file=stored, uploaded_by=by)


def _document(call: Call) -> CallDocument:
    stored = store_bytes(PDF, name="guide.pdf", media_type="application/pdf", by=None)
    return CallDocument.objects.create(call=call, title=localised("Guide"), file=stored)


def _scoring(world: World) -> None:
    scene = evaluation.scene(files=1, evaluators=2, team=world.team)
    evaluation.declared(scene)
    world.people["eva"] = scene.evaluators[0].user
    waiting = evaluation.evaluator(
        scene.round, "Ivo Waiting", state="invited", user=None, email="ivo@example.org"
    )
    world.things |= {
        "scene": scene,
        "assignment": Assignment.objects.get(round=scene.round, evaluator=scene.evaluators[0]),
        "file": scene.files[0],
        "invitation": waiting,
    }


def _granted(world: World) -> None:
    crew, alice, firm = world.team, world.people["alice"], world.things["firm"]
    call = evaluation.closed_call(crew)
    file = applications.application(call, by=alice, organisation=firm, submitted=False)
    attachment = _attach(file, alice)
    applications.finish(file.versions.get(), alice)
    version = Version.objects.get(application=file)
    receipt = store_bytes(PDF, name="receipt.pdf", media_type="application/pdf", by=None)
    Version.objects.filter(pk=version.pk).update(receipt=receipt)
    scene = evaluation.Scene(crew, call, evaluation.services.open_round(call, by=crew.mia), [file])
    scene.evaluators = [
        evaluation.evaluator(scene.round, "Ed Byrne"),
        evaluation.evaluator(scene.round, "Elif Demir"),
    ]
    evaluation.released(scene)
    agreement = _agreement(world, file)
    merge = _merge(world, file)
    objection = evaluation.services.file_objection(
        file, ground="error", text="A sum is wrong.", by=alice, files=[SimpleUploadedFile("sum.pdf", pdf())]
    )
    evaluation.services.publish_results(scene.round, by=crew.mia)
    world.people["ed"] = scene.evaluators[0].user
    world.things |= {
        "released": scene,
        "submitted": file,
        "published": call,
        "submitted_attachment": attachment,
        "merge": merge,
        "message": applicant_services.write_to_office(
            file, text="See our offer.", by=alice, file=SimpleUploadedFile("more.pdf", pdf())
        ),
        "agreement": agreement,
        "objection": objection,
        **_money(world, agreement),
    }


def _merge(world: World, file: Application) -> OrganisationMerge:
    """Two applicants are proposed to be one firm."""
    other = world.things["file"].organisation
    return OrganisationMerge.objects.create(
        survivor=file.organisation, duplicate=other, reason="The same number.", proposed_by=world.team.mia
    )


def _agreement(world: World, file: Application) -> Agreement:
    crew, alice, firm = world.team, world.people["alice"], world.things["firm"]
    made = grants.draft_agreement(file, by=crew.mia, starts_on=clock.now().date() + timedelta(days=1))
    render_agreement(made.pk)
    made = grants.send_agreement(Agreement.objects.get(pk=made.pk), by=crew.mia)
    grants.enter_bank_account(
        made, firm, by=alice, holder=firm.legal_name, iban="IT60X0542811101000000123456"
    )
    made = Agreement.objects.get(pk=made.pk)
    sha256 = made.document.sha256
    grants.sign_agreement(made, by=alice, name=alice.full_name, sha256=sha256)
    grants.countersign_agreement(
        Agreement.objects.get(pk=made.pk), by=crew.luc, name=crew.luc.full_name, sha256=sha256
    )
    return Agreement.objects.get(pk=made.pk)


def _money(world: World, agreement: Agreement) -> dict[str, Any]:
    crew, alice = world.team, world.people["alice"]
    first, second = agreement.milestones.order_by("position")
    grants.verify_bank_account(BankAccount.objects.get(agreement=agreement), by=crew.fred, how="Called back")
    (payment,) = grants.propose_payments(first, by=crew.mia)
    grants.approve_payment(payment, by=crew.fred)
    render_payment_order(payment.pk)
    upload = SimpleUploadedFile("report.pdf", pdf())
    grants.report_milestone(second, by=alice, text="All done as planned, see the file.", file=upload)
    return {"payment": Payment.objects.get(pk=payment.pk), "milestone": second}
