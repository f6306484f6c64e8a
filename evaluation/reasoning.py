"""Words that go with a score. Pure."""

from django.utils.translation import ngettext


def count_words(text: str) -> int:
    """Runs of characters between white space, as the counter below the field counts them."""
    return len(text.split())


def words_missing(text: str, least: int) -> str:
    """What is missing in a sentence for the evaluator; empty when the reasons are long enough."""
    found = count_words(text)
    if found >= least:
        return ""
    sentence = ngettext(
        "Give your reasons in at least %(least)d word; there are %(found)d.",
        "Give your reasons in at least %(least)d words; there are %(found)d.",
        least,
    )
    return sentence % {"least": least, "found": found}
