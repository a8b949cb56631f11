#!/usr/bin/python3
"""What Apple Calendar sends when an account is set up, and in its first days, in that order."""
import re
import xml.etree.ElementTree as ET

from dav import Agent, Answer, clark, document, element, prop
from story import HOME, Story, equal, event, members, put, series, unfolded

story = Story("apple")
AGENT = {"User-Agent": "macOS/11.6 (20G165) CalendarAgent/954", "Accept": "*/*",
         "Accept-Language": "en-us", "Accept-Encoding": "gzip, deflate"}
LEAN = {"Brief": "t", "Prefer": "return=minimal"}
PRINCIPAL = "/dav/principals/users/alice/"
OF_PRINCIPAL = (
    "C:calendar-home-set C:calendar-user-address-set D:current-user-principal D:displayname "
    "CS:dropbox-home-URL CS:email-address-set CS:notification-URL D:principal-collection-set "
    "D:principal-URL D:resource-id C:schedule-inbox-URL C:schedule-outbox-URL D:supported-report-set")
OF_HOME = (
    "D:add-member CS:allowed-sharing-modes A:autoprovisioned ME:bulk-requests C:calendar-alarm "
    "A:calendar-color C:calendar-description C:calendar-free-busy-set A:calendar-order "
    "C:calendar-timezone D:current-user-privilege-set C:default-alarm-vevent-date "
    "C:default-alarm-vevent-datetime D:displayname CS:getctag CS:invite A:language-code "
    "A:location-code C:managed-attachments-server-URL D:owner CS:pre-publish-url CS:publish-url "
    "CS:push-transports CS:pushkey D:quota-available-bytes D:quota-used-bytes A:refreshrate "
    "D:resource-id D:resourcetype C:schedule-calendar-transp C:schedule-default-calendar-URL "
    "CS:source CS:subscribed-strip-alarms CS:subscribed-strip-attachments CS:subscribed-strip-todos "
    "C:supported-calendar-component-set C:supported-calendar-component-sets D:supported-report-set "
    "D:sync-token")
ALARM = ("BEGIN:VALARM&#13;\nX-WR-ALARMUID:5B9F0B4C-6C0C-4A1B-8C80-DC4C5E1D3B0A&#13;\n"
         "UID:5B9F0B4C-6C0C-4A1B-8C80-DC4C5E1D3B0A&#13;\nTRIGGER:-PT15H&#13;\n"
         "ATTACH;VALUE=URI:Basso&#13;\nACTION:AUDIO&#13;\nEND:VALARM&#13;\n")
NO_ALARM = ("BEGIN:VALARM&#13;\nUID:0E1F7F4C-8D8F-4C33-A3CE-0C1C6A5B8A0D&#13;\n"
            "TRIGGER;VALUE=DATE-TIME:19760401T005545Z&#13;\nACTION:NONE&#13;\nEND:VALARM&#13;\n")
AVAILABILITY = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Apple Inc.//macOS 14//EN\r\n"
                "BEGIN:VAVAILABILITY\r\nUID:weekly\r\nDTSTAMP:20260101T000000Z\r\n"
                "BEGIN:AVAILABLE\r\nUID:monday\r\nDTSTAMP:20260101T000000Z\r\n"
                "DTSTART:20260105T080000Z\r\nDTEND:20260105T160000Z\r\n"
                "RRULE:FREQ=WEEKLY;BYDAY=MO\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\n"
                "END:VCALENDAR\r\n")
ZONE = ("BEGIN:VCALENDAR&#13;\nVERSION:2.0&#13;\nPRODID:-//Apple Inc.//Mac OS X 10.15.7//EN&#13;\n"
        "CALSCALE:GREGORIAN&#13;\nBEGIN:VTIMEZONE&#13;\nTZID:Europe/Berlin&#13;\nBEGIN:DAYLIGHT&#13;\n"
        "TZOFFSETFROM:+0100&#13;\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU&#13;\n"
        "DTSTART:19810329T020000&#13;\nTZNAME:CEST&#13;\nTZOFFSETTO:+0200&#13;\nEND:DAYLIGHT&#13;\n"
        "BEGIN:STANDARD&#13;\nTZOFFSETFROM:+0200&#13;\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU&#13;\n"
        "DTSTART:19961027T030000&#13;\nTZNAME:CET&#13;\nTZOFFSETTO:+0100&#13;\nEND:STANDARD&#13;\n"
        "END:VTIMEZONE&#13;\nEND:VCALENDAR&#13;\n")
INBOX, OUTBOX = HOME + "inbox/", HOME + "outbox/"
NEW = HOME + "2B3F8E4C-1F3D-4E0B-9B60-6F1B2B4D9A11/"
REMINDERS = HOME + "7C0E5B52-9D1C-4B86-8C0B-6E0C8D2F7A22/"
COLOR = ('<B:calendar-color xmlns:B="http://apple.com/ns/ical/" symbolic-color="custom">'
         "#FF2968FF</B:calendar-color>")


