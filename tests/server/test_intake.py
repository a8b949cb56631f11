#!/usr/bin/python3
"""Mail that comes in: whom it is for, whose word it is, and what comes of it (RFC 6047, RFC 5546)."""
import datetime
import email
import email.policy
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, next_monday, wait_for  # noqa: E402

suite = Suite("intake")
PATH = "/dav/calendars/alice/calendar/m.ics"
TOKENS = {"FASTI_MAIL_REPLY_ADDRESS": "answers@example.org"}
SERVER = {"FASTI_MAIL_AUTH_SERVER": "mx.example.org"}
ANYONE = {"FASTI_MAIL_INVITATIONS": "anyone"}
GUEST = "guest@example.net"


# ---- what is sent ----

def calendar(method, *lines, uid="m", sequence=0, stamp="20270102T000000Z",
             start="20280118T080000Z", end="20280118T090000Z", organizer="alice@example.org"):
    """A scheduling message about one event."""
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n"
            + (f"METHOD:{method}\r\n" if method else "") + "BEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:{stamp}\r\nSEQUENCE:{sequence}\r\nDTSTART:{start}\r\n"
            f"DTEND:{end}\r\nSUMMARY:Plans\r\n"
            + (f"ORGANIZER:mailto:{organizer}\r\n" if organizer else "")
            + "".join(line + "\r\n" for line in lines) + "END:VEVENT\r\nEND:VCALENDAR\r\n")


def attendee(address, partstat):
    return f"ATTENDEE;PARTSTAT={partstat}:mailto:{address}"


def reply(address, partstat, **more):
    return calendar("REPLY", attendee(address, partstat), **more)


def mail(body, method="REPLY", sender=GUEST, to="alice@example.org", subject="Re: Plans", fields=(),
         number=[0]):
    """A message with a calendar part; text alone where there is no method."""
    number[0] += 1
    head = [*fields, f"From: Somebody <{sender}>", f"To: {to}", f"Subject: {subject}",
            "Date: Mon, 18 Jan 2027 09:00:00 +0000", f"Message-ID: <m{number[0]}@example.net>",
            "MIME-Version: 1.0"]
    kind = (f"text/calendar; charset=UTF-8; method={method}" if method
            else "text/plain; charset=UTF-8")
    return "\r\n".join([*head, f"Content-Type: {kind}", "", body])


def deliver(server, message, to=None, status=0, sender=None):
    """(outcome, the whole line); sender: of the envelope."""
    done = server.run("deliver", *(["--to", to] if to else []),
                      *(["--from", sender] if sender is not None else []), stdin=message, check=False)
    equal(done[0], status, done[1] + done[2])
    return done[1].split(":")[0].split(" ")[0].strip(), done[1].strip()


def takes(server, message, outcome, why=None, to=None, sender=None):
    got, line = deliver(server, message, to, sender=sender)
    equal(got, outcome, line)
    equal(why is None or why in line, True, line)
    return line


def certify(folder, address):
    """An authority, and a certificate of it for an address."""
    def run(*words):
        subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, cwd=folder)
    with open(f"{folder}/mail.ext", "w", encoding="ascii") as file:
        file.write(f"subjectAltName=email:{address}\nextendedKeyUsage=emailProtection\n"
                   "keyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n")
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
        "-subj", "/CN=Test", "-days", "3650")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "mail.key", "-out", "mail.csr",
        "-subj", "/CN=Somebody")
    run("x509", "-req", "-in", "mail.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-out", "mail.pem", "-days", "3650", "-extfile", "mail.ext")


