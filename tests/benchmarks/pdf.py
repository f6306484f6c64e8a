"""One grant agreement made by the product, beside WeasyPrint alone on the same HTML; CPU seconds as JSON."""

import json
import random
import sys
import time
from typing import Any

import django


def sample(pk: int) -> Any:
    """An agreement that the services drafted, with the answers of a long application."""
    from grants.models import Agreement
    from tests.benchmarks.fill import QUESTIONS, TEXT
    from tests.benchmarks.texts import paragraph

    agreement = Agreement.objects.get(pk=pk)
    chance = random.Random(27)
    agreement.data["sections"] = [
        {
            "title": f"The {section}",
            "answers": [
                {"label": f"Tell us about the {key}", "text": paragraph(chance, TEXT)} for key in keys
            ],
        }
        for section, keys in QUESTIONS.items()
    ]
    return agreement


def html_of(agreement: Any) -> str:
    """The HTML that the product gives to WeasyPrint, its style sheet and emblem found on disk."""
    from core import pdf
    from grants import documents

    seen: list[str] = []
    render = pdf.render_to_string

    def listening(*args: Any, **kwargs: Any) -> str:
        seen.append(render(*args, **kwargs))
        return seen[-1]

    pdf.render_to_string = listening  # type: ignore[assignment]
    try:
        documents.agreement_pdf(agreement)
    finally:
        pdf.render_to_string = render
    return seen[0].replace(pdf.BUNDLE, pdf._FOLDER.as_uri() + "/")


def main(pk: int, rounds: int) -> None:
    """Measure in turns, after one of each to warm up."""
    django.setup()
    from weasyprint import HTML

    from grants import documents

    agreement = sample(pk)
    html = html_of(agreement)
    ways = {
        "ours": lambda: documents.agreement_pdf(agreement),
        "plain": lambda: HTML(string=html).write_pdf(),
        "accessible": lambda: HTML(string=html).write_pdf(pdf_variant="pdf/ua-1"),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(-1, rounds):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            if number >= 0:
                spent[name].append(time.process_time() - begun)
    pages = len(HTML(string=html).render().pages)
    json.dump({**spent, "pages": pages, "kilobytes": len(ways["ours"]()) / 1000}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
