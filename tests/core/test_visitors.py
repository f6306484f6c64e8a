"""Finished pages for visitors: given again for a moment, to nobody who has a session, never with a secret in them."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.test import Client, RequestFactory

from core import visitors
from core.visitors import same_for_visitors, visitor_pages


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    settings.VISITOR_PAGE_SECONDS = 60
    visitors._kept.clear()
    yield
    visitors._kept.clear()


class Page:
    """A view that counts how often it is made."""

    def __init__(self, **told: object) -> None:
        self.made, self.told = 0, told

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.made += 1
        response = HttpResponse(
            f"{self.made} {request.GET.get('page', '')}", status=self.told.get("status", 200)
        )
        if "vary" in self.told:
            response.headers["Vary"] = self.told["vary"]
        if "cookie" in self.told:
            response.set_cookie("messages", "one")
        response.headers["X-Request-ID"] = "r1"
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        return response


def ask(page, path="/calls/", *, marked=True, **headers):
    handler = visitor_pages(same_for_visitors(page) if marked else page)
    return handler(RequestFactory().get(path, headers=headers))


def test_give_a_kept_page_again_with_its_headers_but_not_its_request_id():
    page = Page()
    first, second = ask(page), ask(page)
    assert (first.content, second.content, page.made) == (b"1 ", b"1 ", 1)
    assert second.headers["Content-Security-Policy"] == "default-src 'self'"
    assert "X-Request-ID" not in second.headers


def test_make_a_page_anew_when_it_is_stale(settings, monkeypatch):
    page = Page()
    ask(page)
    later = visitors.time.monotonic() + 61
    monkeypatch.setattr(visitors.time, "monotonic", lambda: later)
    assert ask(page).content == b"2 "


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=x"},
        {"cookie": "csrftoken=x"},
        {"cookie": "django_language=fr; sessionid=x"},
        {"accept-language": "fr"},
        {"cookie": "django_language=fr"},
        {"hx-request": "true"},
        {"host": "testserver:81"},
    ],
)
def test_give_a_page_to_nobody_who_might_see_another(headers):
    page = Page()
    ask(page)
    ask(page, **headers)
    assert page.made == 2


@pytest.mark.parametrize("cookie", ["sessionid=x", "csrftoken=x", "other=1"])
def test_keep_nothing_that_was_made_for_somebody_with_a_session(cookie):
    page = Page()
    ask(page, cookie=cookie)
    assert visitors._kept == {}


@pytest.mark.parametrize("told", [{"status": 404}, {"cookie": True}, {"vary": "X-Person"}])
def test_keep_only_whole_pages_that_say_nothing_of_a_person(told):
    page = Page(**told)
    ask(page)
    assert visitors._kept == {}


def test_keep_nothing_that_no_view_marked_nor_what_was_posted():
    page = Page()
    ask(page, marked=False)
    visitor_pages(same_for_visitors(page))(RequestFactory().post("/calls/"))
    assert (visitors._kept, page.made) == ({}, 2)


def test_tell_pages_apart_by_their_query():
    page = Page()
    assert [ask(page, "/calls/?page=2").content, ask(page, "/calls/?page=3").content] == [b"1 2", b"2 3"]


def test_hold_no_more_than_so_many_pages():
    page = Page()
    for number in range(visitors.MOST_PAGES + 5):
        ask(page, f"/calls/?page={number}")
    assert len(visitors._kept) == 5


def test_never_keep_a_page_with_a_token_against_forged_requests(rf):
    def page(request):
        return HttpResponse(get_token(request))

    client_made = same_for_visitors(page)
    request = rf.get("/calls/")
    visitor_pages(CsrfViewMiddleware(client_made))(request)
    assert visitors._kept == {}


@pytest.mark.django_db
def test_ask_the_database_once_for_two_visitors(django_assert_num_queries):
    Client().get("/calls/")
    with django_assert_num_queries(0):
        answer = Client().get("/calls/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store, private")
