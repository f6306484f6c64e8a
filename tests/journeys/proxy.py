"""A wire to the database that a test can cut: connections to a port of 127.0.0.1 are carried to a UNIX socket."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

PIECE = 65536
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: close with a reset, as a host does that was switched off and on."""


class Wire:
    """Carries bytes both ways, or refuses, or swallows them in silence."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.port = 0
        self._silent = False
        self._door: socket.socket | None = None
        self._ends: list[socket.socket] = []
        self.restore()

    def restore(self) -> None:
        """Carry again, on the same port. What a silent wire took is lost: its connections are reset."""
        self.cut()
        self._silent = False
        self._open()

    def silence(self) -> None:
        """Take connections and bytes, and carry none."""
        self.cut()
        self._silent = True
        self._open()

    def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        if self._door is not None:
            with contextlib.suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RD)
            end.close()

    def _open(self) -> None:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", self.port))
        door.listen(64)
        self.port, self._door = door.getsockname()[1], door
        threading.Thread(target=self._take, args=(door,), daemon=True).start()

    def _take(self, door: socket.socket) -> None:
        while True:
            try:
                near, _address = door.accept()
            except OSError:
                return
            self._ends.append(near)
            if self._silent:
                continue
            far = socket.socket(socket.AF_UNIX)
            self._ends.append(far)
            try:
                far.connect(str(self.target))
            except OSError:
                near.close()
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                sink.sendall(piece)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wire(target: Path) -> Iterator[Wire]:
    """A wire that carries, gone afterwards."""
    made = Wire(target)
    try:
        yield made
    finally:
        made.cut()
