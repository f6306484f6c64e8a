"""QR1 in short: what was confirmed is kept, once, whatever is killed meanwhile. The long form is `make soak`."""

import pytest

from tests.soak import killing

pytestmark = pytest.mark.journey


def test_qr_01_what_was_confirmed_is_kept_once_while_everything_is_killed_in_turn() -> None:
    """300 submissions of 16 clients; web workers, Celery worker, Redis and all of PostgreSQL are killed."""
    account = killing.run(submissions=300, clients=16, kills=4, limit=240, say=print, patient=False)

    assert account.killed == ["web workers", "Celery worker", "Redis", "PostgreSQL"]
    assert account.unanswered > 0, "nothing was disturbed"
    assert (account.lost, account.doubled, account.wrong) == ([], [], [])
    assert account.mails == 300
    assert account.receipts > 0