def signed(folder, message):
    """The same message, its content signed."""
    head, _, body = message.partition("\r\n\r\n")
    own = [x for x in head.split("\r\n") if x.startswith("Content-Type")]
    rest = [x for x in head.split("\r\n") if not x.startswith(("Content-Type", "MIME-Version"))]
    done = subprocess.run(["openssl", "smime", "-sign", "-signer", "mail.pem", "-inkey", "mail.key"],
                          input=("\r\n".join([*own, "", body])).encode(), cwd=folder, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    return "\r\n".join(rest) + "\r\n" + done


# ---- what is there ----

def prepared(s, env=None, names=("alice",)):
    server = s.server(env)
    for name in names:
        server.add_user(name)
    return server.start()


def put_meeting(server, *people, sequence=0, path=PATH, rule="", start="20280118T080000Z",
                end="20280118T090000Z"):
    body = calendar("", *([rule] if rule else []),
                    *(f"ATTENDEE;RSVP=TRUE:mailto:{a}" for a in people or (GUEST,)),
                    sequence=sequence, stamp="20270101T000000Z", start=start, end=end)
    answer = server.client("alice").request("PUT", path, body, {"Content-Type": "text/calendar"})
    equal(answer.status in (201, 204), True, answer.text[:300])


def stored(server, path=PATH, user="alice"):
    answer = server.client(user).request("GET", path)
    equal(answer.status, 200, answer.text)
    return re.sub(r"\r\n[ \t]", "", answer.text)


def partstat(server, address=GUEST, path=PATH):
    [line] = re.findall(rf"^ATTENDEE[^\r\n]*{re.escape(address)}", stored(server, path), re.M)
    found = re.search(r"PARTSTAT=([A-Z-]+)", line)
    return found.group(1) if found else "NEEDS-ACTION"


def sent(server, to, method=None):
    """Calendar parts of what was mailed to somebody, in their order: (message, text)."""
    found = []
    for raw in server.mails():
        m = email.message_from_bytes(raw, policy=email.policy.default)
        parts = [p for p in m.walk() if p.get_content_type() == "text/calendar"]
        if to in str(m["To"]) and parts and method in (None, parts[0].get_param("method")):
            found.append((m, parts[0].get_content()))
    return found


def told(server, subject, to="alice@example.org"):
    """Mails to somebody whose subject begins so."""
    all_of = [email.message_from_bytes(raw, policy=email.policy.default)
              for raw in server.mails(hosts=True)]
    return [m for m in all_of if to in str(m["To"]) and str(m["Subject"]).startswith(subject)]


def answers(server, user="alice"):
    got = server.client(user).request("GET", "/api/answers")
    equal(got.status, 200, got.text)
    return got.json()["answers"]


def book(server, guest=GUEST, slug="intro", days=8):
    client = server.client()
    got = client.request("GET", f"/api/availability/slots?host=alice&type={slug}"
                                f"&from={ahead(days)}&to={ahead(days + 4)}").json()
    start = [x["start_time"] for d in got["days"] for x in d["slots"]][0]
    answer = client.request("POST", "/api/bookings", (
        '{"host": "alice", "type": "%s", "start_time": "%s", "invitee_name": "Guest",'
        ' "invitee_email": "%s", "invitee_timezone": "America/New_York"}' % (slug, start, guest)),
        {"Content-Type": "application/json"})
    equal(answer.status, 201, answer.text)
    return answer.json()


def booking(server, b):
    answer = server.client("alice").request("GET", f"/api/bookings/{b['id']}")
    equal(answer.status, 200, answer.text)
    return answer.json()


def reply_to(server, b, answer, text=None, **more):
    """The answer of a guest's program to the invitation it was sent."""
    [(m, part)] = wait_for(lambda: sent(server, GUEST, "REQUEST")[-1:], what="the invitation")
    part = re.sub(r"\r?\n[ \t]", "", part)
    organizer = re.search(r"^ORGANIZER[^\r\n]*mailto:(\S+)", part, re.M).group(1)
    start = re.search(r"^DTSTART[^\r\n]*", part, re.M).group(0)
    sequence = re.search(r"^SEQUENCE:(\d+)", part, re.M)
    body = calendar("REPLY", attendee(GUEST, answer), uid=b["calendar_event_id"],
                    sequence=int(sequence.group(1)) if sequence else 0, organizer=organizer,
                    stamp=more.pop("stamp", "20300101T000000Z"))
    body = re.sub(r"DTSTART[^\r\n]*\r\nDTEND[^\r\n]*\r\n",
                  start.replace("\\", "\\\\") + "\r\n", body) if ":" in start and "TZID" not in start else body
    return mail(body, to=organizer, **more)


# ---- REPLY ----

@suite.case("RFC 5546 §3.2.3: an answer from the attendee is entered, and once alone")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        message = mail(reply(GUEST, "ACCEPTED"))
        takes(server, message, "applied")
        equal(partstat(server), "ACCEPTED")
        etag = server.client("alice").request("GET", PATH).header("ETag")
        takes(server, message, "ignored", "taken in before")
        takes(server, "Received: from elsewhere\r\n" + message, "ignored", "taken in before")
        takes(server, message.replace("\r\n", "\n"), "ignored", "taken in before")
        equal(server.client("alice").request("GET", PATH).header("ETag"), etag)
        equal(answers(server), [])


@suite.case("RFC 6047 §2.2: an answer from another sender than its attendee waits for the host")
def _(s):
    with prepared(s, names=("alice", "bob")) as server:
        put_meeting(server)
        takes(server, mail(reply(GUEST, "ACCEPTED"), sender="eve@example.com"), "unverified")
        equal(partstat(server), "NEEDS-ACTION")
        wait_for(lambda: told(server, "An answer waits"), what="the notice")
        [waits] = answers(server)
        equal((waits["method"], waits["uid"]), ("REPLY", "m"))
        equal("eve@example.com" in waits["sender"], True, waits)
        equal(answers(server, "bob"), [], "it is nobody else's")


@suite.case("RFC 5546 §3.2.3: Sender speaks for itself; From and Sender of others do not")
def _(s):
    with prepared(s) as server:
        put_meeting(server, GUEST, "second@example.net")
        takes(server, mail(reply(GUEST, "TENTATIVE"), sender="service@example.com",
                           fields=[f"Sender: {GUEST}"]), "applied")
        equal(partstat(server), "TENTATIVE")
        takes(server, mail(reply(GUEST, "DECLINED"), sender="second@example.net"), "unverified")
        equal(partstat(server), "TENTATIVE")


@suite.case("RFC 8601: with mail.auth_server, From counts where that server found it to be true")
def _(s):
    good = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net"
    with prepared(s, SERVER) as server:
        put_meeting(server)
        for fields in ([], ["Authentication-Results: mx.example.com; dmarc=pass "
                            "header.from=example.net"],
                       ["Authentication-Results: mx.example.org; dmarc=fail "
                        "header.from=example.net"]):
            takes(server, mail(reply(GUEST, "ACCEPTED"), fields=fields), "unverified")
        equal(partstat(server), "NEEDS-ACTION")
        takes(server, mail(reply(GUEST, "ACCEPTED"), fields=[good]), "applied")
        equal(partstat(server), "ACCEPTED")


@suite.case("RFC 6047 §3: a signature of the attendee's proves an answer; another's does not")
def _(s):
    with prepared(s, SERVER) as server:
        ca = f"{server.folder}/ca.pem"
        certify(server.folder, GUEST)
        server.stop()
        server.env["FASTI_MAIL_SMIME_CA"] = ca
        server.start()
        put_meeting(server, GUEST, "other@example.net")
        takes(server, signed(server.folder, mail(reply(GUEST, "ACCEPTED"))), "applied")
        equal(partstat(server), "ACCEPTED")
        takes(server, signed(server.folder, mail(reply("other@example.net", "ACCEPTED"),
                                                 sender="other@example.net")), "unverified")
        broken = signed(server.folder, mail(reply(GUEST, "TENTATIVE", stamp="20270104T000000Z")))
        takes(server, broken.replace("PARTSTAT=TENTATIVE", "PARTSTAT=DECLINED"), "unverified")
        equal(partstat(server), "ACCEPTED")


def vouched(address):
    return [f"Authentication-Results: mx.example.org; dmarc=pass header.from={address.split('@')[1]}"]


@suite.case("RFC 6047 §3: who shares an organizer's provider, or is named by a message alone, is not them")
def _(s):
    def asks(sender, method="REQUEST", n=0, by="", kind="-//T//EN", uid="out", organizer=OUTSIDE):
        body = calendar(method, attendee("alice@example.org", "NEEDS-ACTION"), organizer="",
                        uid=uid, sequence=n, stamp=f"2027010{n + 1}T000000Z").replace(
            "SUMMARY", f"ORGANIZER{by}:mailto:{organizer}\r\nSUMMARY").replace("-//T//EN", kind)
        return mail(body, method, sender=sender, fields=vouched(sender))
    by, google = ';SENT-BY="mailto:desk@example.net"', "-//Google Inc//Google Calendar 70.9054//EN"
    with prepared(s, {**SERVER, **ANYONE}) as server:
        takes(server, asks("desk@example.net", by=by), "unverified")
        takes(server, asks(OUTSIDE), "applied")
        takes(server, asks("desk@example.net", n=1, by=by), "unverified")
        takes(server, asks("desk@example.net", "CANCEL", 1, by), "unverified")
        takes(server, asks("noreply@google.com", n=1), "unverified")
        takes(server, asks("noreply@google.com", n=1, kind=google), "unverified")
        takes(server, asks(OUTSIDE, n=2, by=by), "applied")
        takes(server, asks("desk@example.net", n=3), "applied")
        takes(server, asks("noreply@google.com", uid="g", kind=google), "unverified")
        takes(server, asks(OUTSIDE, uid="g", kind=google), "applied")
        takes(server, asks("noreply@google.com", n=1, uid="g", kind=google), "applied")
        takes(server, asks("noreply@google.com", n=2, uid="g", organizer="other@example.net"),
              "unverified")


VICTIM = "victim@example.com"


def token_of(server, to=GUEST):
    [(m, part)] = wait_for(lambda: sent(server, to)[-1:], what="the invitation")
    return re.search(r"mailto:(answers\+\S+)", re.sub(r"\r?\n[ \t]", "", part)).group(1)


@suite.case("RFC 5546 §3.2.2.3: a token proves nobody but its attendee, and no delegate whom only a mail names")
def _(s):
    with prepared(s, {**TOKENS, **SERVER, "FASTI_MAIL_TAKE_CRASHERS": "on"}) as server:
        put_meeting(server, GUEST, VICTIM)
        token = token_of(server)

        def claims(who, n, fields=()):
            body = calendar("REPLY", f'ATTENDEE;PARTSTAT=DECLINED;DELEGATED-FROM="mailto:{GUEST}"'
                            f":mailto:{who}", organizer=token, stamp=f"2027010{n}T000000Z")
            return mail(body, sender=who, to=token, fields=fields)
        takes(server, claims(VICTIM, 2), "unverified", to=token)
        takes(server, claims(VICTIM, 3, vouched(VICTIM)), "unverified", to=token)
        equal((partstat(server, VICTIM), partstat(server)), ("NEEDS-ACTION", "NEEDS-ACTION"))
        takes(server, mail(calendar(
            "REPLY", f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:dan@example.com":mailto:{GUEST}',
            organizer=token, stamp="20270104T000000Z"), to=token), "applied", to=token)
        takes(server, claims("dan@example.com", 5), "unverified", to=token)
        equal(partstat(server, ":mailto:dan@example.com"), "NEEDS-ACTION", "the token is not theirs")
        takes(server, claims("dan@example.com", 6, vouched("dan@example.com")), "applied", to=token)
        equal(partstat(server, ":mailto:dan@example.com"), "DECLINED")
        equal(partstat(server, VICTIM), "NEEDS-ACTION")


@suite.case("RFC 5546 §3.2.2.3: who hands an invitation on asks its host; a booking is handed on to nobody")
def _(s):
    def hands_on(server, uid, token):
        to = '"mailto:third@example.com","mailto:fourth@example.com"'
        return mail(calendar("REPLY", f"ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO={to}:mailto:{GUEST}",
                             uid=uid, organizer=token, stamp="20300101T000000Z"), to=token)

    def accept(server):
        [waits] = answers(server)
        return server.client("alice").request("POST", f"/api/answers/{waits['id']}/accept", "{}",
                                              {"Content-Type": "application/json"}).json()["outcome"]
    with prepared(s, TOKENS) as server:
        put_meeting(server)
        takes(server, hands_on(server, "m", token_of(server)), "unverified", "hands the invitation on")
        equal("third@" in stored(server), False)
        equal(accept(server), "applied", "the host lets them in")
        equal("third@" in stored(server), True)
    with prepared(s, {**TOKENS, "FASTI_MAIL_TAKE_CRASHERS": "on"}) as server:
        server.add_type("alice")
        b = book(server)
        takes(server, hands_on(server, b["calendar_event_id"], token_of(server)), "unverified",
              "cannot be handed on")
        equal(accept(server), "unverified")
        [href] = hrefs(server)
        equal("third@" in stored(server, href), False)
        equal([m for m in server.mails() if b"third@" in m], [])


@suite.case("decisions 17: an answer to the attendee's own address counts, under whatever name")
def _(s):
    with prepared(s, {**TOKENS, **SERVER}) as server:
        put_meeting(server)
        [(m, part)] = wait_for(lambda: sent(server, GUEST), what="the invitation")
        token = re.search(r"mailto:(answers\+\S+)", re.sub(r"\r?\n[ \t]", "", part)).group(1)
        takes(server, mail(reply(GUEST, "ACCEPTED", organizer=token), to=token), "applied", to=token)
        equal(partstat(server), "ACCEPTED")
        equal("ORGANIZER:mailto:alice@example.org" in stored(server), True, "it stays the host's")
        takes(server, mail(reply("alias@example.com", "DECLINED", organizer=token,
                                 stamp="20270103T000000Z"),
                           sender="alias@example.com", to=token), "applied")
        equal(partstat(server), "DECLINED")
        takes(server, mail(reply(GUEST, "ACCEPTED", uid="another", organizer=token), to=token),
              "unverified")
        equal(partstat(server), "DECLINED")


@suite.case("interop §7: an answer without ORGANIZER (Exchange) is about the meeting of its UID")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        takes(server, mail(reply(GUEST, "ACCEPTED", organizer="")), "applied")
        equal(partstat(server), "ACCEPTED")


@suite.case("RFC 5546 §2.1.5: an older answer, an older revision, and an unknown UID change nothing")
def _(s):
    with prepared(s) as server:
        put_meeting(server, sequence=3)
        takes(server, mail(reply(GUEST, "ACCEPTED", sequence=3, stamp="20270105T000000Z")), "applied")
        takes(server, mail(reply(GUEST, "DECLINED", sequence=3, stamp="20270104T000000Z")),
              "ignored", "older")
        takes(server, mail(reply(GUEST, "DECLINED", sequence=2, stamp="20270106T000000Z")),
              "ignored", "older")
        takes(server, mail(reply(GUEST, "DECLINED", uid="nobodys")), "ignored", "no object")
        equal(partstat(server), "ACCEPTED")


@suite.case("RFC 5546 §3.2.2.6: who was not invited waits for the host, or comes in by configuration")
def _(s):
    crasher = mail(reply("crasher@example.com", "ACCEPTED"), sender="crasher@example.com")
    with prepared(s) as server:
        put_meeting(server)
        takes(server, crasher, "unverified", "not invited")
        equal("crasher" in stored(server), False)
    with prepared(s, {"FASTI_MAIL_TAKE_CRASHERS": "on"}) as server:
        put_meeting(server)
        takes(server, crasher, "applied")
        equal(partstat(server, "crasher@example.com"), "ACCEPTED")


@suite.case("RFC 5546 §3.2.3: an answer for one instance, its time in UTC")
def _(s):
    with prepared(s) as server:
        put_meeting(server, rule="RRULE:FREQ=WEEKLY;COUNT=4")
        body = calendar("REPLY", "RECURRENCE-ID:20280125T080000Z", attendee(GUEST, "DECLINED"),
                        start="20280125T080000Z", end="20280125T090000Z")
        takes(server, mail(body), "applied")
        text = stored(server)
        equal(text.count("PARTSTAT=DECLINED"), 1, text)
        equal("RECURRENCE-ID" in text, True, text)


@suite.case("what is only passed on is nobody's answer")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        inner = mail(reply(GUEST, "ACCEPTED"))
        outer = ("From: Guest <%s>\r\nTo: alice@example.org\r\nSubject: Fwd\r\n"
                 "Message-ID: <f@example.net>\r\nMIME-Version: 1.0\r\n"
                 "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                 "Content-Type: text/plain\r\n\r\nSee below\r\n--b\r\n"
                 "Content-Type: message/rfc822\r\n\r\n%s\r\n--b--\r\n" % (GUEST, inner))
        takes(server, outer, "unverified")
        equal(partstat(server), "NEEDS-ACTION")


# ---- COUNTER, REFRESH ----

@suite.case("RFC 5546 §3.2.7: a proposal is kept for the organizer, and moves the meeting when taken")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        body = calendar("COUNTER", attendee(GUEST, "TENTATIVE"), start="20280118T100000Z",
                        end="20280118T110000Z")
        takes(server, mail(body, "COUNTER"), "applied")
        equal("DTSTART:20280118T080000Z" in stored(server), True)
        alice = server.client("alice")
        [p] = alice.request("GET", "/api/proposals").json()["proposals"]
        equal((p["attendee"], p["start_time"]), (GUEST, "2028-01-18T10:00:00Z"))
        equal(alice.request("POST", f"/api/proposals/{p['id']}/accept", "{}",
                            {"Content-Type": "application/json"}).status, 200)
        equal("DTSTART:20280118T100000Z" in stored(server), True)


@suite.case("RFC 5546 §3.2.6: a REFRESH is answered with how the meeting stands")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        wait_for(lambda: len(sent(server, GUEST)) == 1, what="the invitation")
        body = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nMETHOD:REFRESH\r\n"
                "BEGIN:VEVENT\r\nUID:m\r\nDTSTAMP:20270102T000000Z\r\n"
                f"ORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:{GUEST}\r\n"
                "END:VEVENT\r\nEND:VCALENDAR\r\n")
        takes(server, mail(body, "REFRESH"), "applied")
        wait_for(lambda: len(sent(server, GUEST, "REQUEST")) == 2, what="the answer")


