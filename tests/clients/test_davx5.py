#!/usr/bin/python3
"""What DAVx5 sends: discovery, a calendar of its own, and each kind of sync it knows."""
import re
import xml.etree.ElementTree as ET

from dav import NAMESPACES, Agent, Answer, clark
from pushservice import PushService, Telephone, encode, is_from
from story import CALENDAR, HOME, Story, equal, event, put, share, unfolded

story = Story("davx5")
AGENT = {"User-Agent": "DAVx5/4.4.5-ose (dav4jvm; okhttp/4.12.0) Android/14",
         "Accept-Language": "en-US, en;q=0.7, *;q=0.5", "Accept-Encoding": "gzip",
         "Content-Type": "application/xml; charset=utf-8"}
PRINCIPAL = "/dav/principals/users/alice/"
NEW = HOME + "0a6f7d0e-33c1-4c39-8f0f-0c6a4f1c2d55/"
DISCOVERY = ("D:resourcetype D:displayname D:current-user-principal D:current-user-privilege-set "
             "C:calendar-home-set C:supported-calendar-component-set A:calendar-color "
             "C:calendar-description C:calendar-timezone")
OF_PRINCIPAL = ("D:displayname D:group-membership D:resourcetype C:calendar-home-set "
                "CS:calendar-proxy-read-for CS:calendar-proxy-write-for")
OF_HOME = ("D:resourcetype D:displayname D:owner D:current-user-privilege-set A:calendar-color "
           "C:calendar-description C:calendar-timezone C:calendar-timezone-id "
           "C:supported-calendar-component-set CS:source P:transports P:topic P:supported-triggers")
OF_SYNC = "D:supported-report-set D:sync-token CS:getctag C:max-resource-size"
OF_OBJECTS = "D:getcontenttype D:getetag C:schedule-tag C:calendar-data"
AT_ONCE, EVENTS = 10, 25


def tag(name, inner=None):
    """As Android's serializer writes it: DAV: is the default, foreign prefixes are made up."""
    prefix, local = name.split(":")
    named, declared = {"D": (local, ""), "C": (f"CAL:{local}", "")}.get(
        prefix, (f"n1:{local}", f' xmlns:n1="{NAMESPACES.get(prefix)}"'))
    return f"<{named}{declared} />" if inner is None else f"<{named}{declared}>{inner}</{named}>"


def document(name, inner):
    named = name.split(":")[1] if name.startswith("D:") else "CAL:" + name.split(":")[1]
    return ("<?xml version='1.0' encoding='UTF-8' ?>"
            f'<{named} xmlns="DAV:" xmlns:CAL="{NAMESPACES["C"]}" '
            f'xmlns:CARD="urn:ietf:params:xml:ns:carddav">{inner}</{named}>')


def prop(names):
    return tag("D:prop", "".join(tag(n) for n in names.split()))


class Davx5(Agent):
    def find(self, path, depth, names):
        got = self.ask("PROPFIND", path, document("D:propfind", prop(names)), depth)
        return Answer(got, names.split())

    def changes(self, path, token="", limit=""):
        """One page of what is new since the token: it asks with Depth 0 and level 1."""
        got = self.ask("REPORT", path, document("D:sync-collection", (
            tag("D:sync-token", token) + tag("D:sync-level", "1") + limit
            + prop("D:getetag D:resourcetype"))), "0")
        return Answer(got)

    def fetch(self, path, hrefs):
        """Ten at a time, without a Depth."""
        found = {}
        for i in range(0, len(hrefs), AT_ONCE):
            got = Answer(self.ask("REPORT", path, document("C:calendar-multiget", (
                prop(OF_OBJECTS) + "".join(tag("D:href", h) for h in hrefs[i:i + AT_ONCE])))))
            for href in got.hrefs:
                found[href] = got.text_of(href, "C:calendar-data")
                got.known(href, "D:getetag D:getcontenttype")
        return found


