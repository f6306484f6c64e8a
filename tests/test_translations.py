"""Every string of the product stands in every language: none missing, none guessed, each with the placeholders it was given."""

import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
APPS = "accounts applicants calls core demo desk evaluation funding grants reports templates".split()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[nps]\b|\{\w*\}|</?\w+[^>]*>|%%")
"""Of Python and templates, of the scripts (%n, %p), of letters, and the markup inside a sentence."""


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def key(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural


@pytest.fixture(scope="module")
def strings(tmp_path_factory) -> set[tuple[str, str, str]]:
    """All strings that are marked in the sources, collected as `makemessages` does."""
    folder = tmp_path_factory.mktemp("sources")
    for name in APPS:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "migrations")
        )
    (folder / "locale").mkdir()
    shutil.copy(ROOT / "manage.py", folder)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "funding.settings_check", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(ROOT / "manage.py"), "makemessages", "-l", "fr"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    made = folder / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    assert made.exists(), done.stderr
    return {key(entry) for entry in polib.pofile(str(made)) if entry.msgid}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_is_translated(language, strings):
    found = {key(entry): entry for entry in catalogue(language) if not entry.obsolete}
    untranslated = [one for one in strings if one not in found or not found[one].translated()]

    assert sorted(untranslated) == [], "run `make docs`, then translate what is empty in locale/"


def test_no_string_of_ours_takes_the_place_of_a_month_or_a_day(strings):
    """Django looks for the names of months and days among all strings: ours of the same letters would be shown for them."""
    theirs = [*MONTHS.values(), *WEEKDAYS.values(), *WEEKDAYS_ABBR.values()]
    with translation.override("en"):
        assert {str(name) for name in theirs} & {
            text for context, text, _plural in strings if not context
        } == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess_or_of_a_string_that_is_gone(language, strings):
    made = catalogue(language)

    assert [entry.msgid for entry in made if entry.fuzzy] == []
    assert [entry.msgid for entry in made if entry.obsolete or key(entry) not in strings] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_markup_are_those_of_the_english(language):
    wrong = []
    for entry in catalogue(language).translated_entries():
        for form, told in _forms(entry):
            allowed = [_placeholders(entry.msgid), _placeholders(entry.msgid_plural or entry.msgid)]
            if _placeholders(told) not in (allowed if entry.msgid_plural else allowed[:1]):
                wrong.append((entry.msgid, form, told))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_compile_with_all_their_plurals(language):
    path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
    done = subprocess.run(
        ["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    plurals = {len(entry.msgstr_plural) for entry in catalogue(language) if entry.msgid_plural}
    assert plurals == {3 if language == "ro" else 2}


def _forms(entry: polib.POEntry) -> list[tuple[int, str]]:
    return sorted(entry.msgstr_plural.items()) if entry.msgid_plural else [(0, entry.msgstr)]


@lru_cache(maxsize=10_000)
def _placeholders(text: str) -> tuple[str, ...]:
    return tuple(sorted(PLACEHOLDER.findall(text)))