# ---- invitations from outside ----

OUTSIDE = "boss@example.net"


def invitation(method="REQUEST", sequence=0, stamp="20270102T000000Z", uid="out", organizer=OUTSIDE,
               sender=OUTSIDE, lines=(), **more):
    body = calendar(method, *lines, attendee("alice@example.org", "NEEDS-ACTION"),
                    organizer=organizer, uid=uid, sequence=sequence, stamp=stamp, **more)
    return mail(body, method, sender=sender, subject="Invitation")


def hrefs(server, user="alice"):
    got = server.client(user).request("PROPFIND", f"/dav/calendars/{user}/calendar/",
                                      '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
                                      {"Depth": "1"})
    return re.findall(r"<(?:\w+:)?href>([^<]+\.ics)</", got.text)



@suite.case("RFC 5546 §3.2.2: an invitation takes time (C6) until answered; the answer leaves by mail")
def _(s):
    with prepared(s, ANYONE) as server:
        takes(server, invitation(), "applied")
        [href] = hrefs(server)
        text = stored(server, href)
        equal("PARTSTAT=NEEDS-ACTION" in text, True, text)
        alice = server.client("alice")
        inbox = alice.request("PROPFIND", "/dav/calendars/alice/inbox/",
                              '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
                              {"Depth": "1"}).text
        equal(inbox.count(".ics"), 1, "in the inbox")
        busy = alice.request("REPORT", "/dav/calendars/alice/calendar/", (
            '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
            '<C:time-range start="20280118T000000Z" end="20280119T000000Z"/></C:free-busy-query>'),
            {"Depth": "1", "Content-Type": "application/xml"}).text
        equal("20280118T080000Z/20280118T090000Z" in busy, True, busy)
        answer = alice.request("PUT", href, text.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"),
                               {"Content-Type": "text/calendar"})
        equal(answer.status in (200, 201, 204), True, answer.text)
        [(_, said)] = wait_for(lambda: sent(server, OUTSIDE, "REPLY"), what="the answer")
        equal("PARTSTAT=ACCEPTED" in said, True, said)


