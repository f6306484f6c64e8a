"""Texts that look like applications, the same in every run."""

import random

WORDS = (
    "The small steel parts are measured by hand today which takes time and lets faults through to customers "
    "our company of twenty people wants to check each of them by a camera with a trained model on the line "
    "together with a laboratory that has done so for aerospace and knows how light surface and speed matter "
    "results will be shared with the cluster energy and scrap go down jobs become safer and new markets open"
).split()


def paragraph(chance: random.Random, characters: int) -> str:
    """Sentences of about this many characters."""
    found: list[str] = []
    length = 0
    while length < characters:
        sentence = " ".join(chance.choices(WORDS, k=chance.randint(8, 18))).capitalize() + "."
        found.append(sentence)
        length += len(sentence) + 1
    return " ".join(found)[:characters].strip()