def finds_the_account(server, davx5):
    with story.check("the typed address: a challenge, then the principal", vital=True):
        got = Agent(server, AGENT, None).ask(
            "PROPFIND", "/", document("D:propfind", prop(DISCOVERY)), "0")
        equal(got.status, 401)
        equal(davx5.find("/", "0", DISCOVERY).href_of("/", "D:current-user-principal"), PRINCIPAL)
    with story.check("the well-known place leads on, and keeps the method"):
        got = davx5.ask("PROPFIND", "/.well-known/caldav", document("D:propfind", prop(DISCOVERY)), "0")
        equal(got.status in (301, 302, 307, 308), True)
        place = re.sub(r"^https?://[^/]*", "", got.header("Location"))
        equal(davx5.find(place, "0", DISCOVERY).href_of(place, "D:current-user-principal"), PRINCIPAL)
    with story.check("OPTIONS on the principal, uncompressed, names calendars"):
        got = davx5.ask("OPTIONS", PRINCIPAL, Accept_Encoding="identity")
        equal(["calendar-access" in got.header("DAV"), got.header("Content-Encoding")], [True, None])
    with story.check("the principal leads to the home"):
        got = davx5.find(PRINCIPAL, "0", OF_PRINCIPAL)
        equal(got.href_of(PRINCIPAL, "C:calendar-home-set"), HOME)
        got.known(PRINCIPAL, "D:displayname D:resourcetype D:group-membership")
    with story.check("the home shows its calendars, what they hold and that they are the user's"):
        got = davx5.find(HOME, "1", OF_HOME)
        shown = {h: {e.get("name") for e in got.known(h, "C:supported-calendar-component-set")[0]}
                 for h in got.hrefs if clark("C:calendar") in got.children(h, "D:resourcetype")}
        equal([sorted(shown), "VEVENT" in shown[CALENDAR], shown[HOME + "tasks/"]],
              [[CALENDAR, HOME + "tasks/"], True, {"VTODO"}])
        for href in shown:
            equal(got.href_of(href, "D:owner"), PRINCIPAL)
            equal(clark("D:write-content") in got.children(href, "D:current-user-privilege-set"), True)


def makes_a_calendar(davx5):
    body = document("C:mkcalendar", tag("D:set", tag("D:prop", (
        tag("D:resourcetype", tag("D:collection") + tag("C:calendar")) + tag("D:displayname", "Jobb ☂")
        + tag("A:calendar-color", "#8BC34AFF") + tag("C:calendar-description", "Made on a telephone")
        + tag("C:calendar-timezone-id", "Europe/Oslo")
        + tag("C:supported-calendar-component-set", '<CAL:comp name="VEVENT" /><CAL:comp name="VTODO" />')))))
    with story.check("makes a calendar with its resourcetype and a zone by name (RFC 7809 §5.2)", vital=True):
        equal(davx5.ask("MKCALENDAR", NEW, body).status, 201)
        got = davx5.find(NEW, "0", OF_HOME)
        equal([got.text_of(NEW, "D:displayname"), got.text_of(NEW, "A:calendar-color"),
               got.text_of(NEW, "C:calendar-timezone-id"), got.text_of(NEW, "C:calendar-description")],
              ["Jobb ☂", "#8BC34AFF", "Europe/Oslo", "Made on a telephone"])
        equal([e.get("name") for e in got.known(NEW, "C:supported-calendar-component-set")[0]],
              ["VEVENT", "VTODO"])