@suite.case("RFC 6047 §2.2: REQUEST and CANCEL are their organizer's alone")
def _(s):
    with prepared(s, ANYONE) as server:
        takes(server, invitation(sender="eve@example.com"), "unverified")
        equal(hrefs(server), [])
        takes(server, invitation(), "applied")
        [href] = hrefs(server)
        takes(server, invitation("CANCEL", 1, "20270103T000000Z", sender="eve@example.com"),
              "unverified")
        takes(server, invitation("REQUEST", 1, "20270103T000000Z", organizer="eve@example.com",
                                 sender="eve@example.com"), "unverified", "another organizer")
        equal("STATUS:CANCELLED" in stored(server, href), False)
        takes(server, invitation("CANCEL", 2, "20270104T000000Z"), "applied")
        equal("STATUS:CANCELLED" in stored(server, href), True)


@suite.case("RFC 5546 §3.2.5: CANCEL of one instance leaves the others")
def _(s):
    with prepared(s, ANYONE) as server:
        takes(server, invitation(lines=["RRULE:FREQ=WEEKLY;COUNT=4"]), "applied")
        [href] = hrefs(server)
        takes(server, invitation("CANCEL", 1, "20270103T000000Z",
                                 lines=["RECURRENCE-ID:20280125T080000Z"], start="20280125T080000Z",
                                 end="20280125T090000Z"), "applied")
        text = stored(server, href)
        equal(text.count("STATUS:CANCELLED"), 1, text)
        equal("RRULE" in text, True, text)


