"""Documents made of a call's settings: asked for by whoever may read the call, printed by the worker."""

from calls import documents, queries
from calls.models import Call, CallPaper, Paper
from calls.tasks import print_paper
from core.pdf import fingerprint
from core.tasks import enqueue


def ask_for_paper(call: Call, paper: Paper, language: str) -> CallPaper | None:
    """The document that says what the call's settings are now; None while the worker still makes it.

    One made of other settings is never given. Whoever asks again rings the bell again, so nothing is lost when the
    broker was away.
    """
    mark = fingerprint(documents.composed(call, paper, language))
    found = queries.kept_paper(call, paper, language, mark)
    if found is None:
        enqueue(print_paper, call.pk, paper.value, language)
        found = queries.kept_paper(call, paper, language, mark)
    return found
