"""The question of a call that its limits are counted by and that chooses the type of a project."""

from calls import formkit
from calls.models import Call


def topic_answers(call: Call) -> dict[str, str]:
    """The words of its answers, by value: one query, none where the call names no such question."""
    if not call.topic_question:
        return {}
    question = formkit.parse(call.current_form().definition).question(call.topic_question)
    return {choice.value: str(choice.label) for choice in question.choices} if question else {}