def keeps_in_step(alice, davx5):
    hrefs = sorted(NEW + f"e{i}.ics" for i in range(EVENTS))
    for i in range(EVENTS):
        put(alice, f"e{i}.ics", event(f"e{i}", f"2027{i % 12 + 1:02}04T090000Z",
                                      f"2027{i % 12 + 1:02}04T100000Z", f"Number {i}"), folder=NEW)
    with story.check("what it asks before each sync"):
        got = davx5.find(NEW, "0", OF_SYNC)
        got.known(NEW, OF_SYNC)
        equal(clark("D:sync-collection") in got.children(NEW, "D:supported-report-set"), True)
    with story.check("the first sync: everything, then the objects ten at a time"):
        first = davx5.changes(NEW)
        equal([sorted(first.hrefs), NEW in first.members], [hrefs, False])
        equal(first.token, got.text_of(NEW, "D:sync-token"))
        data = davx5.fetch(NEW, hrefs)
        equal([sorted(data), "SUMMARY:Number 7" in data[NEW + "e7.ics"]], [hrefs, True])
    with story.check("follows a list that is cut short, to its end (RFC 6578 §3.6)"):
        seen, token, pages = set(), "", 0
        while pages < 10:
            page = davx5.changes(NEW, token, tag("D:limit", tag("D:nresults", "10")))
            cut = page.members.pop(NEW, None)
            equal([cut in (None, 507), seen & set(page.members)], [True, set()])
            seen, token, pages = seen | set(page.members), page.token, pages + 1
            if cut is None:
                break
        equal([sorted(seen), pages, token], [hrefs, 3, first.token])
    with story.check("later syncs: what is new, changed and gone, and nothing else"):
        put(alice, "e1.ics", event("e1", "20270104T110000Z", "20270104T120000Z", "Moved"), folder=NEW)
        put(alice, "new.ics", event("new", "20270104T130000Z", "20270104T140000Z"), folder=NEW)
        alice.request("DELETE", NEW + "e2.ics")
        later = davx5.changes(NEW, first.token)
        equal(later.members, {NEW + "e1.ics": 200, NEW + "new.ics": 200, NEW + "e2.ics": 404})
        equal(davx5.changes(NEW, later.token).members, {})
    with story.check("a token of long ago: the error that makes it begin anew"):
        got = davx5.ask("REPORT", NEW, document("D:sync-collection", tag(
            "D:sync-token", "http://example.com/long/ago") + tag("D:sync-level", "1")
            + prop("D:getetag")), "0")
        equal([got.status, "valid-sync-token" in got.text], [403, True], got.text)
    with story.check("an account of the last months: a query with a start and no end"):
        got = Answer(davx5.ask("REPORT", NEW, document("C:calendar-query", (
            prop("D:getetag") + tag("C:filter", '<CAL:comp-filter name="VCALENDAR">'
                                    '<CAL:comp-filter name="VEVENT"><CAL:time-range start="20271001T000000Z" />'
                                    "</CAL:comp-filter></CAL:comp-filter>"))), "1"))
        equal(sorted(got.hrefs), [NEW + f"e{i}.ics" for i in (10, 11, 21, 22, 23, 9)])


def sends_changes(alice, davx5):
    path = NEW + "5b1c7f3e-9d0a-4a8e-8f43-2f7a0c9d1e66.ics"
    kind = {"Content_Type": "text/calendar; charset=utf-8"}
    mine = event("mine", "20270301T090000Z", "20270301T100000Z", "Mine")
    with story.check("creates, and does not write over what is there"):
        got = davx5.ask("PUT", path, mine, If_None_Match="*", **kind)
        equal(got.status, 201, got.text)
        equal(davx5.ask("PUT", path, mine, If_None_Match="*", **kind).status, 412)
    with story.check("changes by If-Match; what was changed meanwhile is fetched instead"):
        etag = davx5.ask("GET", path).header("ETag")
        equal(got.header("ETag") in (None, etag), True)
        changed = mine.replace("SUMMARY:Mine", "SUMMARY:Changed")
        equal(davx5.ask("PUT", path, changed, If_Match=etag, **kind).status in (200, 204), True)
        equal(davx5.ask("PUT", path, mine, If_Match=etag, **kind).status, 412)
        equal("SUMMARY:Changed" in davx5.fetch(NEW, [path])[path], True)
    with story.check("deletes by If-Match, and is told when that is stale or done"):
        equal(davx5.ask("DELETE", path, If_Match='"stale"').status, 412)
        now = davx5.ask("GET", path).header("ETag")
        equal(davx5.ask("DELETE", path, If_Match=now).status in (200, 204), True)
        equal(davx5.ask("DELETE", path, If_Match=now).status in (404, 410, 412), True)


