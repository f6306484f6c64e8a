"""What gives way when more comes in than can be answered (QR3), and what never does."""

import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core import middleware, shedding
from core.shedding import Queue


def busy(queue: Queue, now: float) -> None:
    """Something else is being answered, so that nothing looks idle."""
    queue.begin(0.0, now)


def test_a_moment_of_waiting_is_borne_up_to_the_patience():
    queue = Queue(patience=1.5)
    busy(queue, 0.0)
    assert not queue.begin(1.4, 0.5)
    assert queue.begin(1.6, 0.6)


def test_when_the_queue_does_not_get_short_any_more_little_waiting_is_too_much():
    queue = Queue(patience=1.5)
    busy(queue, 0.0)
    assert not queue.begin(0.5, 2.9)
    assert queue.begin(0.5, 3.1)
    assert not queue.begin(0.3, 3.2)


def test_a_queue_that_was_short_once_begins_anew():
    queue = Queue(patience=1.5)
    busy(queue, 0.0)
    assert queue.begin(0.5, 4.0)
    assert not queue.begin(0.01, 4.1)
    assert not queue.begin(0.5, 7.0)
    assert queue.begin(0.5, 7.2)


@pytest.mark.parametrize("difference", [-40.0, -0.5, 0.5, 40.0])
def test_a_proxy_whose_clock_is_off_turns_nobody_away(difference):
    """Whoever comes to a process that had nothing to do has not waited, whatever the clocks say."""
    queue = Queue(patience=1.5)
    now = 0.0
    for _ in range(20):
        assert not queue.begin(difference, now)
        queue.end(now + 0.01)
        now += 0.5
    late = [queue.begin(difference + waited, now) for waited in (0.0, 1.0, 2.0)]  # and then a real queue
    assert late == [False, False, True]


def test_a_process_that_begins_in_the_middle_of_a_rush_learns_what_waiting_is():
    queue = Queue(patience=1.5)
    assert not queue.begin(2.0, 0.0)  # cannot be told from a clock that is off
    assert not queue.begin(0.1, 0.1)
    assert queue.begin(2.0, 0.2)


def test_a_process_that_is_still_at_work_is_not_idle():
    queue = Queue(patience=1.5)
    assert not queue.begin(0.0, 0.0)
    queue.end(0.1)
    busy(queue, 0.1)
    assert queue.begin(5.0, 3.0)  # nothing ended for long, but something is being answered


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 0.015)), max_size=60))
def test_nothing_below_the_strict_limit_is_ever_late(requests):
    queue, now = Queue(patience=1.5), 0.0
    for waited, pause in requests:
        now += pause
        late = queue.begin(waited, now)
        assert not (late and waited <= queue.strict)
        queue.end(now)


@pytest.fixture
def overloaded(settings):
    """The middleware behind a trusted proxy, with a queue that is long already; asks and gives the answer."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    middleware.is_trusted.cache_clear()
    settings.SHED_AFTER_MILLISECONDS = 1500
    chain = middleware.arrival(shedding.shed_load(lambda request: HttpResponse("served")))

    def ask(method: str = "get", *, waited: float = 3.0, address: str = "10.1.2.3", **headers: str):
        stamp = {"X-Request-Start": f"t={time.time() - waited:.3f}"}
        request = getattr(RequestFactory(), method)("/", headers={**stamp, **headers}, REMOTE_ADDR=address)
        return chain(request)

    ask(waited=0.0)
    yield ask
    middleware.is_trusted.cache_clear()


def test_a_page_that_waited_too_long_is_asked_again_later(overloaded):
    answer = overloaded(**{"Accept-Language": "fr"})
    assert answer.status_code == 503
    assert 3 <= int(answer.headers["Retry-After"]) <= 8
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert '<html lang="fr">' in page and 'href=""' in page


def test_what_a_script_sends_again_by_itself_gives_way(overloaded):
    assert overloaded("post", **{"X-Repeats": "1"}).status_code == 503


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_what_a_person_sends_never_does(overloaded, method):
    for _ in range(5):
        assert overloaded(method, waited=29.0).content == b"served"


def test_without_a_stamp_that_can_be_believed_nobody_knows_and_everybody_is_served(overloaded):
    assert overloaded(address="192.0.2.9").content == b"served"


def test_it_can_be_switched_off(settings, overloaded):
    settings.SHED_AFTER_MILLISECONDS = 0
    chain = middleware.arrival(shedding.shed_load(lambda request: HttpResponse("served")))
    request = RequestFactory().get(
        "/", headers={"X-Request-Start": f"t={time.time() - 30:.3f}"}, REMOTE_ADDR="10.1.2.3"
    )
    assert chain(request).content == b"served"
