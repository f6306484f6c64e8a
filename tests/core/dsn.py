"""Notifications about mail that came back, in the shape in which mail systems write them."""

HEADERS = """\
Message-ID: {id}
From: Voucher Desk <calls@vouchers.example>
To: alice@firm.example
Subject: Your receipt
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
"""

POSTFIX = """\
Return-Path: <>
Received: by mail.vouchers.example (Postfix) id 3F1B2; Thu, 18 Feb 2027 10:00:00 +0100 (CET)
Date: Thu, 18 Feb 2027 10:00:00 +0100 (CET)
From: MAILER-DAEMON@mail.vouchers.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces@vouchers.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="3F1B2.1802/mail.vouchers.example"
Message-Id: <20270218090000.3F1B2@mail.vouchers.example>

This is a MIME-encapsulated message.

--3F1B2.1802/mail.vouchers.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--3F1B2.1802/mail.vouchers.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.vouchers.example
X-Postfix-Queue-ID: 3F1B2
X-Postfix-Sender: rfc822; bounces@vouchers.example
Arrival-Date: Thu, 18 Feb 2027 09:59:58 +0100 (CET)

Final-Recipient: rfc822; alice@firm.example
Original-Recipient: rfc822;alice@firm.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.firm.example
Diagnostic-Code: smtp; 550 5.1.1 <alice@firm.example>: call +1 234 to unlock

--3F1B2.1802/mail.vouchers.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

{headers}
Hello Alice
--3F1B2.1802/mail.vouchers.example--
"""

EXIM = """\
Return-path: <>
Received: from Debian-exim by mail.vouchers.example with local (Exim 4.96) id 1xYz; Thu, 18 Feb 2027 09:00:00 +0000
X-Failed-Recipients: alice@firm.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.vouchers.example>
To: bounces@vouchers.example
Content-Type: multipart/report; report-type=delivery-status; boundary=1802-eximdsn-24
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1xYz@mail.vouchers.example>
Date: Thu, 18 Feb 2027 09:00:00 +0000

--1802-eximdsn-24
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

--1802-eximdsn-24
Content-type: message/delivery-status

Reporting-MTA: dns; mail.vouchers.example

Action: {action}
Final-Recipient: rfc822;alice@firm.example
Status: {status}
Remote-MTA: dns; mx.firm.example
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.

--1802-eximdsn-24
Content-type: text/rfc822-headers

Return-path: <bounces@vouchers.example>
{headers}
--1802-eximdsn-24--
"""

EXCHANGE = """\
From: <postmaster@firm.example>
To: <bounces@vouchers.example>
Date: Thu, 18 Feb 2027 09:00:00 +0000
Content-Type: multipart/report; report-type="delivery-status";
\tboundary="a7e4f0c2-0d18-4a55-9d2f-5d1f7e7b6a01"
Content-Language: en-US
Message-ID: <4c1d02ae-77d5-4a55@DB7PR01.firm.example>
In-Reply-To: {id}
References: {id}
Subject: Undeliverable: Your receipt
Auto-Submitted: auto-replied
MIME-Version: 1.0

--a7e4f0c2-0d18-4a55-9d2f-5d1f7e7b6a01
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="b1c7"

--b1c7
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to alice@firm.example couldn't be delivered.

--b1c7
Content-Type: text/html; charset="us-ascii"

<html><body>Your message couldn't be delivered.</body></html>

--b1c7--

--a7e4f0c2-0d18-4a55-9d2f-5d1f7e7b6a01
Content-Type: message/delivery-status

Reporting-MTA: dns;DB7PR01.firm.example
Received-From-MTA: dns;mail.vouchers.example
Arrival-Date: Thu, 18 Feb 2027 08:59:58 +0000

Final-Recipient: rfc822;alice@firm.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--a7e4f0c2-0d18-4a55-9d2f-5d1f7e7b6a01--
"""

ALL = {"Postfix": POSTFIX, "Exim": EXIM, "Exchange": EXCHANGE}

ABSENCE = """\
From: Alice Bianchi <alice@firm.example>
To: bounces@vouchers.example
Subject: Automatic reply: Your receipt
In-Reply-To: {id}
Auto-Submitted: auto-replied
Content-Type: text/plain

I am away until Monday. Status: 5.1.1
"""


def dsn(template: str, message_id: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A notification about the mail with this Message-ID."""
    headers = HEADERS.format(id=message_id)
    return template.format(id=message_id, headers=headers, action=action, status=status).encode()
