"""Words, fields and pictures of the pages; the look's own rules (contrast, weight, content policy)."""

import io
import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import brotli
import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from bootstrap_wrapper import get_bootstrap_dir
from django import forms
from django.contrib.staticfiles import finders
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from core import clock, pictures
from core.contrast import palette
from core.errors import Gap
from core.fieldview import count_characters, count_words, summary_of, view_of
from core.forms import EurField, Form
from core.pdf import render_pdf
from core.templatetags import ui
from core.templatetags.gallery import TYPED, SampleForm
from tests.accounts import factories as people

ROOT = Path(__file__).resolve().parents[2]
NBSP = "\u00a0"
DEADLINE = datetime(2027, 3, 3, 16, 0, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    """A template with our tags loaded, white space squeezed."""
    html = Template("{% load i18n ui %}" + source).render(Context(context))
    return re.sub(r"\s+", " ", html.replace(NBSP, " ")).strip()


# --- money and time ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cents", "source", "expected"),
    [
        (6_000_000, "{{ c|eur }}", "60 000.00 EUR"),
        (6_000_000, '{{ c|eur:"short" }}', "60 000 EUR"),
        (6_000_050, '{{ c|eur:"short" }}', "60 000.50 EUR"),
        (0, "{{ c|eur }}", "0.00 EUR"),
        (-5, "{{ c|amount }}", "-0.05"),
        (None, "{{ c|eur }}", ""),
    ],
)
def test_money_is_told_exactly(cents: int | None, source: str, expected: str) -> None:
    assert render(source, c=cents) == expected


def test_when_tells_the_instant_in_its_zone() -> None:
    assert render('{{ i|when:"Europe/Brussels" }}', i=DEADLINE) == (
        '<time datetime="2027-03-03T16:00:00.000Z" data-zone="Europe/Brussels" data-local>'
        "Wednesday 3 March 2027, 17:00 Brussels time</time>"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ i|when_text }}", "Thursday 18 February 2027, 11:04 Brussels time"),
        ('{{ i|when_text:"Europe/Bucharest" }}', "Thursday 18 February 2027, 12:04 Bucharest time"),
        ('{{ i|when_text:"UTC" }}', "Thursday 18 February 2027, 10:04 UTC"),
        ("{{ i|when_exact|striptags }}", "Thursday 18 February 2027, 11:04:27.318 Brussels time"),
        ("{{ i|when_short|striptags }}", "18 Feb 2027, 11:04"),
        ("{{ i|day|striptags }}", "18 February 2027"),
        ("{{ none|when }}{{ none|when_text }}", ""),
    ],
)
def test_instants_are_told_in_words(source: str, expected: str) -> None:
    assert render(source, i=datetime(2027, 2, 18, 10, 4, 27, 318999, UTC), none=None) == expected


def test_when_names_the_offset_in_the_doubled_hour() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    told = [render("{{ i|when_text }}", i=first + timedelta(hours=h)) for h in (0, 1, 2)]
    assert told == [
        "Sunday 31 October 2027, 02:30 Brussels time (UTC+02:00)",
        "Sunday 31 October 2027, 02:30 Brussels time (UTC+01:00)",
        "Sunday 31 October 2027, 03:30 Brussels time",
    ]


def test_when_follows_the_readers_language() -> None:
    with translation.override("fr"):
        assert "mars 2027, 17:00" in render("{{ i|when_text }}", i=DEADLINE)


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        (timedelta(0), "in less than a minute"),
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(seconds=-1), "just now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=89, seconds=59), "in 89 minutes"),
        (timedelta(minutes=90), "in 1 hour"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(days=12, hours=23), "in 12 days"),
        (timedelta(days=-2, hours=-3), "2 days ago"),
    ],
)
def test_time_left_never_promises_more_than_there_is(now, delta: timedelta, expected: str) -> None:
    assert ui.time_left(clock.now() + delta) == expected


def test_deadline_tells_instant_and_time_left(now) -> None:
    html = render("{% deadline i %}", i=DEADLINE)
    assert "data-local data-deadline>Wednesday 3 March 2027, 17:00 Brussels time</time>" in html
    assert html.endswith(', <span class="nowrap">in 13 days</span>')