@suite.case("mail.invitations: of people whom the host has met, of anybody, of nobody")
def _(s):
    with prepared(s) as server:
        takes(server, invitation(), "applied")
    with prepared(s, {"FASTI_MAIL_INVITATIONS": "known"}) as server:
        takes(server, invitation(), "unverified", "has not met")
        put_meeting(server, OUTSIDE)
        wait_for(lambda: sent(server, OUTSIDE), what="the host writes to them")
        takes(server, invitation(uid="second"), "applied")
        equal(len(hrefs(server)), 2)
    with prepared(s, {"FASTI_MAIL_INVITATIONS": "nobody"}) as server:
        takes(server, invitation(), "unverified")
        equal(hrefs(server), [])


@suite.case("strangers put so many invitations a day into a calendar, and no more")
def _(s):
    with prepared(s, {"FASTI_LIMITS_INVITATIONS_PER_ORGANIZER": "2",
                      "FASTI_LIMITS_INVITATIONS_PER_HOST": "3"}) as server:
        for uid in ("one", "two"):
            takes(server, invitation(uid=uid), "applied")
        takes(server, invitation(uid="two", sequence=1), "applied")
        takes(server, invitation(uid="three"), "unverified", "more invitations")
        other = "other@example.net"
        takes(server, invitation(uid="four", organizer=other, sender=other), "applied")
        takes(server, invitation(uid="five", organizer=other, sender=other), "unverified")
        equal(len(hrefs(server)), 3)


@suite.case("RFC 5546 §3.2.1: what is published invites nobody, and waits for the host")
def _(s):
    with prepared(s, ANYONE) as server:
        takes(server, invitation("PUBLISH"), "unverified")
        equal(hrefs(server), [])


# ---- bookings ----

@suite.case("G4: DECLINED by the guest cancels the booking, and its time is open again")
def _(s):
    with prepared(s, TOKENS) as server:
        server.add_type("alice")
        b = book(server)
        takes(server, reply_to(server, b, "DECLINED"), "applied")
        wait_for(lambda: booking(server, b)["status"] == "cancelled", what="the cancellation")
        steps = server.client("alice").request("GET", f"/api/bookings/{b['id']}/history").json()
        equal([(x["what"], x["who"]) for x in steps["history"]][-1], ("cancelled", "invitee"))
        equal(book(server)["start_time"], b["start_time"], "it is open")


@suite.case("G4: DECLINED past the time for cancelling alerts the host, and the booking stands")
def _(s):
    with prepared(s, TOKENS) as server:
        server.add_type("alice", **{"cancel-until": 60 * 24 * 30})
        b = book(server)
        message = reply_to(server, b, "DECLINED")
        takes(server, message, "applied")

        def steps():
            got = server.client("alice").request("GET", f"/api/bookings/{b['id']}/history").json()
            return [x["what"] for x in got["history"]]
        wait_for(lambda: "invitee_declined" in steps(), what="the note")
        wait_for(lambda: told(server, "Does not come"), what="the notice")
        equal(booking(server, b)["status"], "confirmed")
        takes(server, reply_to(server, b, "DECLINED", stamp="20300102T000000Z"), "applied")
        wait_for(lambda: " answer " not in server.run("jobs", "list")[1], what="the job")
        equal(steps().count("invitee_declined"), 1, "told once")


@suite.case("G4: ACCEPTED by the guest is seen in the host's calendar")
def _(s):
    with prepared(s, TOKENS) as server:
        server.add_type("alice")
        b = book(server)
        takes(server, reply_to(server, b, "ACCEPTED"), "applied")
        [href] = hrefs(server)
        equal(partstat(server, path=href), "ACCEPTED")
        equal(booking(server, b)["status"], "confirmed")


@suite.case("decisions 25: ACCEPTED to the reply address confirms the address; From alone does not")
def _(s):
    with prepared(s, TOKENS) as server:
        server.run("type", "add", "alice", "intro", "--title", "Introduction", "--duration", "30",
                   "--confirm-address")
        b = book(server)
        equal(b["status"], "pending")
        [m] = wait_for(lambda: [x for x in (
            email.message_from_bytes(raw, policy=email.policy.default) for raw in server.mails())
            if GUEST in str(x["To"])], what="the question")
        token = str(m["Reply-To"]).split("<")[-1].rstrip(">")

        def answer(to, sender=GUEST):
            return mail(reply(GUEST, "ACCEPTED", uid=b["calendar_event_id"], organizer=token,
                              stamp="20300101T000000Z"), to=to, sender=sender)
        deliver(server, answer("alice@example.org"))
        equal(booking(server, b)["status"], "pending")
        deliver(server, answer(token))
        equal(booking(server, b)["status"], "confirmed")


