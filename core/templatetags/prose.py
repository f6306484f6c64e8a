"""Text that people write with a few marks (Markdown), shown safely."""

from functools import lru_cache

import nh3
from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.token import Token

register = template.Library()

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "h5", "h6", "blockquote", "code", "a", "hr"}
SCHEMES = {"https", "http", "mailto"}
TOP_LEVEL = 3
"""A text stands below the page's own headings."""


@register.filter
def prose(text: object) -> SafeString:
    """The text as HTML: paragraphs, lists, headings below the page's own, emphasis and links; all else is escaped. One
    that is there only in another language than the reader's says so to machines."""
    made = SafeString(_render(str(text or "")))
    foreign = getattr(text, "foreign", "")
    return format_html('<div lang="{}">{}</div>', foreign, made) if foreign else made


@register.filter
def in_its_language(text: object) -> SafeString | str:
    """A short text; where it is there only in another language than the reader's, marked as being in that."""
    foreign = getattr(text, "foreign", "")
    return format_html('<span lang="{}">{}</span>', foreign, str(text)) if foreign else str(text)


@register.filter
def foreign_language(text: object) -> str:
    """The name of the language of a text, in the reader's own, where it is another one; empty where it is the same."""
    foreign = getattr(text, "foreign", "")
    return str(dict(settings.LANGUAGES).get(foreign, foreign)) if foreign else ""


@lru_cache(maxsize=256)
def _render(text: str) -> str:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
    tokens = parser.parse(text)
    _lower_headings(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _lower_headings(tokens: list[Token]) -> None:
    """Headings start below the page's own, and none is more than one level below the one before it."""
    used = sorted({token.tag for token in tokens if token.type == "heading_open"})
    before = TOP_LEVEL - 1
    for token in tokens:
        if token.type == "heading_open":
            before = min(6, TOP_LEVEL + used.index(token.tag), before + 1)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{before}"
