#!/usr/bin/python3
"""Mail when things go wrong: nothing is lost, nothing outdated leaves, and hosts see what fails."""
import email
import email.policy
import json
import os
import re
import resource
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Skip, Suite, equal, wait_for  # noqa: E402
from smtp import Smtp  # noqa: E402

suite = Suite("mail_faults")
START = 1800000000  # Friday, 2027-01-15 08:00 UTC


class Place:
    """A host with a meeting type, a mail server that does as it is told, and a driven clock."""

    def __init__(self, s, folder, env=None):
        self.smtp = Smtp(folder, False).start()
        self.server = s.server({"FASTI_MAIL_SMTP": f"smtp://127.0.0.1:{self.smtp.port}",
                                **(env or {})})
        self.server.add_user("alice")
        self.server.add_type("alice")
        self.clock = os.path.join(self.server.folder, "clock")
        self.server.options = ["--test-clock", self.clock]
        self.tick(0)
        self.server.start()
        self.alice, self.nobody = self.server.client("alice"), self.server.client()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()
        self.smtp.stop()

    def tick(self, seconds):
        with open(self.clock + ".new", "w", encoding="ascii") as file:
            file.write(str(START + seconds))
        os.rename(self.clock + ".new", self.clock)

    def ask(self, client, method, path, status, body=None):
        got = client.request(method, path, None if body is None else json.dumps(body),
                             {"Content-Type": "application/json"})
        equal(got.status, status, got.text)
        return got.json() if got.body else None

    def book(self, address, n=0):
        days = self.ask(self.nobody, "GET", "/api/availability/slots?host=alice&type=intro"
                        "&from=2027-01-18&to=2027-01-29", 200)["days"]
        return self.ask(self.nobody, "POST", "/api/bookings", 201, {
            "host": "alice", "type": "intro", "invitee_name": "Zoë", "invitee_email": address,
            "start_time": [x for d in days for x in d["slots"]][n]["start_time"]})

    def refused(self, address, n):
        """A booking that the store does not take."""
        try:
            self.book(address, n)
        except AssertionError:
            wait_for(lambda: self.nobody.request("GET", "/readyz").status == 503,
                     what="a store that takes no changes")
        else:
            raise AssertionError("it was booked")

    def seen(self, made):
        return self.ask(self.alice, "GET", "/api/bookings/" + made["id"], 200)

    def move(self, made, n):
        days = self.ask(self.nobody, "GET", "/api/availability/slots?host=alice&type=intro"
                        "&from=2027-01-18&to=2027-01-29", 200)["days"]
        return self.ask(self.alice, "POST", f"/api/bookings/{made['id']}/reschedule", 200, {
            "start_time": [x for d in days for x in d["slots"]][n]["start_time"]})

    def cancel(self, made):
        return self.ask(self.alice, "DELETE", "/api/bookings/" + made["id"], 200)

    def mails(self, to=None):
        """To somebody, or to all but the host, who is told of bookings besides."""
        got = [(m["to"][0], email.message_from_bytes(m["data"].encode("latin1"),
                                                     policy=email.policy.default))
               for m in self.smtp.received(hosts=to is not None)]
        return [m for address, m in got if to in (None, address)]

    def jobs(self):
        return self.server.run("jobs", "list", "--kind", "mail")[1]

    def disk(self, is_full):
        """Let every file of the server be at its limit, as on a full disk."""
        pid = self.server.process.pid
        limit = 1024 if is_full else resource.RLIM_INFINITY
        resource.prlimit(pid, resource.RLIMIT_FSIZE,
                         (limit, resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]))

    def jobs_to(self, address):
        return "".join(line for line in self.jobs().splitlines() if address in line)

    def event_text(self, made):
        path = "/dav/calendars/alice/calendar/"
        got = self.alice.request("PROPFIND", path, headers={"Depth": "1"})
        for href in re.findall(r"<[^>]*href>([^<]*\.ics)<", got.text):
            text = self.alice.request("GET", href).text
            if made["calendar_event_id"] in text:
                return text.replace("\r\n ", "")
        return ""