def components(*names):
    inner = "".join(f'<B:comp xmlns:B="urn:ietf:params:xml:ns:caldav" name="{n}"/>' for n in names)
    return element("C:supported-calendar-component-set", inner)


def finds_the_account(server, apple):
    nobody = Agent(server, AGENT, None)
    asked = document("D:propfind", prop("D:current-user-principal D:principal-URL D:resourcetype"))
    with story.check("the well-known place leads on, before any password"):
        got = nobody.ask("PROPFIND", "/.well-known/caldav", asked, "0")
        equal([got.status in (301, 302, 307, 308), bool(got.header("Location"))], [True, True])
    with story.check("the guesses are answered: a challenge, or nothing there"):
        for path in ("/", "/principals/", "/principals/users/alice/", "/dav/principals/",
                     "/calendar/dav/alice/user/"):
            got = nobody.ask("PROPFIND", path, asked, "0")
            equal(got.status in (301, 401, 404), True, f"{path}: {got.status}")
    with story.check("where it leads there is a challenge, and with a password the principal", vital=True):
        place = re.sub(r"^https?://[^/]*", "", nobody.ask(
            "PROPFIND", "/.well-known/caldav", asked, "0").header("Location"))
        got = nobody.ask("PROPFIND", place, asked, "0")
        equal([got.status, (got.header("WWW-Authenticate") or "")[:6]], [401, "Basic "])
        got = apple.propfind(place, "0", "D:current-user-principal D:principal-URL D:resourcetype")
        equal(got.href_of(place, "D:current-user-principal"), PRINCIPAL)
    with story.check("OPTIONS on the principal says what the server can"):
        can = apple.ask("OPTIONS", PRINCIPAL).header("DAV")
        for word in ("1", "3", "access-control", "calendar-access", "calendar-auto-schedule",
                     "extended-mkcol"):
            equal(word in re.split(r"\s*,\s*", can), True, f"{word} in {can}")


def reads_the_principal(apple):
    with story.check("the principal: what is known and what is not", vital=True):
        got = apple.propfind(PRINCIPAL, "0", OF_PRINCIPAL)
        got.known(PRINCIPAL, "D:displayname D:principal-URL D:principal-collection-set "
                  "D:supported-report-set CS:email-address-set")
        equal([got.href_of(PRINCIPAL, "C:calendar-home-set"),
               got.href_of(PRINCIPAL, "D:current-user-principal")], [HOME, PRINCIPAL])
        equal(got.text_of(PRINCIPAL, "CS:email-address-set"), "alice@example.org")
        equal([got.href_of(PRINCIPAL, "C:schedule-inbox-URL"),
               got.href_of(PRINCIPAL, "C:schedule-outbox-URL")], [INBOX, OUTBOX])
        addresses = [e.text for e in got.known(PRINCIPAL, "C:calendar-user-address-set")[0]]
        equal([addresses[0], addresses[-1]], ["mailto:alice@example.org"] * 2,
              "the preferred one is first and last")
    folder = got.href_of(PRINCIPAL, "D:principal-collection-set")
    with story.check("by which properties principals can be searched"):
        found = apple.ask("REPORT", folder, document("D:principal-search-property-set", " "), "0")
        equal([found.status, "displayname" in found.text], [200, True], found.text)
    with story.check("the search for people, in its own form or the standard one"):
        if clark("CS:calendarserver-principal-search") in got.children(
                PRINCIPAL, "D:supported-report-set"):
            search = ("CS:calendarserver-principal-search",
                      element("CS:search-token", "ali") + "<A:prop><A:displayname/></A:prop>")
            found = Answer(apple.ask("REPORT", folder, document(*search).replace(
                '<B:calendarserver-principal-search', '<B:calendarserver-principal-search context="attendee"'),
                "0"))
            equal(list(found.hrefs), [PRINCIPAL])
        word = '<A:match match-type="starts-with">ali</A:match>'
        searches = "".join(f"<A:property-search>{prop(n)}{word}</A:property-search>" for n in (
            "D:displayname", "CS:email-address-set", "CS:first-name", "CS:last-name"))
        found = Answer(apple.ask("REPORT", folder, document(
            "D:principal-property-search", searches + prop("D:displayname CS:email-address-set "
                                                           "D:principal-URL")).replace(
            "<A:principal-property-search", '<A:principal-property-search test="anyof"'), "0"))
        equal(PRINCIPAL in found.hrefs, True, found.text)
    with story.check("whose delegate the user is"):
        wanted = "".join(
            f'<A:property name="{n}" namespace="http://calendarserver.org/ns/">'
            '<A:property name="calendar-user-address-set" namespace="urn:ietf:params:xml:ns:caldav"/>'
            '<A:property name="email-address-set" namespace="http://calendarserver.org/ns/"/>'
            '<A:property name="displayname" namespace="DAV:"/></A:property>'
            for n in ("calendar-proxy-write-for", "calendar-proxy-read-for"))
        found = apple.report(PRINCIPAL, "0", "D:expand-property", wanted)
        for name in ("CS:calendar-proxy-write-for", "CS:calendar-proxy-read-for"):
            equal([found.state(PRINCIPAL, name), found.text_of(PRINCIPAL, name)], [200, ""], name)


