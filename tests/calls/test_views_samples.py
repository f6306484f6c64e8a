"""Start from a ready call: chosen by card, named, and put under a voucher type."""

import pytest

from calls.models import Call
from funding import services
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db

PAGE = "/our-calls/like/innovation/"


def test_page_offers_each_sample_with_its_sentence(mia) -> None:
    page = mia.get("/our-calls/from-a-file/").content.decode()
    for name in (
        "cross-border",
        "days-abroad",
        "innovation",
        "market-study",
        "places-by-country",
        "service-package",
    ):
        assert f'href="/our-calls/like/{name}/"' in page
    assert "<p>One to three SMEs, a share of the costs.</p>" in page
    assert "Like CircInWater, innovation support (Eurocluster, 2023)" in page


def test_make_a_draft_like_a_sample(mia, team) -> None:
    given = {"voucher_type": team.voucher_type.pk, "title": "Help for makers", "code": "mak-1"}
    answer = mia.post(PAGE, given)
    made = Call.objects.get(code="MAK-1")
    assert answer.headers["Location"] == f"/calls/{made.slug}/edit/"
    assert (str(made.title), made.voucher_type, made.state) == ("Help for makers", team.voucher_type, "draft")
    assert (made.project_max_cents, made.criteria.count(), made.opens_at) == (60_000_00, 3, None)


def test_keep_what_was_typed_when_the_code_is_taken(mia, team) -> None:
    given = {"voucher_type": team.voucher_type.pk, "title": "Help for makers", "code": "MAK-1"}
    mia.post(PAGE, given)
    again = mia.post(PAGE, {**given, "title": "Help for bakers"})
    assert again.status_code == 422
    assert "The code “MAK-1” belongs to another call." in again.content.decode()
    assert 'value="Help for bakers"' in again.content.decode()
    assert Call.objects.count() == 1


def test_refuse_the_voucher_type_of_another_project(mia) -> None:
    foreign = funding.team().voucher_type
    answer = mia.post(PAGE, {"voucher_type": foreign.pk, "title": "Help", "code": "MAK-1"})
    assert (answer.status_code, Call.objects.count()) == (422, 0)


def test_tell_what_the_project_cannot_hold(mia, team) -> None:
    ceiling = services.record_ceiling(team.project, limit_cents=10_000_00, legal_basis="", by=team.mia)
    services.approve_ceiling(ceiling, by=team.luc)
    answer = mia.post(PAGE, {"voucher_type": team.voucher_type.pk, "title": "Help", "code": "MAK-1"})
    assert (answer.status_code, Call.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert "above the project&#x27;s ceiling of 10\u00a0000.00 per third party." in page
    assert "Line " not in page


def test_unknown_sample_is_not_found(mia) -> None:
    assert mia.get("/our-calls/like/gift/").status_code == 404
