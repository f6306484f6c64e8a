"""The sentences an evaluator agrees to. What was agreed to is stored word for word with the declaration. Pure."""

from django.utils.translation import gettext_lazy as _

ABSENCE = _(
    "I have no conflict of interest with this application: no family or emotional tie, no political or national "
    "affinity, no economic interest and no other direct or indirect personal interest connects me with the "
    "organisations named above or with their competitors in this call (Financial Regulation (EU, Euratom) 2024/2509, "
    "Article 61). I keep everything I read confidential, use it for this evaluation only, and say at once if a "
    "conflict appears later."
)

BLIND_ABSENCE = _(
    "I have named the organisations and persons with whom I have a conflict of interest. As far as I can see, no family or "
    "emotional tie, no political or national affinity, no economic interest and no other direct or indirect personal "
    "interest connects me with this application or its competitors in this call (Financial Regulation (EU, Euratom) "
    "2024/2509, Article 61). I do not try to find out who applies; I say at once if I recognise them. I keep everything I "
    "read confidential and use it for this evaluation only."
)

NAMED = _(
    "I named this organisation or person for the round as somebody with whom I have a conflict of interest."
)

CONFLICT = _(
    "I have, or may seem to have, a conflict of interest with this application. I do not open it and do not score it."
)
