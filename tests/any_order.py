"""Rows whose order nobody asked for come in any order: `make test ARGS="-p tests.any_order"`.

PostgreSQL may answer in any order, and mostly answers in that of insertion: a list that has no order, or ties in it, passes a
hundred times and fails once. With this, it fails at once.
"""

from typing import Any

from django.db.models.sql.compiler import SQLCompiler

_as_sql = SQLCompiler.as_sql


def as_sql(self: SQLCompiler, *args: Any, **kwargs: Any) -> tuple[str, tuple]:
    """The statement as Django makes it, with `random()` as the last thing to order by where that changes no meaning."""
    sql, params = _as_sql(self, *args, **kwargs)
    query = self.query
    plain = (
        type(self) is SQLCompiler
        and not (query.subquery or query.distinct or query.combinator or query.is_sliced)
        and not query.select_for_update
        and query.group_by is None
        and not kwargs.get("with_col_aliases")
        and not any(getattr(each, "contains_aggregate", False) for each in query.annotation_select.values())
    )
    if plain:
        is_ordered = " ORDER BY " in sql[sql.rfind(" FROM ") :]
        sql += ", random()" if is_ordered else " ORDER BY random()"
    return sql, params


SQLCompiler.as_sql = as_sql  # type: ignore[method-assign]
