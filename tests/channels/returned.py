"""Mails that came back, as several mail servers write them; invented data, the forms by own reading."""

import textwrap
from collections.abc import Mapping

ADDRESS = "a@zeitung.example"
US = "fahndung@polizei.example"


def copied(own: str) -> str:
    """The headers of ours as they come back, with those of the thread, which are not the message's own."""
    return textwrap.dedent(f"""\
        Return-Path: <{US}>
        Message-ID: <{own}@polizei.example>
        In-Reply-To: <{"y" * 26}@polizei.example>
        References: <{"z" * 26}@polizei.example>
         <{"y" * 26}@polizei.example>
        From: Polizeidirektion Musterstadt <{US}>
        To: {ADDRESS}
        Subject: Medieninformation
        MIME-Version: 1.0
        Content-Type: text/plain; charset="utf-8"
        """)


def postfix(
    own: str, *, action: str = "failed", status: str = "5.1.1", code: str = "550 5.1.1", of: str = "rfc822-headers"
) -> bytes:
    """A report by RFC 3464, with the headers alone, as Postfix returns them where ``RET=HDRS`` was asked for."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mail.polizei.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {US}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="4XyZ.1764230000/mail.polizei.example"
Message-Id: <20261126085320.4XyZ@mail.polizei.example>

This is a MIME-encapsulated message.

--4XyZ.1764230000/mail.polizei.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.polizei.example.

<{ADDRESS}>: host mx.zeitung.example[192.0.2.25] said: {code} <{ADDRESS}>: User unknown

--4XyZ.1764230000/mail.polizei.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.polizei.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Thu, 26 Nov 2026 09:53:20 +0100 (CET)

Final-Recipient: rfc822; {ADDRESS}
Original-Recipient: rfc822;{ADDRESS}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.zeitung.example
Diagnostic-Code: smtp; {code}
    <{ADDRESS}>: Recipient address rejected

--4XyZ.1764230000/mail.polizei.example
Content-Description: Undelivered Message Headers
Content-Type: {"text" if of == "rfc822-headers" else "message"}/{of}

{copied(own)}
--4XyZ.1764230000/mail.polizei.example--
""".encode()


def exchange(own: str) -> bytes:
    """Exchange: HTML beside the text, codes of many other things, the whole message; a status of its own."""
    return f"""\
From: <postmaster@zeitung.example>
To: <{US}>
Date: Thu, 26 Nov 2026 09:53:20 +0100
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="b599-4a1d-9cc7"
In-Reply-To: <{own}@polizei.example>
Subject: Unzustellbar: Medieninformation

--b599-4a1d-9cc7
Content-Type: multipart/alternative; boundary="b1eb-d364"

--b1eb-d364
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Generating server: ex1.zeitung.example

{ADDRESS}
#550 5.2.2 STOREDRV.Deliver; mailbox full. 4.21921:DD040000, 0.26937:0800=
0000 ##

Original message headers:

Message-ID: <{own}@polizei.example>

--b1eb-d364
Content-Type: text/html; charset="us-ascii"

<html><body><b>Unzustellbar</b></body></html>

--b1eb-d364--

--b599-4a1d-9cc7
Content-Type: message/delivery-status

Reporting-MTA: dns;ex1.zeitung.example

Original-Recipient: rfc822;{ADDRESS}
Final-Recipient: rfc822;{ADDRESS}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;550 5.2.2 STOREDRV.Deliver; mailbox full. 4.21921:DD040000

--b599-4a1d-9cc7
Content-Type: message/rfc822

{copied(own)}
Wer hat etwas gesehen?

--b599-4a1d-9cc7--
""".encode()


def german_exchange(own: str) -> bytes:
    """Exchange in German, of whose report a gateway left the words alone."""
    return f"""\
From: "Microsoft Outlook" <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@zeitung.example>
To: <{US}>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit
Subject: Unzustellbar: Medieninformation

Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:

{ADDRESS}
Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.

Diagnoseinformationen für Administratoren:

Generierender Server: EX01.zeitung.example

#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Empfänger nicht gefunden ##

Ursprüngliche Nachrichtenkopfzeilen:

{copied(own)}
""".encode()


def old_exim(own: str) -> bytes:
    """Exim before it knew reports: one text, a header that names who failed, a copy of the message below."""
    return f"""\
X-Failed-Recipients: {ADDRESS}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx1.zeitung.example>
To: {US}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1d18ZP-0000cF-9f@mx1.zeitung.example>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {ADDRESS}
    host mx2.zeitung.example [192.0.2.32]: 554 5.7.1 <{ADDRESS}>: Access denied

------ This is a copy of the message, including all the headers. ------

{copied(own)}
Wer hat etwas gesehen? 5.9.9
""".encode()


