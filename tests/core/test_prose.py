"""Text with a few marks, shown safely."""

import pytest
from django.utils import translation

from core.localised import localised
from core.templatetags.prose import foreign_language, in_its_language, prose


def test_prose_makes_paragraphs_lists_and_emphasis():
    assert prose("One **bold**\nline\n\n- a\n- b") == (
        "<p>One <strong>bold</strong><br>\nline</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,1)", "<p>[x](data:text/html,1)</p>\n"),
        (
            "[x](https://example.eu/)",
            '<p><a href="https://example.eu/" rel="noopener noreferrer nofollow">x</a></p>\n',
        ),
        ("![x](https://example.eu/a.png)", None),
    ],
)
def test_prose_escapes_what_is_no_mark(written, shown):
    html = prose(written)

    assert shown is None or shown.strip() in html
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("# a\n\n## b", ["h3", "h4"]),
        ("## a\n\n## b", ["h3", "h3"]),
        ("### a\n\n# b\n\n### c", ["h3", "h3", "h4"]),
        ("# a\n\n## b\n\n### c\n\n#### d\n\n##### e\n\n###### f", ["h3", "h4", "h5", "h6", "h6", "h6"]),
    ],
)
def test_prose_keeps_headings_in_order_below_the_page(written, levels):
    html = str(prose(written))

    assert [html[at + 1 : at + 3] for at in range(len(html)) if html[at : at + 2] == "<h"] == levels


def test_prose_of_nothing_is_nothing():
    assert prose(None) == ""


@pytest.mark.parametrize(
    "language, html, name",
    [
        ("fr", "<p>Bonjour</p>\n", ""),
        ("fr-be", "<p>Bonjour</p>\n", ""),
        ("en", "<p>Hello</p>\n", ""),
        ("de", '<div lang="en"><p>Hello</p>\n</div>', "Englisch"),
    ],
)
def test_a_text_in_another_language_than_the_readers_says_so(language, html, name) -> None:
    text = localised({"en": "Hello", "fr": "Bonjour"})
    with translation.override(language):
        assert prose(text) == html
        assert foreign_language(text) == name


def test_a_short_text_in_another_language_is_marked_and_escaped() -> None:
    with translation.override("de"):
        told = in_its_language(localised({"fr": "<b>"}))
    assert told == '<span lang="fr">&lt;b&gt;</span>'
    assert in_its_language("<b>") == "<b>"
