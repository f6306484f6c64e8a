"""What pages say the same way everywhere: money, time, states, fields, pictures. `docs/ui.md` shows each with an example."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from lucide import _render_icon

from core import clock, pictures
from core.fieldview import FieldView, summary_of, view_of
from core.money import format_eur
from core.zones import zone_in_words

register = template.Library()
NBSP = "\u00a0"
TONES = frozenset({"", "good", "warn", "bad", "busy"})


# --- money ------------------------------------------------------------------------------------------------
@register.filter
def amount(cents: int | None, style: str = "") -> str:
    """Cents as a bare figure: `60 000.00`; with "short" an amount of whole euros drops its `.00` (never rounds)."""
    if cents is None or cents == "":
        return ""
    return format_eur(cents, short=style == "short")


@register.filter
def eur(cents: int | None, style: str = "") -> str:
    """Cents as money: `60 000.00 EUR`; `|eur:"short"` says `60 000 EUR` where there are no cents."""
    figure = amount(cents, style)
    return f"{figure}{NBSP}EUR" if figure else ""


# --- time -------------------------------------------------------------------------------------------------
def _zone_words(local: datetime, zone: str) -> str:
    """ "Brussels time"; in the doubled hour of autumn the offset as well, because the words alone fit two instants."""
    words = zone_in_words(zone)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        offset = local.strftime("%z")
        words += f" (UTC{offset[:3]}:{offset[3:]})"
    return words


def _told(instant: datetime, zone: str, style: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    if style == "day":
        return date_format(local, pgettext("date format", "j F Y"))
    if style == "short":
        return date_format(local, pgettext("date format", "j M Y, H:i"))
    told = date_format(local, pgettext("date format", "l j F Y, H:i"))
    if style == "exact":
        told += f":{local.second:02d}.{local.microsecond // 1000:03d}"
    return f"{told} {_zone_words(local, zone)}"


def _time_element(instant: datetime | None, zone: str, style: str, extra: str = "") -> SafeString:
    if not instant:
        return mark_safe("")
    zone = str(zone or settings.DEFAULT_ZONE)
    stamp = instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = mark_safe(f" {extra}") if extra else ""
    told = _told(instant, zone, style)
    return format_html('<time datetime="{}" data-zone="{}"{}>{}</time>', stamp, zone, kind, told)


@register.filter
def when(instant: datetime | None, zone: str = "") -> SafeString:
    """ "Wednesday 3 March 2027, 17:00 Brussels time"; the script adds the reader's own time where it differs."""
    return _time_element(instant, zone, "", "data-local")


@register.filter
def when_exact(instant: datetime | None, zone: str = "") -> SafeString:
    """With seconds and milliseconds, for receipts and logs (deadlines are judged to the millisecond)."""
    return _time_element(instant, zone, "exact")


@register.filter
def when_short(instant: datetime | None, zone: str = "") -> SafeString:
    """ "3 Mar 2027, 17:00", for tables whose head names the zone."""
    return _time_element(instant, zone, "short")


@register.filter
def day(instant: datetime | None, zone: str = "") -> SafeString:
    """ "3 March 2027": the day in the zone, without the time."""
    return _time_element(instant, zone, "day")


@register.filter
def date_words(day: date | None, style: str = "") -> str:
    """ "3 March 2027" for a date that has no time and no zone; `|date_words:"short"` says "3 Mar 2027"."""
    if day is None:
        return ""
    short = pgettext("date format", "j M Y")
    return date_format(day, short if style == "short" else pgettext("date format", "j F Y"))


@register.filter
def when_text(instant: datetime | None, zone: str = "") -> str:
    """The words of `when` without an element, for mails, documents and titles."""
    return _told(instant, str(zone or settings.DEFAULT_ZONE), "") if instant else ""


@register.filter
def time_left(instant: datetime | None) -> str:
    """ "in 12 days", "in 3 hours", "2 days ago". Rounded down, so that nobody is promised time they do not have."""
    if not instant:
        return ""
    delta = instant - clock.now()
    span = abs(delta)
    if span < timedelta(minutes=1):
        return _("in less than a minute") if delta >= timedelta(0) else _("just now")
    told = _span_words(span)
    return _("in %(span)s") % {"span": told} if delta > timedelta(0) else _("%(span)s ago") % {"span": told}