def shares(bob, davx5):
    bobs = HOME.replace("alice", "bob")
    with story.check("a calendar that somebody shares stands in the home, as one to read"):
        share(bob, bobs + "calendar/", "alice")
        got = davx5.find(HOME, "1", OF_HOME)
        [shared] = [h for h in got.hrefs if got.state(h, "D:owner") == 200 and
                    got.text_of(h, "D:owner") == PRINCIPAL.replace("alice", "bob")]
        may = got.children(shared, "D:current-user-privilege-set")
        equal([clark("D:read") in may, clark("D:write-content") in may, clark("D:bind") in may,
               clark("C:calendar") in got.children(shared, "D:resourcetype")],
              [True, False, False, True])
    with story.check("what is written there is refused by need-privileges, and nothing is stored"):
        got = davx5.ask("PUT", shared + "no.ics", event("no", "20270301T090000Z", "20270301T100000Z"),
                        If_None_Match="*", Content_Type="text/calendar; charset=utf-8")
        equal([got.status, "need-privileges" in got.text], [403, True], got.text)
        equal(davx5.changes(shared).members, {})
    with story.check("what its owner writes comes with the next sync"):
        token = davx5.changes(shared).token
        put(bob, "bobs.ics", event("bobs", "20270301T090000Z", "20270301T100000Z"),
            folder=bobs + "calendar/")
        equal(davx5.changes(shared, token).members, {shared + "bobs.ics": 200})


def answers_meetings(bob, davx5):
    bobs, kind = HOME.replace("alice", "bob") + "calendar/", {"Content_Type": "text/calendar; charset=utf-8"}
    guest = "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}@example.org\r\n"
    text = event("meeting", "20270401T090000Z", "20270401T100000Z", "Meeting", (
        "ORGANIZER:mailto:bob@example.org\r\n" + guest.format("alice") + guest.format("carol")))

    def tag_of(path):
        return davx5.find(path, "0", "C:schedule-tag").text_of(path, "C:schedule-tag")

    def organized():
        return unfolded(bob.request("GET", bobs + "meeting.ics").text)

    def answer(path, old, word, tag):
        return davx5.ask("PUT", path, re.sub(r"(ATTENDEE;PARTSTAT=)[A-Z-]+([^\r]*alice@)", rf"\1{word}\2",
                                             unfolded(old)), If_Schedule_Tag_Match=tag, **kind).status

    with story.check("an invitation comes with the sync of the default calendar, and has a tag"):
        token = davx5.changes(CALENDAR).token
        put(bob, "meeting.ics", text, folder=bobs)
        [path] = davx5.changes(CALENDAR, token).members
        data, first = davx5.fetch(CALENDAR, [path])[path], tag_of(path)
    with story.check("answers by If-Schedule-Tag-Match in place of If-Match"):
        equal(answer(path, data, "ACCEPTED", first) in (200, 204), True)
        equal("ATTENDEE;PARTSTAT=ACCEPTED" in organized(), True, organized())
    with story.check("what the organizer has changed meanwhile is fetched instead, also to delete"):
        tag, data = tag_of(path), davx5.fetch(CALENDAR, [path])[path]
        put(bob, "meeting.ics", organized().replace("SUMMARY:Meeting", "SUMMARY:Retreat"), folder=bobs)
        equal([answer(path, data, "DECLINED", tag),
               davx5.ask("DELETE", path, If_Schedule_Tag_Match=tag).status], [412, 412])
        equal("ATTENDEE;PARTSTAT=ACCEPTED" in organized(), True, organized())
    with story.check("deletes it by the tag of now: the organizer hears that it is declined"):
        equal(davx5.ask("DELETE", path, If_Schedule_Tag_Match=tag_of(path)).status in (200, 204), True)
        equal("ATTENDEE;PARTSTAT=DECLINED" in organized(), True, organized())
    bob.request("DELETE", bobs + "meeting.ics")


