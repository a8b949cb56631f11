#!/usr/bin/python3
"""Reminders: when they leave, what becomes of them, and who wants none (booking case G6)."""
import calendar
import email
import email.policy
import json
import os
import re
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, wait_for  # noqa: E402
from smtp import Smtp  # noqa: E402

suite = Suite("remind")
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def seconds(instant):
    return calendar.timegm(time.strptime(instant, "%Y-%m-%dT%H:%M:%SZ"))


class Reminding:
    """A host who is there at all times, on a driven clock; mail goes to a folder or to `smtp`."""

    def __init__(self, s, folder, now, reminders, smtp=None, **rules):
        self.smtp, self.box = smtp, f"{folder}/mail"
        self.server = s.server({"FASTI_MAIL_SMTP": f"smtp://127.0.0.1:{smtp.port}" if smtp
                                else f"file:{self.box}", "FASTI_WEBHOOK_PRIVATE": "on"})
        self.server.add_user("alice", "America/New_York")
        self.clock = os.path.join(self.server.folder, "clock")
        self.server.options = ["--test-clock", self.clock]
        self.at(now)
        self.server.start()
        self.alice, self.nobody = self.server.client("alice"), self.server.client()
        week = [{"day": d, "start": "00:00", "end": "24:00"} for d in DAYS]
        self.ask(self.alice, "PUT", "/api/schedules/default", 200, {
            "name": "Always", "timezone": "America/New_York", "weekly": week, "overrides": []})
        self.ask(self.alice, "POST", "/api/meeting-types", 201, {
            "slug": "intro", "title": "Introduction", "durations": [30], "window_days": 365,
            "reminders": reminders, **rules})

    def at(self, instant):
        with open(self.clock + ".new", "w", encoding="ascii") as file:
            file.write(str(seconds(instant)))
        os.rename(self.clock + ".new", self.clock)
        self.now = seconds(instant)

    def ask(self, client, method, path, status=200, body=None, headers=JSON):
        body = json.dumps(body) if body is not None else None
        got = client.request(method, path, body, headers)
        equal(got.status, status, f"{method} {path}: {got.text}")
        return got.json()

    def book(self, start, address="zoe@example.net", **more):
        return self.ask(self.nobody, "POST", "/api/bookings", 201, {
            "host": "alice", "type": "intro", "start_time": start, "invitee_name": "Zoë Müller",
            "invitee_email": address, "invitee_timezone": "America/New_York", **more})

    def waiting(self):
        """When the reminders that wait are due, and to whom they go."""
        found = re.findall(r"^\d+ +remind .*?next try (\S+) +\S+?/\d/(\w+)/",
                           self.server.run("jobs", "list")[1], re.M)
        return sorted(found)

    def settled(self):
        """All that was due by now has been looked at; the reminders that left since the start."""
        # While a worker has one, it says until when.
        def done():
            text = self.server.run("jobs", "list")[1]
            kinds = [l for l in text.splitlines() if re.match(r"\d+ +(remind|mail|webhook) ", l)]
            return all("next try" in l and seconds(l.split("next try ")[1].split()[0]) > self.now
                       for l in kinds)
        wait_for(done, what="what is due")
        return self.reminders()

    def mails(self):
        if self.smtp:
            raw = [m["data"].encode("latin1") for m in self.smtp.received(hosts=True)]
        else:
            names = sorted(os.listdir(self.box)) if os.path.isdir(self.box) else []
            raw = [open(f"{self.box}/{n}", "rb").read() for n in names if n.endswith(".eml")]
        return [email.message_from_bytes(r, policy=email.policy.default) for r in raw]

    def reminders(self):
        """All of these, and what the host says afterwards."""
        return [m for m in self.mails() if str(m["Subject"]).startswith(("Reminder: ", "After "))]


def day_and_hour():
    return [{"before": "PT24H"}, {"before": "P1D"}, {"before": "PT1H", "to": "both"}]