@suite.case("G4: a guest's COUNTER is a proposal, and moves the booking when its host takes it")
def _(s):
    with prepared(s, TOKENS) as server:
        server.add_type("alice")
        b = book(server)
        [(m, part)] = wait_for(lambda: sent(server, GUEST, "REQUEST"), what="the invitation")
        token = re.search(r"mailto:(answers\+\S+)", re.sub(r"\r?\n[ \t]", "", part)).group(1)
        start = datetime.datetime.fromisoformat(b["start_time"].replace("Z", "+00:00"))
        new = start + datetime.timedelta(hours=2)
        body = calendar("COUNTER", attendee(GUEST, "TENTATIVE"), uid=b["calendar_event_id"],
                        organizer=token, stamp="20300101T000000Z",
                        start=new.strftime("%Y%m%dT%H%M%SZ"),
                        end=(new + datetime.timedelta(minutes=30)).strftime("%Y%m%dT%H%M%SZ"))
        takes(server, mail(body, "COUNTER", to=token), "applied")
        equal(booking(server, b)["start_time"], b["start_time"], "as it was")
        alice = server.client("alice")
        [p] = alice.request("GET", "/api/proposals").json()["proposals"]
        equal(alice.request("POST", f"/api/proposals/{p['id']}/accept", "{}",
                            {"Content-Type": "application/json"}).status, 200)
        equal(booking(server, b)["start_time"], new.strftime("%Y-%m-%dT%H:%M:%SZ"))
        wait_for(lambda: len(sent(server, GUEST, "REQUEST")) == 2, what="the new invitation")


@suite.case("RFC 5233: a REQUEST to the address of a type is a booking, answered by mail; and once")
def _(s):
    with prepared(s) as server:
        server.add_type("alice")

        def asks(hour, uid="door", method="REQUEST", sequence=0):
            day = f"{next_monday(2):%Y%m%d}"
            body = calendar(method, "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:alice+intro@example.org",
                            uid=uid, organizer=GUEST, sequence=sequence,
                            stamp=f"2027010{sequence + 1}T000000Z",
                            start=f"{day}T{hour:02}0000Z", end=f"{day}T{hour:02}3000Z")
            return mail(body, method, to="alice+intro@example.org")
        first = asks(10)
        takes(server, first, "answered", to="alice+intro@example.org")
        [(_, said)] = wait_for(lambda: sent(server, GUEST, "REPLY"), what="the answer")
        equal("PARTSTAT=ACCEPTED" in said, True, said)
        takes(server, first, "ignored", "taken in before", to="alice+intro@example.org")
        takes(server, asks(10, "late"), "answered")
        [(_, said)] = wait_for(lambda: sent(server, GUEST, "COUNTER"), what="another time")
        takes(server, asks(10, method="CANCEL", sequence=1), "answered")
        got = server.client("alice").request("GET", "/api/bookings").json()["bookings"]
        equal([b["status"] for b in got], ["cancelled"], got)
        takes(server, mail(calendar(
            "REQUEST", "ATTENDEE:mailto:alice+intro@example.org", organizer="boss@example.com"),
            "REQUEST", sender="eve@example.com", to="alice+intro@example.org"), "unverified")


# ---- words, and what nobody is to be told of ----

@suite.case("RFC 3834 §2: words to an attendee's address wait for the host, and are not answered")
def _(s):
    with prepared(s, TOKENS) as server:
        put_meeting(server)
        [(m, part)] = wait_for(lambda: sent(server, GUEST), what="the invitation")
        token = str(m["Reply-To"]).split("<")[-1].rstrip(">")
        before = len(server.mails())
        takes(server, mail("Yes, I'll come.\r\n", None, to=token), "unverified")
        [waits] = answers(server)
        got = server.client("alice").request("GET", f"/api/answers/{waits['id']}").json()
        equal((got["says"]["has_calendar"], got["says"]["text"].strip()), (False, "Yes, I'll come."))
        takes(server, mail("I am away.", None, to=token, fields=["Auto-Submitted: auto-replied"]),
              "ignored")
        equal([m for m in server.mails()[before:] if GUEST.encode() in m], [])


@suite.case("RFC 3834 §2: a person who asks at the address of a type is told how to book, once a day")
def _(s):
    with prepared(s) as server:
        server.add_type("alice")
        to = "alice+intro@example.org"
        takes(server, mail("May I come?", None, to=to), "answered")
        [m] = wait_for(lambda: told(server, "Not booked", GUEST), what="the letter")
        text = m.get_body(("plain",)).get_content()
        equal("/book/alice/intro" in text, True, text)
        equal(m["Auto-Submitted"].startswith("auto-"), True, "so that nobody answers it")
        equal("May I come" in text, False, "not what they wrote")
        takes(server, mail("Hello?", None, to=to), "ignored")
        for sender in ("MAILER-DAEMON@example.com", "noreply@example.com", "alice@example.org",
                       "alice+intro@example.org"):
            takes(server, mail("Hello", None, sender=sender, to=to), "ignored")
        for sender, field in (("list@example.com", "List-Id: <l.example.com>"),
                              ("away@example.com", "Auto-Submitted: auto-replied"),
                              ("bulk@example.com", "Precedence: bulk"),
                              ("exchange@example.com", "X-Auto-Response-Suppress: All"),
                              ("daemon@example.com", "Return-Path: <>")):
            takes(server, mail("Hello", None, sender=sender, to=to, fields=[field]), "ignored")
        wait_for(lambda: " how " not in server.run("jobs", "list")[1], what="the jobs")
        equal(len([x for x in server.mails() if b"Not booked" in x]), 1)