def test_sha_is_shortened_to_both_ends() -> None:
    assert ui.sha_short("9f3a" + "0" * 56 + "c21e") == "9f3a…c21e"


# --- boxes ------------------------------------------------------------------------------------------------
def test_state_shows_tag_title_body_and_actions() -> None:
    html = render(
        '{% state tone="good" tag="Open" title=t %}<p>{{ t }}</p>{% actions %}<a href="/x">Go</a>{% endstate %}',
        t="A & B",
    )
    assert html == (
        '<div class="state good"> <div class="state-text"> <p class="state-title"> <span class="tag good">Open</span> '
        "<strong>A &amp; B</strong> </p> <p>A &amp; B</p> </div> "
        '<div class="actions"><a href="/x">Go</a></div> </div>'
    )


def test_state_without_actions_has_no_empty_box() -> None:
    assert "actions" not in render('{% state title="x" %}{% endstate %}')


def test_state_refuses_an_unknown_option() -> None:
    with pytest.raises(TemplateSyntaxError):
        Template('{% load ui %}{% state colour="red" %}{% endstate %}')


def test_tag_refuses_an_unknown_tone() -> None:
    with pytest.raises(ValueError, match="purple"):
        ui.tag("purple", "x")


def test_tag_escapes_its_label() -> None:
    assert ui.tag("", "<b>") == '<span class="tag">&lt;b&gt;</span>'


@pytest.mark.parametrize(("body", "expected"), [("  ", ""), ("a &amp; b", '<p class="c">a &amp; b</p>')])
def test_filled_leaves_nothing_behind_when_empty(body: str, expected: str) -> None:
    assert render(f'{{% filled "p" css="c" %}}{body}{{% endfilled %}}') == expected


def test_post_brings_token_and_key_once() -> None:
    html = render(
        '{% post action="/go/" tone="primary" once="k1" %}A &amp; {{ x }}{% endpost %}',
        x="<",
        csrf_token="t0k",
    )
    assert html.count('name="csrfmiddlewaretoken" value="t0k"') == 1
    assert html.count('name="once" value="k1"') == 1
    assert '<button type="submit" class="btn btn-primary">A &amp; &lt;</button>' in html


def test_confirm_asks_with_a_way_back() -> None:
    html = render(
        '{% confirm title="Sure?" action="/a/" button="Do" cancel="/b/" tone="bad" %}<p>So.</p>{% endconfirm %}'
    )
    assert '<form method="post" action="/a/" class="state confirm bad">' in html
    assert 'href="/b/"' in html


# --- fields -----------------------------------------------------------------------------------------------
def test_field_says_hint_reason_and_counter_to_assistive_technology() -> None:
    form = SampleForm({**TYPED, "gains": "x" * 1502})
    view = view_of(form["gains"])
    assert view.described_by == "id_gains_helptext id_gains_error id_gains_count"
    assert 'aria-describedby="id_gains_helptext id_gains_error id_gains_count"' in view.control
    assert 'aria-invalid="true"' in view.control
    html = render("{% field f %}", f=form["gains"])
    assert [html.count(f'id="{name}"') for name in view.described_by.split()] == [1, 1, 1]


def test_field_keeps_what_was_typed_and_never_cuts_it() -> None:
    control = view_of(SampleForm({**TYPED, "gains": "too long" * 400})["gains"]).control
    assert "too long" * 400 in control
    assert "maxlength" not in control


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("gains", "ab\r\ncd", f"5 of 1{NBSP}500 characters"),
        ("gains", "é👍🏽", f"3 of 1{NBSP}500 characters"),
        ("gains", "x" * 1504, f"too long by 4; at most 1{NBSP}500 characters"),
        ("reasons", "one  two\nthree", "words: 3, at least 30"),
    ],
)
def test_counter_counts_as_the_server(name: str, text: str, expected: str) -> None:
    count = view_of(SampleForm({**TYPED, name: text})[name]).count
    assert count is not None and count.text == expected