def registration(service, telephone, path="/up/1"):
    return ("<?xml version='1.0' encoding='UTF-8' ?>"
            f'<push-register xmlns="{NAMESPACES["P"]}" xmlns:n0="DAV:"><subscription><web-push-subscription>'
            f"<push-resource>{service.origin}{path}</push-resource>"
            "<content-encoding>aes128gcm</content-encoding>"
            f'<subscription-public-key type="p256dh">{encode(telephone.public)}</subscription-public-key>'
            f"<auth-secret>{encode(telephone.auth)}</auth-secret></web-push-subscription></subscription>"
            "<trigger><content-update><n0:depth>1</n0:depth></content-update>"
            "<property-update><n0:depth>0</n0:depth></property-update></trigger></push-register>")


def is_told(alice, davx5, service):
    telephone = Telephone()

    def write(title, **headers):
        put(alice, "pushed.ics", event("pushed", "20270301T090000Z", "20270301T100000Z", title),
            folder=NEW, **headers)
        return davx5.find(NEW, "0", "D:sync-token").text_of(NEW, "D:sync-token")

    with story.check("learns that it can be told of changes (webdav-push)", vital=True):
        equal("webdav-push" in davx5.ask("OPTIONS", NEW).header("DAV"), True)
        got = davx5.find(NEW, "0", OF_HOME)
        got.known(NEW, "P:transports P:topic P:supported-triggers")
        vapid = got.text_of(NEW, "P:transports").strip()
        topic = got.text_of(NEW, "P:topic")
    with story.check("registers, and is given an address and an end", vital=True):
        got = davx5.ask("POST", NEW, registration(service, telephone))
        equal([got.status in (201, 204), bool(got.header("Location")), bool(got.header("Expires"))],
              [True] * 3, got.text)
        address = got.header("Location")
    with story.check("somebody else's change is told, signed and encrypted"):
        token = write("Outside")
        headers, body = service.next()
        equal(is_from(headers["Authorization"], vapid, service.origin), True, headers)
        equal([headers["Content-Encoding"], "TTL" in headers], ["aes128gcm", True], headers)
        told = ET.fromstring(telephone.read(body))
        equal([told.tag, told.findtext(clark("P:topic")),
               told.findtext(f"{clark('P:content-update')}/{clark('D:sync-token')}")],
              [clark("P:push-message"), topic, token])
    with story.check("its own change is not (Push-Dont-Notify)"):
        write("Mine", **{"Push-Dont-Notify": f'"{address}"'})
        token = write("Outside again")
        told = telephone.read(service.next()[1])
        equal([token in told, service.messages.qsize()], [True, 0], told)
    with story.check("a change of the calendar's name is told too"):
        davx5.ask("PROPPATCH", NEW, document("D:propertyupdate", tag("D:set", tag(
            "D:prop", tag("D:displayname", "Another name")))))
        equal("property-update" in telephone.read(service.next()[1]), True)
    with story.check("ends the registration; there is no such address afterwards"):
        path = re.sub(r"^https?://[^/]*", "", address)
        equal([davx5.ask("DELETE", path).status, davx5.ask("DELETE", path).status], [204, 404])


@story.chapter(FASTI_PUSH_PRIVATE="on")
def account(server):
    server.add_user("bob")
    alice, davx5 = server.client("alice"), Davx5(server, AGENT)
    finds_the_account(server, davx5)
    makes_a_calendar(davx5)
    keeps_in_step(alice, davx5)
    sends_changes(alice, davx5)
    answers_meetings(server.client("bob"), davx5)
    shares(server.client("bob"), davx5)
    with PushService() as service:
        is_told(alice, davx5, service)
    with story.check("deletes its calendar"):
        equal(davx5.ask("DELETE", NEW).status in (200, 204), True)
        equal(NEW in davx5.find(HOME, "1", OF_HOME).hrefs, False)


story.main()