def reads_the_home(apple):
    with story.check("the inbox: availability, getctag and sync-token"):
        apple.propfind(INBOX, "0", "C:calendar-availability")
        got = apple.propfind(INBOX, "0", "CS:getctag D:sync-token")
        got.known(INBOX, "CS:getctag D:sync-token")
    with story.check("the home with its forty properties: each answered once, for each collection",
                     vital=True):
        got = apple.propfind(HOME, "1", OF_HOME)
        equal(sorted(got.hrefs), [HOME] + [HOME + n for n in ("calendar/", "inbox/", "outbox/", "tasks/")])
        got.known(HOME, "D:current-user-privilege-set D:owner D:resourcetype D:supported-report-set")
    with story.check("what makes a calendar one, writable and known by its changes"):
        for name, kind in (("calendar/", "VEVENT"), ("tasks/", "VTODO")):
            at = HOME + name
            got.known(at, "D:displayname D:owner CS:getctag D:sync-token C:schedule-calendar-transp")
            equal(clark("C:calendar") in got.children(at, "D:resourcetype"), True)
            may = got.children(at, "D:current-user-privilege-set")
            for word in ("write", "write-content", "bind", "unbind"):
                equal(clark("D:" + word) in may, True, f"{word} of {at}")
            equal(kind in [e.get("name") for e in got.known(
                at, "C:supported-calendar-component-set")[0]], True)
            for report in ("C:calendar-query", "C:calendar-multiget", "D:sync-collection"):
                equal(clark(report) in got.children(at, "D:supported-report-set"), True, report)
    with story.check("lists of reminders are offered, polls are not"):
        sets = got.known(HOME, "C:supported-calendar-component-sets")[0]
        kinds = {e.get("name") for e in sets.iter(clark("C:comp"))}
        equal(["VEVENT" in kinds, "VTODO" in kinds, "VPOLL" in kinds], [True, True, False])
    with story.check("nothing of the unknown where the answer is to be lean (RFC 8144 §2.1)"):
        for headers in (LEAN, {"Brief": "t"}, {"Prefer": "return=minimal"}):
            got = apple.propfind(HOME, "1", OF_HOME, whole=False, **headers)
            equal([(h, n) for h, names in got.hrefs.items() for n, (s, _) in names.items()
                   if s != 200], [])
            got.known(HOME + "calendar/", "D:displayname CS:getctag")


def sets_what_it_likes(apple):
    calendar = HOME + "calendar/"
    with story.check("default alarms at the home are kept"):
        for name in ("C:default-alarm-vevent-date", "C:default-alarm-vevent-datetime"):
            for value in (ALARM, NO_ALARM):
                equal(apple.proppatch(HOME, name, value), 200, name)
                text = apple.propfind(HOME, "0", name).text_of(HOME, name)
                equal(text, value.replace("&#13;", "\r"))
    for name, value in (("A:calendar-order", "7"), ("D:displayname", "Kalender ü"),
                        ("C:calendar-timezone", ZONE), ("C:calendar-description", "Two\nlines"),
                        ("C:default-alarm-vevent-date", ALARM),
                        ("C:default-alarm-vevent-datetime", NO_ALARM)):
        with story.check(f"{name.split(':')[1]} of a calendar is set and read back"):
            equal(apple.proppatch(calendar, name, value), 200)
            equal(apple.propfind(calendar, "0", name).text_of(calendar, name),
                  value.replace("&#13;", "\r"))
    with story.check("a colour keeps its name beside it"):
        equal(apple.proppatch(calendar, "A:calendar-color", COLOR), 200)
        kept = apple.propfind(calendar, "0", "A:calendar-color").known(calendar, "A:calendar-color")[0]
        equal([kept.text, kept.get("symbolic-color")], ["#FF2968FF", "custom"])
    with story.check("whether a calendar makes busy"):
        for word in ("transparent", "opaque"):
            equal(apple.proppatch(calendar, "C:schedule-calendar-transp", element(
                "C:schedule-calendar-transp", element("C:" + word))), 200)
            equal(apple.propfind(calendar, "0", "C:schedule-calendar-transp").children(
                calendar, "C:schedule-calendar-transp"), {clark("C:" + word)})
    with story.check("old words at the inbox do not fail the request"):
        for name, value, wanted in (
                ("CS:calendar-availability", ZONE, 403),
                ("CS:calendar-availability", AVAILABILITY, 200),
                ("C:calendar-free-busy-set", f"<A:href>{calendar}</A:href>", 403)):
            equal(apple.proppatch(INBOX, name, element(name, value)), wanted, name)