@suite.case("G6: 24 hours, and a day of the calendar, before 09:00 on the day the clocks go forward")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        r = Reminding(s, folder, "2027-03-01T12:00:00Z", day_and_hour())
        with r.server:
            r.book("2027-03-14T13:00:00Z")
            equal(r.waiting(), [("2027-03-13T13:00:00Z", "invitee"),
                                ("2027-03-13T14:00:00Z", "invitee"),
                                ("2027-03-14T12:00:00Z", "host"),
                                ("2027-03-14T12:00:00Z", "invitee")])
            equal(len(r.settled()), 0)
            for instant, count in (("2027-03-13T12:59:59Z", 0), ("2027-03-13T13:00:00Z", 1),
                                   ("2027-03-13T13:59:59Z", 1), ("2027-03-13T14:00:00Z", 2),
                                   ("2027-03-14T12:00:00Z", 4), ("2027-03-14T14:00:00Z", 4)):
                r.at(instant)
                equal(len(r.settled()), count, instant)
            to = [m["To"].addresses[0].addr_spec for m in r.reminders()]
            equal(sorted(to), ["alice@example.org"] + 3 * ["zoe@example.net"])
            for m in r.reminders():
                equal(m["Auto-Submitted"], "auto-generated")
                equal(m["List-Unsubscribe"] is None, "alice" in str(m["To"]), str(m["To"]))
            equal(len({m["Message-ID"] for m in r.reminders()}), 4)
            equal(r.waiting(), [])


@suite.case("G6: a move takes its reminders along, a cancellation takes them away; also while it is "
            "down")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        r = Reminding(s, folder, "2027-03-01T12:00:00Z", [{"before": "PT24H"}],
                      follow_up={"after": "PT1H", "text": "Thank you for coming."})
        with r.server:
            one, two = r.book("2027-03-09T15:00:00Z"), r.book("2027-03-09T16:00:00Z", "y@example.net")
            three = r.book("2027-03-09T17:00:00Z", "x@example.net")
            r.ask(r.alice, "POST", f"/api/bookings/{one['id']}/reschedule", 200,
                  {"start_time": "2027-03-10T15:00:00Z"})
            r.ask(r.alice, "DELETE", f"/api/bookings/{two['id']}", 200)
            equal(r.waiting(), [("2027-03-08T17:00:00Z", "invitee"),
                                ("2027-03-09T15:00:00Z", "invitee"),
                                ("2027-03-09T18:30:00Z", "invitee"),
                                ("2027-03-10T16:30:00Z", "invitee")])
            r.settled()
            r.server.stop()
            # Down when it is due; an hour late is soon enough, for what follows as well.
            r.at("2027-03-08T18:00:00Z")
            r.server.start()
            [left] = r.settled()
            equal(left["To"].addresses[0].addr_spec, "x@example.net")
            r.at("2027-03-09T15:00:00Z")
            equal(len(r.settled()), 2)
            r.ask(r.alice, "DELETE", f"/api/bookings/{three['id']}", 200)
            r.at("2027-03-10T20:00:00Z")
            thanks = r.settled()[2:]
            equal([m["To"].addresses[0].addr_spec for m in thanks], ["zoe@example.net"])
            equal("Thank you for coming." in thanks[0].get_body(("plain",)).get_content(), True)


@suite.case("G6: booked inside the lead time none, and none late: the clock jumps forwards and back")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        r = Reminding(s, folder, "2027-03-08T20:00:00Z", [{"before": "PT24H"}, {"before": "PT1H"}])
        with r.server:
            r.book("2027-03-09T15:00:00Z")
            equal(r.waiting(), [("2027-03-09T14:00:00Z", "invitee")])
            r.book("2027-03-12T15:00:00Z", "y@example.net")
            # 25 hours past the first of the second, and past the first meeting.
            r.at("2027-03-12T10:00:00Z")
            equal(r.settled(), [], "more than half of the lead is gone")
            equal(r.waiting(), [("2027-03-12T14:00:00Z", "invitee")])
            r.at("2027-03-09T12:00:00Z")
            equal(r.settled(), [])
            r.at("2027-03-12T14:00:01Z")
            equal(len(r.settled()), 1)
            r.at("2027-03-12T13:00:00Z")
            equal(len(r.settled()), 1, "and not again")
            r.at("2027-03-12T14:30:00Z")
            equal(len(r.settled()), 1, "and not again")


