"""Queries whose SQL is made once in a process and then only sent again with other values.

Building a query and its SQL costs Django more than PostgreSQL takes to answer a small one. Worth it for the few that a
rush is made of, and for nothing else: write a plain query first.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def stand_ins(kind: type, place: int) -> tuple[Any, Any]:
    """Two values of a kind, as nobody has them, in whose place the real ones are put; others for each place."""
    first = 900_000_001 + 2 * place
    return (first, first + 1) if kind is int else (f"stand-in-{first}", f"stand-in-{first + 1}")


class Prepared:
    """A query of values that depends on nothing but what it is given by name.

    `build` takes the given values by their names and returns a query with `values_list`. It is called twice, with stand-ins;
    where the two differ, the real values go. The rows of the table `locks` stay locked to the end of the transaction. What holds at one moment only (today, a count) must not be in it: a date
    among the other values is refused, and so is anything that differs for another reason.
    """

    def __init__(
        self, build: Callable[..., "QuerySet[Any, Any]"], *, locks: type[Model] | None = None, **kinds: type
    ) -> None:
        self.build, self.locks, self.kinds = build, locks, kinds
        self._converters: Any = {}
        self._compiler: Any = None
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
            rows = cursor.fetchall()
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        return [tuple(row) for row in rows]

    def _prepare(self) -> None:
        sql, first = self._compiled(0)
        again, second = self._compiled(1)
        if sql != again or len(first) != len(second):
            raise ImproperlyConfigured("The SQL is not the same for all values.")
        ours = {value: name for name, value in self._stand_ins(0).items()}
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
        if self.locks is not None:
            sql += f" FOR UPDATE OF {connection.ops.quote_name(self.locks._meta.db_table)}"
        self._values, self._sql = values, sql

    def _stand_ins(self, which: int) -> dict[str, Any]:
        return {name: stand_ins(kind, place)[which] for place, (name, kind) in enumerate(self.kinds.items())}

    def _compiled(self, which: int) -> tuple[str, Sequence[Any]]:
        query = self.build(**self._stand_ins(which)).query
        compiler = query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        self._compiler = compiler
        self._converters = compiler.get_converters(
            [column[0] for column in compiler.select[: compiler.col_count]]
        )
        return str(sql), list(values)


def made_of(model: type[M], **values: Any) -> M:
    """An object of columns that were read, as the database has it; what was not read is fetched when it is asked for."""
    names = [field.attname for field in model._meta.concrete_fields if field.attname in values]
    if len(names) < len(values):
        raise TypeError(f"{model.__name__} has not all of the columns {sorted(values)}")
    return model.from_db(connection.alias, names, [values[name] for name in names])


def columns_of(
    model: type[Model], *, leave: Collection[str] = (), **related: Sequence[str]
) -> tuple[str, ...]:
    """All columns of a model as `put_together` takes them, without those in `leave`; in the place of a foreign key the
    columns of what it refers to, where they are given by its name."""
    own = (
        one.name for one in model._meta.concrete_fields if one.name not in leave and one.name not in related
    )
    return (*own, *(f"{name}__{column}" for name, columns in related.items() for column in columns))


@dataclass(frozen=True)
class _Plan:
    """How an object is made of a row: its columns in the model's order, each by its place in the row or by the name of the
    related object whose key it is."""

    model: type[Model]
    names: list[str]
    places: list[int | str]
    related: list[tuple[str, Any, "_Plan"]]

    def made(self, row: Sequence[Any]) -> Any:
        others = {name: plan.made(row) for name, _field, plan in self.related}
        values = [row[place] if isinstance(place, int) else others[place].pk for place in self.places]
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
        for name, field, _plan in self.related:
            field.set_cached_value(made, others[name])
        return made


@lru_cache(maxsize=100)
def _plan(model: type[Model], columns: tuple[tuple[str, int], ...]) -> _Plan:
    fields: Any = model._meta
    own: dict[str, int | str] = {}
    related: dict[str, list[tuple[str, int]]] = {}
    for column, place in columns:
        name, _sep, rest = column.partition("__")
        if rest:
            related.setdefault(name, []).append((rest, place))
            own[fields.get_field(name).attname] = name
        else:
            field = fields.pk if name == "pk" else fields.get_field(name)
            own[field.attname] = place
    names = [field.attname for field in fields.concrete_fields if field.attname in own]
    others = [
        (name, fields.get_field(name), _plan(fields.get_field(name).related_model, tuple(rest)))
        for name, rest in related.items()
    ]
    return _Plan(model, names, [own[name] for name in names], others)


@lru_cache(maxsize=100)
def _placed(columns: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((column, place) for place, column in enumerate(columns))


def put_together(model: type[M], columns: Sequence[str], row: Sequence[Any]) -> M:
    """The object of a row, with its related objects: columns are named as in a query (`application__call__state`), each
    object's primary key (`application__call__pk`) among them; the foreign keys follow from those."""
    made: M = _plan(model, _placed(tuple(columns))).made(row)
    return made