def makes_calendars(apple):
    def make(path, name, kind):
        return apple.ask("MKCALENDAR", path, document("C:mkcalendar", (
            "<A:set><A:prop>" + element("A:calendar-order", "3") + components(kind) + COLOR +
            element("C:calendar-timezone", ZONE) + element("D:displayname", name) +
            element("C:schedule-calendar-transp", element("C:opaque")) + "</A:prop></A:set>")))

    with story.check("makes a calendar under a UUID in capitals, with all it wants", vital=True):
        equal(make(NEW, "Work", "VEVENT").status, 201)
        got = apple.propfind(HOME, "1", OF_HOME)
        equal([got.text_of(NEW, "D:displayname"), got.text_of(NEW, "A:calendar-order"),
               got.known(NEW, "A:calendar-color")[0].get("symbolic-color"),
               [e.get("name") for e in got.known(NEW, "C:supported-calendar-component-set")[0]],
               got.text_of(NEW, "C:calendar-timezone")],
              ["Work", "3", "custom", ["VEVENT"], ZONE.replace("&#13;", "\r")])
    with story.check("makes a list of reminders"):
        equal(make(REMINDERS, "Reminders", "VTODO").status, 201)
        equal(make(REMINDERS, "Again", "VTODO").status in (403, 405, 409), True)


def apples_event(uid, summary, extra=""):
    """An event with what Apple adds to each."""
    return event(uid, "20270204T090000", "20270204T100000", summary, (
        "CREATED:20270101T000000Z\r\nTRANSP:OPAQUE\r\nSEQUENCE:1\r\n"
        "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\n"
        'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=70.5;X-TITLE="Caf\u00e9, 1":geo:52.5,13.4\r\n'
        + extra + ALARM.replace("&#13;\n", "\r\n"))).replace(
            "DTSTART:", "DTSTART;TZID=Europe/Berlin:").replace("DTEND:", "DTEND;TZID=Europe/Berlin:") \
        .replace("BEGIN:VEVENT", ZONE.replace("&#13;\n", "\r\n").split("GREGORIAN\r\n")[1].split(
            "END:VCALENDAR")[0] + "BEGIN:VEVENT", 1)


def state_of(apple, path):
    got = apple.propfind(path, "0", "CS:getctag D:sync-token")
    return got.text_of(path, "CS:getctag"), got.text_of(path, "D:sync-token")


def changed_since(apple, token, level="<A:sync-level>1</A:sync-level>"):
    got = apple.report(NEW, "0" if level else "1", "D:sync-collection",
                       f"<A:sync-token>{token}</A:sync-token>{level}"
                       + prop("D:getetag D:getcontenttype"))
    return got, {h: s for h, s in got.members.items() if h != NEW}


def keeps_in_step(apple):
    one = NEW + "6D1F0A35-4B0C-4C52-8E6E-9C5D3A1B7F33.ics"
    text = apples_event("6D1F0A35-4B0C-4C52-8E6E-9C5D3A1B7F33", "Lunch")
    kind = {"Content_Type": "text/calendar; charset=utf-8"}
    before = state_of(apple, NEW)
    with story.check("stores an event with all that Apple adds, byte for byte", vital=True):
        got = apple.ask("PUT", one, text, If_None_Match="*", **kind)
        equal(got.status, 201, got.text)
        back = apple.ask("GET", one)
        equal([back.text, back.header("ETag")], [text, got.header("ETag") or back.header("ETag")])
    with story.check("getctag and sync-token have moved, and name the event"):
        now = state_of(apple, NEW)
        equal([now[0] == before[0], now[1] == before[1]], [False, False])
        got, changed = changed_since(apple, before[1])
        equal([changed, got.token], [{one: 200}, now[1]])
        equal(got.text_of(one, "D:getcontenttype").startswith("text/calendar"), True)
    with story.check("the first listing: no token, and the old form without a level"):
        for level in ("<A:sync-level>1</A:sync-level>", ""):
            equal(changed_since(apple, "", level)[1], {one: 200}, level)
    with story.check("a window of time, one without an end, and tasks of any time"):
        def query(comp, span):
            inner = (prop("D:getetag D:getcontenttype") + '<B:filter><B:comp-filter name="VCALENDAR">'
                     f'<B:comp-filter name="{comp}">{span}</B:comp-filter></B:comp-filter></B:filter>')
            return list(apple.report(NEW, "1", "C:calendar-query", inner).hrefs)
        equal(query("VEVENT", '<B:time-range start="20270201T000000Z" end="20270301T000000Z"/>'), [one])
        equal(query("VEVENT", '<B:time-range start="20270201T000000Z"/>'), [one])
        equal(query("VEVENT", '<B:time-range start="20270301T000000Z"/>'), [])
        equal(query("VTODO", ""), [])
    with story.check("a multiget with schedule-tags, of what is there and what is not"):
        got = apple.report(NEW, "1", "C:calendar-multiget", (
            prop("D:getetag C:schedule-tag C:calendar-data") + f"<A:href>{one}</A:href>"
            f"<A:href>{NEW}none.ics</A:href>"))
        equal([got.members[NEW + "none.ics"], got.state(one, "C:schedule-tag")], [404, 404])
        equal(got.text_of(one, "C:calendar-data").replace("\r\n", "\n"), text.replace("\r\n", "\n"))
    with story.check("changes it on the condition that nobody else did"):
        etag, before = apple.ask("GET", one).header("ETag"), state_of(apple, NEW)
        changed = text.replace("SUMMARY:Lunch", "SUMMARY:Dinner")
        equal(apple.ask("PUT", one, changed, If_Match=etag, **kind).status in (200, 204), True)
        equal(apple.ask("PUT", one, text, If_Match=etag, **kind).status, 412)
        equal(changed_since(apple, before[1])[1], {one: 200})
        equal("SUMMARY:Dinner" in unfolded(apple.ask("GET", one).text), True)
    with story.check("an unknown token starts the sync anew"):
        got = apple.ask("REPORT", NEW, document(
            "D:sync-collection", "<A:sync-token>data:,1</A:sync-token>"
            "<A:sync-level>1</A:sync-level>" + prop("D:getetag")), "0")
        equal([got.status, "valid-sync-token" in got.text], [403, True], got.text)
    with story.check("deletes it, and the next sync says so"):
        etag, before = apple.ask("GET", one).header("ETag"), state_of(apple, NEW)
        equal(apple.ask("DELETE", one, If_Match=etag).status in (200, 204), True)
        equal(changed_since(apple, before[1])[1], {one: 404})


