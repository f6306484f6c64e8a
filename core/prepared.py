"""Queries whose SQL is made once in a process and then only sent again with other values.

Building a query and its SQL costs Django more than PostgreSQL takes to answer a small one. Worth it for the few that a
rush is made of, and for nothing else: write a plain query first.
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
STAND_INS: dict[type, tuple[Any, Any]] = {
    int: (900_000_001, 900_000_002),
    str: ("stand-in-one", "stand-in-two"),
}
"""Two values of each kind, as nobody has them, in whose place the real ones are put."""


class Prepared:
    """A query of values that depends on nothing but what it is given by name.

    `build` takes the given values by their names and returns a query with `values_list`. It is called twice, with stand-ins;
    where the two differ, the real values go. What holds at one moment only (today, a count) must not be in it: a date
    among the other values is refused, and so is anything that differs for another reason.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], **kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self._sql = ""
        self._values: list[tuple[str, Any]] = []

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, as the query's columns. Raises ImproperlyConfigured for a query that cannot be
        prepared, TypeError when other values are given than were named."""
        if given.keys() != self.kinds.keys():
            raise TypeError(f"{sorted(self.kinds)} are needed, not {sorted(given)}")
        if not self._sql:
            self._prepare()
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [given[name] if name else value for name, value in self._values])
            return list(cursor.fetchall())

    def _prepare(self) -> None:
        sql, first = self._compiled(0)
        again, second = self._compiled(1)
        if sql != again or len(first) != len(second):
            raise ImproperlyConfigured("The SQL is not the same for all values.")
        ours = {STAND_INS[kind][0]: name for name, kind in reversed(self.kinds.items())}
        if len(set(self.kinds.values())) < len(self.kinds):
            raise ImproperlyConfigured("Two values of one kind could not be told apart.")
        values: list[tuple[str, Any]] = []
        for one, other in zip(first, second, strict=True):
            name = ours.get(one, "") if isinstance(one, int | str) else ""
            if (one != other) != bool(name) or isinstance(one, date | time):
                raise ImproperlyConfigured(
                    f"{one!r} does not come from what is given, and may not hold later."
                )
            values.append((name, one))
        if set(self.kinds) - {name for name, _one in values}:
            raise ImproperlyConfigured("The query does not look at everything that is given.")
        self._values, self._sql = values, sql

    def _compiled(self, which: int) -> tuple[str, Sequence[Any]]:
        query = self.build(**{name: STAND_INS[kind][which] for name, kind in self.kinds.items()}).query
        sql, values = query.get_compiler(connection=connection).as_sql()
        return str(sql), list(values)


def made_of(model: type[M], **values: Any) -> M:
    """An object of columns that were read, as the database has it; what was not read is fetched when it is asked for."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    if len(names) < len(values):
        raise TypeError(f"{model.__name__} has not all of the columns {sorted(values)}")
    return model.from_db(connection.alias, names, [values[name] for name in names])
