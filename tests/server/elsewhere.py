"""A server whose hosts have calendars elsewhere: at the test doubles of tests/federation/, or on a
second server of this kind.

The clock is a file, and stands until a test moves it; the doubles go by it too. What is asked for
by both() is tested at each provider, by what they have in common.
"""
import calendar
import datetime
import json
import os
import re
import sys
import time
import zoneinfo

from fasti import PASSWORD, equal

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "federation"))
from dav import Dav  # noqa: E402
from google import Google  # noqa: E402
from graph import Graph  # noqa: E402

JSON = {"Content-Type": "application/json"}
PUBLIC = "https://cal.example.org"
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NOW = calendar.timegm((2027, 1, 4, 7, 0, 0))  # a Monday, 8 o'clock in Berlin
DAY = "2027-01-11"                            # the Monday after
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
ALL_DAY = [f"{h:02}:{m:02}" for h in range(9, 17) for m in (0, 30)]
MINUTE, HOUR = 60, 3600
PATIENCE = float(os.environ.get("FASTI_PATIENCE", "120"))  # seconds for what is done elsewhere


class Kind:
    """What a test has to know of a provider: names of calls, and how its users say things."""

    def __init__(self, word, make, **calls):
        self.word, self.make = word, make
        self.read, self.insert, self.update = calls["read"], calls["insert"], calls["update"]
        self.remove, self.watch = calls["remove"], calls["watch"]

    def is_google(self):
        return self.word == "google"

    def series(self, cal, title, start, end, days=1, count=None):
        """A series each so many weeks, on the weekday of its start."""
        if self.is_google():
            rule = f"RRULE:FREQ=WEEKLY;INTERVAL={days}" + (f";COUNT={count}" if count else "")
            return cal.add(title, start, end, recurrence=[rule])
        from graph_calendar import weekly
        day = WEEKDAYS[datetime.date.fromisoformat(start[:10]).weekday()]
        return cal.add(title, start, end, recurrence=weekly(
            day, interval=days, start=start[:10], count=count))

    def move_instance(self, cal, master, original, start, end):
        cal.change_instance(master, original if self.is_google() else original[:10],
                            start=start, end=end)

    def drop_instance(self, cal, master, original):
        cal.cancel_instance(master, original if self.is_google() else original[:10])

    def free(self):
        if self.word == "caldav":
            return {"more": "TRANSP:TRANSPARENT\r\n"}
        return {"transparency": "transparent"} if self.is_google() else {"showAs": "free"}

    def title(self, event):
        return event[{"google": "summary", "outlook": "subject", "caldav": "title"}[self.word]]

    def span(self, event):
        """(start, end) of an event of the double, as walls of Berlin."""
        if self.word == "caldav":
            return event["start"], event["end"]
        out = []
        for side in ("start", "end"):
            text = event[side]["dateTime"]
            if self.is_google():
                at = datetime.datetime.fromisoformat(text)
            else:
                at = datetime.datetime.fromisoformat(text[:19] + "+00:00")
            out.append(at.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M"))
        return tuple(out)


GOOGLE = Kind("google", Google, read="events.list", insert="events.insert",
              update="events.(patch|update)", remove="events.delete", watch="events.watch")
OUTLOOK = Kind("outlook", Graph, read="delta", insert="events.create", update="events.update",
               remove="events.delete", watch="subscriptions.create")
CALDAV = Kind("caldav", Dav, read="(sync|multiget)", insert="insert", update="update",
              remove="remove", watch=None)


def both(suite, name):
    """A case for each provider; on PostgreSQL for one of them, in turn. What providers differ in
    never reaches the store, and SQLite has had each case with both; a soak asks for all."""
    def mark(function):
        kinds = (GOOGLE, OUTLOOK)
        if suite.store == "postgres" and not suite.soak and not suite.only:
            suite.turns = getattr(suite, "turns", 0) + 1
            kinds = kinds[suite.turns % 2:][:1]
        for kind in kinds:
            suite.case(f"{kind.word}: {name}")(lambda s, k=kind: function(s, k))
        return function
    return mark


class House:
    """A server, a double, and alice, who has an account there."""

    def __init__(self, suite, kind, options=(), **settings):
        self.kind, self.service = kind, kind.make()
        self.service.pushes.mode = "never"  # tests of messages say otherwise
        self.service.clock = lambda: self.now
        self.account = self.open_account(suite)
        self.cal, self.settings = self.account.primary, settings
        self.server = suite.server({"FASTI_FEDERATION_PRIVATE": "on", "FASTI_SERVER_URL": PUBLIC,
                                    **settings})
        self.server.options = list(options)
        self.register()
        self.clock = os.path.join(self.server.folder, "clock")
        self.server.options += ["--test-clock", self.clock]
        self.set_clock(NOW)
        self.server.add_user("alice")
        self.server.add_type("alice")
        self.start()

    def open_account(self, _):
        return self.service.add_account()

    def register(self):
        """The server is told where the provider is, and as whom it comes there."""
        self.server.env.update({**self.service.config(), **self.settings})
        secret = os.path.join(self.server.folder, "secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write(self.service.client_secret + "\n")
        self.server.env[f"FASTI_{self.kind.word.upper()}_SECRET_FILE"] = secret

    def start(self):
        self.server.start()
        self.service.pushes.reach[PUBLIC] = f"http://127.0.0.1:{self.server.port}"
        self.alice, self.nobody = self.server.client("alice"), self.server.client()

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        self.service.pushes.settle()
        self.service.heal()
        try:
            self.server.__exit__(kind, *rest)
        finally:
            self.service.close()
        if kind is None:
            self.service.check()

    # ---- time -------------------------------------------------------------------------------

    def set_clock(self, now):
        self.now = now
        with open(self.clock + ".new", "w", encoding="ascii") as file:
            file.write(str(now))
        os.rename(self.clock + ".new", self.clock)

    def tick(self, seconds):
        self.set_clock(self.now + seconds)

    def until(self, check, what="it", tick=0, patience=PATIENCE):
        """Until check() is true; the clock moves by `tick` each time that it is not."""
        begun = time.monotonic()
        while time.monotonic() < begun + patience:
            got = check()
            if got:
                return got
            if tick:
                self.tick(tick)
            time.sleep(0.05)
        raise AssertionError(f"{what} did not happen within {patience} s: {self.connections()}")

    # ---- accounts ---------------------------------------------------------------------------

    def ask(self, client, method, path, status=200, body=None):
        body = json.dumps(body) if body is not None else None
        got = client.request(method, path, body, JSON if body is not None else {})
        equal(got.status, status, f"{method} {path}: {got.text[:500]}")
        return got.json() if got.body and "json" in (got.header("Content-Type") or "") else got

    def sign_in(self, name="alice"):
        """The Cookie header of a browser."""
        got = self.server.client().request("POST", "/api/session", json.dumps(
            {"name": name, "password": PASSWORD}), JSON)
        equal(got.status, 200, got.text)
        return {"Cookie": got.header("Set-Cookie").split(";")[0]}

    def consent_url(self, connection=None, client=None):
        body = {"provider": self.kind.word, **({"connection": connection} if connection else {})}
        return self.ask(client or self.alice, "POST", "/api/connections", 200, body)["url"]

    def come_back(self, url, cookie):
        """Consent there, and what the callback answers a browser that is signed in."""
        location = self.service.consent(url)
        equal(location.startswith(PUBLIC + f"/oauth/{self.kind.word}/callback?"), True, location)
        return self.server.client().request("GET", location[len(PUBLIC):], None, cookie)

    def connect(self, read=True, connection=None):
        """An account of alice's is connected, and its own calendar was read."""
        got = self.come_back(self.consent_url(connection), self.sign_in())
        equal(got.status, 303, got.text[:500])
        if read:
            self.until_read()
        return self

    def connections(self):
        return self.ask(self.alice, "GET", "/api/connections")["connections"]

    def connection(self):
        found = self.connections()
        equal(len(found), 1, "accounts")
        return found[0]

    def calendar(self, title=None):
        """One of the account's calendars as the API shows it; without a title, its own."""
        return next(c for c in self.connection()["calendars"]
                    if (c["is_primary"] if title is None else c["title"] == title))

    def choose(self, **chosen):
        """counts=True, takes=False … of calendars by their titles: {title: {…}}."""
        body = [{"id": c["id"], "counts": c["counts"], "takes": c["takes"],
                 **chosen.get(c["title"], {})} for c in self.connection()["calendars"]]
        return self.ask(self.alice, "PUT", f"/api/connections/{self.connection()['id']}", 200,
                        {"calendars": body})

    def until_read(self, tick=0):
        """All that counts was read, since now at the earliest where the clock has moved."""
        def read():
            found = [c for x in self.connections() for c in x["calendars"] if c["counts"]]
            return found and all(c["synced_at"] for c in found)
        self.until(read, "the first reading", tick)
        return self

    def refresh(self):
        """Everything is read at once, and has been when this returns."""
        self.ask(self.alice, "POST", f"/api/connections/{self.connection()['id']}/refresh", 200,
                 {})

    def is_told(self):
        """Has no provider to be told any more that an account is disconnected?"""
        return " leave " not in self.server.run("jobs", "list")[1]

    # ---- what is open, and booked -----------------------------------------------------------

    def starts(self, day=DAY):
        """When somebody could book on this day, on Berlin's clocks."""
        got = self.ask(self.nobody, "GET", "/api/availability/slots?host=alice&type=intro"
                       f"&date={day}&timezone=Europe/Berlin")
        return [slot["start"] for slot in got["slots"]]

    def busy(self, day=DAY):
        """Times of the usual day at which nobody can book."""
        starts = self.starts(day)
        return [t for t in ALL_DAY if t not in starts]

    def free_busy(self, day=DAY):
        """The host's own free-busy REPORT: (start, end) in UTC, as it has them."""
        first = day.replace("-", "")
        got = self.alice.request("REPORT", "/dav/calendars/alice/", (
            '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range '
            f'start="{first}T000000Z" end="{first}T235900Z"/></C:free-busy-query>'),
            {"Depth": "infinity", "Content-Type": "application/xml"})
        equal(got.status, 200, got.text)
        lines = got.text.replace("\r\n ", "")
        return sorted(re.findall(r"FREEBUSY[^:\r\n]*:(\d{8}T\d{6}Z)/(\S+)", lines))

    def book(self, clock, day=DAY, status=201, email="ivy@example.net", **more):
        start = datetime.datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=BERLIN)
        return self.ask(self.nobody, "POST", "/api/bookings", status, {
            "host": "alice", "type": "intro", "invitee_name": "Ivy", "invitee_email": email,
            "start_time": start.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **more})

    def booking(self, booking):
        return self.ask(self.alice, "GET", f"/api/bookings/{booking['id']}")

    def copies(self):
        """(title, start, end) of all that stands in the account's calendar, on Berlin's clocks."""
        return [(self.kind.title(e), *self.kind.span(e)) for e in self.cal.standing()]

    def letters(self, word):
        """Mails, also to hosts, in which a word stands."""
        return [m for m in self.server.mails(hosts=True) if word.encode() in m]


class DavHouse(House):
    """The account is bob's, on a second server of this kind; his calendar is `work`."""

    def open_account(self, suite):
        self.other = suite.server()
        self.other.store = f"sqlite:{self.other.folder}/fasti.db"
        self.other.add_user("bob")
        self.service.behind = self.other.start().port
        account = self.service.add_account("bob", PASSWORD)
        account.add_calendar("/dav/calendars/bob/work/").make("work")
        return account

    def register(self):
        pass  # its host says where it is

    def connect(self, read=True, connection=None):
        made = self.ask(self.alice, "POST", "/api/connections", 201, {
            "provider": "caldav", "url": self.service.url + "/", "name": "bob",
            "password": PASSWORD, **({"connection": connection} if connection else {})})
        no = {"counts": False, "takes": False}
        self.choose(**{c["title"]: no for c in made["calendars"]}
                    | {"work": {"counts": True, "takes": True}})
        if read:
            self.until_read()
        return self

    def __exit__(self, kind, *rest):
        try:
            super().__exit__(kind, *rest)
        finally:
            self.other.__exit__(kind, *rest)


def house(suite, kind, **settings):
    return (DavHouse if kind is CALDAV else House)(suite, kind, **settings)
