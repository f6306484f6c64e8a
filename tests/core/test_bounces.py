"""Mail that comes back later marks what was sent, and nothing that anybody writes to the mailbox does more than that."""

import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.queries import unreachable
from core import bounce_box
from core.bounces import Bounce, Unreadable, new_message_id, read_bounce
from core.jobs import deliver_pending, read_bounces
from core.models import AuditEvent, OutgoingMessage
from core.outbox import refused_for, send_again, store_message
from core.tasks import deliver_message
from tests.accounts import factories as people
from tests.core import dsn


def sent() -> OutgoingMessage:
    message = store_message("test", to=people.user("Alice"), email="", subject="Your receipt", text="Hello")
    deliver_message(message.pk)
    message.refresh_from_db()
    return message


@pytest.fixture
def box(tmp_path, settings) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    settings.BOUNCES_URL = f"maildir://{tmp_path}"
    return tmp_path


def put(box: Path, *raw: bytes) -> None:
    for number, content in enumerate(raw):
        (box / "new" / f"{number}.host").write_bytes(content)


def names(box: Path) -> list[str]:
    return sorted(path.name for path in (box / "cur").iterdir())


# --- what a notification says ---------------------------------------------------------------------------------
@pytest.mark.parametrize("system", dsn.ALL)
def test_a_permanent_failure_is_read_of_every_mail_system_in_our_own_words(system) -> None:
    ours = new_message_id()
    assert read_bounce(dsn.dsn(dsn.ALL[system], ours)) == Bounce(ours, "5.1.1 no such mailbox")
    windows = dsn.dsn(dsn.ALL[system], ours).replace(b"\n", b"\r\n")
    assert read_bounce(windows) == Bounce(ours, "5.1.1 no such mailbox")


@pytest.mark.parametrize(
    ("status", "told"),
    [("5.2.2", "5.2.2 the mailbox is full"), ("5.1.10 (no MX)", "5.1.10 the domain takes no mail"),
     ("5.0.0", "5.0.0 not delivered"), ("5.7.26", "5.7.26 refused by a rule of the mail system")],
)  # fmt: skip
def test_the_code_is_kept_with_its_meaning(status, told) -> None:
    ours = new_message_id()
    assert read_bounce(dsn.dsn(dsn.EXIM, ours, status=status)) == Bounce(ours, told)


@pytest.mark.parametrize("system", dsn.ALL)
@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("failed", "4.4.7"), ("delivered", "2.0.0"), ("relayed", "2.0.0"), ("delayed", "5.1.1"),
     ("failed", "none"), ("failed", "5.1.1111"), ("failed", "15.1.1")],
)  # fmt: skip
def test_a_delay_a_success_and_a_code_that_is_none_say_nothing(system, action, status) -> None:
    assert read_bounce(dsn.dsn(dsn.ALL[system], new_message_id(), action=action, status=status)) is None


def test_one_recipient_behind_the_address_who_got_it_is_enough() -> None:
    ours = new_message_id()
    both = b"Status: 5.1.1\n\nFinal-Recipient: rfc822; bob@firm.example\nAction: delivered\nStatus: 2.0.0\n"
    assert read_bounce(dsn.dsn(dsn.POSTFIX, ours).replace(b"Status: 5.1.1\n", both, 1)) is None


def test_an_absence_is_no_failure() -> None:
    assert read_bounce(dsn.ABSENCE.format(id=new_message_id()).encode()) is None


@pytest.mark.parametrize("system", dsn.ALL)
def test_what_does_not_bear_our_signature_is_not_believed(system, settings) -> None:
    ours = new_message_id()
    key, _dot, rest = ours.partition(".")
    forged = f"{key}.{'0' * 32}{rest[32:]}"
    other = f"<{'0' * 32}.{rest}"
    for one in (forged, other, "<1802@mail.example>", ours.upper()):
        assert read_bounce(dsn.dsn(dsn.ALL[system], one)) is None
    settings.SECRET_KEY = "another key " * 4
    assert read_bounce(dsn.dsn(dsn.ALL[system], ours)) is None
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, "x" * 50]
    assert read_bounce(dsn.dsn(dsn.ALL[system], ours)) is None


def test_a_key_that_was_changed_still_counts_while_it_stands_among_the_former_ones(settings) -> None:
    ours, former = new_message_id(), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 4, [former]
    assert read_bounce(dsn.dsn(dsn.POSTFIX, ours)) is not None


def test_two_mails_of_ours_in_one_notification_are_not_guessed_between() -> None:
    first, second = new_message_id(), new_message_id()
    raw = dsn.dsn(dsn.EXCHANGE, first).replace(b"References: ", f"References: {second} ".encode())
    assert read_bounce(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/report; report-type=delivery-status\n\nno parts",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nwords\n--x--\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n--x--\n",
    ],
)
def test_a_broken_report_is_unreadable(raw) -> None:
    with pytest.raises(Unreadable):
        read_bounce(raw)


PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", b"\n", b"--x\n", b"--x--\n",
        b"Content-Type: message/delivery-status\n", b"Content-Type: message/rfc822\n", b"Action: failed\n",
        b"Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n", b"Status: 5.1.1\n",
        b"Content-Transfer-Encoding: x-uuencode\n", b"Message-ID: <\xff@x>\n", b"Content-Type: multipart/x; boundary*=''%\n",
        b"Content-Type: text/plain; charset=\"none\"\n", b"=?utf-8?b?\xff?=", b"\x00", b"Status: \xe2\x82\xac\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff\n", b"References: <>\n",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(raw=st.one_of(st.binary(max_size=500), st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=40).map(b"".join)))  # fmt: skip
def test_whatever_is_written_to_the_mailbox_reading_it_raises_nothing_else(raw) -> None:
    try:
        assert read_bounce(raw) is None
    except Unreadable:
        pass


@settings(max_examples=300, deadline=None)
@given(
    system=st.sampled_from(list(dsn.ALL.values())),
    cuts=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 60), st.binary(max_size=6)), max_size=4),
)
def test_a_damaged_notification_is_read_as_what_it_was_or_not_at_all(system, cuts) -> None:
    ours = new_message_id()
    raw = dsn.dsn(system, ours)
    for at, length, other in cuts:
        raw = raw[:at] + other + raw[at + length :]
    try:
        found = read_bounce(raw)
    except Unreadable:
        return
    assert found is None or (
        found.message_id.partition("@")[0] == ours.partition("@")[0] and found.told.startswith("5.")
    )


def test_a_mail_nested_without_end_is_unreadable_or_nothing() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    report = b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n" + deep
    for raw in (deep, report):
        try:
            assert read_bounce(raw) is None
        except Unreadable:
            pass


# --- what it does ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_mail_that_came_back_is_marked_like_one_that_was_refused_once(box, now) -> None:
    message, other = sent(), sent()
    put(box, dsn.dsn(dsn.POSTFIX, message.message_id), dsn.dsn(dsn.EXIM, message.message_id, status="5.2.1"))
    assert (read_bounces(), read_bounces()) == (1, 0)
    message.refresh_from_db()
    assert (message.refused_at, message.last_error) == (now, "5.1.1 no such mailbox")
    assert list(refused_for(message.recipient)) == [message]
    assert "call" not in message.last_error
    event = AuditEvent.objects.get(verb="mail.came_back")
    assert (event.actor, event.target, event.data["status"]) == (None, message, "5.1.1 no such mailbox")
    assert names(box) == ["0.host:2,S", "1.host:2,S"]
    assert list((box / "new").iterdir()) == []
    other.refresh_from_db()
    assert other.refused_at is None


@pytest.mark.django_db
def test_staff_see_the_address_as_one_that_is_not_reached(box) -> None:
    message = sent()
    firm = people.organisation(members=[message.recipient])
    assert list(unreachable(firm.pk)) == []
    put(box, dsn.dsn(dsn.EXCHANGE, message.message_id))
    call_command("read_bounces")
    assert list(unreachable(firm.pk)) == [message.recipient]


@pytest.mark.django_db
def test_what_came_back_is_sent_again_as_a_new_mail_which_an_old_notification_does_not_touch(box) -> None:
    message = sent()
    old = dsn.dsn(dsn.POSTFIX, message.message_id)
    put(box, old)
    assert read_bounces() == 1
    message.refresh_from_db()
    former = message.message_id
    send_again(message, by=message.recipient)
    assert deliver_pending() == 1
    assert len(mail.outbox) == 2
    assert mail.outbox[1].extra_headers["Message-ID"] != former
    assert AuditEvent.objects.get(verb="mail.sent_again").data["message_id"] == former
    put(box, old)
    assert read_bounces() == 0
    message.refresh_from_db()
    assert message.refused_at is None
    put(box, dsn.dsn(dsn.POSTFIX, message.message_id))
    assert read_bounces() == 1


@pytest.mark.django_db
def test_a_mail_that_has_not_left_cannot_have_come_back(box) -> None:
    message = store_message("test", to=people.user("Alice"), email="", subject="Hello", text="Hello")
    put(box, dsn.dsn(dsn.POSTFIX, message.message_id), dsn.dsn(dsn.POSTFIX, new_message_id()))
    assert read_bounces() == 0
    message.refresh_from_db()
    assert message.refused_at is None


@pytest.mark.django_db
def test_what_is_broken_or_too_large_is_flagged_and_what_is_a_link_is_left(
    box, tmp_path, monkeypatch
) -> None:
    message = sent()
    whole = dsn.dsn(dsn.POSTFIX, message.message_id)
    monkeypatch.setattr(bounce_box, "LARGEST", len(whole))
    put(box, b"Content-Type: multipart/report; report-type=delivery-status\n\n", whole + b"\n", whole)
    (box / "new" / "9.host").symlink_to(box / "new" / "2.host")
    assert read_bounces() == 1
    assert names(box) == ["0.host:2,FS", "1.host:2,FS", "2.host:2,S"]