def method(mail):
    part = [p for p in mail.walk() if p.get_content_type() == "text/calendar"][0]
    return part.get_param("method")


def calendar(mail):
    part = [p for p in mail.walk() if p.get_content_type() == "text/calendar"][0]
    return part.get_content().replace("\r\n ", "").replace("\n ", "")


def metric(server, name, **labels):
    text = server.client().request("GET", "/metrics").text
    label = "".join(f'{{{k}="{v}"}}' for k, v in labels.items())
    return int(re.search(rf"^{name}{re.escape(label)} (\d+)$", text, re.M).group(1))


@suite.case("RFC 6638 §3.2.9: a booking's mail that is refused is seen, until a later one leaves")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.rules({"zoe@example.net": "550 5.1.1 No such user"})
        made = p.book("zoe@example.net")
        wait_for(lambda: "mail_fault" in p.seen(made), what="the fault")
        equal(p.seen(made)["mail_fault"], "5.2 RCPT TO: 550 5.1.1 No such user")
        equal(re.search(r"^ATTENDEE.*SCHEDULE-STATUS=\"?5\.2\"?.*zoe@", p.event_text(made), re.M)
              is not None, True, p.event_text(made))
        token = made["cancel_url"].rsplit("/", 1)[1]
        equal("mail_fault" in p.ask(p.nobody, "GET", f"/api/bookings/{made['id']}?token={token}",
                                    200), False, "it is the host's to know")
        equal(metric(p.server, "fasti_mail_total", result="bounced"), 1)
        equal("given up" in p.jobs(), True, p.jobs())
        p.smtp.rules({})
        p.move(made, 3)
        wait_for(lambda: p.mails(), what="the later mail")
        wait_for(lambda: "mail_fault" not in p.seen(made), what="nothing is wrong any more")
        equal("SCHEDULE-STATUS=5" in p.event_text(made).replace('"', ""), False)


BOUNCES = {"en": "Mail did not arrive", "de": "E-Mail kam nicht an"}


def told(p, language="en"):
    """What the host was told of mail that did not arrive."""
    return [m for m in p.mails("alice@example.org") if BOUNCES[language] in str(m["Subject"])]


def given_up(p, address):
    """The newest mail to them, if it is; it stands for all before it."""
    jobs = p.jobs_to(address)
    return jobs if "given up" in jobs else ""


def notices_left(p):
    wait_for(lambda: p.server.run("jobs", "list", "--kind", "notice")[1] == "",
             what="the end of all notices")


@suite.case("hosts are told of mail that is refused: once, in their language, if they want to hear it")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.rules({"zoe@example.net": "550 5.1.1 No such user"})
        p.ask(p.alice, "PATCH", "/api/settings", 200, {"language": "de"})
        made = p.book("zoe@example.net")
        [mail] = wait_for(lambda: told(p, "de"), what="the letter")
        equal("550 5.1.1 No such user" in mail.get_body(("plain",)).get_content(), True, str(mail))
        first = wait_for(lambda: given_up(p, "zoe@example.net"), what="the refusal")
        p.move(made, 3)
        wait_for(lambda: given_up(p, "zoe@example.net") not in ("", first), what="another refusal")
        notices_left(p)
        equal(len(told(p, "de")), 1, "of what stands noted they have heard")
        p.ask(p.alice, "PATCH", "/api/settings", 200, {"notices": ["booked"]})
        other = p.book("zoe@example.net", 5)
        wait_for(lambda: "mail_fault" in p.seen(other), what="the fault of another booking")
        notices_left(p)
        equal(len(told(p, "de")), 1, "they do not want to hear of it")


REPORTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mail")


def report(program, to, message_id, changes=()):
    """What the mail server of that program sends back."""
    with open(f"{REPORTS}/dsn-{program}.eml", encoding="utf-8", newline="") as file:
        text = file.read()
    for old, new in (("@TOKEN@", to), ("bo@example.com", "zoe@example.net"),
                     ("gone-1@example.org", message_id.strip("<>")), *changes):
        equal(old in text, True, f"{program}: {old}")
        text = text.replace(old, new)
    return text


