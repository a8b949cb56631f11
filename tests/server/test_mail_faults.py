#!/usr/bin/python3
"""Mail when things go wrong: nothing is lost, nothing outdated leaves, and hosts see what fails."""
import datetime
import email
import email.policy
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, event, wait_for  # noqa: E402
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
        got = [(m["to"][0], email.message_from_bytes(m["data"].encode("latin1"),
                                                     policy=email.policy.default))
               for m in self.smtp.received()]
        return [m for address, m in got if to in (None, address)]

    def jobs(self):
        return self.server.run("jobs", "list")[1]

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


suite.main()
