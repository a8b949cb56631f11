#!/usr/bin/python3
"""What Apple Calendar sends when an account is set up, and in its first days, in that order."""
import re

from dav import Agent, Answer, clark, document, element, prop
from story import HOME, Story, equal, event, unfolded

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
ZONE = ("BEGIN:VCALENDAR&#13;\nVERSION:2.0&#13;\nPRODID:-//Apple Inc.//Mac OS X 10.15.7//EN&#13;\n"
        "CALSCALE:GREGORIAN&#13;\nBEGIN:VTIMEZONE&#13;\nTZID:Europe/Berlin&#13;\nBEGIN:DAYLIGHT&#13;\n"
        "TZOFFSETFROM:+0100&#13;\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU&#13;\n"
        "DTSTART:19810329T020000&#13;\nTZNAME:CEST&#13;\nTZOFFSETTO:+0200&#13;\nEND:DAYLIGHT&#13;\n"
        "BEGIN:STANDARD&#13;\nTZOFFSETFROM:+0200&#13;\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU&#13;\n"
        "DTSTART:19961027T030000&#13;\nTZNAME:CET&#13;\nTZOFFSETTO:+0100&#13;\nEND:STANDARD&#13;\n"
        "END:VTIMEZONE&#13;\nEND:VCALENDAR&#13;\n")
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
        for word in ("1", "3", "access-control", "calendar-access", "extended-mkcol"):
            equal(word in re.split(r"\s*,\s*", can), True, f"{word} in {can}")


def reads_the_principal(apple):
    with story.check("the principal: what is known and what is not", vital=True):
        got = apple.propfind(PRINCIPAL, "0", OF_PRINCIPAL)
        got.known(PRINCIPAL, "D:displayname D:principal-URL D:principal-collection-set "
                  "D:supported-report-set CS:email-address-set")
        equal([got.href_of(PRINCIPAL, "C:calendar-home-set"),
               got.href_of(PRINCIPAL, "D:current-user-principal")], [HOME, PRINCIPAL])
        equal(got.text_of(PRINCIPAL, "CS:email-address-set"), "alice@example.org")
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
            equal(found.state(PRINCIPAL, name) in (200, 404), True, name)


def reads_the_home(apple):
    with story.check("the inbox: availability, getctag and sync-token"):
        apple.propfind(HOME + "inbox/", "0", "C:calendar-availability")
        got = apple.propfind(HOME + "inbox/", "0", "CS:getctag D:sync-token")
        got.known(HOME + "inbox/", "CS:getctag D:sync-token")
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
    with story.check("default alarms at the home are kept or refused, each in its propstat"):
        for name in ("C:default-alarm-vevent-date", "C:default-alarm-vevent-datetime"):
            for value in (ALARM, NO_ALARM):
                state = apple.proppatch(HOME, name, value)
                equal(state in (200, 403), True, f"{name}: {state}")
                if state == 200:
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
        for name, value in (("CS:calendar-availability", ZONE), ("C:calendar-free-busy-set",
                            f"<A:href>{calendar}</A:href>")):
            state = apple.proppatch(HOME + "inbox/", name, element(name, value))
            equal(state in (200, 403, 404, 409), True, f"{name}: {state}")


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
        equal([got.members[NEW + "none.ics"], got.state(one, "C:schedule-tag") in (200, 404)], [404, True])
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


story.main()
