"""What must not be seen: content before the declaration, peers' scores, decisions before the release, recused files."""

import io

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applicants.models import Recusal, SectionAnswers
from core.models import StoredFile
from evaluation import services
from evaluation.models import Assignment, Decision
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db

SECRET = "CANARY-7f3a-never-before-the-declaration"


def document(author: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"] = author
        made.save(out)
    return out.getvalue()


def with_secret(made: make.Scene) -> make.Scene:
    """A file whose every answer, task and attachment carries a mark."""
    file = applications.application(made.call, submitted=False, title="A title that may be seen")
    version = file.versions.get()
    SectionAnswers.objects.filter(version=version).update(answers={"problem": SECRET, "trl": 5})
    version.partners.update(task=SECRET)
    from core.files import store_bytes

    content = document(SECRET)
    stored = store_bytes(content, name=f"{SECRET}.pdf", media_type="application/pdf", by=file.created_by)
    version.attachments.create(question="offer", file=stored, uploaded_by=file.created_by)
    applications.finish(version, file.created_by)
    made.files = [file]
    return made


def test_evaluator_sees_nothing_of_the_content_before_declaring() -> None:
    made = make.scoring(with_secret(make.scene(files=0)))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])
    client = sign_in(pair.evaluator.user)
    attachment = made.files[0].valid_version().attachments.get()
    door = reverse("evaluation:assignment_file", args=[pair.ref, attachment.ref])

    page = client.get(pair.get_absolute_url())
    everything = page.content + client.get(reverse("evaluation:assignment_list")).content

    assert SECRET.encode() not in everything
    assert made.files[0].ref.encode() in everything
    assert b"A title that may be seen" in everything
    assert b"Rossi Meccanica" in page.content
    assert client.get(door).status_code == 404
    for name in ("save", "submit", "abstain", "conflict"):
        url = reverse(f"evaluation:assignment_{name}", args=[pair.ref])
        assert client.post(url, {}).status_code == 404
    services.declare_absence(pair, by=pair.evaluator.user)
    assert SECRET.encode() in client.get(pair.get_absolute_url()).content
    copy = b"".join(client.get(door).streaming_content)
    assert copy.startswith(b"%PDF") and SECRET.encode() not in copy


def test_evaluator_gets_a_sentence_and_not_the_file_that_cannot_be_cleaned() -> None:
    made = make.declared(with_secret(make.scene(files=0)))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])
    attachment = made.files[0].valid_version().attachments.select_related("file").get()
    StoredFile.objects.filter(pk=attachment.file_id).update(media_type="image/png")

    answer = sign_in(pair.evaluator.user).get(
        reverse("evaluation:assignment_file", args=[pair.ref, attachment.ref])
    )

    assert not answer.streaming
    assert b"without showing who wrote it" in answer.content


def test_evaluator_sees_nothing_after_declaring_a_conflict() -> None:
    made = make.declared(with_secret(make.scene(files=0)))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])
    client = sign_in(pair.evaluator.user)
    attachment = made.files[0].valid_version().attachments.get()

    services.declare_conflict(pair, details="Cousin", by=pair.evaluator.user)

    assert client.get(pair.get_absolute_url()).status_code == 404
    assert (
        client.get(reverse("evaluation:assignment_file", args=[pair.ref, attachment.ref])).status_code == 404
    )
    assert b"Conflict, closed" in client.get(reverse("evaluation:assignment_list")).content


def test_evaluator_sees_no_file_before_the_scoring_starts() -> None:
    made = make.assigned(make.scene(files=1))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])
    client = sign_in(pair.evaluator.user)

    assert client.get(pair.get_absolute_url()).status_code == 404
    assert made.files[0].ref.encode() not in client.get(reverse("evaluation:assignment_list")).content


def test_evaluator_never_sees_the_file_of_another() -> None:
    made = make.declared(make.scene(files=1))
    other = make.evaluator(made.round, "Ema Kralj")
    client = sign_in(other.user)

    for pair in Assignment.objects.all():
        for name in ("detail", "abstain", "conflict"):
            assert client.get(reverse(f"evaluation:assignment_{name}", args=[pair.ref])).status_code == 404
        for name in ("declare", "save", "submit"):
            assert client.post(reverse(f"evaluation:assignment_{name}", args=[pair.ref])).status_code == 404


def test_file_door_serves_no_attachment_of_another_file() -> None:
    made = with_secret(make.scene(files=0))
    foreign = made.files[0].valid_version().attachments.get()
    made.files.append(applications.application(made.call))
    make.declared(made)
    pair = Assignment.objects.get(application=made.files[1], evaluator=made.evaluators[0])
    client = sign_in(pair.evaluator.user)

    assert client.get(reverse("evaluation:assignment_file", args=[pair.ref, foreign.ref])).status_code == 404
    url = reverse("evaluation:screening_file", args=[made.call.slug, made.files[1].ref, foreign.ref])
    assert sign_in(made.team.mia).get(url).status_code == 404
    assert StoredFile.objects.count() == 1


def test_peers_scores_are_hidden_until_the_own_sheet_is_submitted() -> None:
    made = make.declared(make.scene(files=1))
    eva, ed = (Assignment.objects.get(evaluator=person) for person in made.evaluators)
    words = "CANARY peer opinion that nobody may copy"
    codes = ["excellence", "impact"]
    services.submit_scores(
        ed,
        scores=dict.fromkeys(codes, make.Decimal("1.5")),
        reasons=dict.fromkeys(codes, words),
        by=ed.evaluator.user,
    )
    client = sign_in(eva.evaluator.user)

    before = client.get(eva.get_absolute_url()).content.decode()
    make.give(eva, "4", "4")
    after = client.get(eva.get_absolute_url()).content.decode()

    assert words not in before
    assert "Another evaluator" not in before
    assert words in after
    assert "Another evaluator (1): 1.5" in after
    assert ed.evaluator.name not in after


