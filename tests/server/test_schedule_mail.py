#!/usr/bin/python3
"""Scheduling messages to people elsewhere, by mail; and what is said of each decision."""
import email
import email.policy
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, wait_for  # noqa: E402
from smtp import Smtp  # noqa: E402

suite = Suite("schedule_mail")
PATH = "/dav/calendars/alice/calendar/m.ics"


def meeting(*attendees, start="20280118T080000Z", end="20280118T090000Z", more=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:m\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n"
            "SUMMARY:Plans\r\nORGANIZER:mailto:alice@example.org\r\n" + more
            + "".join(f"ATTENDEE{'' if ';' in a else ''}{a if a[0] == ';' else ':mailto:' + a}\r\n"
                      for a in attendees) + "END:VEVENT\r\nEND:VCALENDAR\r\n")


def put(server, user, path, body):
    answer = server.client(user).request("PUT", path, body, {"Content-Type": "text/calendar"})
    equal(answer.status in (201, 204), True, f"PUT {path}: {answer.status} {answer.text[:300]}")


def get(server, user, path):
    answer = server.client(user).request("GET", path)
    return answer, re.sub(r"\r\n[ \t]", "", answer.text)


def messages(smtp):
    """What was received: (recipient, METHOD, text), in its order."""
    found = []
    for got in smtp.received():
        mail = email.message_from_bytes(got["data"].encode("latin1"), policy=email.policy.default)
        part = [p for p in mail.walk() if p.get_content_type() == "text/calendar"][0]
        found.append((got["to"][0], part.get_param("method"), part.get_content()))
    return found


def jobs(server):
    return server.run("jobs", "list")[1]


def prepared(s, smtp_url, *names):
    server = s.server({"FASTI_MAIL_SMTP": smtp_url})
    for name in names or ("alice",):
        server.add_user(name)
    return server.start()


@suite.case("RFC 6638 §3.2.9: a mail that is refused is seen on the ATTENDEE, under the same tag")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        with Smtp(folder, False).start() as smtp:
            with prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
                put(server, "alice", PATH, meeting("reject@example.net", "eve@example.net"))
                before, _ = get(server, "alice", PATH)
                wait_for(lambda: "5.2" in get(server, "alice", PATH)[1], what="the status")
                wait_for(lambda: len(smtp.received()) == 1, what="the other mail")
                after, text = get(server, "alice", PATH)
                line = re.search(r"^ATTENDEE[^\r\n]*reject@", text, re.M).group(0)
                equal("SCHEDULE-STATUS=5.2" in line.replace('"', ""), True, line)
                line = re.search(r"^ATTENDEE[^\r\n]*eve@", text, re.M).group(0)
                equal("SCHEDULE-STATUS=1.1" in line.replace('"', ""), True, line)
                equal(after.header("Schedule-Tag"), before.header("Schedule-Tag"))
                told = server.run("explain", "message", "alice", "m")[1].splitlines()
                equal("5.2" in told[-1] and "550" in told[-1], True, told)
                equal("given up" in jobs(server), True, "kept for the operator")
                put(server, "alice", PATH, meeting("eve@example.net"))
                equal("reject" in jobs(server), False, "nothing to cancel, nothing to keep")


@suite.case("a mail server that is down: what was called off meanwhile never leaves")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        smtp = Smtp(folder, False).start()
        smtp.stop()
        with smtp, prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
            put(server, "alice", PATH, meeting("eve@example.net", "fred@example.net"))
            wait_for(lambda: jobs(server).count("tried 1 times") == 2, what="both tries")
            put(server, "alice", PATH, meeting("eve@example.net", start="20280118T083000Z"))
            listed = jobs(server)
            equal((listed.count("/eve@"), listed.count("/fred@")), (1, 0), listed)
            os.remove(os.path.join(folder, "smtp.port"))
            smtp.start()
            server.stop()
            server.env["FASTI_MAIL_SMTP"] = f"smtp://127.0.0.1:{smtp.port}"
            server.start()
            put(server, "alice", PATH, meeting("eve@example.net", start="20280118T084500Z"))
            wait_for(lambda: jobs(server) == "", what="the mails")
            [(to, method, text)] = messages(smtp)
            equal((to, method), ("eve@example.net", "REQUEST"))
            equal("T084500Z" in text, True, "the newest")
            equal(server.client("alice").request("DELETE", PATH).status, 204)
            wait_for(lambda: len(messages(smtp)) == 2, what="the end")
            equal(messages(smtp)[1][:2], ("eve@example.net", "CANCEL"))


