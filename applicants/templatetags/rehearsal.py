"""What the page of a call's publication tells about its test submissions: information, no duty."""

from django import template

from applicants import queries
from calls.models import Call

register = template.Library()


@register.simple_tag
def rehearsed(call: Call) -> queries.Rehearsed:
    """How many tests of the call were made and how many ended well. Two queries."""
    return queries.rehearsed(call)
