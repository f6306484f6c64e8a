"""What a manager holds is neither deleted after its term nor by its people's wish, until a manager ends that (feature X8)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Membership
from applicants import services as applicants
from applicants.jobs import expire_drafts
from applicants.models import LegalHold, Recusal, Version
from core import clock
from core.audit import history
from core.errors import DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from desk import services
from desk.erasure import terms
from desk.erasure.plan import obstacles
from desk.jobs import erase_people
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.desk.test_personal import signed_in
from tests.desk.test_retention import at, contents
from tests.evaluation import factories as evaluation
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
END = timedelta(days=365 * 6)


@pytest.fixture
def scene(now):
    """One file is funded, one is not."""
    made = evaluation.scene(files=2, evaluators=2, budget_cents=20_000_00)
    loser = made.files[1]
    evaluation.released(made)
    loser.refresh_from_db()
    return made, loser


def hold(file, by, *, whole_call=False, reason="OLAF asks for it."):
    return applicants.set_legal_hold(
        file.call, application=None if whole_call else file, reason=reason, by=by
    )


# --- what is past its term --------------------------------------------------------------------------------
@pytest.mark.parametrize("whole_call", [False, True])
def test_what_is_held_is_neither_announced_nor_deleted_and_after_the_hold_it_is_announced_anew(
    scene, now, whole_call
):
    made, loser = scene
    mia = made.team.mia
    held = hold(loser, mia, whole_call=whole_call)
    before = contents(loser)
    assert at(now + END) == at(now + END + terms.ANNOUNCED) == 0
    row = terms.terms_of(made.team.project)[0]
    assert (row.losers, row.held) == (0, 2 if whole_call else 1)
    with clock.stopped_at(now + END + terms.ANNOUNCED):
        applicants.lift_legal_hold(held, reason="Closed.", by=made.team.luc)
    assert at(now + END + terms.ANNOUNCED) == 1  # announced
    assert contents(loser) == before
    assert at(now + END + 2 * terms.ANNOUNCED) == 1
    assert contents(loser) != before


def test_a_hold_after_the_announcement_stops_the_deletion_and_its_end_announces_again(scene, now):
    made, loser = scene
    assert at(now + END) == 1
    with clock.stopped_at(now + END + timedelta(days=1)):
        held = hold(loser, made.team.mia)
    assert at(now + END + terms.ANNOUNCED) == 0
    with clock.stopped_at(now + END + timedelta(days=300)):
        applicants.lift_legal_hold(held, reason="Closed.", by=made.team.mia)
    assert at(now + END + timedelta(days=300)) == 1
    loser.refresh_from_db()
    assert loser.deleted_at is None
    assert OutgoingMessage.objects.filter(kind="deletion_announced").count() == 4  # two managers, twice


def test_one_of_two_holds_is_enough(scene, now):
    made, loser = scene
    held = hold(loser, made.team.mia)
    hold(loser, made.team.mia, whole_call=True)
    applicants.lift_legal_hold(held, reason="Closed.", by=made.team.mia)
    assert at(now + END) == 0


def test_a_hold_on_another_file_or_call_holds_nothing_here(scene, now):
    made, _loser = scene
    hold(made.files[0], made.team.mia)
    other = calls.call(made.team)
    applicants.set_legal_hold(other, application=None, reason="A dispute.", by=made.team.mia)
    assert at(now + END) == 1


# --- drafts -----------------------------------------------------------------------------------------------
def run(instant):
    with clock.stopped_at(instant):
        return expire_drafts()


def test_drafts_of_a_held_call_stay_also_thrown_away_ones_and_go_after_a_new_warning(now):
    crew = team()
    call = calls.call(crew, closes_at=now + timedelta(days=30))
    left, thrown = (
        steps.start(call, people.user("Alice")),
        steps.start(call, people.user("Bob")),
    )
    held = applicants.set_legal_hold(call, application=None, reason="A dispute.", by=crew.mia)
    applicants.discard_draft(thrown, by=thrown.created_by)
    late = now + timedelta(days=400)
    assert run(late) == run(late + timedelta(days=15)) == 0
    draft, gone = Version.objects.get(application=left), Version.objects.get(application=thrown)
    assert (draft.status, draft.emptied_at, gone.emptied_at) == ("draft", None, None)
    assert gone.pk not in applicants.drafts_to_empty()
    assert not applicants.expire_draft(gone.pk)
    Version.objects.filter(pk=draft.pk).update(
        expiry_told_at=late - timedelta(days=100)
    )  # told before the hold
    with clock.stopped_at(late):
        applicants.lift_legal_hold(held, reason="Closed.", by=crew.mia)
    run(late)
    draft.refresh_from_db()
    gone.refresh_from_db()
    assert gone.emptied_at == late
    assert (draft.status, draft.expiry_told_at) == ("draft", late)
    run(late + timedelta(days=15))
    draft.refresh_from_db()
    assert draft.emptied_at is not None


# --- people -----------------------------------------------------------------------------------------------
def test_who_took_part_in_what_is_held_is_not_erased_until_it_ends(scene, now):
    made, loser = scene
    owner = loser.created_by
    colleague, gone, stranger = people.user("Colleague"), people.user("Gone"), people.user("Stranger")
    Membership.objects.create(user=colleague, organisation=loser.organisation, role="signatory")
    Membership.objects.create(user=gone, organisation=loser.organisation, role="member", ended_at=now)
    judge = made.evaluators[0].user
    held = hold(loser, made.team.mia)
    for person in (owner, colleague, gone, judge):
        (gap,) = [one for one in obstacles(person) if "has to be kept for a legal reason" in one.message]
        assert "OLAF" not in gap.message
    assert obstacles(stranger) == []
    with pytest.raises(Incomplete):
        services.ask_erasure(gone, by=gone)
    applicants.lift_legal_hold(held, reason="Closed.", by=made.team.mia)
    assert obstacles(gone) == []


def test_a_hold_set_during_the_grace_postpones_the_erasure(scene, now):
    made, loser = scene
    gone = people.user("Gina Gone")
    Membership.objects.create(user=gone, organisation=loser.organisation, role="member", ended_at=now)
    asked = services.ask_erasure(gone, by=gone)
    hold(loser, made.team.mia)
    with clock.stopped_at(now + services.GRACE):
        assert erase_people() == 0
    gone.refresh_from_db()
    asked.refresh_from_db()
    assert (gone.full_name, asked.due_at) == ("Gina Gone", now + services.GRACE + timedelta(days=7))
    assert "OLAF" not in OutgoingMessage.objects.get(kind="erasure_postponed").text


# --- the verbs --------------------------------------------------------------------------------------------
def test_a_hold_is_recorded_with_its_reason_told_to_the_other_managers_and_not_in_the_files_history(scene):
    made, loser = scene
    before = history(loser).count()
    held = hold(loser, made.team.mia, reason=" OLAF asks.\r\nToday. ")
    applicants.lift_legal_hold(held, reason="Closed.", by=made.team.luc)
    events = [(one.verb, one.actor, one.note) for one in history(held)]
    assert events == [
        ("legal_hold.set", made.team.mia, "OLAF asks.\nToday."),
        ("legal_hold.lifted", made.team.luc, "Closed."),
    ]
    assert history(loser).count() == before
    mails = OutgoingMessage.objects.filter(kind="legal_hold").order_by("pk")
    assert [one.recipient for one in mails] == [made.team.luc, made.team.mia]
    assert f"noted that {loser.ref} of the call" in mails[0].text
    assert "OLAF asks." in mails[0].text
    assert "Closed." in mails[1].text and "OLAF" not in mails[1].text
    held.refresh_from_db()
    assert (held.lift_reason, held.lifted_by) == ("Closed.", made.team.luc)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_without_a_reason_nothing_is_set_or_lifted(scene, reason):
    made, loser = scene
    with pytest.raises(DomainError):
        hold(loser, made.team.mia, reason=reason)
    held = hold(loser, made.team.mia)
    with pytest.raises(DomainError):
        applicants.lift_legal_hold(held, reason=reason, by=made.team.mia)
    assert LegalHold.objects.filter(lifted_at=None).count() == 1


def test_what_is_held_or_lifted_or_gone_is_not_again(scene, now):
    made, loser = scene
    mia = made.team.mia
    for whole_call in (False, True):
        held = hold(loser, mia, whole_call=whole_call)
        with pytest.raises(DomainError, match="kept already"):
            hold(loser, mia, whole_call=whole_call)
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalHold.objects.create(call=held.call, application=held.application, reason="x", set_by=mia)
        applicants.lift_legal_hold(held, reason="Closed.", by=mia)
        with pytest.raises(InvalidTransition):
            applicants.lift_legal_hold(held, reason="Closed.", by=mia)
    at(now + END)
    at(now + END + terms.ANNOUNCED)
    with pytest.raises(DomainError, match="deleted already"):
        hold(loser, mia)
    elsewhere = calls.call(made.team)
    with pytest.raises(DomainError):
        applicants.set_legal_hold(elsewhere, application=made.files[0], reason="x", by=mia)


# --- the pages --------------------------------------------------------------------------------------------
def test_managers_hold_and_end_on_the_pages_auditors_read_and_others_see_nothing(scene):
    made, loser = scene
    project = made.team.project
    url = f"/projects/{project.slug}/retention/holds/"
    mia, ann = signed_in(made.team.mia), signed_in(made.team.ann)
    assert url in mia.get(f"/projects/{project.slug}/retention/").content.decode()
    wrong = mia.post(url, {"call": loser.call.pk, "application": "NONE-1", "reason": "OLAF <b>asks</b>"})
    page = wrong.content.decode()
    assert (wrong.status_code, LegalHold.objects.count()) == (422, 0)
    assert "This call has no submitted file with this number." in page
    assert "OLAF &lt;b&gt;asks&lt;/b&gt;" in page and 'value="NONE-1"' in page
    assert mia.post(url, {"call": loser.call.pk, "application": loser.ref}).status_code == 422
    foreign = calls.call(team())
    assert mia.post(url, {"call": foreign.pk, "reason": "OLAF"}).status_code == 422
    typed = {"call": loser.call.pk, "application": loser.ref.lower(), "reason": "OLAF <b>asks</b>"}
    assert ann.post(url, typed).status_code == 403
    assert mia.post(url, typed).status_code == 302
    held = LegalHold.objects.get()
    assert (held.application, held.reason, held.set_by) == (loser, "OLAF <b>asks</b>", made.team.mia)
    again = mia.post(url, typed)
    assert (again.status_code, "That is kept already." in again.content.decode()) == (422, True)
    lift = f"{url}{held.ref}/lift/"
    assert lift in mia.get(url).content.decode()
    shown = ann.get(url).content.decode()
    assert "OLAF &lt;b&gt;asks&lt;/b&gt;" in shown and lift not in shown and 'name="reason"' not in shown
    assert "1 application has to be kept longer" in " ".join(
        ann.get(f"/projects/{project.slug}/retention/").content.decode().split()
    )
    assert ann.post(lift, {"reason": "x"}).status_code in (403, 404)
    assert signed_in(team().mia).get(lift).status_code == 404
    assert mia.post(lift, {"reason": " "}).status_code == 422
    assert mia.post(lift, {"reason": "Closed."}).status_code == 302
    assert "Closed." in mia.get(url).content.decode()
    for person in (loser.created_by, people.user("Stranger")):
        assert signed_in(person).get(url).status_code == signed_in(person).get(lift).status_code == 404
    assert "asks&lt;" not in signed_in(loser.created_by).get(loser.get_absolute_url()).content.decode()


def test_who_stands_back_from_a_file_sees_and_hears_nothing_of_its_hold(scene):
    made, loser = scene
    Recusal.objects.create(application=loser, user=made.team.luc)
    held = hold(loser, made.team.mia)
    url = f"/projects/{made.team.project.slug}/retention/holds/"
    luc = signed_in(made.team.luc)
    assert "OLAF" not in luc.get(url).content.decode()
    assert luc.get(f"{url}{held.ref}/lift/").status_code == 404
    assert luc.post(url, {"call": loser.call.pk, "application": loser.ref, "reason": "x"}).status_code == 422
    assert not OutgoingMessage.objects.filter(kind="legal_hold").exists()