def _span_words(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    if minutes < 90:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


@register.simple_tag
def deadline(instant: datetime, zone: str = "") -> SafeString:
    """A deadline in words, with the time left; announced politely 60, 15 and 5 minutes before (QA6)."""
    told = _time_element(instant, zone, "", "data-local data-deadline")
    return format_html('{}, <span class="nowrap">{}</span>', told, time_left(instant))


@register.filter
def sha_short(digest: str) -> str:
    """A SHA-256 as people compare it: `9f3a…c21e`."""
    return f"{digest[:4]}…{digest[-4:]}" if len(digest) > 12 else digest


# --- small things -----------------------------------------------------------------------------------------
@register.simple_tag
def tag(tone: str, label: str) -> SafeString:
    """A status in words, with a shape of its own: tone is "", good, warn, bad or busy."""
    return format_html('<span class="tag{}">{}</span>', _tone(tone), label)


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """A Lucide icon, hidden from assistive technology: always beside a text."""
    return mark_safe(
        _render_icon(name, size, **{"aria-hidden": "true", "class": "icon", "focusable": "false"})
    )


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"{tone!r} is no tone: use one of {sorted(TONES)}")
    return f" {tone}" if tone else ""


def _markup(rendered: str) -> SafeString:
    """What the template engine has rendered (and escaped) already, without the space around it."""
    return mark_safe(rendered.strip())


@register.simple_block_tag
def filled(content: str, element: str = "div", css: str = "", label: str = "") -> SafeString:
    """Wrap the body in an element, or give nothing at all when the body is empty."""
    body = _markup(content)
    if not body:
        return body
    attributes = format_html(' class="{}"', css) if css else SafeString()
    attributes += format_html(' aria-label="{}"', label) if label else SafeString()
    return format_html("<{0}{1}>{2}</{0}>", mark_safe(element), attributes, body)


@register.simple_block_tag(takes_context=True)
def post(context: Context, content: str, action: str, tone: str = "plain", name: str = "", value: str = "",
         size: str = "", css: str = "", once: str = "") -> str:  # fmt: skip
    """A verb as one button in a form of its own; the body is the button's text. `once` is an idempotency key."""
    values = {
        "action": action,
        "tone": tone,
        "name": name,
        "value": value,
        "size": size,
        "css": css,
        "once": once,
    }
    return render_to_string(
        "components/post.html",
        {**values, "label": _markup(content), "csrf_token": context.get("csrf_token", "")},
    )


@register.simple_block_tag(takes_context=True)
def confirm(context: Context, content: str, title: str, action: str, button: str, cancel: str, tone: str = "warn",
            once: str = "") -> str:  # fmt: skip
    """A question before an act that cannot be taken back; the body says what will happen (and may hold fields)."""
    values = {
        "title": title,
        "action": action,
        "button": button,
        "cancel": cancel,
        "tone": _tone(tone),
        "once": once,
    }
    return render_to_string(
        "components/confirm.html",
        {**values, "body": _markup(content), "csrf_token": context.get("csrf_token", "")},
    )


@register.simple_block_tag
def panel(
    content: str, title: str = "", note: str = "", css: str = "", level: int = 2, pad: bool = True
) -> str:
    """A framed box with a heading. `pad=False` for a list or table that brings its own padding."""
    values = {"title": title, "note": note, "css": css, "level": level, "pad": pad, "body": _markup(content)}
    return render_to_string("components/panel.html", values)


@register.simple_block_tag
def frame(content: str, label: str, css: str = "") -> str:
    """A table's frame: it scrolls inside itself, by keyboard too. `label` is what the table is called."""
    return render_to_string("components/frame.html", {"label": label, "css": css, "body": _markup(content)})


# --- the state panel: a body and, after {% actions %}, its buttons ------------------------------------------
class StateNode(template.Node):
    """`{% state tone="good" tag=… title=… %} text {% actions %} buttons {% endstate %}`"""

    child_nodelists = ("body", "buttons")

    def __init__(self, options: dict[str, FilterExpression], body: NodeList, buttons: NodeList) -> None:
        self.options, self.body, self.buttons = options, body, buttons

    def render(self, context: Context) -> str:
        values = {name: given.resolve(context) for name, given in self.options.items()}
        full = {
            "tone": _tone(values.get("tone", "")),
            "tag_tone": values.get("tone", ""),
            "tag": values.get("tag", ""),
            "title": values.get("title", ""),
            "css": values.get("css", ""),
            "body": _markup(self.body.render(context)),
            "actions": _markup(self.buttons.render(context)),
        }
        return render_to_string("components/state.html", full)