def test_peers_scores_hide_again_when_the_own_sheet_is_given_back() -> None:
    made = make.scored(make.scene(files=1))
    pair = Assignment.objects.get(evaluator=made.evaluators[0])
    client = sign_in(pair.evaluator.user)
    services.return_sheet(pair, reason="Words", by=made.team.mia)

    assert "Another evaluator" not in client.get(pair.get_absolute_url()).content.decode()


def test_staff_see_scores_when_the_list_is_fixed_not_before() -> None:
    made = make.declared(make.scene(files=1))
    for pair in Assignment.objects.all():
        make.give(pair, "4", "3.5")
    url = reverse("evaluation:file_detail", args=[made.call.slug, made.files[0].ref])
    client = sign_in(made.team.mia)

    before = client.get(url).content.decode()
    services.rank_round(made.round, by=made.team.mia)
    after = client.get(url).content.decode()

    assert make.WORDS not in before
    assert "3.5 / 5" not in before
    assert make.WORDS in after
    assert "3.5 / 5" in after


def body(client: Client, file) -> bytes:
    """The applicant's pages (of the application, of objections, of the feedback) without what changes with every request."""
    response = client.get(reverse("applicants:application_detail", args=[file.ref]))
    assert response.status_code == 200
    page = response.content
    for name in ("application_objection", "feedback_panel"):
        page += client.get(reverse(f"evaluation:{name}", args=[file.ref])).content
    for token in (client.cookies.get("csrftoken"),):
        if token:
            page = page.replace(token.value.encode(), b"")
    import re

    page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page)
    return re.sub(rb'name="once" value="[^"]+"', b"", page)


def test_applicants_see_the_same_bytes_until_the_release(now) -> None:
    """Funded or rejected, the page does not change with ranking, proposal and confirmation (QR16)."""
    made = make.scored(make.scene(files=2), [("5", "5"), ("1", "1")])
    clients = [sign_in(file.created_by) for file in made.files]
    before = [body(client, file) for client, file in zip(clients, made.files, strict=True)]

    for verb, by in [
        (services.rank_round, made.team.mia),
        (services.propose_decisions, made.team.mia),
        (services.confirm_decisions, made.team.luc),
    ]:
        verb(made.round, by=by)
        assert [body(c, f) for c, f in zip(clients, made.files, strict=True)] == before

    services.release_decisions(made.round, by=made.team.luc)
    after = [body(client, file) for client, file in zip(clients, made.files, strict=True)]
    assert after[0] != before[0]
    assert after[1] != before[1]


def test_applicants_pages_of_funded_and_rejected_differ_in_nothing_before_the_release(now) -> None:
    """Two files that are alike but for their number show the same bytes, though one is funded and one rejected."""
    made = make.scene(files=0)
    for number in range(2):
        alice = people.user("Alice Bianchi", email=f"alice{number}@example.org")
        firm = people.organisation("Same Name S.r.l.", members=[alice], registration_number=f"X{number}")
        made.files.append(applications.application(made.call, by=alice, organisation=firm))
    make.confirmed(made, [("5", "5"), ("1", "1")])
    pages = []
    for number, file in enumerate(made.files):
        page = body(sign_in(file.created_by), file)
        sha = file.valid_version().sha256
        for own in (file.ref, f"alice{number}@", file.organisation.ref, sha, f"{sha[:4]}…{sha[-4:]}"):
            page = page.replace(own.encode(), b"*")
        pages.append(page)

    assert pages[0] == pages[1]


def test_rank_57_recused_manager_sees_nothing_of_the_file() -> None:
    made = make.proposed(make.scene(files=2))
    file = made.files[0]
    Recusal.objects.create(application=file, user=made.team.luc, reason="Cousin")
    client, slug = sign_in(made.team.luc), made.call.slug

    for name in (
        "screening_list",
        "ranking",
        "letters",
        "assign",
        "scoring",
        "decisions_confirm",
        "round_detail",
    ):
        content = client.get(reverse(f"evaluation:{name}", args=[slug])).content
        assert file.ref.encode() not in content, name
    for name in ("screen", "file_detail", "decision_change"):
        assert client.get(reverse(f"evaluation:{name}", args=[slug, file.ref])).status_code == 404
    assert "hidden from you" in client.get(reverse("evaluation:ranking", args=[slug])).content.decode()
    other = client.get(reverse("evaluation:ranking", args=[slug])).content
    assert made.files[1].ref.encode() in other


def test_letters_are_not_readable_by_applicants_or_evaluators() -> None:
    made = make.proposed(make.scene(files=1))
    url = reverse("evaluation:letters", args=[made.call.slug])

    for user in (made.files[0].created_by, made.evaluators[0].user, people.user("Charlie Stranger")):
        assert sign_in(user).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert Decision.objects.get().letter


def test_query_log_of_the_list_loads_no_answers_before_the_declaration() -> None:
    """What is not loaded cannot leak: the evaluator's list never reads a payload."""
    made = make.scoring(make.scene(files=2))
    client = sign_in(made.evaluators[0].user)
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as captured:
        client.get(reverse("evaluation:assignment_list"))

    assert not any('"applicants_version"."payload"' in query["sql"] for query in captured)
