"""What search engines and partner sites take from public pages."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from core.localised import localised
from tests.calls import factories
from tests.calls.pages import text
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db


def linked_data(page: Any) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.S)
    return json.loads(found)


def test_page_of_a_call_tells_search_engines_what_it_gives_and_until_when(team, client):
    call = factories.call(team, project_min_cents=10_000_00, project_max_cents=29_999_50)
    data = linked_data(client.get(call.get_absolute_url()))
    assert (data["@type"], data["identifier"]) == ("MonetaryGrant", call.code)
    assert data["amount"] == {
        "@type": "MonetaryAmount",
        "currency": "EUR",
        "minValue": 10000,
        "maxValue": "29999.50",
    }
    assert data["potentialAction"] == {
        "@type": "ApplyAction",
        "target": f"http://testserver{call.get_absolute_url()}",
        "startTime": "2027-02-17T10:00:00+01:00",
        "endTime": "2027-04-19T11:00:00+02:00",
    }


def test_a_title_cannot_end_the_data_and_a_closed_call_takes_no_applications(team, client, now):
    hostile = '</script><script>alert("x")</script><!-- &'
    call = factories.call(
        team,
        title=localised(hostile),
        opens_at=now - timedelta(days=90),
        closes_at=now - timedelta(days=1),
    )
    page = client.get(call.get_absolute_url())
    data = linked_data(page)
    assert (data["name"], "potentialAction" in data) == (hostile, False)
    assert "<script>alert" not in page.content.decode()
    assert '<meta property="og:title" content="&lt;/script&gt;' in text(page)


def test_a_draft_tells_search_engines_nothing(ready, mia):
    assert b"ld+json" not in mia.get(ready.get_absolute_url()).content


def test_only_the_list_for_other_sites_may_stand_in_a_frame(team, client, now):
    other = funding.team()
    mine = factories.call(team, budget_cents=30_000_00)
    factories.call(other, opens_at=now + timedelta(days=2))
    answer = client.get(reverse("calls:embed"), {"project": team.project.slug})
    page = text(answer)
    assert f'href="{mine.get_absolute_url()}" target="_blank" rel="noopener"' in page
    assert "Co-funded by the European Union" in page and "Upcoming" not in page
    assert "Upcoming" in text(client.get(reverse("calls:embed"), {"country": "it"}))
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert (answer.cookies, answer.headers["Cross-Origin-Resource-Policy"]) == ({}, "cross-origin")
    assert not re.search(r"<(form|script)", page)
    for path in ("/calls/", mine.get_absolute_url(), reverse("calls:embed_how")):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


def test_the_line_to_paste_names_what_was_chosen(team, client):
    factories.call(team)
    page = client.get(
        reverse("calls:embed_how"), {"project": team.project.slug, "text": 'a"b', "country": "XX"}
    )
    source = f"/embed/calls/?text=a%22b&amp;project={team.project.slug}"
    assert page.context["snippet"].startswith(f'<iframe src="http://testserver{source}" title="Open calls"')
    assert client.get(page.context["source"]).status_code == 200
