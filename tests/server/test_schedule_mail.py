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


suite.main()