@suite.case("RFC 3464: reports of Postfix, Exchange and Gmail are noted; a delay and a forgery are not")
def _(s):
    env = {"FASTI_MAIL_REPLY_ADDRESS": "calendar@example.org"}
    with tempfile.TemporaryDirectory() as folder, Place(s, folder, env) as p:
        def deliver(text):
            return p.server.run("deliver", "--test-clock", p.clock, stdin=text)[1].split(":")[0]

        def event_is_faulty():
            return "SCHEDULE-STATUS=5" in p.event_text(made).replace('"', "")

        made = p.book("zoe@example.net")
        [sent] = wait_for(lambda: p.mails("zoe@example.net"), what="the invitation")
        token, known = str(sent["Reply-To"]).split("<")[-1].rstrip(">"), str(sent["Message-ID"])
        delay = (("Action: failed", "Action: delayed"), ("Status: 5.1.1", "Status: 4.4.1"))
        equal(deliver(report("postfix", token, known, delay)), "ignored")
        forged = "<no-mail-of-ours@example.org>"
        equal(deliver(report("postfix", "alice@example.org", forged)), "ignored")
        equal(deliver(report("gmail", "alice@example.org", known)), "ignored")
        equal(("mail_fault" in p.seen(made), event_is_faulty()), (False, False))
        for n, (program, to, message_id) in enumerate((
                ("postfix", token, known), ("exchange", token, forged),
                ("gmail", token, known))):
            equal(deliver(report(program, to, message_id)), "bounced", program)
            equal(p.seen(made)["mail_fault"].startswith("5.2 "), True, program)
            equal(event_is_faulty(), True, program)
            wait_for(lambda: len(told(p)) == n + 1, what=f"{program}: the letter to the host")
            p.move(made, 3 + n)
            wait_for(lambda: "mail_fault" not in p.seen(made), what=f"{program}: a later mail")
            equal(event_is_faulty(), False, program)


@suite.case("SMTP is down for a day: what is newest leaves then, and nothing of what was called off")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.stop()
        moved, gone, kept = (p.book(f"{name}@example.net", n)
                             for n, name in enumerate(("moved", "gone", "kept")))
        wait_for(lambda: p.jobs().count("tried 1 times, next try") == 3, what="a try of each")
        for n, hours in enumerate((1, 6, 12, 18, 24)):
            p.tick(hours * 3600)
            # Whatever is committed wakes the workers.
            p.book(f"late{n}@example.org", 10 + n)
            wait_for(lambda: p.jobs().count(f"tried {n + 2} times, next try") == (3 if n < 2 else 1),
                     what="another try")
            if n == 1:
                p.move(moved, 20)
                p.move(moved, 21)
                p.cancel(gone)
        equal(p.jobs_to("gone@"), "", "it never left, so there is nothing to call off")
        p.smtp.start()
        p.tick(3 * 86400)
        p.book("last@example.org", 30)
        wait_for(lambda: p.jobs() == "", what="the end of all")
        equal(p.mails("gone@example.net"), [])
        equal([(method(m), re.search(r"SEQUENCE:(\d+)", calendar(m)).group(1))
               for m in p.mails("moved@example.net")], [("REQUEST", "2")])
        equal(len(p.mails("kept@example.net")), 1)
        equal(p.seen(kept)["status"], "confirmed")
        p.tick(4 * 86400)
        p.cancel(kept)
        wait_for(lambda: len(p.mails("kept@example.net")) == 2, what="what had left is called off")
        equal(method(p.mails("kept@example.net")[1]), "CANCEL")


