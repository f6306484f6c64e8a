"""The draft of a consensus report: kept field by field as it is typed, never lost to another window (QR7)."""

import random
from typing import Any

import pytest
from django.test import Client

from core.errors import Conflict
from evaluation import services
from evaluation.models import Assignment, Consensus
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in
from tests.evaluation.test_consensus import WORDS, apart, marks, numbers

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FULL = {f"score_{code}": "4" for code in WORDS} | {f"reason_{code}": text for code, text in WORDS.items()}


@pytest.fixture
def begun() -> tuple[make.Scene, Assignment, Assignment]:
    made, (first, second, *_rest) = apart()
    services.open_consensus(made.round, file=made.files[0], rapporteur=first, by=made.team.mia)
    return made, first, second


def page_of(sheet: Assignment) -> str:
    return f"{sheet.get_absolute_url()}consensus/"


def autosave(client: Client, sheet: Assignment, **fields: Any) -> Any:
    """What the browser sends by itself: the fields that changed, with the numbers it saw (`v_` for `v.`)."""
    seen = {key.replace("v_", "v.", 1): value for key, value in fields.items() if key.startswith("v_")}
    typed = {key: value for key, value in fields.items() if not key.startswith("v_")}
    return client.post(page_of(sheet), {**typed, **seen, "changed": " ".join(typed)}, headers=HTMX)


def test_what_is_typed_is_kept_and_nobody_else_reads_it(begun) -> None:
    _made, first, second = begun
    writer, other = sign_in(first.evaluator.user), sign_in(second.evaluator.user)

    answer = autosave(writer, first, reason_impact="Half a sentence")
    assert (answer.status_code, 'name="v.reason_impact" value="1"' in answer.text) == (200, True)
    assert autosave(writer, first, score_excellence="3.5").status_code == 200

    page = writer.get(page_of(first)).text
    assert "Half a sentence" in page
    assert 'data-autosave="consensus-' in page
    assert "Half a sentence" not in other.get(page_of(second)).text
    autosave(other, second, reason_impact="Mine")
    consensus = Consensus.objects.get()
    assert consensus.draft == {"reason_impact": "Half a sentence", "score_excellence": "3.5"}
    assert (consensus.state, consensus.scores.count()) == ("writing", 0)


def test_without_javascript_a_button_keeps_the_draft_and_another_puts_it_to_the_others(begun) -> None:
    _made, first, second = begun
    writer = sign_in(first.evaluator.user)
    half = {"score_excellence": "4", "reason_excellence": "Only this."}

    assert writer.post(page_of(first), {**half, "keep": "1"}).status_code == 302
    assert Consensus.objects.get().state == "writing"
    assert "Only this." in writer.get(page_of(first)).text
    sent = {**FULL, **numbers(writer, page_of(first))}
    assert writer.post(page_of(first), sent).status_code == 302
    assert Consensus.objects.get().state == "agreeing"
    assert WORDS["impact"] in sign_in(second.evaluator.user).get(page_of(second)).text
    late = autosave(writer, first, reason_impact="Too late")
    assert "Too late" not in str(Consensus.objects.get().draft)
    assert (late.status_code, "with the others now" in late.text) == (422, True)
    plain = writer.post(page_of(first), {**sent, "keep": "1"})
    assert (plain.status_code, "with the others now" in plain.text) == (422, True)


def test_two_windows_that_change_one_field_show_both_texts(begun) -> None:
    _made, first, _second = begun
    writer = sign_in(first.evaluator.user)
    autosave(writer, first, reason_impact="From the first window")

    stale = autosave(writer, first, reason_impact="From the second", score_impact="2", v_reason_impact="0")
    assert stale.status_code == 409
    assert "From the first window" in stale.text
    assert Consensus.objects.get().draft == {"reason_impact": "From the first window", "score_impact": "2"}

    whole = {**FULL, "reason_impact": "From the second", "v.reason_impact": "0", "v.score_impact": "1"}
    plain = writer.post(page_of(first), whole)
    assert plain.status_code == 409
    for text in ("From the first window", "From the second", "Take the stored text"):
        assert text in plain.text
    assert Consensus.objects.get().state == "writing"
    mine = {**whole, **{f"v.{n}": str(v) for n, v in plain.context["bases"].items()}}
    assert writer.post(page_of(first), {**mine, "do.theirs": "reason_impact"}).status_code == 302
    assert Consensus.objects.get().draft["reason_impact"] == "From the first window"
    assert writer.post(page_of(first), {**mine, "do.mine": "reason_impact:1"}).status_code == 302
    assert Consensus.objects.get().draft["reason_impact"] == "From the second"
    assert Consensus.objects.get().state == "writing"


def test_a_score_off_the_scale_is_said_beside_it_and_the_rest_is_kept(begun) -> None:
    _made, first, _second = begun
    answer = autosave(sign_in(first.evaluator.user), first, score_impact="9", reason_impact="Kept")
    assert answer.status_code == 422
    assert "is not a score" in answer.text
    assert Consensus.objects.get().draft == {"reason_impact": "Kept"}


def test_what_another_window_changed_meanwhile_is_not_put_unseen(begun) -> None:
    _made, first, _second = begun
    consensus, user = Consensus.objects.get(), first.evaluator.user
    services.save_consensus(consensus, texts={"reason_impact": "One"}, bases={}, by=user)
    seen = Consensus.objects.get().numbers
    services.save_consensus(consensus, texts={"reason_impact": "Two"}, bases=seen, by=user)
    with pytest.raises(Conflict):
        services.put_consensus(consensus, scores=marks("4", "4"), reasons=WORDS, by=user, seen=seen)


def test_a_report_from_before_drafts_is_rewritten_from_what_was_put(begun) -> None:
    _made, first, _second = begun
    user = first.evaluator.user
    put = services.put_consensus(Consensus.objects.get(), scores=marks("4", "3.5"), reasons=WORDS, by=user)
    Consensus.objects.update(draft={}, numbers={})
    services.rewrite_consensus(put, by=user)
    form = sign_in(user).get(page_of(first)).context["form"]
    assert (form["score_impact"].value(), form["reason_impact"].value()) == ("3.5", WORDS["impact"])


def test_of_many_interleaved_saves_none_that_was_acknowledged_is_lost_unseen(begun) -> None:
    """Every save that was answered as kept is in the draft, or its window read the text that replaced it (QR7)."""
    _made, first, _second = begun
    user, chance = first.evaluator.user, random.Random(7)
    windows: list[dict[str, int]] = [{}, {}, {}]
    stored: dict[str, str] = {}
    for turn in range(120):
        window = chance.choice(windows)
        name = chance.choice(["reason_impact", "reason_excellence"])
        text = f"text {turn}"
        consensus = Consensus.objects.get()
        if chance.random() < 0.2:
            window |= consensus.numbers  # the page is loaded again: its writer reads what is stored
            continue
        fresh = window.get(name, 0) == consensus.numbers.get(name, 0)
        try:
            kept = services.save_consensus(consensus, texts={name: text}, bases=window, by=user)
        except Conflict as conflict:
            assert not fresh
            assert conflict.theirs == {name: stored[name]}
        else:
            assert fresh
            stored[name] = text
            window[name] = kept.numbers[name]
    assert Consensus.objects.get().draft == stored
