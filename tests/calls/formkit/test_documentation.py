"""The page about forms names every kind and setting, and its example can be read."""

import json
import re
from dataclasses import fields
from pathlib import Path

from calls import formkit
from calls.formkit import Question, QuestionType

PAGE = (Path(__file__).parents[3] / "docs" / "forms.md").read_text()
ELSEWHERE = {"key", "type", "condition"}  # `condition` is `shown_if` in JSON


def test_page_names_every_kind_and_every_setting():
    kinds = {
        name for row in re.findall(r"^\| (`[^|]+) \|", PAGE, re.M) for name in re.findall(r"`(\w+)`", row)
    }

    assert kinds - {"type"} == set(QuestionType.values)
    missing = [
        one.name for one in fields(Question) if one.name not in ELSEWHERE and f"`{one.name}`" not in PAGE
    ]
    assert missing == []


def test_example_of_the_page_is_a_form():
    example = re.search(r"```json\n(.*?)```", PAGE, re.S)

    assert formkit.problems(json.loads(example[1])) == []
