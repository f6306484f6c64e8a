"""With whom an evaluator of a blind call has a conflict, in their own words, against what a file knows of its parties. Pure.

Who judges blind cannot say for each file whether they know who applies. So they name organisations and persons once for the
round (Financial Regulation (EU, Euratom) 2024/2509, Article 61), and each line is compared with every file: by name, by
number, by the domain of an e-mail address or website. In doubt it matches: a file that goes to somebody else costs less than
a conflict that was not seen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.likeness import words_of

MOST_LINES = 200
LONGEST_LINE = 300

_FREE = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.fr yahoo.it yahoo.de icloud.com me.com gmx.de "
    "gmx.net gmx.at web.de libero.it virgilio.it alice.it tiscali.it orange.fr wanadoo.fr free.fr laposte.net sfr.fr proton.me "
    "protonmail.com mail.com aol.com t-online.de yahoo.ro wp.pl onet.pl seznam.cz siol.net".split()
)
"""Where everybody may have an address: such a domain says nothing about where somebody works."""

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
    names = [known for name in party.names if (known := words_of(name))]
    return any(_same_name(said, name) for part in parts if (said := words_of(part)) for name in names)


def domain_of(email: str) -> str:
    """The domain of an e-mail address."""
    return email.rpartition("@")[2].strip().lower()


def _same_name(said: frozenset[str], name: frozenset[str]) -> bool:
    """Equal words; or all words of one in the other, if they are two or more."""
    smaller = min(said, name, key=len)
    return said == name or (len(smaller) > 1 and smaller <= said and smaller <= name)


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