def asks_at(server, uid, host="alice", sender=GUEST, **more):
    """A REQUEST for a time that nobody offers, to the address of a type."""
    to = f"{host}+intro@example.org"
    return mail(calendar("REQUEST", f"ATTENDEE:mailto:{to}", uid=uid, organizer=sender,
                         start="20280116T030000Z", end="20280116T033000Z").replace(
        "SUMMARY:Plans", "SUMMARY:Cheap watches"), "REQUEST", to=to, sender=sender, **more)


@suite.case("RFC 5321 §4.5.5: what comes from nobody, or from another by its envelope, is not answered")
def _(s):
    with prepared(s) as server:
        server.add_type("alice")
        to = "alice+intro@example.org"
        for sender in ("", "eve@example.com"):
            takes(server, mail("Undelivered", None, to=to), "ignored", sender=sender)
            takes(server, asks_at(server, f"u-{sender}"), "unverified", sender=sender)
        equal([m for m in server.mails() if GUEST.encode() in m and b"An answer" not in m], [])
        takes(server, mail("May I come?", None, to=to), "answered", sender="Guest@Example.net")
        takes(server, asks_at(server, "mine"), "answered", sender=GUEST)
    with prepared(s, SERVER) as server:
        server.add_type("alice")
        takes(server, asks_at(server, "vouched", fields=vouched(GUEST)), "answered",
              sender="bounces@example.com")
        takes(server, asks_at(server, "nobodys", fields=vouched(GUEST)), "unverified", sender="")


@suite.case("decisions 25: whoever's address is used is answered seldom, over all hosts, and not in a stranger's words")
def _(s):
    with prepared(s, {"FASTI_LIMITS_BOOKINGS_PER_INVITEE": "3"}, ("alice", "bob")) as server:
        server.add_type("alice")
        server.add_type("bob")
        takes(server, asks_at(server, "a"), "answered")
        takes(server, asks_at(server, "b", "bob"), "answered")
        takes(server, mail("Hello?", None, to="bob+intro@example.org"), "answered")
        takes(server, asks_at(server, "c"), "unverified", "too often")
        takes(server, mail("Hello?", None, to="alice+intro@example.org"), "ignored")
        takes(server, asks_at(server, "d", sender="other@example.net"), "answered")
        said = wait_for(lambda: len(sent(server, GUEST)) == 2 and sent(server, GUEST), what="answers")
        for m, part in said:
            equal(("Cheap" in str(m["Subject"]), "Cheap" in part), (False, False), str(m["Subject"]))
            equal("Introduction" in str(m["Subject"]), True, str(m["Subject"]))
    with prepared(s, SERVER) as server:
        server.add_type("alice")
        takes(server, asks_at(server, "v", fields=vouched(GUEST)), "answered")
        [(m, _)] = wait_for(lambda: sent(server, GUEST), what="the answer")
        equal("Cheap watches" in str(m["Subject"]), True, str(m["Subject"]))


def report_of(m, to, about=GUEST, fields=(), number=[0]):
    """That the mail m to somebody did not arrive."""
    number[0] += 1
    return "\r\n".join(fields) + ("\r\n" if fields else "") + (
        "From: MAILER-DAEMON@example.net\r\nTo: %s\r\nSubject: Undelivered\r\n"
        "Message-ID: <dsn%d@example.net>\r\nReturn-Path: <>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.net\r\n\r\n"
        "Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: %s\r\n"
        "--b--\r\n" % (to, number[0], about, m["Message-ID"]))


def is_faulty(server):
    line = re.search(rf"^ATTENDEE[^\r\n]*{GUEST}", stored(server), re.M).group(0)
    return "SCHEDULE-STATUS=5." in line.replace('"', "")


@suite.case("RFC 3464: a report that mail did not arrive is noted at the meeting, and shown to nobody")
def _(s):
    with prepared(s, TOKENS) as server:
        put_meeting(server)
        [(m, _)] = wait_for(lambda: sent(server, GUEST), what="the invitation")
        takes(server, report_of(m, "alice@example.org"), "ignored")
        equal(is_faulty(server), False, "whoever saw the mail knows its Message-ID")
        report = report_of(m, str(m["Reply-To"]).split("<")[-1].rstrip(">"))
        takes(server, report, "bounced")
        takes(server, report, "ignored", "taken in before")
        equal(is_faulty(server), True)
        equal(answers(server), [])


@suite.case("RFC 3464: without reply addresses a report is about who was written to, and vouched for")
def _(s):
    for env, fields in (({}, []), (SERVER, vouched(GUEST))):
        with prepared(s, env) as server:
            put_meeting(server)
            [(m, _)] = wait_for(lambda: sent(server, GUEST), what="the invitation")
            takes(server, report_of(m, "alice@example.org", "other@example.net", fields), "ignored")
            if env:
                takes(server, report_of(m, "alice@example.org"), "ignored")
            equal(is_faulty(server), False)
            takes(server, report_of(m, "alice@example.org", fields=fields), "bounced")
            equal(is_faulty(server), True)


@suite.case("words to a host's own address wait for the host, as there is no mailbox")
def _(s):
    with prepared(s) as server:
        takes(server, mail("Call me", None, to="alice@example.org"), "unverified", "in words")
        takes(server, mail("Sale!", None, to="alice@example.org", sender="shop@example.com",
                           fields=["List-Id: <l.example.com>"]), "ignored")


@suite.case("RFC 5321 §6.3: what goes in circles, and mail of this server itself, is ignored")
def _(s):
    with prepared(s, names=("alice",)) as server:
        put_meeting(server)
        [(m, _)] = wait_for(lambda: sent(server, GUEST), what="the invitation")
        takes(server, mail(reply(GUEST, "ACCEPTED"), fields=["Received: by x"] * 51), "ignored")
        own = mail(reply(GUEST, "ACCEPTED"))
        own = re.sub(r"Message-ID: <[^>]*>", f"Message-ID: {m['Message-ID']}", own)
        takes(server, own, "ignored", "this server")
        equal(partstat(server), "NEEDS-ACTION")


# ---- kept, accepted, dropped ----