@suite.case("G6, decisions 19: what may have left is not repeated")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        smtp = Smtp(folder, False).start()
        try:
            r = Reminding(s, folder, "2027-03-08T20:00:00Z", [{"before": "PT1H"}], smtp)
            with r.server:
                r.book("2027-03-09T15:00:00Z")
                r.settled()
                smtp.rules({"zoe@example.net": "silent"})
                r.at("2027-03-09T14:00:00Z")
                wait_for(lambda: len(r.reminders()) == 1, what="the reminder")
                r.settled()
                equal(r.waiting(), [])
                # One that certainly did not leave is tried again.
                r.book("2027-03-10T15:00:00Z", "y@example.net")
                r.settled()
                smtp.rules({"y@example.net": "451 4.3.0 later"})
                r.at("2027-03-10T14:00:00Z")
                wait_for(lambda: "later" in r.server.run("jobs", "list")[1], what="an attempt")
                smtp.rules({})
                r.at("2027-03-10T14:05:00Z")
                equal(len(r.settled()), 2)
        finally:
            smtp.stop()


@suite.case("who wants no reminders gets none of this host's any more (RFC 8058, RFC 2369)")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        r = Reminding(s, folder, "2027-03-01T12:00:00Z", [{"before": "PT1H"}])
        with r.server:
            r.book("2027-03-02T15:00:00Z")
            r.at("2027-03-02T14:00:00Z")
            [mail] = r.settled()
            link = str(mail["List-Unsubscribe"])
            path = re.fullmatch(r"<http://[^/]+(/manage/\S+/reminders)>", link).group(1)

            def due(start, count, what):
                r.book(start)
                r.at(start.replace("T15", "T14"))
                equal(len(r.settled()), count, what)

            # A program that looks at each link changes nothing.
            for language, title in (("de", "Erinnerungen"), ("fr", "Rappels"), ("es", "Recordatorios"),
                                    ("en", "Reminders")):
                page = r.nobody.request("GET", path, None, {"Accept-Language": language})
                equal((page.status, f"<h1>{title}</h1>" in page.text), (200, True), page.text)
            equal("form-action 'self'" in page.header("Content-Security-Policy"), True)
            equal(r.nobody.request("HEAD", path).status, 200)
            equal(r.nobody.request("POST", path, "x=y", FORM).status, 200)
            due("2027-03-03T15:00:00Z", 2, "nothing was said")
            page = r.nobody.request("POST", path, "List-Unsubscribe=One-Click", FORM)
            equal((page.status, "<h1>No more reminders</h1>" in page.text), (200, True), page.text)
            due("2027-03-04T15:00:00Z", 2, "none")
            equal(r.nobody.request("POST", path, "reminders=yes", FORM).status, 200)
            due("2027-03-05T15:00:00Z", 3, "again")
            form = ('--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
                    "One-Click\r\n--b--\r\n")
            equal(r.nobody.request("POST", path, form, {
                "Content-Type": "multipart/form-data; boundary=b"}).status, 200)
            due("2027-03-06T15:00:00Z", 3, "none")
            equal(r.nobody.request("POST", path, "reminders=no", FORM).status, 200, "said twice")
            # Of nobody else.
            r.book("2027-03-07T15:00:00Z", "other@example.net")
            r.at("2027-03-07T14:00:00Z")
            equal(len(r.settled()), 4)
            host = r.ask(r.alice, "GET", "/api/bookings?from=2027-03-01&to=2027-03-31")
            token = host["bookings"][0]["cancel_url"].rsplit("/", 1)[1]
            for wrong in (f"/manage/{token}/reminders", path.replace(".i.", ".a."), "/manage/x/reminders"):
                equal(r.nobody.request("POST", wrong, "reminders=no", FORM).status, 404, wrong)
            equal(r.nobody.request("POST", path.rsplit("/", 1)[0], "x", FORM).status, 405)