@given(st.text(alphabet="a\r\n é👍"))
def test_count_is_the_same_however_line_breaks_are_sent(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert count_characters(plain.replace("\n", "\r\n")) == count_characters(plain) == len(plain)
    assert count_words(text) == len(text.split())


def test_radio_group_is_a_fieldset_with_one_input_per_choice() -> None:
    html = render("{% field f %}", f=SampleForm(TYPED)["stage"])
    assert html.count("<fieldset") == html.count("<legend>") == 1
    assert re.findall(r'id="(id_stage_\d)"', html) == ["id_stage_0", "id_stage_1"]
    assert html.count('class="form-check-input"') == 2


def test_scale_shows_eleven_scores_and_the_chosen_one() -> None:
    html = render("{% field f %}", f=SampleForm(TYPED)["score"])
    assert re.findall(r"<span>([\d.]+)</span>", html) == "0 0.5 1 1.5 2 2.5 3 3.5 4 4.5 5".split()
    assert html.count("checked") == 1


def test_optional_is_said_unless_the_field_asks_for_silence() -> None:
    class Draft(Form):
        loud = forms.CharField(required=False)
        silent = forms.CharField(required=False)
        silent.optional = False  # type: ignore[attr-defined]

    form = Draft()
    assert [view_of(form[name]).optional for name in ("loud", "silent")] == [True, False]


def test_summary_links_each_error_to_its_control_in_the_order_of_the_fields() -> None:
    form = SampleForm({**TYPED, "stage": "", "asked": "34 560.00", "agreed": ""})
    summary = summary_of([form])
    assert [line.target for line in summary.lines] == [
        "#id_turnover",
        "#id_asked",
        "#id_stage_0",
        "#id_agreed",
    ]
    assert summary.title == "4 answers need another look"
    html = render("{% error_summary f %}{% field f.stage %}", f=form)
    assert html.index('href="#id_stage_0"') < html.index('id="id_stage_0"')
    assert html.count('class="form-check-input is-invalid"') == 2


def test_summary_of_a_refused_verb_tells_sentence_and_gaps() -> None:
    form = SampleForm({**TYPED, "turnover": "1", "asked": "1"})
    assert form.is_valid()
    form.add_error(None, "The call has closed.")
    form.gaps = [Gap("Add a partner.", "/partners/"), Gap("Give a reason.", "reasons"), Gap("Wait.")]  # type: ignore[attr-defined]
    summary = summary_of([form])
    assert summary.title == "This was not done"
    assert [(line.target, line.message) for line in summary.lines] == [
        ("", "The call has closed."),
        ("/partners/", "Add a partner."),
        ("#id_reasons", "Give a reason."),
        ("", "Wait."),
    ]
    assert not summary.kept  # the chosen file is not sent back by browsers


def test_summary_is_nothing_when_all_is_well() -> None:
    assert render("{% error_summary f %}", f=SampleForm()) == ""


def test_crispy_form_shows_summary_and_each_field_once() -> None:
    class Small(Form):
        asked = EurField(label="Asked", max_cents=100)
        key = forms.CharField(widget=forms.HiddenInput, initial="k")

    html = render("{% load crispy_forms_tags %}{% crispy f %}", f=Small({"asked": "2.00", "key": "k"}))
    assert html.count('class="errors"') == 1
    assert html.count('name="asked"') == html.count('name="key"') == 1
    assert 'class="field wrong"' in html


# --- pictures ---------------------------------------------------------------------------------------------
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=8))
def test_percents_of_a_full_bar_add_up_to_a_hundred(values: list[int]) -> None:
    assert sum(pictures.percents(values, sum(values))) == (100 if sum(values) else 0)


@given(st.lists(st.integers(-(10**9), 10**12), max_size=6), st.integers(0, 10**12))
def test_segments_stay_inside_the_bar_and_in_order(values: list[int], total: int) -> None:
    segments = pictures.stacked([pictures.Part("paid", "x", value) for value in values], total)
    places = [Decimal(segment.x) for segment in segments]
    assert places == sorted(places)
    assert [segment.value for segment in segments] == values
    assert all(Decimal(s.x) >= 0 and Decimal(s.x) <= 1000 and Decimal(s.width) >= 0 for s in segments)