@register.tag("state")
def state(parser: Parser, token: Token) -> StateNode:
    """A permanent panel that says what state this is in, and what to do next."""
    bits = token.split_contents()[1:]
    options = token_kwargs(bits, parser)
    unknown = set(options) - {"tone", "tag", "title", "css"}
    if bits or unknown:
        raise template.TemplateSyntaxError(
            f"state takes tone, tag, title and css, not {bits or sorted(unknown)}"
        )
    body = parser.parse(("actions", "endstate"))
    buttons = NodeList()
    if parser.next_token().contents == "actions":
        buttons = parser.parse(("endstate",))
        parser.delete_first_token()
    return StateNode(options, body, buttons)


# --- forms ------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/field.html")
def field(bound: Any, note: str = "") -> dict[str, FieldView]:
    """One form field: label, hint, reason beside it, control, counter. `note` stands under the control."""
    return {"f": view_of(bound, note=note)}


@register.simple_block_tag
def field_with(content: str, bound: Any, note: str = "") -> str:
    """The same with something beside the control, such as a button that takes the allowed amount."""
    return render_to_string(
        "components/field.html", {"f": view_of(bound, note=note, beside=_markup(content))}
    )


@register.inclusion_tag("components/scale.html")
def scale(bound: Any) -> dict[str, FieldView]:
    """A radio group drawn as a row of scores; works by keyboard and without a script."""
    return {"f": view_of(bound)}


@register.inclusion_tag("components/errors.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """What is wrong in one or more forms, on top, each line a link to its field. Empty when nothing is."""
    return {"summary": summary_of([form for form in forms if form])}


# --- pictures ---------------------------------------------------------------------------------------------
@register.inclusion_tag("components/stacked_bar.html")
def stacked_bar(parts: Any, total: int = 0, label: str = "", legend: str = "amount") -> dict[str, Any]:
    """An envelope as one bar with its legend. `parts`: `core.pictures.Part` or dicts (key, label, value, url).

    `legend` is "amount" (figure and percent), "percent" or "" (none; then `label` has to tell the figures).
    """
    return {"segments": pictures.stacked(parts, total), "label": label, "legend": legend}


@register.inclusion_tag("components/progress.html")
def progress(value: Any, target: Any, label: str, planned: Any = None) -> dict[str, Any]:
    """How far towards a target; `planned` marks where the plan expects it today. `label` says it in words."""
    mark = "" if planned is None else pictures.share_of(planned, target, 300)
    return {"width": pictures.share_of(value, target, 300), "mark": mark, "label": label}


@register.inclusion_tag("components/spread.html")
def spread(scores: Any, low: Any = 0, high: Any = 5) -> dict[str, Any]:
    """The scores of one proposal as dots on a line."""
    given = list(scores)
    told = ", ".join(pictures.plain(score) for score in given)
    return {"dots": pictures.spread_dots(given, low, high), "told": told, "best": pictures.plain(high)}


_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@register.simple_tag
def linked_data(data: dict[str, Any]) -> SafeString:
    """Data for search engines (JSON-LD) inside the page. It is no script: browsers do not run the type, and the content
    policy does not concern it; nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False).translate(_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.inclusion_tag("components/sparkline.html")
def sparkline(values: Any, label: str) -> dict[str, Any]:
    """A small line through figures over time; `label` says what it shows and how it ends."""
    return {"points": pictures.polyline(list(values)), "label": label}


@register.inclusion_tag("components/bars.html")
def bars(rows: Any, caption: str, head: str, unit: str) -> dict[str, Any]:
    """A table with a bar in each row. `rows`: (label, value, told) or (label, value, told, url)."""
    given = [(*row, "")[:4] for row in rows]
    top = max((row[1] for row in given), default=0)
    drawn = [
        {"label": label, "told": told, "url": url, "width": pictures.share_of(value, top, 200)}
        for label, value, told, url in given
    ]
    return {"rows": drawn, "caption": caption, "head": head, "unit": unit}
