"""The days to object in the text of a call: read in each language, and the same in all."""

import pytest

from calls.duties import Part
from calls.queries import findings
from calls.redress import days_to_object, days_told, fault_of_days
from core.localised import Localised


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Object within 7 days of the letter.", [7]),
        ("within 15 calendar days; the answer comes within 30 days", [15, 30]),
        ("dans un délai de 10 jours", [10]),
        ("entro 1 giorno, o 14 giorni", [1, 14]),
        ("innerhalb von 21 Tagen", [21]),
        ("în termen de 30 de zile", [30]),
        ("în 5 zile", [5]),
        ("Article 22 holds. Write to calls@dream.example by 3 May, 2 persons answer.", []),
        ("7 daytime calls", []),
        ("within seven days", []),
    ],
)
def test_numbers_of_days_are_read_in_every_language(text, days):
    assert days_told(text) == days


def test_the_most_counts_where_languages_differ_and_that_is_told():
    texts = {"en": "within 7 days", "fr": "dans les 10 jours", "it": "per iscritto"}
    assert days_to_object(texts) == 10
    assert fault_of_days(texts).endswith("English: 7, French: 10.")
    assert days_to_object({"en": "in writing"}) is None
    assert fault_of_days({"en": "7 days", "de": "7 Tage, Antwort in 30 Tagen"}) == ""


@pytest.mark.django_db
def test_texts_that_differ_stop_a_publication(ready):
    ready.redress = Localised(en="Object within 7 days.", fr="Dans un délai de 10 jours.")
    ready.save()
    told = [one.sentence for one in findings(ready) if one.part == Part.TEXT and one.blocks]
    assert told == [
        "The days to object are not the same in all languages of the text on objections: English: 7, French: 10."
    ]
    ready.redress = Localised(en="Object within 10 days.", fr="Dans un délai de 10 jours.")
    ready.save()
    assert not [one for one in findings(ready) if one.part == Part.TEXT and one.blocks]