@suite.case("each instance of a series is reminded of, as its host has put it")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        r = Reminding(s, folder, "2027-03-01T12:00:00Z", [{"before": "PT1H"}], series={"max": 4})
        with r.server:
            made = r.book("2027-03-02T15:00:00Z", series={"count": 4, "every": "day"})
            wait_for(lambda: r.waiting() == [("2027-03-02T14:00:00Z", "invitee")], what="the first")
            r.at("2027-03-02T14:00:00Z")
            equal(len(r.settled()), 1)
            equal(r.waiting(), [("2027-03-03T14:00:00Z", "invitee")])
            path = f"/dav/calendars/alice/calendar/{made['id']}.ics"
            ics = r.alice.request("GET", path).text
            day = re.search(r"DTSTART(;[^:]*):", ics).group(1)
            got = r.alice.request("PUT", path, ics.replace(
                "RRULE:", f"EXDATE{day}:20270303T100000\r\nRRULE:"), {"Content-Type": "text/calendar"})
            equal(got.status, 204, got.text)
            wait_for(lambda: r.waiting() == [("2027-03-04T14:00:00Z", "invitee")], what="the third")
            r.at("2027-03-03T14:30:00Z")
            equal(len(r.settled()), 1)
            r.at("2027-03-04T14:00:00Z")
            equal(len(r.settled()), 2)
            r.at("2027-03-05T14:00:00Z")
            equal(len(r.settled()), 3)
            equal(r.waiting(), [])


@suite.case("webhooks are told by booking.reminder, if they want to be")
def _(s):
    from test_webhooks import Receiver
    with tempfile.TemporaryDirectory() as folder, Receiver() as all_of_it, Receiver() as few:
        r = Reminding(s, folder, "2027-03-01T12:00:00Z", [{"before": "P1D", "by": "webhook"}])
        with r.server:
            for receiver, events in ((all_of_it, ["created", "reminder"]), (few, ["created"])):
                r.ask(r.alice, "POST", "/api/webhooks", 201,
                      {"url": receiver.url, "events": events})
            made = r.book("2027-03-03T15:00:00Z")
            r.settled()
            r.at("2027-03-02T15:00:00Z")
            r.settled()
            wait_for(lambda: len(all_of_it.got) == 2, what="the reminder")
            told = json.loads(all_of_it.got[1][1])
            equal((told["type"], told["data"]["id"]), ("booking.reminder", made["id"]))
            equal(told["data"]["reminder"],
                  {"before": "P1D", "start_time": "2027-03-03T15:00:00Z"})
            equal((len(few.got), r.reminders()), (1, []))


def command_line(server):
    for words, member, want in (
            ([], "reminders", [{"before": "PT24H", "by": "mail", "to": "invitee"},
                               {"before": "PT1H", "by": "mail", "to": "invitee"}]),
            (["--no-reminders"], "reminders", []),
            (["--reminder", "P1D:mail:both", "--reminder", "PT1H30M:webhook"], "reminders",
             [{"before": "P1D", "by": "mail", "to": "both"}, {"before": "PT1H30M", "by": "webhook"}]),
            (["--follow-up", "PT1H:Thank you: it was a pleasure."], "follow_up",
             {"after": "PT1H", "text": "Thank you: it was a pleasure."})):
        server.run("type", "add", "alice", "intro", "--title", "T", "--duration", "30", *words)
        got = server.client("alice").request("GET", "/api/meeting-types").json()
        equal(got["meeting_types"][0][member], want)
        server.run("type", "delete", "alice", "intro")
    for words in (["--reminder", "PT4M"], ["--reminder", "P1D:pigeon"], ["--follow-up", "PT1H:"],
                  ["--reminder", "P1D:webhook:host"], ["--reminder", "P1D", "--no-reminders"],
                  6 * ["--reminder", "P1D"]):
        status, _, err = server.run("type", "add", "alice", "intro", "--title", "T", "--duration",
                                    "30", *words, check=False)
        equal((status, "like" in err), (2, True), f"{words}: {err}")


@suite.case("a type says what it reminds of on the command line, and what is wrong there")
def _(s):
    server = s.server()
    server.add_user("alice")
    with server.start():
        command_line(server)


if __name__ == "__main__":
    suite.main()