@suite.case("explain: for each decision a line that says why")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        with prepared(s, f"file:{folder}", "alice", "bob", "carol") as server:
            by_client = ";SCHEDULE-AGENT=CLIENT:mailto:dave@example.net"
            by_nobody = ";SCHEDULE-AGENT=NONE:mailto:fred@example.net"
            put(server, "alice", PATH, meeting(
                "bob@example.org", "carol@example.org", "eve@example.net", by_client, by_nobody))
            put(server, "alice", PATH, meeting(
                "bob@example.org", "carol@example.org", "eve@example.net", by_client, by_nobody,
                more="BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\n"
                     "END:VALARM\r\n"))
            propfind = server.client("bob").request(
                "PROPFIND", "/dav/calendars/bob/calendar/",
                '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>', {"Depth": "1"})
            [href] = re.findall(r"<(?:\w+:)?href>([^<]+\.ics)</", propfind.text)
            _, text = get(server, "bob", href)
            put(server, "bob", href, re.sub(r"ATTENDEE[^\r\n]*:mailto:bob@",
                                            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@", text))
            _, text = get(server, "bob", href)
            put(server, "bob", href, text)
            equal(server.client("bob").request("DELETE", href, None,
                                               {"Schedule-Reply": "F"}).status, 204)
            told = server.run("explain", "message", "alice", "m")[1]
            wanted = [
                r"REQUEST to bob@example.org, carol@example.org, 1.2: invited \(RFC 6638 §3.2.1.1\)"
                r"\. A new invitation is stored",
                r"REQUEST to eve@example.net, 1.1: invited \(.*\)\. It goes out by mail\.",
                r"Nothing to dave@example.net: left to the client by SCHEDULE-AGENT=CLIENT",
                r"Nothing to fred@example.net: left to nobody by SCHEDULE-AGENT=NONE",
                r"Nothing to [^:]*bob@example.org[^:]*: nothing has changed for them",
                r"REPLY from bob@example.org, 1.2: The answer is noted",
                r"REQUEST to carol@example.org, 1.2: ",
            ]
            for line in wanted:
                equal(bool(re.search(rf"^20\S+Z  {line}", told, re.M)), True,
                      f"{line}\n in \n{told}")
            bobs = server.run("explain", "message", "bob", "m")[1]
            for line in (r"REQUEST from alice@example.org, 1.2: A new invitation is stored",
                         r"REPLY to alice@example.org, 1.2: answered \(RFC 6638 §3.2.2.3\)\.",
                         r"Nothing to alice@example.org: the answer has not changed",
                         r"Nothing to alice@example.org: none was wished, by Schedule-Reply: F"):
                equal(bool(re.search(rf"^20\S+Z  {line}", bobs, re.M)), True,
                      f"{line}\n in \n{bobs}")
            for line in (r'recipient=dave@example.net why="left to the client',
                         r'method=REQUEST recipient=bob@example.org status=1.2 cause="invited',
                         r'method=none recipient=alice@example.org why="none was wished'):
                wait_for(lambda line=line: re.search(line, server.log()), what=line)


# ---- the shape of what leaves (interop §6) ------------------------------------------------------

# As programs write it: a zone of RDATEs that has ended, alarms, colours and notes of their own.
SERIES = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nX-WR-CALNAME:mine\r\n"
    "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\n"
    "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRDATE:19961027T030000\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\nBEGIN:{kind}\r\nUID:m\r\nDTSTAMP:20270101T000000Z\r\n"
    "DTSTART;TZID=Europe/Berlin:20280118T{start}00\r\n"
    "{end};TZID=Europe/Berlin:20280118T230000\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n"
    "SUMMARY:Pläne " + "größer " * 20 + "\r\nCOLOR:red\r\nX-MOZ-GENERATION:3\r\n"
    "X-ALT-DESC;FMTTYPE=text/html:<p>Pläne</p>\r\n"
    "ORGANIZER;SCHEDULE-AGENT=SERVER:mailto:{organizer}\r\n"
    "ATTENDEE;X-NUM-GUESTS=0:mailto:{attendee}\r\nATTENDEE:mailto:fred@example.net\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
    "END:{kind}\r\nEND:VCALENDAR\r\n")


def series(kind="VEVENT", start="0900", organizer="alice@example.org", attendee="eve@example.net"):
    return SERIES.format(kind=kind, start=start, organizer=organizer, attendee=attendee,
                         end="DUE" if kind == "VTODO" else "DTEND")


def check_shape(raw, method, component, to):
    """What every message with a METHOD has; gives its header and its calendar, unfolded."""
    equal(b"\n" in raw.replace(b"\r\n", b""), False, "CRLF alone (RFC 5321 §2.3.8)")
    equal(max(map(len, raw.split(b"\r\n"))) <= 998, True, "RFC 5322 §2.1.1")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    equal([d for part in mail.walk() for d in part.defects], [], "defects")
    equal([p.get_content_type() for p in mail.walk()],
          ["multipart/mixed", "multipart/alternative", "text/plain", "text/html",
           "text/calendar", "application/ics"], "RFC 6047 §2.4, §4.2")
    part, file = list(mail.walk())[-2:]
    equal([part.get_param(name) for name in ("method", "charset", "component")],
          [method, "UTF-8", component], "RFC 6047 §2.4")
    equal((part["Content-Disposition"], file.get_filename()), (None, "invite.ics"))
    equal(file.get_param("name"), "invite.ics")
    equal(file.get_content(), part.get_payload(decode=True), "the file is the same")
    equal((mail["Auto-Submitted"], mail["Bcc"], mail["Cc"]), ("auto-generated", None, None))
    equal([a.addr_spec for a in mail["To"].addresses], [to], "one recipient")
    text = part.get_payload(decode=True)
    equal(max(map(len, text.split(b"\r\n"))) <= 75, True, "RFC 5545 §3.1")
    for line in text.split(b"\r\n"):
        line.decode()
    text = text.decode().replace("\r\n ", "")
    equal(re.findall(r"^METHOD:(.*)\r$", text, re.M), [method], "equal to the parameter")
    equal(re.findall(r"^DTSTAMP:(?!\d{8}T\d{6}Z\r$).*", text, re.M), [], "DTSTAMP in UTC")
    for private in ("VALARM", "COLOR", "X-MOZ", "X-WR", "X-NUM-GUESTS", "SCHEDULE-", "RDATE"):
        equal(private in text, False, f"{private} in {text}")
    if "TZID=" in text:
        equal(("DTSTART:19700329T020000" in text, "BYMONTH=3;BYDAY=-1SU" in text,
               "DTSTART:19701025T030000" in text, "BYMONTH=10;BYDAY=-1SU" in text),
              (True,) * 4, f"two rules since 1970 in {text}")
    return mail, text


def taken(smtp, count):
    """The messages to eve that were received, once there are so many; raw."""
    def of_eve():
        return [m["data"].encode("latin1") for m in smtp.received() if "eve@" in m["to"][0]]
    wait_for(lambda: len(of_eve()) >= count, what=f"{count} mails")
    equal(len(of_eve()), count)
    return of_eve()


@suite.case("interop §6: REQUEST, update and CANCEL of an own meeting and of a task, as they leave")
def _(s):
    for kind, path in (("VEVENT", PATH), ("VTODO", "/dav/calendars/alice/tasks/m.ics")):
        with tempfile.TemporaryDirectory() as folder, Smtp(folder, False).start() as smtp:
            with prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
                put(server, "alice", path, series(kind))
                taken(smtp, 1)
                put(server, "alice", path, series(kind, start="1000"))
                taken(smtp, 2)
                equal(server.client("alice").request("DELETE", path).status, 204)
                wanted = zip(taken(smtp, 3), ("REQUEST", "REQUEST", "CANCEL"))
                seen = [check_shape(raw, method, kind, "eve@example.net") for raw, method in wanted]
                ids, numbers = [m["Message-ID"] for m, _ in seen], []
                equal(len(set(ids)), 3, "each its own")
                for n, (mail, text) in enumerate(seen):
                    equal((mail["In-Reply-To"], mail["References"]),
                          (ids[0], ids[0]) if n else (None, None), "threads by UID")
                    asked = re.search(r"^ATTENDEE.*eve@example.net", text, re.M).group(0)
                    for said in ("ROLE=REQ-PARTICIPANT", "PARTSTAT=NEEDS-ACTION", "RSVP=TRUE"):
                        equal(said in asked, n < 2, f"{said} in {asked}")
                    numbers += [int(re.search(r"SEQUENCE:(\d+)", text + "SEQUENCE:0").group(1))]
                equal(numbers == sorted(set(numbers)), True, f"SEQUENCE grows: {numbers}")
                _, text = seen[2]
                equal("STATUS:CANCELLED" in text and "fred" not in text, True, text)
                equal("DTSTART;TZID=Europe/Berlin:20280118T100000" in text, True, "times are kept")
                equal(("DUE" if kind == "VTODO" else "DTEND") + ";TZID=" in text, True, text)
                equal("X-ALT-DESC;FMTTYPE=text/html:<p>Pläne</p>" in seen[0][1], True,
                      "what others show stays")


@suite.case("RFC 5545 §3.8.4.3: an organizer who attends is one person in the letter")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Smtp(folder, False).start() as smtp:
        with prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
            attends = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org\r\nATTENDEE:mailto:fred"
            put(server, "alice", PATH, series().replace("ATTENDEE:mailto:fred", attends))
            mail = email.message_from_bytes(taken(smtp, 1)[0], policy=email.policy.default)
            text = mail.get_body(("plain",)).get_content()
            people = [line.strip() for line in text.splitlines() if "@" in line and "–" in line]
            equal([p.partition("–")[2].strip() for p in people if "alice@" in p], ["organizer"],
                  text)
            equal(len([p for p in people if "eve@" in p or "fred@" in p]), 2, text)


@suite.case("RFC 5546 §3.2.3: an answer by mail is the organizer's words and one ATTENDEE")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Smtp(folder, False).start() as smtp:
        with prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
            whole = series(organizer="eve@example.net", attendee="alice@example.org").replace(
                "SCHEDULE-AGENT=SERVER", "CN=Eve").replace("SUMMARY", "SEQUENCE:2\r\nSUMMARY")
            put(server, "alice", PATH, whole.replace(
                "ATTENDEE;X-NUM-GUESTS=0:", "ATTENDEE;PARTSTAT=ACCEPTED:"))
            [raw] = taken(smtp, 1)
            _, text = check_shape(raw, "REPLY", "VEVENT", "eve@example.net")
            equal(re.findall(r"^ATTENDEE.*", text, re.M),
                  ["ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org\r"])
            for line in ("SUMMARY:Pläne größer", "SEQUENCE:2", "ORGANIZER;CN=Eve:mailto:eve@",
                         "DTSTART;TZID=Europe/Berlin:20280118T090000",
                         "DTEND;TZID=Europe/Berlin:20280118T230000"):
                equal(line in text, True, f"{line} in {text}")


@suite.case("RFC 6531, RFC 5890: an invitee with an IDN; one whose name needs SMTPUTF8")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Smtp(folder, False).start() as smtp:
        with prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
            put(server, "alice", PATH, meeting("zoe@münchen.example", "zoë@münchen.example"))
            wait_for(lambda: len(smtp.received()) == 2, what="both mails")
            equal(sorted(m["to"][0] for m in smtp.received()),
                  ["zoe@xn--mnchen-3ya.example", "zoë@münchen.example"])
            for m in smtp.received():
                mail = email.message_from_bytes(m["data"].encode("latin1"),
                                                policy=email.policy.default)
                text = list(mail.walk())[-2].get_payload(decode=True).decode()
                text = text.replace("\r\n ", "")
                name = "zoë" if m["utf8"] else "zoe"
                equal(bool(re.search(rf"^ATTENDEE;.*RSVP=TRUE:mailto:{name}@münchen.example\r",
                                     text, re.M)), True, text)


@suite.case("RFC 6531 §3.2: without SMTPUTF8 such a name is refused for good, and why is said")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Smtp(folder, False).start(ascii_only=True) as smtp:
        with prepared(s, f"smtp://127.0.0.1:{smtp.port}") as server:
            put(server, "alice", PATH, meeting("zoe@münchen.example", "zoë@münchen.example"))
            wait_for(lambda: "5.2" in get(server, "alice", PATH)[1], what="the status")
            wait_for(lambda: len(smtp.received()) == 1, what="the other mail")
            equal(smtp.received()[0]["to"], ["zoe@xn--mnchen-3ya.example"])
            line = re.search(r"^ATTENDEE[^\r\n]*zoë@", get(server, "alice", PATH)[1], re.M).group(0)
            equal('SCHEDULE-STATUS=5.2' in line.replace('"', ""), True, line)
            listed = jobs(server)
            equal("given up" in listed and "SMTPUTF8" in listed, True, listed)


suite.main()