def new_exim(own: str) -> bytes:
    """Exim today: a report whose status says nothing and that has no diagnostic code."""
    return f"""\
X-Failed-Recipients: {ADDRESS}
From: Mail Delivery System <Mailer-Daemon@mx1.zeitung.example>
To: {US}
Content-Type: multipart/report; report-type=delivery-status; boundary=1445196827-eximdsn-1071684337
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1445196827-eximdsn-1071684337
Content-type: text/plain; charset=us-ascii

This message was created automatically by mail delivery software.

--1445196827-eximdsn-1071684337
Content-type: message/delivery-status

Reporting-MTA: dns; mx1.zeitung.example

Action: failed
Final-Recipient: rfc822;{ADDRESS}
Status: 5.0.0

--1445196827-eximdsn-1071684337
Content-type: message/rfc822

{copied(own)}
Text

--1445196827-eximdsn-1071684337--
""".encode()


def gmail(own: str, *, delayed: bool = False) -> bytes:
    """Gmail today: nested parts with a picture, a report, the whole message."""
    action, status, subject = ("delayed", "4.4.1", "Delay") if delayed else ("failed", "5.1.1", "Failure")
    return f"""\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {US}
X-Failed-Recipients: {ADDRESS}
Subject: Delivery Status Notification ({subject})
In-Reply-To: <{own}@polizei.example>
Content-Type: multipart/report; boundary="0000000000001a"; report-type=delivery-status

--0000000000001a
Content-Type: multipart/related; boundary="0000000000001b"

--0000000000001b
Content-Type: multipart/alternative; boundary="0000000000001c"

--0000000000001c
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--0000000000001c
Content-Type: text/html; charset="UTF-8"

<html></html>
--0000000000001c--
--0000000000001b
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--0000000000001b--
--0000000000001a
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
X-Original-Message-ID: <{own}@polizei.example>

Final-Recipient: rfc822; {ADDRESS}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.

--0000000000001a
Content-Type: message/rfc822

{copied(own)}
--0000000000001a--
""".encode()


def gmx(own: str) -> bytes:
    """1&1, GMX and web.de: Exim's words without its header, and at times without any code."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@gmx.example
To: {US}
Subject: Mail delivery failed: returning message to sender
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"{ADDRESS}":
Mail size limit exceeded.


--- The header of the original message is following. ---

{copied(own)}
""".encode()


def qmail(own: str) -> bytes:
    """qmail: one text, an SMTP code at most."""
    return f"""\
From: MAILER-DAEMON@mx.funk.example
To: {US}
Subject: failure notice

Hi. This is the qmail-send program at mx.funk.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ADDRESS}>:
192.0.2.7 does not like recipient.
Remote host said: 550 no such user
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

{copied(own)}
Wer hat etwas gesehen?
""".encode()


def old_exchange(own: str) -> bytes:
    """An Exchange of old: no code and no word that could be told from any other."""
    return f"""\
From: System Administrator <postmaster@zeitung.example>
To: {US}
Subject: Unzustellbar: Medieninformation
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="----_=_NextPart_000_0000ffff"

------_=_NextPart_000_0000ffff
Content-Type: text/plain; charset="iso-8859-1"

did not reach the following recipient(s):

{ADDRESS}
    The recipient name is not recognized

------_=_NextPart_000_0000ffff
Content-Type: message/rfc822

{copied(own)}
------_=_NextPart_000_0000ffff--
""".encode()


def away(own: str) -> bytes:
    """Somebody is on holiday until a date that looks like a status."""
    return f"""\
Return-Path: <>
From: Redaktion <{ADDRESS}>
To: {US}
Subject: Abwesend: Medieninformation
Auto-Submitted: auto-replied
In-Reply-To: <{own}@polizei.example>

Ich bin bis 5.1.27 dauerhaft (permanent) nicht da. 550 Mails warten.

> Message-ID: <{own}@polizei.example>
""".encode()


WAYS: Mapping[str, tuple[str, int | None]] = {
    "postfix": ("5.1.1", 550),
    "exchange": ("5.2.2", 550),
    "old_exim": ("5.7.1", 554),
    "new_exim": ("5.0.0", None),
    "gmail": ("5.1.1", 550),
    "gmx": ("", None),
    "qmail": ("", 550),
}
"""Who writes so, and the codes that are told."""