@suite.case("a storm of 4xx of one domain holds up no mail to others, and loses none")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.rules({"@full.example": "452 4.2.2 Mailbox full"})
        for n in range(20):
            p.book(f"a{n}@full.example", n)
        p.book("zoe@example.net", 20)
        wait_for(lambda: p.mails("zoe@example.net"), what="the other mail")
        wait_for(lambda: p.jobs().count("452") == 20, what="a try of each")
        next_tries = set(re.findall(r"next try (\S+)", p.jobs()))
        equal(len(next_tries) > 1, True, "they do not all come back at once")
        p.smtp.rules({})
        p.tick(20)
        p.book("zoe@example.net", 21)
        wait_for(lambda: len(p.mails()) == 22, what="all")
        equal(len({m["Message-ID"] for m in p.mails()}), 22)


@suite.case("RFC 5321 §4.5.4.1: mail to one domain takes its turn, untried, and others' do not wait")
def _(s):
    with tempfile.TemporaryDirectory() as folder, \
            Place(s, folder, {"FASTI_LIMITS_MAIL_PER_DOMAIN": "6"}) as p:
        for n in range(3):
            p.book(f"a{n}@big.example", n)
        p.book("zoe@small.example", 3)
        wait_for(lambda: p.mails("zoe@small.example"), what="the other mail")
        wait_for(lambda: p.jobs().count("tried 0 times, next try") == 2, what="two wait")
        equal(len(p.mails()), 2)
        for n in (1, 2):
            p.tick(20 * n)
            p.book(f"b{n}@other.example", 10 + n)
            wait_for(lambda: len(p.mails()) == 2 + 2 * n, what="the next one")
        equal(sorted(m["To"].addresses[0].addr_spec for m in p.mails())[:3],
              [f"a{n}@big.example" for n in range(3)])


@suite.case("RFC 5321 §4.5.3.2.6: a connection lost in the message, or before its answer")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.rules({"cut@example.net": "cut", "silent@example.net": "silent"})
        p.book("cut@example.net", 0)
        p.book("silent@example.net", 1)
        wait_for(lambda: p.jobs().count("tried 1 times, next try") == 2, what="both failed")
        p.smtp.rules({})
        p.tick(30)
        p.book("zoe@example.net", 2)
        wait_for(lambda: p.jobs() == "", what="both again")
        equal(len(p.mails("cut@example.net")), 1)
        twice = p.mails("silent@example.net")
        equal(len(twice), 2, "it may have left, and had")
        equal(len({m["Message-ID"] for m in twice}), 1, "the same mail")


@suite.case("decisions 19: killed between sent and noted: one duplicate at most, the same Message-ID")
def _(s):
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.rules({"@example.net": "hang"})
        for n in range(5):
            p.book(f"a{n}@example.net", n)
        wait_for(lambda: len(p.mails()) == 1, what="the message")
        p.server.kill()
        p.smtp.rules({})
        p.tick(60)
        p.server.start()
        p.alice, p.nobody = p.server.client("alice"), p.server.client()
        wait_for(lambda: len(p.mails()) == 6, what="all, and one twice")
        wait_for(lambda: p.jobs() == "", what="the end")
        ids = [m["Message-ID"] for m in p.mails()]
        equal((len(ids), len(set(ids))), (6, 5))


@suite.case("the disk is full: mail that was sent is not lost count of, what waits leaves once there is room")
def _(s):
    if s.store != "sqlite":
        raise Skip("PostgreSQL has its disk elsewhere")
    with tempfile.TemporaryDirectory() as folder, Place(s, folder) as p:
        p.smtp.rules({"@example.net": "451 4.3.0 try later"})
        for n in range(3):
            p.book(f"a{n}@example.net", n)
        wait_for(lambda: p.jobs().count("tried 1 times, next try") == 3, what="a try of each")
        p.smtp.rules({"a1@example.net": "550 5.1.1 No such user"})
        p.disk(True)
        p.tick(60)
        p.refused("zoe@example.net", 10)
        equal(p.mails(), [], "what cannot be noted as begun is not begun")
        p.disk(False)
        wait_for(lambda: len(p.mails()) == 2, what="the mails")
        wait_for(lambda: "given up" in p.jobs_to("a1@"), what="the refusal")
        equal(len({m["Message-ID"] for m in p.mails()}), 2)
        equal(p.server.run("check")[1].strip(), "All is well.")


suite.main()
