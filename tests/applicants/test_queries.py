"""How often the database is asked: the same for one row and for thirty."""

import pytest

from applicants import queries, services
from applicants.queries import StaffFilter
from core import clock
from tests.accounts import factories as people
from tests.applicants import factories, steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    return calls.call(crew, partners_max=3)


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def many(call, count, **more):
    for number in range(count):
        person = people.user(f"Person{number}")
        factories.application(
            call, by=person, organisation=people.organisation(f"Firm {number}", members=[person]), **more
        )


@pytest.mark.parametrize("rows", [1, 30])
def test_list_of_own_applications_asks_the_same_for_any_number(
    client, crew, alice, now, rows, django_assert_num_queries
):
    for _row in range(rows):
        steps.start(calls.call(crew, budget_cents=30_000_00), alice)
    client.force_login(alice)
    client.get("/applications/")
    with django_assert_num_queries(5):
        client.get("/applications/")


@pytest.mark.parametrize("rows", [1, 30])
def test_staffs_list_asks_the_same_for_any_number(client, call, crew, rows, django_assert_num_queries):
    many(call, rows)
    client.force_login(crew.mia)
    url = f"/calls/{call.slug}/applications/"
    client.get(url)
    with django_assert_num_queries(8):
        response = client.get(url)
    assert len(response.context["rows"]) == rows


@pytest.mark.parametrize("partners", [1, 3])
def test_page_of_an_application_asks_at_most_twenty_times(
    client, call, alice, partners, django_assert_max_num_queries
):
    others = [(people.organisation(f"Firm {n}"), 5_000_00) for n in range(1, partners)]
    application = steps.fill(steps.start(call, alice), alice, asked=10_000_00, shares=others)
    services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    client.force_login(alice)
    client.get(application.get_absolute_url())
    for page in ["", "about/", "partners/", "sections/idea/", "sections/files/", "check/"]:
        with django_assert_max_num_queries(16):
            assert client.get(f"{application.get_absolute_url()}{page}").status_code == 200
    steps.submit(application, alice)
    for page in ["", "versions/1/", "versions/1/receipt/"]:
        with django_assert_max_num_queries(14):
            assert client.get(f"{application.get_absolute_url()}{page}").status_code == 200


@pytest.mark.parametrize("partners", [1, 3])
def test_staffs_page_of_an_application_asks_at_most_twenty_times(
    client, call, crew, alice, partners, django_assert_max_num_queries
):
    others = [(people.organisation(f"Firm {n}"), 5_000_00) for n in range(1, partners)]
    application = steps.submitted(call, alice, asked=10_000_00, shares=others)
    client.force_login(crew.mia)
    url = f"/calls/{call.slug}/applications/{application.ref}/"
    client.get(url)
    with django_assert_max_num_queries(12):
        assert client.get(url).status_code == 200


def test_autosave_asks_the_database_few_things(client, call, alice, django_assert_num_queries):
    application = steps.fill(steps.start(call, alice), alice)
    client.force_login(alice)
    url = f"{application.get_absolute_url()}sections/idea/"
    data = {"changed": "problem", "problem": "Another text", "v.problem": "1"}
    with django_assert_num_queries(9):
        response = client.post(url, data, headers={"HX-Request": "true"})
    assert response.status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_next_actions_ask_the_same_for_any_number(crew, alice, now, rows, django_assert_num_queries):
    for _row in range(rows):
        steps.start(calls.call(crew, budget_cents=30_000_00), alice)
    with django_assert_num_queries(13):
        actions = queries.next_actions(alice)
    assert len(actions) == rows
    assert {action.detail.rpartition(" · ")[2] for action in actions} == {"2 answers are missing"}


def test_next_actions_of_an_applicant_by_state(call, crew, alice):
    application = steps.submitted(call, alice)

    def lines():
        return [(a.title, a.waiting_for_others, a.due) for a in queries.next_actions(alice)]

    name = "Vision control for short steel series"
    assert lines() == [(name, True, None)]
    services.change_application(application, by=alice)
    assert lines() == [(f"Submit your changes to “{name}”, or throw them away", False, call.closes_at)]
    with clock.stopped_at(call.closes_at.replace(year=2028)):
        assert lines() == []
    services.discard_draft(application, by=alice)
    with clock.stopped_at(call.closes_at.replace(year=2028)):
        assert lines() == [(name, True, None)]
    services.record_eligibility(application, eligible=True, note="", by=crew.mia)
    services.record_outcome(application, outcome="rejected", text="No.", by=crew.mia)
    assert lines() == []


def test_next_actions_of_staff_count_what_arrived(call, crew, alice):
    steps.submitted(call, alice)
    steps.start(call, people.user("Bob"))
    (line,) = queries.next_actions(crew.ann)
    assert (line.detail, line.waiting_for_others) == ("1 submitted, 1 being written", True)
    assert queries.next_actions(people.user("Charlie")) == []


def rows_of(crew, call, **wanted):
    files, chosen = queries.staff_files(crew.mia, call), StaffFilter.read(wanted)
    rows, _following = queries.staff_page(queries.narrowed(files, chosen))
    totals = queries.staff_totals(files, call, chosen)
    assert (totals.files, totals.asked_cents) == (len(rows), sum(row.asked_cents for row in rows))
    return [row.organisation.legal_name for row in rows], totals