@story.chapter()
def account(server):
    apple = Agent(server, AGENT)
    finds_the_account(server, apple)
    reads_the_principal(apple)
    reads_the_home(apple)
    sets_what_it_likes(apple)
    makes_calendars(apple)
    keeps_in_step(apple)
    with story.check("deletes its calendars"):
        for path in (NEW, REMINDERS):
            equal(apple.ask("DELETE", path).status in (200, 204), True)
        equal([h for h in apple.propfind(HOME, "1", "D:displayname").hrefs if h in (NEW, REMINDERS)], [])


BOBS = HOME.replace("alice", "bob") + "calendar/"
CAROLS = HOME.replace("alice", "carol") + "calendar/"
KIND = {"Content_Type": "text/calendar; charset=utf-8"}
PEOPLE = "".join(f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{n}@example.org\r\n"
                 for n in ("alice", "carol"))
ORGANIZED = "ORGANIZER;CN=Bob:mailto:bob@example.org\r\n" + PEOPLE


def answered(text, who, answer):
    """An object with the PARTSTAT of somebody changed in all of it."""
    return re.sub(rf"(ATTENDEE[^\r\n]*?PARTSTAT=)[A-Z-]+([^\r\n]*:mailto:{who}@example\.org)",
                  rf"\g<1>{answer}\g<2>", unfolded(text))


def answers(text):
    """Each VEVENT's PARTSTATs, by the RECURRENCE-ID; what is not said is NEEDS-ACTION."""
    found = {}
    for part in unfolded(text).split("BEGIN:VEVENT")[1:]:
        at = re.search(r"^RECURRENCE-ID[^:]*:(\w+)", part, re.M)
        found[at.group(1) if at else None] = {
            who: (re.findall(r"PARTSTAT=([A-Z-]+)", params) or ["NEEDS-ACTION"])[0]
            for params, who in re.findall(r"^ATTENDEE([^\r\n]*):mailto:(\w+)@", part, re.M)}
    return found


class Invited:
    """Alice's copy of a meeting that Bob organizes."""

    def __init__(self, apple, bob, uid, text):
        self.apple, self.bob, self.bobs = apple, bob, f"{BOBS}{uid}.ics"
        self.organize(text)
        got = apple.report(HOME + "calendar/", "1", "C:calendar-query", (
            prop("D:getetag") + '<B:filter><B:comp-filter name="VCALENDAR"><B:comp-filter name="VEVENT">'
            f'<B:prop-filter name="UID"><B:text-match collation="i;octet">{uid}</B:text-match>'
            "</B:prop-filter></B:comp-filter></B:comp-filter></B:filter>"))
        [self.path] = got.hrefs

    def organize(self, text):
        got = self.bob.request("PUT", self.bobs, text, {"Content-Type": "text/calendar"})
        equal(got.status in (201, 204), True, got.text)

    def organized(self):
        return self.bob.request("GET", self.bobs).text

    def text(self):
        return self.apple.ask("GET", self.path).text

    def tag(self):
        return self.apple.propfind(self.path, "0", "C:schedule-tag").text_of(self.path, "C:schedule-tag")

    def put(self, text, tag, status=(200, 204)):
        got = self.apple.ask("PUT", self.path, text, If_Schedule_Tag_Match=tag, **KIND)
        equal(got.status in status, True, f"{got.status} {got.text}")
        return got


