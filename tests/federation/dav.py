"""A CalDAV server that is another program: who asks it comes through here, and things go wrong.

Nothing of CalDAV is done here. Each request goes on to the server behind, and its answer back;
calls have names by what they are for, are counted, and are spoiled as those of the doubles are.
What the account's user does goes straight to the server, as calls of nobody's.
"""
import base64
import datetime
import http.client
import re
import secrets
import xml.etree.ElementTree
import zoneinfo

from base import Answer, Refusal, Service
from push import Pushes

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
XML = {"Content-Type": "application/xml; charset=utf-8"}
ICS = {"Content-Type": "text/calendar; charset=utf-8"}
PASSED = ("Content-Type", "ETag", "DAV", "Location", "WWW-Authenticate", "Retry-After")
KEPT_BACK = ("host", "connection", "accept-encoding", "content-length")
TOKEN_UNKNOWN = b'<?xml version="1.0"?><D:error xmlns:D="DAV:"><D:valid-sync-token/></D:error>'
HAS_TOKEN = re.compile(rb"<[^>]*sync-token>[^<]")
ALL = ('<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>'
       '<C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
       '<C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>')
UTC = datetime.timezone.utc


class Untold:
    """What is said is described by RFCs, not by a file."""
    present = False


class Account:
    def __init__(self, service, name, password, zone):
        self.service, self.address, self.password = service, name, password
        self.zone = zoneinfo.ZoneInfo(zone)
        self.primary = None

    def add_calendar(self, path):
        self.primary = Calendar(self, path)
        return self.primary


class Dav(Service):
    """In front of the server at a port of this machine."""

    per_minute = None

    def __init__(self):
        super().__init__(Untold())
        self.pushes = Pushes()
        self.behind = None      # its port
        self.account = None
        self.forgets = False

    def add_account(self, name, password, zone="Europe/Berlin"):
        self.account = Account(self, name, password, zone)
        return self.account

    def forget_tokens(self):
        """The next reading that goes on from another one is refused (RFC 6578 §3.2)."""
        self.forgets = True

    def heal(self):
        super().heal()
        self.forgets = False

    def error(self, status, code=None, message=None, headers=None):
        return Refusal(status, (message or code or "").encode(), headers)

    def authorise(self, request):
        return self.account

    def route(self, request):
        request.name = self.name_of(request)
        return Dav.forward

    @staticmethod
    def name_of(request):
        if request.method == "REPORT":
            return "sync" if b"sync-collection" in request.raw else "multiget"
        if request.method == "PUT":
            return "insert" if request.header("If-None-Match") else "update"
        return {"DELETE": "remove"}.get(request.method, request.method.lower())

    def forward(self, request):
        """One at a time, so that whoever holds the lock sees what nobody changes."""
        with self.lock:
            if self.forgets and request.name == "sync" and HAS_TOKEN.search(request.raw):
                self.forgets = False
                raise Refusal(403, TOKEN_UNKNOWN, XML)
            headers = {k: v for k, v in request.headers.items() if k.lower() not in KEPT_BACK}
            return self.ask(request.method, request.target, request.raw, headers)

    def ask(self, method, target, body, headers):
        line = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=60)
        try:
            line.request(method, target, body=body or None, headers=headers)
            got = line.getresponse()
            passed = {k: got.getheader(k) for k in PASSED if got.getheader(k)}
            return Answer(got.status, got.read(), passed)
        finally:
            line.close()


class Calendar:
    """One of the account's, as its user sees and changes it."""

    def __init__(self, account, path):
        self.service, self.account, self.path = account.service, account, path

    def ask(self, method, path, body=None, headers=None, good=(200, 201, 204)):
        word = base64.b64encode(f"{self.account.address}:{self.account.password}".encode())
        got = self.service.ask(method, path, body and body.encode(), {
            "Authorization": "Basic " + word.decode(), **(headers or {})})
        assert got.status in good, f"{method} {path}: {got.status} {got.body[:300]}"
        return got

    def make(self, title):
        self.ask("MKCALENDAR", self.path, (
            '<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set><D:prop>'
            f"<D:displayname>{title}</D:displayname></D:prop></D:set></C:mkcalendar>"), XML)

    def put(self, name, text):
        self.ask("PUT", self.path + name, text, ICS)

    def utc(self, wall):
        at = datetime.datetime.fromisoformat(wall).replace(tzinfo=self.account.zone)
        return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def add(self, title, start, end, more=""):
        """A new event; start and end are walls of the account's zone. Its name."""
        uid = secrets.token_hex(10)
        self.put(uid + ".ics", (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{self.utc(start)}\r\n"
            f"DTEND:{self.utc(end)}\r\nSUMMARY:{title}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"))
        return uid + ".ics"

    def text(self, name):
        return self.ask("GET", self.path + name).body.decode()

    def change(self, name, start, end):
        head, event = self.text(name).split("BEGIN:VEVENT", 1)
        for line, wall in (("DTSTART", start), ("DTEND", end)):
            event = re.sub(rf"(?m)^{line}[;:][^\r]*", f"{line}:{self.utc(wall)}", event)
        self.put(name, head + "BEGIN:VEVENT" + event)

    def delete(self, name):
        self.ask("DELETE", self.path + name)

    def copy(self, name):
        """As users do in their calendar program: everything comes along, but name and UID."""
        uid = secrets.token_hex(10)
        self.put(uid + ".ics", re.sub(r"(?m)^UID:[^\r]*", "UID:" + uid, self.text(name)))
        return uid + ".ics"

    def standing(self):
        got = self.ask("REPORT", self.path, ALL, {**XML, "Depth": "1"}, good=(207,))
        found = []
        for response in xml.etree.ElementTree.fromstring(got.body).iter(DAV + "response"):
            text = response.find(f".//{CALDAV}calendar-data").text.replace("\r\n", "\n")
            text = text.replace("\n ", "")
            event = text[text.index("BEGIN:VEVENT"):]
            found.append({"id": response.find(DAV + "href").text.rsplit("/", 1)[1],
                          "title": re.search(r"(?m)^SUMMARY:(.*)$", event)[1], "text": event,
                          "start": self.wall(event, "DTSTART"), "end": self.wall(event, "DTEND")})
        return sorted(found, key=lambda e: e["start"])

    def wall(self, event, name):
        """A time of an event, on the account's clocks."""
        zone, digits, is_utc = re.search(
            rf"(?m)^{name}(?:;TZID=([^:;]+))?:(\d{{8}}T\d{{6}})(Z?)$", event).groups()
        at = datetime.datetime.strptime(digits, "%Y%m%dT%H%M%S").replace(
            tzinfo=UTC if is_utc else zoneinfo.ZoneInfo(zone))
        return at.astimezone(self.account.zone).strftime("%Y-%m-%dT%H:%M")