def test_staffs_list_shows_the_version_that_counts_and_sums(call, crew, alice):
    first = steps.submitted(call, alice, asked=10_000_00, cost=20_000_00)
    services.change_application(first, by=alice)
    ref = first.organisation.ref
    services.save_partners(
        first, values={ref: {"requested_cents": 12_000_00}}, bases={ref: {"requested_cents": 1}}, by=alice
    )
    steps.submit(first, alice)
    bob = people.user("Bob")
    french = people.organisation("Acier SA", country="FR", members=[bob])
    second = steps.submitted(call, bob, french, asked=20_000_00, title="Steel")
    services.record_eligibility(second, eligible=True, note="", by=crew.mia)
    steps.start(call, people.user("Charlie"))
    names, totals = rows_of(crew, call)
    assert names == ["Rossi Meccanica S.r.l.", "Acier SA"]
    assert (totals.files, totals.asked_cents, totals.drafts, totals.countries) == (
        2,
        32_000_00,
        1,
        ["FR", "IT"],
    )
    assert rows_of(crew, call, state="eligible")[0] == ["Acier SA"]
    assert rows_of(crew, call, country="fr")[0] == ["Acier SA"]
    assert rows_of(crew, call, text="VISION")[0] == ["Rossi Meccanica S.r.l."]
    assert rows_of(crew, call, text=second.ref)[0] == ["Acier SA"]
    assert rows_of(crew, call, state="nonsense", country="1; DROP")[0] == names


def test_staffs_list_goes_on_by_number(call, crew, monkeypatch):
    many(call, 5)
    files = queries.staff_files(crew.mia, call)
    first, following = queries.staff_page(files, size=2)
    second, then = queries.staff_page(files, after=following, size=2)
    last, end = queries.staff_page(files, after=then, size=2)
    assert [[row.number for row in page] for page in (first, second, last)] == [
        [1, 2],
        [3, 4],
        [5],
    ]
    assert (following, then, end) == (2, 4, 0)


def test_dossier_of_a_submitted_version_is_what_was_frozen(call, alice):
    application = steps.start(call, alice)
    services.add_attachment(application, question="offer", upload=steps.pdf(), by=alice)
    steps.submit(steps.fill(application, alice), alice)
    application.organisation.legal_name = "Renamed"
    application.organisation.save()
    shown = queries.dossier(application, file_url=lambda ref: f"/door/{ref}/")
    assert (shown.title, shown.is_final, [p.name for p in shown.partners]) == (
        "Vision control for short steel series",
        True,
        ["Rossi Meccanica S.r.l."],
    )
    assert [(a.label, a.text) for a in shown.sections[0].answers] == [
        ("What problem do you solve, and for whom?", "Parts are checked by hand."),
        ("TRL now", "5"),
        ("Field", ""),
    ]
    (file,) = shown.files
    assert (file.name, file.url) == ("offer.pdf", f"/door/{file.ref}/")
    assert len(shown.declarations) == len(steps.ALL)


def test_dossier_without_names_hides_organisations_places_and_file_names(call, alice):
    partner = people.organisation("Secret GmbH", country="FR", town="Lyon")
    application = steps.start(call, alice)
    services.add_attachment(application, question="offer", upload=steps.pdf("rossi-offer.pdf"), by=alice)
    steps.submit(steps.fill(application, alice, asked=10_000_00, shares=[(partner, 5_000_00)]), alice)
    told = repr(queries.dossier(application, anonymous=True))
    for name in ("Rossi", "Secret", "Lyon", "Brescia", "rossi-offer", application.valid_version().sha256):
        assert name not in told
    assert ("'Applicant'" in told, "Partner 2" in told, "File 1.pdf" in told) == (True, True, True)


def test_dossier_of_nothing_that_counts_is_an_error(call, alice):
    with pytest.raises(LookupError):
        queries.dossier(steps.start(call, alice))


def test_steps_tell_what_is_missing(call, alice):
    application = steps.start(call, alice)

    def tags():
        return [(step.key, step.tag) for step in queries.steps(queries.content_of(application.draft()))]

    assert tags() == [
        ("about", "Not started"),
        ("partners", "Not started"),
        ("idea", "Not started"),
        ("files", "Optional"),
        ("declarations", "Not yet"),
    ]
    services.save_answers(application, section="idea", values={"trl": 5}, bases={}, by=alice)
    ref = application.organisation.ref
    services.save_partners(application, values={ref: {"requested_cents": 99_000_00}}, bases={}, by=alice)
    assert tags()[1:3] == [("partners", "Needs another look"), ("idea", "In progress")]


def test_steps_of_a_complete_draft_are_all_done(call, alice):
    application = steps.fill(steps.start(call, alice), alice)
    assert [step.tag for step in queries.steps(queries.content_of(application.draft()))] == [
        "Complete",
        "Complete",
        "Complete",
        "Optional",
        "Ready",
    ]


def test_room_is_told_before_a_line_is_written(call, crew):
    from funding import services as funding

    firm = people.organisation()
    other = calls.call(crew)
    funding.record_awarded(other.budget_line, [(firm, 45_000_00)], by=crew.mia, source=other)
    (room,) = queries.room(call, [firm])
    assert (room.held_cents, room.ceiling_cents, room.room_cents, room.most_cents) == (
        45_000_00,
        60_000_00,
        15_000_00,
        15_000_00,
    )
