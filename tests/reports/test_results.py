"""Public results: after the release and the manager's act, and nothing of those who were not funded."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from applicants.models import Application, SectionAnswers, Version
from calls.jobs import tell_subscribers
from calls.services import confirm_subscription, subscribe
from core import clock
from core.errors import InvalidTransition
from core.models import OutgoingMessage
from evaluation import queries as evaluation_queries
from evaluation import services
from evaluation.models import Decision
from reports import queries
from tests.applicants import factories as applications
from tests.calls.pages import text
from tests.evaluation import factories as evaluation
from tests.evaluation.factories import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None, now: Any) -> Scene:
    """Two files, money for one: the first is funded, the second waits on the reserve list."""
    made = evaluation.scene(files=0, budget_cents=20_000_00)
    first = applications.application(made.call, title="Project 1", submitted=False)
    row = SectionAnswers.objects.get(version__application=first)
    row.answers |= {"abstract": " Less scrap. "}
    row.save()
    applications.finish(first.versions.get(), first.created_by)
    assert Version.objects.get(application=first).payload["sections"]["idea"]["abstract"] == " Less scrap. "
    made.files = [first, applications.application(made.call, title="Project 2")]
    evaluation.confirmed(made)
    return made


def released(scene: Scene) -> Scene:
    services.release_decisions(scene.round, by=scene.team.mia)
    return scene.reload()


def published(scene: Scene) -> Scene:
    released(scene)
    services.publish_results(scene.round, by=scene.team.mia)
    scene.call.refresh_from_db()
    return scene.reload()


def pages(scene: Scene) -> list[str]:
    return [reverse("reports:result_list"), f"/calls/{scene.call.slug}/results/"]


def rows(client: Any, query: str = "") -> list[dict[str, str]]:
    answer = client.get(reverse("reports:result_file") + query)
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_nothing_is_public_before_the_release_nor_before_the_act(scene: Scene, client: Any) -> None:
    for _stage in ("confirmed", "released"):
        assert [client.get(path).status_code for path in pages(scene)] == [200, 404]
        assert rows(client) == client.get("/api/v1/awards").json()["items"] == []
        assert "No results are public yet." in text(client.get(pages(scene)[0]))
        if _stage == "confirmed":
            with pytest.raises(InvalidTransition):
                services.publish_results(scene.round, by=scene.team.mia)
            released(scene)


def test_everybody_reads_who_is_funded_and_nothing_of_the_others(scene: Scene, client: Any) -> None:
    published(scene)
    funded, other = scene.files
    for path in pages(scene):
        page = text(client.get(path))
        assert other.ref not in page and "Project 2" not in page
    assert "Project 1" in page and "Less scrap." in page and funded.organisation.legal_name in page
    assert "20 000.00" in page.replace("\xa0", " ").replace("\u202f", " ")
    figures = queries.figures([scene.call])[scene.call.pk]
    assert (figures.submitted, figures.eligible, figures.funded) == (2, 2, 1)
    (award,) = client.get("/api/v1/awards").json()["items"]
    assert award == {
        "reference": funded.ref,
        "title": "Project 1",
        "abstract": "Less scrap.",
        "call": {
            "code": scene.call.code,
            "title": str(scene.call.title),
            "url": f"http://testserver{scene.call.get_absolute_url()}",
        },
        "project": {"acronym": scene.call.project.acronym, "grant_agreement": "101074000"},
        "awarded_on": "2027-02-18",
        "starts_on": None,
        "ends_on": None,
        "amount_cents": 20_000_00,
        "parties": [{"name": funded.organisation.legal_name, "country": "IT", "amount_cents": 20_000_00}],
    }
    (row,) = rows(client)
    assert (row["organisation"], row["amount_eur"]) == (funded.organisation.legal_name, "20000")
    answers = "".join(client.get(path).content.decode() for path in [*pages(scene), "/api/v1/awards"])
    for secret in (funded.organisation.registration_number, "Brescia", funded.created_by.email):
        assert secret not in answers
    assert rows(client, "?call=OTHER") == [] and len(rows(client, f"?call={scene.call.code.lower()}")) == 1


def test_a_withdrawn_award_disappears_and_who_moves_up_appears(scene: Scene, client: Any) -> None:
    published(scene)
    first, second = scene.files
    Application.objects.filter(pk=first.pk).update(state="withdrawn")
    assert rows(client) == []
    decision = Decision.objects.get(application=first)
    services.take_back_award(decision, by=scene.team.mia)
    services.propose_promotion(scene.round, by=scene.team.mia)
    services.confirm_promotion(scene.round, by=scene.team.luc)
    assert [row["reference"] for row in rows(client)] == [second.ref]


def test_results_are_published_once_and_subscribers_are_told(scene: Scene) -> None:
    confirm_subscription(subscribe(call=scene.call, email="rosa@example.org"))
    titles = [line.title for line in evaluation_queries.next_actions(scene.team.luc)]
    assert "Publish the results" not in titles
    released(scene)
    assert "Publish the results" in [one.title for one in evaluation_queries.next_actions(scene.team.luc)]
    services.publish_results(scene.round, by=scene.team.mia)
    assert "Publish the results" not in [one.title for one in evaluation_queries.next_actions(scene.team.luc)]
    with pytest.raises(InvalidTransition, match="public already"):
        services.publish_results(scene.reload().round, by=scene.team.mia)
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        assert tell_subscribers() == 1
    assert OutgoingMessage.objects.get(kind="news_of_call").subject == f"Results: {scene.call}"


def test_a_manager_sees_what_will_be_public_and_publishes_it(scene: Scene, client: Any) -> None:
    released(scene)
    client.force_login(scene.team.mia)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 9_999_999_999}]
    session.save()
    page = reverse("evaluation:results_publish", args=[scene.call.slug])
    shown = text(client.get(page))
    assert "Project 1" in shown and "Less scrap." in shown and "Project 2" not in shown
    assert client.post(page).headers["Location"] == scene.call.get_absolute_url()
    assert client.get(pages(scene)[1]).status_code == 200
    assert f'href="{pages(scene)[1]}"' in text(client.get(scene.call.get_absolute_url()))


def test_open_data_may_be_read_by_any_site_and_says_when_nothing_changed(scene: Scene, client: Any) -> None:
    published(scene)
    for path in (
        "/api/v1/awards",
        reverse("reports:result_file"),
        "/common-grants/opportunities",
        "/calls.ics",
    ):
        answer = client.get(path)
        assert (answer.headers["Access-Control-Allow-Origin"], answer.cookies) == ("*", {})
        assert (answer.headers["Cache-Control"], answer.headers["Cross-Origin-Resource-Policy"]) == (
            "public, max-age=60",
            "cross-origin",
        )
        again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    before = client.get("/api/v1/awards").headers["ETag"]
    Application.objects.filter(pk=scene.files[0].pk).update(state="withdrawn")
    assert client.get("/api/v1/awards", headers={"If-None-Match": before}).status_code == 200


def test_pages_ask_the_same_for_any_number(scene: Scene, client: Any, django_assert_num_queries: Any) -> None:
    published(scene)
    for _call in range(2):
        with django_assert_num_queries(7):
            client.get(pages(scene)[0])
        with django_assert_num_queries(7):
            client.get(pages(scene)[1])
        other = evaluation.confirmed(evaluation.scene(files=2, budget_cents=40_000_00))
        published(other)
