"""The house rules that no linter knows."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from core import policy
from core.management.commands.draw_workflows import draw

ROOT = Path(settings.BASE_DIR)
APPS = [
    "core",
    "accounts",
    "funding",
    "calls",
    "applicants",
    "evaluation",
    "grants",
    "reports",
    "desk",
    "demo",
]
SOURCES = [p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
TEMPLATES = list((ROOT / "templates").rglob("*.*"))


def url_names() -> set[str]:
    """Every URL name of the product, with its namespace."""

    def walk(patterns: list, space: str) -> set[str]:
        found = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                found |= walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern):
                found.add(f"{space}{pattern.name}")
        return found

    return walk(get_resolver().url_patterns, "")


def test_every_url_is_declared_in_the_policy() -> None:
    assert url_names() - set(policy.load()) == set()


def test_every_line_of_the_policy_has_its_url() -> None:
    assert set(policy.load()) - url_names() == set()


def test_nobody_assigns_a_state_but_the_workflow() -> None:
    guilty = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in SOURCES
        if path != ROOT / "core" / "workflow.py"
        for line in path.read_text().splitlines()
        if re.search(r"\.state\s*=[^=]", line) or re.search(r"update\([^)]*\bstate=", line)
    ]
    assert guilty == []


def test_time_comes_from_one_clock() -> None:
    pattern = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|auto_now|functions import.*\bNow\b")
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path != ROOT / "core" / "clock.py" and pattern.search(path.read_text())
    ]
    assert guilty == []


def test_no_float_comes_near_money_or_scores() -> None:
    pattern = re.compile(r"\bfloat\(|FloatField")
    allowed = {"core/middleware.py"}  # seconds of a session, no money
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if pattern.search(path.read_text()) and str(path.relative_to(ROOT)) not in allowed
    ]
    assert guilty == []


def test_row_locks_and_downloads_have_one_door() -> None:
    doors = {
        r"\bFileResponse\(": {"core/files.py"},
        r"csrf_exempt": {
            "calls/views/subscriptions.py",  # one click in a mail program (RFC 8058)
            "accounts/views/notices.py",  # the same, for optional mail to people with an account
            "accounts/views/language.py",  # the language of the pages, chosen on pages that are kept for all
        },
        r"\bmark_safe\(": {"core/templatetags/ui.py"},
    }
    for pattern, allowed in doors.items():
        users = {str(p.relative_to(ROOT)) for p in SOURCES if re.search(pattern, p.read_text())}
        assert users <= allowed, pattern


def test_core_knows_no_word_of_grants() -> None:
    pattern = re.compile(r"\b(voucher|applicant|evaluator|milestone|beneficiary)s?\b", re.IGNORECASE)
    guilty = {
        str(path.relative_to(ROOT)): pattern.findall(path.read_text())
        for path in (ROOT / "core").rglob("*.py")
        if pattern.search(path.read_text())
    }
    assert guilty == {}


def test_earlier_apps_use_no_reverse_name_of_later_ones() -> None:
    climbing = {
        "calls": ["applications", "round"],
        "funding": ["calls", "applications"],
        "applicants": ["screenings", "assignments", "decisions", "agreement"],
        "evaluation": ["agreement"],
    }
    guilty = [
        f"{path.relative_to(ROOT)}: .{name}"
        for app, names in climbing.items()
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and path.name != "models.py"
        for name in names
        if re.search(rf"\w\.{name}\.(all|filter|exclude|count|get|first|exists)\(", path.read_text())
    ]
    assert guilty == []


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=str)
def test_templates_parse_and_keep_the_content_policy(path: Path) -> None:
    text = path.read_text()
    get_template(str(path.relative_to(ROOT / "templates")))
    if "email" in path.parts or path.name == "email.html":
        return
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=\"", text)
    assert not re.search(r"(src|href)=\"https?://(?!ec\.europa\.eu|european-union\.europa\.eu)", text)
    assert not re.search(r"\|safe\b|autoescape off", text)


def test_no_template_is_unused() -> None:
    texts = [p.read_text() for p in TEMPLATES] + [p.read_text() for p in SOURCES]
    whole = "\n".join(texts)
    by_convention = re.compile(
        r"^(account|mfa|allauth|bootstrap5|django_crispy)/|^\d{3}(_csrf)?\.html$|^desk/about_"
    )
    unused = []
    for path in TEMPLATES:
        name = str(path.relative_to(ROOT / "templates"))
        stem = re.sub(r"(\.subject)?\.(txt|html)$", "", name)
        if not by_convention.search(name) and name not in whole and f'"{stem}"' not in whole:
            unused.append(name)
    assert unused == []


def test_habits_of_size() -> None:
    long_modules = {
        str(p.relative_to(ROOT)): len(p.read_text().splitlines())
        for p in SOURCES
        if len(p.read_text().splitlines()) > 450
    }
    long_templates = {
        str(p.relative_to(ROOT)): len(p.read_text().splitlines())
        for p in TEMPLATES
        if len(p.read_text().splitlines()) > 200
    }
    assert (long_modules, long_templates) == ({}, {})


def test_every_kind_of_mail_has_a_category() -> None:
    """A template of a mail is the kind of its name; allauth's own are of the family `account.`."""
    from core import notices

    ours = {
        path.name.removesuffix(".subject.txt")
        for path in TEMPLATES
        if "email" in path.parts and path.name.endswith(".subject.txt")
    }
    assert len(ours) > 70
    assert {kind for kind in ours if notices.category_of(kind) is None} == set()
    assert set(notices.kinds()) - ours == set()
    assert notices.category_of("account.login_code") == notices.Category.LEGAL


def test_every_scheduled_job_exists() -> None:
    from funding.celery import app

    app.loader.import_default_modules()
    app.finalize()
    assert {line["task"] for line in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks) == set()


def test_workflows_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "workflows.md").read_text() == draw()


def test_web_worker_starts_without_the_heavy_modules() -> None:
    """Memory and cold start of every worker (QD46)."""
    heavy = ["weasyprint", "PIL", "pikepdf", "boto3", "scipy", "pyhanko", "hypothesis"]
    code = (
        "import sys, django; django.setup(); import funding.urls; from django.urls import get_resolver; "
        "get_resolver().url_patterns; from funding.wsgi import application; "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "funding.settings_test"}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
