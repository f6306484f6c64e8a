"""With whom an evaluator of a blind call has a conflict, in their own words, against what a file knows of its parties. Pure.

Who judges blind cannot say for each file whether they know who applies. So they name organisations and persons once for the
round (Financial Regulation (EU, Euratom) 2024/2509, Article 61), and each line is compared with every file: by name, by
number, by the domain of an e-mail address or website. In doubt it matches: a file that goes to somebody else costs less than
a conflict that was not seen.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_LINES = 200
LONGEST_LINE = 300

_FORMS = frozenset(
    "ab ag aps as asbl bv bvba cv doo dd ead eg eood ev ek gbr gmbh kft kg kgaa lda ltd limited llc llp mbh nv ohg oo oy oyj "
    "ou plc pte sa sagl sarl sas sasu scarl scrl se sia snc societa societe soc sp spa spol sprl srl srls sro uab ug inc zoo".split()
)
"""Legal forms, which people leave out or write differently."""

_SMALL = frozenset("a and d da das de degli dei del della des di do dos du e et for für fur i la le les o of og the u und van von y za".split())  # fmt: skip
"""Words that join others: no name is known by them."""

_FREE = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.fr yahoo.it yahoo.de icloud.com me.com gmx.de "
    "gmx.net gmx.at web.de libero.it virgilio.it alice.it tiscali.it orange.fr wanadoo.fr free.fr laposte.net sfr.fr proton.me "
    "protonmail.com mail.com aol.com t-online.de yahoo.ro wp.pl onet.pl seznam.cz siol.net".split()
)
"""Where everybody may have an address: such a domain says nothing about where somebody works."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n"}
)
"""Letters that Unicode does not take apart."""

_HOST = re.compile(r"(?:^|[\s@/])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})(?=$|[\s/:?#])")
_PARTS = re.compile(r"[,;|\t()]+|\s[-–—]\s")


@dataclass(frozen=True)
class Identity:
    """What is known of one party of a file: `label` for staff, all names of it and of its people and owners, its numbers,
    and the hosts of its website and of its people's addresses."""

    label: str
    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()


def lines_of(text: str) -> list[str]:
    """What was named, a line each, without empty lines, repeated ones and space around them."""
    stripped = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return list(dict.fromkeys(line for line in stripped if line))


def first_match(lines: Iterable[str], party: Identity) -> str:
    """The first line that means this party; empty when none does."""
    return next((line for line in lines if mentions(line, party)), "")


def mentions(line: str, party: Identity) -> bool:
    """May this line mean the party? By host, by number, or by a name in it, whatever the case, accents, order of words and
    legal form."""
    theirs = {host for one in party.hosts if (host := _host(one)) not in ("", *_FREE)}
    if any(_same_host(host, other) for host in _hosts(line) for other in theirs):
        return True
    parts = [line, *_PARTS.split(line)]
    numbers = {form for one in party.numbers for form in _number(one)}
    words = [part for one in parts for part in (one, *one.split())]
    if any(form in numbers for word in words for form in _number(word)):
        return True
    names = [known for name in party.names if (known := _words(name))]
    return any(_same_name(said, name) for part in parts if (said := _words(part)) for name in names)


def domain_of(email: str) -> str:
    """The domain of an e-mail address."""
    return email.rpartition("@")[2].strip().lower()


def _same_name(said: frozenset[str], name: frozenset[str]) -> bool:
    """Equal words; or all words of one in the other, if they are two or more."""
    smaller = min(said, name, key=len)
    return said == name or (len(smaller) > 1 and smaller <= said and smaller <= name)


def _words(name: str) -> frozenset[str]:
    """The words that a name is known by: no accents, points, legal form and small words; of a name that has no others, all."""
    plain = unicodedata.normalize("NFKD", name.upper().casefold().translate(_LETTERS))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in ".'’´`")
    words = re.sub(r"[\W_]+", " ", kept).split()
    joined = _joined(words)
    return frozenset(word for word in joined if word not in _FORMS and word not in _SMALL) or frozenset(
        joined
    )


def _joined(words: list[str]) -> list[str]:
    """Legal forms that were written apart in one: `s r l` is `srl`."""
    text = " ".join(words)
    runs = re.sub(r"\b(?:\w )+\w\b", lambda run: run[0].replace(" ", ""), text)
    return runs.split()


def _number(text: str) -> set[str]:
    """A number of a register, as it stands and without the country before it; nothing for what is too short to be one."""
    plain = "".join(c for c in text.upper() if c.isalnum())
    if len(plain) > 40 or sum(c.isdigit() for c in plain) < 5:
        return set()
    bare = plain[2:] if plain[:2].isalpha() else plain
    return {plain, bare} if sum(c.isdigit() for c in bare) >= 5 else {plain}


def _hosts(line: str) -> set[str]:
    found = {_host(host) for host in _HOST.findall(re.sub(r"[,;()<>|]", " ", line.lower()))}
    return {host for host in found if host and host not in _FREE}


def _host(text: str) -> str:
    return (
        text.strip()
        .lower()
        .partition("://")[2 if "://" in text else 0]
        .partition("/")[0]
        .removeprefix("www.")
    )


def _same_host(one: str, other: str) -> bool:
    """Equal, or one stands below the other: `mail.rossi.it` and `rossi.it`."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
