"""Rules that PostgreSQL itself keeps, written once for all apps' migrations."""

from django.db.migrations.operations import RunSQL

REFUSE_CHANGE = RunSQL(
    """
    CREATE FUNCTION core_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' AND current_setting('app.allow_truncate', true) = 'on' THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END $$;
    """,
    "DROP FUNCTION core_refuse_change();",
)


def append_only(table: str) -> RunSQL:
    """Rows of `table` can be added, never changed or removed. Only tests may empty it (`app.allow_truncate`)."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};",
    )


def lets_go_after_term(table: str, trigger: str) -> RunSQL:
    """Let a trigger that keeps rows of `table` stand aside inside a transaction that deletes what its term is over for
    (`SET LOCAL app.retention = 'on'`); it keeps them at any other time."""
    change = f"""
        DO $do$
        DECLARE
            made text;
        BEGIN
            SELECT pg_get_triggerdef(t.oid) INTO STRICT made FROM pg_trigger t
             WHERE t.tgrelid = '{table}'::regclass AND t.tgname = '{trigger}';
            DROP TRIGGER {trigger} ON {table};
            EXECUTE replace(made, %s, %s);
        END $do$;
    """  # noqa: S608  (names of our own tables and triggers, in a migration)
    told = "current_setting(''app.retention''::text, true) IS DISTINCT FROM ''on''::text"
    plain, free = "'FOR EACH ROW EXECUTE'", f"'FOR EACH ROW WHEN (({told})) EXECUTE'"
    return RunSQL(change % (plain, free), change % (free, plain))
