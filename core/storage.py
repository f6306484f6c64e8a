"""Where private files lie: a folder that no web server publishes, or an S3-compatible bucket."""

import os

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages


class DurableFileSystemStorage(FileSystemStorage):
    """A file is on the disk, whole and synced, before its row exists (QR8): written aside, synced, renamed."""

    def _save(self, name: str, content: File) -> str:
        full = self.path(name)
        os.makedirs(os.path.dirname(full), mode=0o700, exist_ok=True)
        aside = f"{full}.{os.getpid()}.part"
        with open(aside, "wb") as out:
            for chunk in content.chunks():
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        os.replace(aside, full)
        folder = os.open(os.path.dirname(full), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Names are made of the content's hash: the same name is the same bytes."""
        return name


def private_storage() -> Storage:
    """The storage named `private` in the settings."""
    return storages["private"]