def reads_the_inbox(apple, bob):
    with story.check("an invitation moves the inbox's getctag and sync-token, which name it", vital=True):
        before = apple.propfind(INBOX, "0", "CS:getctag D:sync-token")
        meeting = Invited(apple, bob, "party", event("party", "20270401T090000Z", "20270401T100000Z",
                                                     "Party", ORGANIZED))
        after = apple.propfind(INBOX, "0", "CS:getctag D:sync-token")
        equal([after.text_of(INBOX, n) == before.text_of(INBOX, n) for n in ("CS:getctag", "D:sync-token")],
              [False, False])
        got = apple.report(INBOX, "0", "D:sync-collection", (
            f"<A:sync-token>{before.text_of(INBOX, 'D:sync-token')}</A:sync-token>"
            "<A:sync-level>1</A:sync-level>" + prop("D:getetag D:getcontenttype")))
        [item] = got.hrefs
    with story.check("the item is a REQUEST, with the tag of no copy"):
        got = apple.report(INBOX, "1", "C:calendar-multiget", (
            prop("D:getetag C:calendar-data") + f"<A:href>{item}</A:href>"))
        text = got.text_of(item, "C:calendar-data")
        equal(["METHOD:REQUEST" in text, "UID:party" in text], [True, True], text)
    with story.check("accepts by the tag, and the organizer has it"):
        tag = meeting.tag()
        got = meeting.put(answered(meeting.text(), "alice", "ACCEPTED"), tag)
        equal([got.header("Schedule-Tag"), apple.ask("GET", meeting.path).header("Schedule-Tag")],
              [meeting.tag()] * 2)
        equal(answers(meeting.organized())[None], {"alice": "ACCEPTED", "carol": "NEEDS-ACTION"})
    with story.check("then deletes the item, which changes nothing else (RFC 6638 §4.1)"):
        kept = meeting.organized(), meeting.text()
        equal([apple.ask("DELETE", item).status, apple.ask("DELETE", item).status], [204, 404])
        equal((meeting.organized(), meeting.text()), kept)
        equal(list(apple.propfind(INBOX, "1", "D:getetag").hrefs), [INBOX])
    return meeting


def keeps_tags(apple, bob, carol, meeting):
    with story.check("another's answer changes the ETag, and not the tag (RFC 6638 §3.2.10)"):
        tag, etag = meeting.tag(), apple.ask("GET", meeting.path).header("ETag")
        old = meeting.text()
        [name] = [n for n in members(carol, CAROLS) if "UID:party" in carol.request("GET", CAROLS + n).text]
        put(carol, name, answered(carol.request("GET", CAROLS + name).text, "carol", "TENTATIVE"),
            folder=CAROLS)
        equal([meeting.tag() == tag, apple.ask("GET", meeting.path).header("ETag") == etag], [True, False])
        equal(answers(meeting.text())[None], {"alice": "ACCEPTED", "carol": "TENTATIVE"})
    with story.check("an answer with what it knew before, by that tag, loses not the other's"):
        meeting.put(answered(old, "alice", "DECLINED"), tag)
        for text in (meeting.text(), meeting.organized()):
            equal(answers(text)[None], {"alice": "DECLINED", "carol": "TENTATIVE"}, text)
    with story.check("once the organizer has changed it, the old tag is refused for PUT and DELETE"):
        tag, old = meeting.tag(), meeting.text()
        meeting.organize(meeting.organized().replace("SUMMARY:Party", "SUMMARY:Ball"))
        equal(meeting.tag() == tag, False)
        meeting.put(answered(old, "alice", "ACCEPTED"), tag, (412,))
        equal(apple.ask("DELETE", meeting.path, If_Schedule_Tag_Match=tag).status, 412)
        equal(answers(meeting.organized())[None]["alice"], "DECLINED")
    with story.check("an empty tag is for what has none"):
        plain = HOME + "calendar/plain.ics"
        text = event("plain", "20270402T090000Z", "20270402T100000Z")
        equal(apple.ask("PUT", plain, text, If_None_Match="*", **KIND).status, 201)
        equal(apple.ask("PUT", plain, text.replace("Busy", "Free"), If_Schedule_Tag_Match="",
                        **KIND).status, 204)
        meeting.put(answered(meeting.text(), "alice", "ACCEPTED"), "", (412,))
    with story.check("a new time is nothing that an attendee may set (RFC 6638 §3.2.4.4)"):
        got = meeting.put(meeting.text().replace("T090000Z", "T080000Z"), meeting.tag(), (403,))
        equal("allowed-attendee-scheduling-object-change" in got.text, True, got.text)
    with story.check("a second copy under another name is refused, and the first one named"):
        got = apple.ask("PUT", HOME + "calendar/second.ics", meeting.text(), If_None_Match="*", **KIND)
        equal([got.status, "no-uid-conflict" in got.text, meeting.path in got.text], [403, True, True],
              got.text)


