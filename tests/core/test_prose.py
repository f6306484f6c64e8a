"""Text with a few marks, shown safely."""

import pytest

from core.templatetags.prose import prose


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