def test_stacked_bar_tells_figures_and_links() -> None:
    parts = [
        {"key": "paid", "label": "Paid", "value": 31_240_000, "url": "/paid/"},
        {"key": "committed", "label": "Committed", "value": 58_510_000},
        {"key": "reserved", "label": "Awarded", "value": 13_844_000},
        {"key": "free", "label": "Free", "value": 1_406_000},
    ]
    html = render('{% stacked_bar parts label="Envelope" %}', parts=parts)
    assert 'aria-label="Envelope: Paid 30 %, Committed 56 %, Awarded 13 %, Free 1 %"' in html
    assert '<a href="/paid/">Paid</a> <b>312 400.00</b>' in html
    assert re.findall(r'<rect class="fill-(\w+)" x="([\d.]+)"', html) == [
        ("paid", "0.0"), ("committed", "297.5"), ("reserved", "854.8"), ("free", "986.6"),
    ]  # fmt: skip


def test_small_share_is_not_told_as_nothing() -> None:
    told = pictures.stacked([pictures.Part("paid", "a", 1), pictures.Part("free", "b", 9_999)])
    assert [part.percent.replace(NBSP, " ") for part in told] == ["< 1 %", "100 %"]


@pytest.mark.parametrize(
    ("value", "whole", "expected"),
    [(31, 50, "186.0"), (0, 50, "0.0"), (60, 50, "300.0"), (-1, 50, "0.0"), (1, 0, "0.0")],
)
def test_share_never_leaves_its_bar(value: int, whole: int, expected: str) -> None:
    assert pictures.share_of(value, whole, 300) == expected


def test_spread_places_scores_between_low_and_high() -> None:
    dots = pictures.spread_dots([Decimal("4.5"), Decimal("0"), Decimal("5")])
    assert (dots.xs, dots.x_low, dots.x_high) == (["86.0", "5.0", "95.0"], "5.0", "95.0")
    assert 'aria-label="scores 4.5, 3.67 of 5"' in render(
        "{% spread s %}", s=[Decimal("4.50"), Decimal("3.666")]
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], ""), ([0, 4], "0.0,40.0 260.0,4.0"), ([0, 0], "0.0,40.0 260.0,40.0"), ([2], "0.0,4.0 260,4.0")],
)
def test_line_runs_from_edge_to_edge(values: list[int], expected: str) -> None:
    assert pictures.polyline(values) == expected


def test_bars_are_a_table_scaled_to_the_largest() -> None:
    rows = [("IT", 200, "2.00"), ("FR", 50, "0.50", "/fr/")]
    html = render('{% bars rows caption="By country" head="Country" unit="EUR" %}', rows=rows)
    assert re.findall(r'width="([\d.]+)" height="13"', html) == ["200.0", "50.0"]
    assert '<a href="/fr/">0.50</a>' in html


# --- the look's own rules ---------------------------------------------------------------------------------
def tokens(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))


def schemes() -> dict[str, dict[str, str]]:
    """The tokens of each scheme and project, as a page would see them."""
    css = (ROOT / "static/css/theme.css").read_text()
    light, dark = css.split("@media screen and (prefers-color-scheme: dark) {", 1)
    own_light, own_dark = render_to_string("core/theme.css", {"palette": palette("#0c6152")}).split("@media")
    first, night = tokens(light), {**tokens(light), **tokens(dark.split("/* Bootstrap")[0])}
    return {
        "light": first,
        "light, own colour": {**first, **tokens(own_light)},
        "dark": night,
        "dark, own colour": {**night, **tokens(own_dark)},
    }