def damages(apple, bob):
    day = "RECURRENCE-ID;TZID=Europe/Berlin:20270504T090000"
    override = ("BEGIN:VEVENT\r\nUID:weekly\r\nDTSTAMP:20260101T000000Z\r\n" + day + "\r\n"
                "DTSTART;TZID=Europe/Berlin:20270504T150000\r\nDTEND;TZID=Europe/Berlin:20270504T160000\r\n"
                "SUMMARY:Later\r\n" + ORGANIZED + "END:VEVENT\r\n")
    whole = series("weekly", "20270503T090000", summary="Weekly").replace(
        "END:VEVENT\r\n", ORGANIZED + "LOCATION:Room 1\r\nEND:VEVENT\r\n" + override)
    meeting = Invited(apple, bob, "weekly", whole)

    def parts():
        """The instance that stands alone, and the series, of both copies."""
        for text in (meeting.text(), meeting.organized()):
            yield text, sorted((at or "", who["alice"]) for at, who in answers(text).items())

    def keeps(master, moved, extra=()):
        for text, found in parts():
            equal(found, sorted([("", master), ("20270504T090000", moved), *extra]), text)
            for part in ("SUMMARY:Weekly", "LOCATION:Room 1", "SUMMARY:Later", "RRULE:FREQ=DAILY;COUNT=5",
                         "DTSTART;TZID=Europe/Berlin:20270504T150000"):
                equal(part in unfolded(text), True, f"{part} in {text}")

    def override_of(text):
        [found] = [part for part in re.findall(r"BEGIN:VEVENT.*?END:VEVENT\r\n", text, re.S)
                   if "RECURRENCE-ID" in part]
        return found

    def with_only(text, part):
        return text[:text.index("BEGIN:VEVENT")] + part + "END:VCALENDAR\r\n"

    with story.check("an answer that drops an override answers the series; the override stays"):
        text = unfolded(meeting.text())
        meeting.put(answered(text.replace(override_of(text), ""), "alice", "ACCEPTED"), meeting.tag())
        keeps("ACCEPTED", "ACCEPTED")
    with story.check("an answer without what the organizer wrote puts none of it away"):
        text = re.sub(r"(SUMMARY|LOCATION):[^\r]*\r\n", "", meeting.text())
        meeting.put(answered(text, "alice", "TENTATIVE"), meeting.tag())
        keeps("TENTATIVE", "TENTATIVE")
    with story.check("an override that comes as a series of its own is taken as that one's answer"):
        text = unfolded(meeting.text())
        fake = re.sub(r"RECURRENCE-ID[^\r]*\r\n", "", override_of(text))
        meeting.put(answered(with_only(text, fake), "alice", "DECLINED"), meeting.tag())
        keeps("TENTATIVE", "DECLINED")
    with story.check("an override alone answers its instance and no more"):
        text = unfolded(meeting.text())
        meeting.put(answered(with_only(text, override_of(text)), "alice", "ACCEPTED"), meeting.tag())
        keeps("TENTATIVE", "ACCEPTED")
    with story.check("an instance that is taken out by EXDATE is declined, and no other"):
        text = unfolded(meeting.text()).replace(
            "RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20270505T090000\r\nRRULE:FREQ=DAILY")
        meeting.put(text, meeting.tag())
        found = dict(list(parts())[1][1])
        equal(found, {"": "TENTATIVE", "20270504T090000": "ACCEPTED", "20270505T090000": "DECLINED"})
    with story.check("removed with Schedule-Reply: F, nobody hears of it (RFC 6638 §8.1)"):
        kept = meeting.organized()
        equal(apple.ask("DELETE", meeting.path, Schedule_Reply="F",
                        If_Schedule_Tag_Match=meeting.tag()).status, 204)
        equal(meeting.organized(), kept)
    with story.check("removed without, it is declined"):
        meeting = Invited(apple, bob, "lunch", event("lunch", "20270601T090000Z", "20270601T100000Z",
                                                     "Lunch", ORGANIZED))
        meeting.put(answered(meeting.text(), "alice", "ACCEPTED"), meeting.tag())
        equal(apple.ask("DELETE", meeting.path, If_Schedule_Tag_Match=meeting.tag()).status, 204)
        equal(answers(meeting.organized())[None], {"alice": "DECLINED", "carol": "NEEDS-ACTION"})