@suite.case("what waits is taken in when its host says so, or dropped; by nobody else")
def _(s):
    with prepared(s, names=("alice", "bob")) as server:
        put_meeting(server)
        takes(server, mail(reply(GUEST, "ACCEPTED"), sender="eve@example.com"), "unverified")
        takes(server, mail("Hello", None, sender="x@example.com", to="nobody@example.com"), "kept")
        [waits] = answers(server)
        path = f"/api/answers/{waits['id']}"
        bob, alice = server.client("bob"), server.client("alice")
        json = {"Content-Type": "application/json"}
        equal([bob.request("GET", path).status, bob.request("DELETE", path).status,
               bob.request("POST", path + "/accept", "{}", json).status], [404, 404, 404])
        answer = alice.request("POST", path + "/accept", "{}", json)
        equal((answer.status, answer.json()["outcome"]), (200, "applied"), answer.text)
        equal(partstat(server), "ACCEPTED")
        equal(answers(server), [])
        equal(alice.request("POST", path + "/accept", "{}", json).status, 404)
        takes(server, mail(reply(GUEST, "DECLINED"), sender="eve@example.com"), "unverified")
        [waits] = answers(server)
        equal(alice.request("DELETE", f"/api/answers/{waits['id']}").status, 204)
        equal(answers(server), [])
        equal(server.client().request("GET", "/api/answers").status, 401)


@suite.case("the operator lists, shows, retries and drops what cannot be read or is for nobody")
def _(s):
    with prepared(s) as server:
        message = mail(reply(GUEST, "ACCEPTED"), to="late@example.org")
        takes(server, message, "kept", "nobody")
        takes(server, "no header at all", "kept")
        listed = server.run("mail", "list")[1].splitlines()
        equal(len(listed), 2, listed)
        [mine] = [x.split()[0] for x in listed if GUEST in x]
        equal(server.run("mail", "show", mine)[1], message.replace("\r\n", "\r\n"))
        equal(server.run("mail", "retry", mine)[1].split()[0], "kept")
        server.run("user", "add", "late", "--email", "late@example.org", "--password-file", "-",
                   stdin="correct horse\n")
        equal(server.run("mail", "retry", mine)[1].split(":")[0], "ignored REPLY")
        [other] = [x.split()[0] for x in server.run("mail", "list")[1].splitlines()]
        server.run("mail", "drop", other)
        equal(server.run("mail", "list")[1], "")
        equal(server.run("mail", "show", other, check=False)[0], 1)


@suite.case("never lost: two that cannot be read, or have no Message-ID, are two though they say the same")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        fields = "".join(f"X-A{i}: b\r\n" for i in range(1200))
        first, second = (f"From: {x}@example.com\r\nSubject: {x}\r\n{fields}\r\nthe same\r\n"
                         for x in ("a", "b"))
        takes(server, first, "kept")
        takes(server, second, "kept")
        takes(server, second, "ignored", "taken in before")
        equal(len(server.run("mail", "list")[1].splitlines()), 2)
        nameless = re.sub("Message-ID:.*\r\n", "", mail(reply(GUEST, "ACCEPTED"),
                                                        sender="eve@example.com"))
        takes(server, nameless, "unverified")
        takes(server, nameless.replace("To: alice", "X-Seal: 2\r\nTo: alice"), "unverified")
        takes(server, nameless, "ignored", "taken in before")


@suite.case("decisions 25: however many answers wait, their host is told once an hour")
def _(s):
    with prepared(s) as server:
        put_meeting(server)
        for i in range(4):
            takes(server, mail(reply(GUEST, "ACCEPTED"), sender=f"eve{i}@example.com"),
                  "unverified")
        equal(len(answers(server)), 4)
        wait_for(lambda: told(server, "An answer waits"), what="the notice")
        wait_for(lambda: " notice " not in server.run("jobs", "list")[1], what="the jobs")
        equal(len(told(server, "An answer waits")) <= 2, True, "an hour may end in between")


@suite.case("RFC 5321 §4.5.5: what waited is taken in with the envelope that it came in")
def _(s):
    with prepared(s) as server:
        server.add_type("alice")
        asks = mail(calendar("REQUEST", "ATTENDEE:mailto:alice@example.org",
                             organizer="boss@example.com"),
                    "REQUEST", sender="eve@example.com")
        takes(server, asks, "unverified", to="alice+intro@example.org")
        [waits] = answers(server)
        answer = server.client("alice").request("POST", f"/api/answers/{waits['id']}/accept", "{}",
                                                {"Content-Type": "application/json"})
        equal((answer.status, answer.json()["outcome"]), (200, "answered"), answer.text)


# ---- the pipe ----

@suite.case("sysexits: 67 for nobody's address, 65 for what is too long, 75 without a store")
def _(s):
    with prepared(s) as server:
        message = mail(reply(GUEST, "ACCEPTED"))
        deliver(server, message, "nobody@example.org", 67)
        equal(server.run("mail", "list")[1], "", "it goes back to who sent it")
        deliver(server, message + "x" * (17 << 20), "alice@example.org", 65)
        store, server.store = server.store, "sqlite:/nowhere/at/all.db"
        deliver(server, message, "alice@example.org", 75)
        server.store = store
        takes(server, message, "ignored", to="alice@example.org")
        metrics = server.client().request("GET", "/metrics").text
        equal('fasti_mail_in_total{outcome="applied"}' in metrics, True)


@suite.case("kill -9 at any time: what is brought again changes nothing twice")
def _(s):
    with prepared(s, {"FASTI_MAIL_TAKE_CRASHERS": "on"}) as server:
        put_meeting(server)
        for i in range(12):
            message = mail(reply(f"p{i}@example.com", "ACCEPTED"), sender=f"p{i}@example.com")
            done = subprocess.Popen([s.fasti, "deliver", "--store", server.store], env=server.env,
                                    stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
            done.stdin.write(message.encode())
            done.stdin.close()
            time.sleep(0.004 * i)
            done.kill()
            done.wait()
            got, line = deliver(server, message)
            equal(got in ("applied", "ignored"), True, line)
            equal(stored(server).count(f"p{i}@example.com"), 1, line)
            takes(server, message, "ignored", "taken in before")


suite.main()