def contrast(one: str, other: str) -> Decimal:
    """WCAG 2.2 contrast ratio of two #rrggbb colours."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return Decimal((high + 0.05) / (low + 0.05))


@pytest.mark.parametrize("scheme", ["light", "light, own colour", "dark", "dark, own colour"])
def test_colours_keep_their_contrast(scheme: str) -> None:
    """QA10: body text at least 7:1, all text 4.5:1, lines of controls and marks 3:1."""
    t = schemes()[scheme]
    grounds = ["paper", "surface", "sunken"]
    wanted = [("ink", g, 7) for g in grounds] + [("ink-2", g, 7) for g in grounds]
    wanted += [(name, g, "4.5") for name in ("ink-3", "accent", "good", "warn", "bad") for g in grounds]
    wanted += [(tone, f"{tone}-soft", "4.5") for tone in ("good", "warn", "bad", "accent")]
    wanted += [("accent-ink", "accent", "4.5"), ("ink-2", "accent-soft", "4.5")]
    wanted += [("line-strong", g, 3) for g in ("paper", "surface")] + [("committed", "surface", 3)]
    weak = [
        (a, b, str(contrast(t[a], t[b]))[:4])
        for a, b, least in wanted
        if contrast(t[a], t[b]) < Decimal(least)
    ]
    assert weak == []


def test_emblem_follows_its_geometry() -> None:
    """Interinstitutional style guide, annex A1: 2:3, circle a third of the height, stars an eighteenth, upright."""
    for source in ("static/img/eu-emblem.svg", "templates/components/emblem.html"):
        text = (ROOT / source).read_text()
        assert 'viewBox="0 0 270 180"' in text
        stars = re.findall(r"M([^Mz]+)z", text.split('fill="#fc0"')[1])
        assert len(stars) == 12
        for hour, star in enumerate(stars):
            points = [tuple(map(Decimal, point.split())) for point in star.split("L")]
            top, x, y = (
                points[0],
                135 + 60 * math.sin(math.radians(30 * hour)),
                90 - 60 * math.cos(math.radians(30 * hour)),
            )
            assert (round(top[0], 1), round(top[1] + 10, 1)) == (round(Decimal(x), 1), round(Decimal(y), 1))


def test_public_page_stays_within_its_weight() -> None:
    """QA12: at most 80 kB and 40 kB of script, compressed, at the first visit."""
    files = ["js/app.js", "css/theme.css", "img/favicon.svg"]
    sizes = {name: len(brotli.compress((ROOT / "static" / name).read_bytes())) for name in files}
    sizes["htmx"] = len(brotli.compress(Path(finders.find("django_htmx/htmx-2.min.js")).read_bytes()))
    sizes["bootstrap"] = len(
        brotli.compress((get_bootstrap_dir() / "css" / "bootstrap.min.css").read_bytes())
    )
    assert sizes["js/app.js"] + sizes["htmx"] <= 40_000
    assert sum(sizes.values()) <= 60_000  # leaves 20 kB for the page itself
    assert (ROOT / "static/js/app.js").stat().st_size <= 11_500


# --- pages ------------------------------------------------------------------------------------------------
def whole(page: str) -> None:
    """What is true of every page."""
    assert "UNKNOWN-VARIABLE" not in page
    assert page.count("<h1") == page.count("<main") == page.count("<footer") == 1
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\bsrc=)|\son[a-z]+=\"", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    assert re.search(r"<title>\s*\S", page) and not re.search(r"<(p|nav|ol|aside)[^>]*>\s*</\1>", page)


@pytest.mark.django_db
def test_gallery_shows_every_component(client, settings) -> None:
    settings.DEBUG = True
    page = client.get("/_components/").content.decode()
    whole(page)
    shown = "".join(p.read_text() for p in (ROOT / "templates/core").glob("*.html"))
    missing = {name for name in ui.register.tags if f"{{% {name} " not in shown}
    assert missing - {"filled", "linked_data"} == set()  # the layouts show the one, nobody sees the other
    by_layouts = {
        "account",
        "emblem",
        "errors",
        "field",
        "field_about",
        "field_label",
        "field_under",
        "footer",
        "languages",
        "messages",
        "nav",
        "texts",
    }
    by_layouts |= {"visibility", *ui.register.tags}
    included = {p.stem for p in (ROOT / "templates/components").glob("*.html")} - by_layouts
    assert {name for name in included if f"components/{name}.html" not in shown} == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/confirm-email/",
        "/account/confirm-email/no-such-key/",
        "/account/password/reset/key/x-y/",
        "/account/inactive/",
        "/no/such/page/",
    ],
)
def test_public_account_page_is_whole(client, path: str) -> None:
    whole(client.get(path).content.decode())


@pytest.fixture
def alice(client):
    """A person who has just signed in and confirmed that it is her, by the pages."""
    person = people.user("Alice Bianchi")
    answer = client.post("/account/login/", {"login": person.email, "password": people.PASSWORD})
    assert answer.status_code == 302
    assert client.post("/account/reauthenticate/", {"password": people.PASSWORD}).status_code == 302
    return person


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/account/email/", "E-mail address"),
        ("/account/password/change/", "Change the password"),
        ("/account/2fa/", "Second factor"),
        ("/account/2fa/totp/activate/", "Set up a second factor"),
        ("/account/logout/", "Sign out"),
        ("/account/reauthenticate/", "Confirm that it is you"),
    ],
)
def test_own_account_page_is_whole(client, alice, path: str, heading: str) -> None:
    page = client.get(path).content.decode()
    whole(page)
    assert re.search(rf"<h1>\s*{heading}\s*</h1>", page)
    assert "Alice Bianchi" in page


@pytest.mark.django_db
def test_second_factor_pages_are_whole_once_it_is_on(client, alice) -> None:
    secret = TOTP.activate(alice, "JBSWY3DPEHPK3PXP").instance
    RecoveryCodes.activate(alice)
    pages = [
        client.get(f"/account/2fa/{path}")
        for path in ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/")
    ]
    assert [page.status_code for page in pages] == [200] * 5
    for page in pages:
        whole(page.content.decode())
    client.post("/account/logout/")
    client.post("/account/login/", {"login": alice.email, "password": people.PASSWORD})
    asked = client.get("/account/2fa/authenticate/")
    whole(asked.content.decode())
    assert "<h1>Second factor</h1>" in asked.content.decode()
    assert secret.user == alice


@pytest.mark.django_db
def test_wrong_sign_in_says_so_and_keeps_the_address(client) -> None:
    page = client.post("/account/login/", {"login": "alice@rossi.example", "password": "no"}).content.decode()
    whole(page)
    assert 'class="errors" role="alert" tabindex="-1"' in page
    assert 'value="alice@rossi.example"' in page


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_page_for_a_broken_server_needs_nothing(name: str) -> None:
    whole(render_to_string(name))


@pytest.mark.django_db
def test_empty_blocks_leave_nothing_behind(client) -> None:
    page = client.get("/no/such/page/").content.decode()
    assert [word for word in ("eyebrow", "crumbs", "page-aside") if f'class="{word}"' in page] == []


def test_document_carries_emblem_statement_and_page_numbers() -> None:
    first = render_pdf("layouts/pdf.html", {"visibility": None}, title="Receipt")
    assert first == render_pdf("layouts/pdf.html", {"visibility": None}, title="Receipt")
    text = PdfReader(io.BytesIO(first)).pages[0].extract_text()
    assert "Co-funded by the European Union" in text and "1 / 1" in text and "Receipt" in text


def test_mail_ends_with_statement_and_disclaimer() -> None:
    visibility = {"statement": "Co-funded by the European Union", "disclaimer": "Views & opinions."}
    text = render_to_string("layouts/email.txt", {"visibility": visibility, "site_url": "https://v.example"})
    assert text.strip().endswith("Co-funded by the European Union. Views & opinions.")
    html = render_to_string("layouts/email.html", {"visibility": visibility, "site_url": "https://v.example"})
    assert "Views &amp; opinions." in html and "<table" not in html


def test_request_token_reaches_a_button_in_its_own_form() -> None:
    request = RequestFactory().get("/")
    source = Template('{% load ui %}{% post action="/x/" %}Go{% endpost %}')
    html = source.render(RequestContext(request))
    assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', html)