def asks_for_free_time(apple, bob):
    put(bob, "busy.ics", event("busy", "20270701T090000Z", "20270701T100000Z"), folder=BOBS)
    alices = event("own", "20270701T120000Z", "20270701T130000Z", "Ours", (
        "ORGANIZER:mailto:alice@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org\r\n"
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org\r\n"))
    equal(apple.ask("PUT", HOME + "calendar/own.ics", alices, **KIND).status, 201)
    asked = ("mailto:alice@example.org", "mailto:bob@example.org", "mailto:carol@example.org",
             PRINCIPAL.replace("alice", "bob"), "mailto:nobody@elsewhere.example")
    with story.check("one question about five people at once, one of them not known"):
        def ask(mask=""):
            got = apple.ask("POST", OUTBOX, (
                "BEGIN:VCALENDAR\r\nCALSCALE:GREGORIAN\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\n"
                "PRODID:-//Apple Inc.//Mac OS X 10.15.7//EN\r\nBEGIN:VFREEBUSY\r\n"
                "UID:6B3B1D38-9E4B-4A2C-8C9A-3D0F5A4E7C11\r\nDTEND:20270702T000000Z\r\n"
                + "".join(f"ATTENDEE:{a}\r\n" for a in asked) + "DTSTART:20270701T000000Z\r\n" + mask +
                "DTSTAMP:20270601T000000Z\r\nORGANIZER:mailto:alice@example.org\r\n"
                "END:VFREEBUSY\r\nEND:VCALENDAR\r\n"), Originator=asked[0],
                Recipient=", ".join(asked), **KIND)
            equal(got.status, 200, got.text)
            found = {}
            for r in ET.fromstring(got.body).findall(clark("C:response")):
                text = unfolded(r.findtext(clark("C:calendar-data")) or "").replace("\r\n", "\n")
                found[r.findtext(f"{clark('C:recipient')}/{clark('D:href')}")] = (
                    r.findtext(clark("C:request-status"))[:3], text,
                    re.findall(r"^FREEBUSY[^:\n]*:(\w+)/", text, re.M))
            return found
        found = ask()
        equal([(a, found[a][0]) for a in asked], [(a, "3.7" if "nobody" in a else "2.0") for a in asked])
        both = ["20270701T090000Z", "20270701T120000Z"]
        equal([found[a][2] for a in asked], [both[1:], both, [], both, []])
        for a in asked[:4]:
            for part in ("METHOD:REPLY\n", "UID:6B3B1D38-9E4B-4A2C-8C9A-3D0F5A4E7C11\n",
                         f"ATTENDEE:{a}\n"):
                equal(part in found[a][1], True, f"{part} in {found[a][1]}")
    with story.check("without the meeting that is to be moved (X-CALENDARSERVER-MASK-UID)"):
        found = ask("X-CALENDARSERVER-MASK-UID:own\r\nX-CALENDARSERVER-EXTENDED-FREEBUSY:T\r\n")
        equal([found[a][2] for a in asked], [[], both[:1], [], both[:1], []])
    with story.check("but no meeting of somebody else's, of which one would learn so when it is"):
        found = ask("X-CALENDARSERVER-MASK-UID:busy\r\n")
        equal(found[asked[1]][2], both)


def organizes(apple, bob):
    path = HOME + "calendar/4E2B7A10-55C6-4E0B-8E5B-1D1C9F1C7A42.ics"
    text = apples_event("4E2B7A10-55C6-4E0B-8E5B-1D1C9F1C7A42", "Review", (
        "ORGANIZER;CN=Alice:{}\r\nATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;CN=Alice:{}\r\n"
        "ATTENDEE;CUTYPE=INDIVIDUAL;EMAIL=bob@example.org;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"))

    def bobs():
        return [unfolded(t) for t in (bob.request("GET", BOBS + n).text for n in members(bob, BOBS))
                if "SUMMARY:Review" in t]

    with story.check("invites as the path of its principal, and the guest is told a mail address"):
        got = apple.ask("PUT", path, text.format(PRINCIPAL, PRINCIPAL), If_None_Match="*", **KIND)
        equal([got.status, got.header("ETag")], [201, None], got.text)
        [theirs] = bobs()
        for text_of in (unfolded(apple.ask("GET", path).text), theirs):
            equal(re.findall(r"^(ORGANIZER.*)\r$", text_of, re.M),
                  ["ORGANIZER;CN=Alice:mailto:alice@example.org"])
    with story.check("no alarm of the organizer's reaches the guest"):
        equal(["BEGIN:VALARM" in t for t in (apple.ask("GET", path).text, theirs)], [True, False])
    with story.check("takes off the last guest by leaving all people out: that is a CANCEL"):
        alone = apples_event("4E2B7A10-55C6-4E0B-8E5B-1D1C9F1C7A42", "Review")
        equal(apple.ask("PUT", path, alone, **KIND).status, 204)
        equal(all("STATUS:CANCELLED" in t for t in bobs()), True, bobs())
    with story.check("and invites again: the guest sees it anew"):
        text = text.format(*["mailto:alice@example.org"] * 2)
        equal(apple.ask("PUT", path, text, **KIND).status, 204)
        equal(["STATUS:CANCELLED" in t for t in bobs()], [False], bobs())


@story.chapter()
def meetings(server):
    for user in ("bob", "carol"):
        server.add_user(user)
    apple, bob, carol = Agent(server, AGENT), server.client("bob"), server.client("carol")
    meeting = reads_the_inbox(apple, bob)
    keeps_tags(apple, bob, carol, meeting)
    damages(apple, bob)
    asks_for_free_time(apple, bob)
    organizes(apple, bob)


story.main()
