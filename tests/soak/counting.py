"""What is stored after a run, in the database that the environment names: `python -m tests.soak.counting` prints JSON."""

import hashlib
import json
import sys
from pathlib import Path

import django


def main() -> None:
    """Final versions with their fingerprints, recomputed too; receipts on disk, recomputed too; mails of each file."""
    django.setup()
    from django.conf import settings

    from applicants import payload
    from applicants.models import Version
    from core.models import AuditEvent, OutgoingMessage, StoredFile

    final = Version.objects.exclude(sha256="").select_related("application")
    versions = [
        {
            "ref": version.application.ref,
            "number": version.number,
            "status": version.status,
            "sha256": version.sha256,
            "recomputed": payload.fingerprint(version.payload or {}),
            "receipt": version.receipt_id,
        }
        for version in final.order_by("application__ref")
    ]
    told = OutgoingMessage.objects.filter(kind="submission_received")
    stored = StoredFile.objects.filter(name__endswith="-receipt.pdf")
    broken = [
        file.name
        for file in stored
        if hashlib.sha256((Path(settings.PRIVATE_FILES_DIR) / str(file.content)).read_bytes()).hexdigest()
        != file.sha256
    ]
    found = {
        "versions": versions,
        "events": list(
            AuditEvent.objects.filter(verb="application.submitted").values_list("target_ref", flat=True)
        ),
        "mails": [
            {"about": m.about_id, "message_id": m.message_id, "sent": m.sent_at is not None} for m in told
        ],
        "receipts": [file.name for file in stored],
        "broken": broken,
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
