"""What a question for the free time of five attendees costs, beside Cyrus in the same minutes.

Each attendee has a calendar of 1,000 events (mix.py); the question is of the four weeks that
are foretold (RFC 6638 §5). An answer is first judged for each attendee; under load each must be that
answer again. The CPU of a request is the least of several rounds.
"""
import datetime
import re
import xml.etree.ElementTree as xml

import mix
from caldav import CALDAV, DAV, Wrong, expect, periods
from measure import Row, ask, peers, request

ASKER, *ATTENDEES = peers.USERS
EVENTS, ROUNDS, AIM = 1000, 3, 200
CONNECTIONS = {"fasti": 8, "cyrus": 8}
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


class Question:
    def __init__(self, server, load, calendar):
        self.server, self.load, self.calendar = server, load, calendar

    def ask(self, data, *status):
        answer, body = ask(self.server.port, data)
        expect(answer.status in status, data[:100], answer, body)
        return body

    def make(self, user):
        path = f"{self.server.home(user)}c{EVENTS}/"
        self.ask(request("MKCALENDAR", path, user=user), 201)
        if self.server.name == "fasti":
            self.server.import_text(user, f"c{EVENTS}", self.calendar.file())
            return
        rows = [Row(request("PUT", f"{path}{e.uid}.ics", e.object(), user,
                            "Content-Type: text/calendar; charset=utf-8\r\n"), 201)
                for e in self.calendar.events]
        self.load.run(self.server, rows, CONNECTIONS[self.server.name], 3600, "once")

    def property(self, user, path, name):
        """The hrefs in a property of the principal."""
        body = self.ask(request(
            "PROPFIND", path, f"<D:propfind {NAMESPACES}><D:prop>{name}</D:prop></D:propfind>"
            .encode(), user, "Content-Type: application/xml\r\nDepth: 0\r\n"), 207)
        tag = name.strip("</>").replace("C:", CALDAV).replace("D:", DAV)
        return [e.text for e in xml.fromstring(body).iterfind(f".//{tag}/{DAV}href")]

    def principal(self, user):
        return self.property(user, self.server.home(user), "<D:current-user-principal/>")[0]

    def address(self, user):
        return next(a for a in self.property(user, self.principal(user),
                                             "<C:calendar-user-address-set/>")
                    if a.startswith("mailto:"))

    def row(self):
        start, end = mix.utc(self.calendar.begin), mix.utc(self.calendar.end)
        [outbox] = self.property(ASKER, self.principal(ASKER), "<C:schedule-outbox-URL/>")
        body = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nMETHOD:REQUEST\r\n"
                "BEGIN:VFREEBUSY\r\nUID:bench-question\r\nDTSTAMP:20260101T000000Z\r\n"
                f"DTSTART:{start}\r\nDTEND:{end}\r\nORGANIZER:{self.address(ASKER)}\r\n"
                + "".join(f"ATTENDEE:{self.address(user)}\r\n" for user in ATTENDEES) +
                "END:VFREEBUSY\r\nEND:VCALENDAR\r\n").encode()
        data = request("POST", outbox, body, ASKER,
                       "Content-Type: text/calendar; charset=utf-8; component=VFREEBUSY; "
                       "method=REQUEST\r\n")
        got = self.ask(data, 200)
        self.judge(got)
        return Row(data, 200, [got], but=(b"UID:", b"DTSTAMP:"))

    def judge(self, body):
        found = xml.fromstring(body).findall(f"{CALDAV}response")
        expect(len(found) == len(ATTENDEES), "outbox", None, body)
        for response in found:
            text = response.findtext(f"{CALDAV}calendar-data") or ""
            text = re.sub(r"\r?\n", "\r\n", text)
            expect(mix.merged(periods(text)) == self.calendar.busy(), "outbox", None, body)


def measure(server, load, begin, seconds):
    """Microseconds of CPU for one question."""
    question = Question(server, load, mix.Calendar(f"e{EVENTS}", EVENTS, begin))
    print(f"{server.name}: {len(ATTENDEES)} calendars of {EVENTS} events", flush=True)
    for user in ATTENDEES:
        question.make(user)
    row, cost = question.row(), []
    for _ in range(ROUNDS):
        got = load.run(server, [row], CONNECTIONS[server.name], seconds / ROUNDS)
        expect(got["wrong"] == 0, f"{server.name}: {got['wrong']} wrong answers")
        cost.append(got["cpu_us"])
    return min(cost)


def compare(fasti, load, limit, seconds, with_peers):
    now = datetime.datetime.now(mix.UTC)
    monday = now.date() + (14 - now.weekday()) * mix.DAY
    begin = datetime.datetime.combine(monday, datetime.time(), mix.UTC)
    for user in peers.USERS:
        fasti.add_user(user)
    fasti.start()
    own = measure(fasti, load, begin, seconds)
    fasti.stop()
    print(f"\nfree time of {len(ATTENDEES)} attendees by the outbox: {own:.0f} us"
          f" ({own / limit:.1f} x the limit)")
    if not with_peers:
        return
    try:
        with peers.start("cyrus") as peer:
            cyrus = measure(peer, load, begin, seconds)
        print(f"  Cyrus {cyrus / 1000:.1f} ms: {cyrus / own:.0f} x (aim {AIM} x)")
    except (peers.Missing, Wrong) as why:
        print(f"cyrus is measured no further: {why}", flush=True)
