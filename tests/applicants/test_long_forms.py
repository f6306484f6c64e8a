"""A form of 60 questions and 10 files stays within its budgets: statements (QP5) and bytes (QA12)."""

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.formkit.forms import EVERY_KIND, long_form
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft_with(client, now):
    def make(definition):
        crew, alice = team(), people.user("Alice Bianchi")
        call = calls.call(crew, published=False)
        call.form_revisions.update(definition=definition)
        client.force_login(alice)
        return steps.start(calls.publish(call, crew), alice)

    return make


def statements(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = act()
    assert answer.status_code in (200, 302), answer.status_code
    return sum(1 for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE")))


def test_qp_5_a_section_of_a_form_of_60_questions_opens_and_saves_in_few_statements(client, draft_with):
    draft = draft_with(long_form())
    url = f"{draft.get_absolute_url()}sections/s0/"
    client.get(url)
    opened = statements(lambda: client.get(url))
    saved = statements(
        lambda: client.post(url, {"changed": "q0_0", "q0_0": "Text", "v.q0_0": "0"}, headers=HTMX)
    )
    one_question = draft_with(long_form(questions=6, files=0))
    few = f"{one_question.get_absolute_url()}sections/s0/"
    client.get(few)

    assert opened == statements(lambda: client.get(few))
    assert opened <= 10
    assert saved <= 10


def test_qp_5_tables_budgets_and_conditions_cost_no_statement_for_each_row(client, draft_with):
    draft = draft_with(EVERY_KIND)
    url = f"{draft.get_absolute_url()}sections/plan/"
    rows = {f"team--rows-{n}-name": f"Person {n}" for n in range(3)}
    client.post(url, {**rows, "helped": "no"})

    assert statements(lambda: client.get(url)) <= 10
    assert statements(lambda: client.get(f"{draft.get_absolute_url()}sections/money/")) <= 10


def test_qa_12_a_page_of_60_questions_and_10_files_stays_within_its_weight(client, draft_with):
    """150 kB for a form page with all it loads; style, script and libraries take at most 60 of them."""
    draft = draft_with(long_form(sections=1))
    page = client.get(f"{draft.get_absolute_url()}sections/s0/")

    assert page.content.count(b'class="question') == 70
    assert len(brotli.compress(page.content)) <= 90_000
