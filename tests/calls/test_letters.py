"""The letters of a call in its own words: what they may say, the page, the file (features C12, P18)."""

import pytest
from django.conf import settings
from django.utils import translation

from calls import letters, queries, services
from calls.publication import Part
from core.errors import DomainError, InvalidTransition
from tests.calls import factories as calls
from tests.funding.factories import team

GOOD = "Dear {applicant},\n\n{decision}\n\n{if evaluation}{evaluation}{end}\n\n{questions}"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_what_stands_there_to_begin_with_can_be_sent_in_every_language(language):
    with translation.override(language):
        assert letters.faults(str(letters.STANDARD)) == []


def test_no_letter_of_its_own_is_no_fault():
    assert letters.faults(" ") == []


@pytest.mark.parametrize(
    "text, told",
    [
        ("{decision} {questions}", "The letter has to tell {evaluation}: it is not in it."),
        ("{decision} {questions} {evaluation}", "{evaluation} may be empty: write {if evaluation} before it"),
        (GOOD + "\n{if contact}{decision}", "Line 8: {if contact} has no {end}."),
        (GOOD + "{iban}", "Line 7: {iban} is not known."),
        ("{if amount}{decision}{end}{questions}{if evaluation}{evaluation}{end}", "has to tell {decision}"),
    ],
)
def test_a_letter_that_leaves_out_a_fact_or_leaves_a_hole_is_refused(text, told):
    assert told in " ".join(letters.faults(text))


@pytest.fixture
def crew(db):
    return team()


@pytest.mark.django_db
def test_change_letters_keeps_the_words_by_language_also_after_publication(crew):
    call = calls.call(crew)
    services.change_letters(call, letter_fund={"en": GOOD, "fr": f"Bonjour\n{GOOD}"}, by=crew.mia)
    call.refresh_from_db()

    assert call.letter_fund.in_language("fr").startswith("Bonjour")
    with pytest.raises(DomainError) as refused:
        services.change_letters(call, letter_reject={"fr": "{nobody}"}, by=crew.mia)
    assert (refused.value.field, "{nobody}" in refused.value.message) == ("letter_reject", True)


@pytest.mark.django_db
def test_change_letters_of_a_cancelled_call_is_refused(crew):
    call = calls.call(crew)
    services.cancel_call(call, by=crew.luc, reason="No money.")
    with pytest.raises(InvalidTransition):
        services.change_letters(call, letter_fund=GOOD, by=crew.mia)


@pytest.mark.django_db
def test_the_page_writes_one_language_and_leaves_the_others(client, crew):
    call = calls.call(crew)
    services.change_letters(call, letter_fund={"en": GOOD}, by=crew.mia)
    call.refresh_from_db()
    client.force_login(crew.mia)
    url = f"/calls/{call.slug}/edit/letters/?language=fr"
    page = client.get(url).content.decode()
    answer = client.post(
        url, {"letter_fund": f"Bonjour\n{GOOD}", "seen": queries.mark_of(call, Part.LETTERS)}
    )
    call.refresh_from_db()

    assert "Dear {applicant}" in page and 'lang="fr"' in page
    assert answer.url == url
    assert dict(call.letter_fund) == {"fr": f"Bonjour\n{GOOD}", "en": GOOD}
    assert "Rossi Meccanica" in client.get(url).content.decode()


@pytest.mark.django_db
def test_the_page_keeps_a_letter_with_a_slip_and_names_its_line(client, crew):
    call = calls.call(crew)
    client.force_login(crew.mia)
    answer = client.post(f"/calls/{call.slug}/edit/letters/", {"letter_reject": GOOD + "\n{iban}"})

    assert answer.status_code == 422
    assert "Line 8: {iban} is not known." in answer.content.decode()
    assert "{iban}</textarea>" in answer.content.decode()


@pytest.mark.django_db
def test_call_texts_are_written_in_other_languages_on_the_page(client, crew):
    call = calls.call(crew, published=False)
    client.force_login(crew.mia)
    url = f"/calls/{call.slug}/edit/text/?language=fr"
    answer = client.post(url, {"title": "Chèques innovation", "seen": queries.mark_of(call, Part.TEXT)})
    before = str(call.title)
    call.refresh_from_db()

    assert answer.status_code == 302
    assert (call.title["fr"], call.title["en"]) == ("Chèques innovation", before)


@pytest.mark.django_db
def test_letters_go_with_the_file_of_the_call(crew):
    call = calls.call(crew)
    services.change_letters(call, letter_fund={"en": GOOD}, by=crew.mia)
    call.refresh_from_db()
    made = services.import_call(queries.file_of(call), project=crew.project, by=crew.mia, code="COPY-1")

    assert dict(made.letter_fund) == {"en": GOOD}