@pytest.mark.django_db
def test_a_mail_that_could_not_be_marked_stays_new(box, monkeypatch) -> None:
    message = sent()
    put(box, dsn.dsn(dsn.POSTFIX, message.message_id))
    with monkeypatch.context() as broken:
        broken.setattr("core.outbox.record", lambda *args, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            read_bounces()
    message.refresh_from_db()
    assert message.refused_at is None
    assert read_bounces() == 1


def test_without_a_mailbox_nothing_is_read(settings) -> None:
    assert read_bounces() == 0
    with pytest.raises(CommandError, match="names no mailbox"):
        call_command("read_bounces")


def test_a_mailbox_that_is_away_waits(settings, tmp_path) -> None:
    settings.BOUNCES_URL = f"maildir://{tmp_path}/none"
    assert read_bounces() == 0
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("read_bounces")


@pytest.mark.parametrize(
    "url", ["/var/mail", "imap://user:word@mail.example.org/INBOX", "http://localhost/", "maildir://x"]
)
def test_an_address_that_names_no_mailbox_or_an_open_line_is_refused(settings, url) -> None:
    settings.BOUNCES_URL = url
    with pytest.raises(ImproperlyConfigured):
        read_bounces()


@pytest.mark.django_db
def test_the_envelope_names_the_mailbox_and_the_reader_sees_the_usual_sender(settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@vouchers.example"
    sent()
    settings.BOUNCE_ADDRESS = ""
    sent()
    first, second = mail.outbox
    assert (first.from_email, first.message()["From"]) == (
        "bounces@vouchers.example",
        settings.DEFAULT_FROM_EMAIL,
    )
    assert second.from_email == second.message()["From"] == settings.DEFAULT_FROM_EMAIL


# --- over IMAP ------------------------------------------------------------------------------------------------
class Imap(socketserver.StreamRequestHandler):
    """As much of RFC 3501 as a reader of bounces uses, over the mails of its server."""

    def handle(self) -> None:
        self.say("* OK ready")
        for line in self.rfile:
            tag, _space, words = line.decode().strip().partition(" ")
            self.server.asked.append(words)
            if words.startswith("LOGIN") and words != 'LOGIN us@er "pass word"':
                self.say(f"{tag} NO who are you")
                continue
            if words.startswith("UID FETCH"):
                self.fetch(int(words.split()[2]), words)
            elif words.startswith("UID SEARCH"):
                new = [
                    str(uid) for uid in self.server.mails if "\\Seen" not in self.server.flags.get(uid, "")
                ]
                self.say("* SEARCH " + " ".join(new))
            elif words.startswith("UID STORE"):
                self.server.flags[int(words.split()[2])] = words.partition("+FLAGS ")[2]
            elif words.startswith("CAPABILITY"):
                self.say("* CAPABILITY IMAP4rev1")
            self.say(f"{tag} OK done")

    def fetch(self, uid: int, words: str) -> None:
        content = self.server.mails[uid]
        if "RFC822.SIZE" in words:
            self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(content)})")
            return
        self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(content)}}}")
        self.wfile.write(content + b")\r\n")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def imap() -> Iterator[socketserver.ThreadingTCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        server.daemon_threads = True
        server.mails, server.flags, server.asked = {}, {}, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.django_db
def test_an_imap_folder_is_read_marked_as_seen_and_never_read_twice(imap, settings, monkeypatch) -> None:
    message = sent()
    whole = dsn.dsn(dsn.POSTFIX, message.message_id)
    monkeypatch.setattr(bounce_box, "LARGEST", len(whole))
    broken = b"Content-Type: multipart/report; report-type=delivery-status\n\n"
    imap.mails = {4: broken, 5: whole, 7: whole + b"\n", 9: dsn.ABSENCE.encode()}
    settings.BOUNCES_URL = f"imap://us%40er:pass%20word@127.0.0.1:{imap.server_address[1]}/Came%20back"
    assert read_bounces() == 1
    assert imap.flags == {4: r"(\Seen \Flagged)", 5: r"(\Seen)", 7: r"(\Seen \Flagged)", 9: r"(\Seen)"}
    assert 'SELECT "Came back"' in imap.asked
    assert "UID FETCH 7 (BODY.PEEK[])" not in imap.asked
    assert read_bounces() == 0
    message.refresh_from_db()
    assert message.refused_at is not None


def test_an_imap_server_that_does_not_know_us_is_away(imap, settings) -> None:
    settings.BOUNCES_URL = f"imap://us:no@127.0.0.1:{imap.server_address[1]}"
    with pytest.raises(CommandError, match="who are you"):
        call_command("read_bounces")
