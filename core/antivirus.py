"""The virus scanner, when the installation has one: clamd, spoken to over its socket (`CLAMD_ADDRESS`)."""

import socket
import struct

from django.conf import settings

SECONDS = 10
CHUNK = 1 << 16


class Unavailable(Exception):
    """The scanner gave no answer: the file waits for it."""


def is_configured() -> bool:
    """Does this installation have a scanner?"""
    return bool(settings.CLAMD_ADDRESS)


def scan(content: bytes) -> str:
    """What was found in these bytes, by the scanner's name for it; empty when nothing was.

    Raises Unavailable when it does not answer, or refuses to look. Speaks INSTREAM: the file goes through the socket.
    """
    try:
        with _connected() as channel:
            channel.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                part = content[start : start + CHUNK]
                channel.sendall(struct.pack(">I", len(part)) + part)
            channel.sendall(struct.pack(">I", 0))
            answer = _answer(channel)
    except OSError as error:
        raise Unavailable(str(error)) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer[len("stream: ") : -len(" FOUND")]
    raise Unavailable(answer)


def _connected() -> socket.socket:
    """`unix:/run/clamav/clamd.sock`, or a host and port such as `clamd:3310`."""
    address = settings.CLAMD_ADDRESS
    if address.startswith("unix:"):
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(SECONDS)
        channel.connect(address.removeprefix("unix:"))
        return channel
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _answer(channel: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < 1000:
        more = channel.recv(1000)
        if not more:
            break
        received += more
    return received.rstrip(b"\0").decode(errors="replace").strip()
