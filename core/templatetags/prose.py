"""Text that people write with a few marks (Markdown), shown safely."""

from functools import lru_cache

import nh3
from django import template
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
    """The text as HTML: paragraphs, lists, headings below the page's own, emphasis and links; all else is escaped."""
    return SafeString(_render(str(text or "")))


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
