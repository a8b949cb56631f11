#!/usr/bin/python3
"""Who schedules in whose name (RFC 6638 §6): those who share, delegates, and calendar proxies."""
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, next_monday, wait_for  # noqa: E402

suite = Suite("delegates")
USERS = "/dav/principals/users/"
HOME = "/dav/calendars/alice/"
MEETING = HOME + "calendar/m.ics"
CALENDAR = {"Content-Type": "text/calendar"}
NAMES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"'
WRITE = ("D:read", "D:write")
SEND = ("C:schedule-send",)


def prepared(s, *names):
    server = s.server()
    for name in names or ("alice", "bob", "carol"):
        server.add_user(name)
    return server.start()


def acl(server, user, path, *entries):
    """Set entries: (who, "grant" or "deny", privileges)."""
    body = "".join(
        f"<D:ace><D:principal>{'<D:href>' + USERS + who + '/</D:href>' if who else '<D:all/>'}"
        f"</D:principal><D:{verb}>"
        + "".join(f"<D:privilege><{p}/></D:privilege>" for p in privileges)
        + f"</D:{verb}></D:ace>" for who, verb, privileges in entries)
    got = server.client(user).request("ACL", path, f"<D:acl {NAMES}>{body}</D:acl>")
    equal(got.status, 200, got.text)


def meeting(uid="m", organizer="alice", guests=("carol",), start="20280118T080000Z", more="",
            partstat="NEEDS-ACTION"):
    people = f"ORGANIZER:mailto:{organizer}@example.org\r\n" + "".join(
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{g}@example.org\r\n" for g in guests)
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:{start}\r\nDURATION:PT1H\r\n"
            f"SUMMARY:Plans\r\n{people if guests else ''}{more}END:VEVENT\r\nEND:VCALENDAR\r\n")


def put(server, user, body, path=MEETING):
    return server.client(user).request("PUT", path, body, CALENDAR)


def members(server, user, collection="calendar"):
    path = f"/dav/calendars/{user}/{collection}/"
    client = server.client(user)
    got = client.request("PROPFIND", path, None, {"Depth": "1"}).text
    hrefs = [h for h in re.findall(r"<(?:\w+:)?href>([^<]+\.ics)</", got)]
    return [(h, re.sub(r"\r\n[ \t]", "", client.request("GET", h).text)) for h in hrefs]


def line(text, name, who):
    found = re.search(rf"^{name}[^\r\n]*:mailto:{who}@example.org\r$", text, re.M)
    return found.group(0) if found else None


def told(server, user):
    return sorted(re.search(r"METHOD:(\w+)", text).group(1)
                  for _, text in members(server, user, "inbox"))


def refused(got, privilege, path):
    equal(got.status, 403, got.text)
    equal(re.findall(r"<D:href>([^<]*)</D:href>", got.text), [path], got.text)
    equal(f":{privilege}/>" in got.text, True, got.text)


@suite.case("RFC 6638 §6.2.2: who may write but not send invites nobody, changes and cancels nothing")
def _(s):
    with prepared(s) as server:
        acl(server, "alice", HOME + "calendar/", ("bob", "grant", WRITE))
        refused(put(server, "bob", meeting()), "schedule-send-invite", HOME + "outbox/")
        equal((members(server, "alice"), told(server, "carol")), ([], []), "nothing is left of it")
        equal(put(server, "bob", meeting(guests=())).status, 201, "what tells nobody is stored")
        equal(put(server, "alice", meeting()).status, 204)
        before = members(server, "alice")
        bob = server.client("bob")
        refused(put(server, "bob", meeting(start="20280118T100000Z")), "schedule-send-invite",
                HOME + "outbox/")
        refused(bob.request("DELETE", MEETING), "schedule-send-invite", HOME + "outbox/")
        refused(bob.request("MOVE", MEETING, None,
                            {"Destination": "/dav/calendars/bob/calendar/mine.ics"}),
                "schedule-send-invite", HOME + "outbox/")
        equal((members(server, "alice"), told(server, "carol")), (before, ["REQUEST"]))
        # An alarm of the owner's own is nobody else's business.
        alarm = ("BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\n"
                 "END:VALARM\r\n")
        equal(put(server, "bob", meeting(more=alarm)).status, 204)
        equal(told(server, "carol"), ["REQUEST"])


@suite.case("RFC 6638 §6.2.2: who may send invites in the owner's name, and is named (SENT-BY)")
def _(s):
    with prepared(s) as server:
        acl(server, "alice", HOME, ("bob", "grant", WRITE + SEND))
        equal(put(server, "bob", meeting()).status, 201)
        [(_, kept)] = members(server, "alice")
        equal(line(kept, "ORGANIZER", "alice"), "ORGANIZER:mailto:alice@example.org\r",
              "the meeting is hers")
        [(_, message)] = members(server, "carol", "inbox")
        [(href, copy)] = members(server, "carol")
        for text in (message, copy):
            equal("SENT-BY=\"mailto:bob@example.org\"" in line(text, "ORGANIZER", "alice"), True,
                  text)
        # The answer goes to her.
        answer = re.sub(r"(ATTENDEE)[^\r\n]*(:mailto:carol)", r"\1;PARTSTAT=ACCEPTED\2", copy)
        equal(put(server, "carol", answer, href).status in (201, 204), True)
        equal((told(server, "alice"), told(server, "bob")), (["REPLY"], []))
        equal("PARTSTAT=ACCEPTED" in line(members(server, "alice")[0][1], "ATTENDEE", "carol"),
              True)
        lines = server.run("explain", "message", "alice", "m")[1]
        equal("Sent by bob@example.org." in lines, True, lines)
        equal(server.client("bob").request("DELETE", MEETING).status, 204)
        equal(told(server, "carol"), ["CANCEL", "REQUEST"])
        last = [t for _, t in members(server, "carol", "inbox") if "METHOD:CANCEL" in t][0]
        equal("SENT-BY=\"mailto:bob@example.org\"" in line(last, "ORGANIZER", "alice"), True, last)


@suite.case("RFC 6638 §6.2.3: a delegate answers for the owner, where that is granted")
def _(s):
    with prepared(s) as server:
        mine = "/dav/calendars/carol/calendar/m.ics"
        equal(put(server, "carol", meeting(organizer="carol", guests=("alice",)), mine).status, 201)
        acl(server, "alice", HOME, ("bob", "grant", WRITE + ("C:schedule-send-invite",)))
        [(href, copy)] = members(server, "alice")
        answer = re.sub(r"(ATTENDEE)[^\r\n]*(:mailto:alice)", r"\1;PARTSTAT=ACCEPTED\2", copy)
        refused(put(server, "bob", answer, href), "schedule-send-reply", HOME + "outbox/")
        refused(server.client("bob").request("DELETE", href), "schedule-send-reply",
                HOME + "outbox/")
        equal((told(server, "carol"), members(server, "alice")), ([], [(href, copy)]))
        equal(server.client("bob").request("DELETE", href, None, {"Schedule-Reply": "F"}).status,
              204, "nobody is told")
        equal(put(server, "alice", answer, href).status, 201)
        acl(server, "alice", HOME, ("bob", "grant", WRITE + ("C:schedule-send-reply",)))
        answer = re.sub(r"(ATTENDEE)[^\r\n]*(:mailto:alice)", r"\1;PARTSTAT=DECLINED\2", copy)
        equal(put(server, "bob", answer, href).status, 204)
        [(_, kept)] = members(server, "carol")
        said = line(kept, "ATTENDEE", "alice")
        equal(("PARTSTAT=DECLINED" in said, "SENT-BY=\"mailto:bob@example.org\"" in said),
              (True, True), said)
        equal("SENT-BY" in line(kept, "ORGANIZER", "carol"), False)


@suite.case("a calendar with meetings goes, or is replaced, only by who may send for its owner")
def _(s):
    with prepared(s) as server:
        alice, bob = server.client("alice"), server.client("bob")
        more, empty = HOME + "more/", HOME + "empty/"
        for path in (more, empty):
            equal(alice.request("MKCALENDAR", path).status, 201)
        equal(put(server, "alice", meeting(), more + "m.ics").status, 201)
        acl(server, "alice", HOME, ("bob", "grant", WRITE))
        refused(bob.request("DELETE", more), "schedule-send-invite", HOME + "outbox/")
        refused(bob.request("COPY", empty, None, {"Destination": more, "Overwrite": "T"}),
                "schedule-send-invite", HOME + "outbox/")
        equal(bob.request("DELETE", empty).status, 204, "what tells nobody")
        equal(alice.request("GET", more + "m.ics").status, 200)
        acl(server, "alice", HOME, ("bob", "grant", WRITE + SEND))
        equal(bob.request("DELETE", more).status, 204)
        wait_for(lambda: told(server, "carol") == ["CANCEL", "REQUEST"])


@suite.case("who booked hears of a change only from who may send for the host")
def _(s):
    with prepared(s) as server:
        server.add_type("alice")
        got = server.client().request("POST", "/api/bookings", json.dumps({
            "host": "alice", "type": "intro", "start_time": f"{next_monday()}T10:00:00Z",
            "invitee_name": "Ivy", "invitee_email": "ivy@example.net",
            "invitee_timezone": "UTC"}), {"Content-Type": "application/json"})
        equal(got.status, 201, got.text)
        [(href, text)] = members(server, "alice")
        bob = server.client("bob")
        moved = re.sub(r"(DT(?:START|END)[^:]*:\d{8}T)1(\d)", r"\g<1>2\2", text)
        equal(moved != text, True, text)
        acl(server, "alice", HOME, ("bob", "grant", WRITE))
        refused(put(server, "bob", moved, href), "schedule-send-invite", HOME + "outbox/")
        refused(bob.request("DELETE", href), "schedule-send-invite", HOME + "outbox/")
        equal(members(server, "alice"), [(href, text)])
        acl(server, "alice", HOME, ("bob", "grant", WRITE + SEND))
        equal(put(server, "bob", moved, href).status, 204)


@suite.case("once an ACL that takes schedule-send away is answered, nothing more is sent by it")
def _(s):
    with prepared(s) as server:
        acl(server, "alice", HOME, ("bob", "grant", WRITE + SEND))
        equal(put(server, "bob", meeting()).status, 201)
        acl(server, "alice", HOME, ("bob", "grant", WRITE))
        refused(put(server, "bob", meeting(start="20280118T100000Z")), "schedule-send-invite",
                HOME + "outbox/")
        acl(server, "alice", HOME, ("carol", "grant", WRITE + SEND), ("", "deny", SEND),
            ("bob", "grant", ("D:all",)))
        refused(put(server, "bob", meeting(start="20280118T100000Z")), "schedule-send-invite",
                HOME + "outbox/")
        equal(told(server, "carol"), ["REQUEST"])


@suite.case("RFC 6638 §6.1.1, §6.1.2: who is denied schedule-deliver reaches no inbox: 3.8")
def _(s):
    with prepared(s) as server:
        deny = ("C:schedule-deliver-invite",)
        acl(server, "carol", "/dav/calendars/carol/", ("alice", "deny", deny))
        equal(put(server, "alice", meeting(guests=("carol", "bob"))).status, 201)
        [(_, kept)] = members(server, "alice")
        equal(["SCHEDULE-STATUS=\"3.8\"" in line(kept, "ATTENDEE", w) or
               "SCHEDULE-STATUS=3.8" in line(kept, "ATTENDEE", w) for w in ("carol", "bob")],
              [True, False], kept)
        equal((told(server, "carol"), members(server, "carol"), told(server, "bob")),
              ([], [], ["REQUEST"]))
        # Others invite her as before, and once it is lifted so does who was denied it.
        equal(put(server, "bob", meeting("n", "bob"), "/dav/calendars/bob/calendar/n.ics").status,
              201)
        equal(told(server, "carol"), ["REQUEST"])
        acl(server, "carol", "/dav/calendars/carol/")
        equal(put(server, "alice", meeting(guests=("carol", "bob"),
                                           start="20280118T100000Z")).status, 204)
        equal(told(server, "carol"), ["REQUEST", "REQUEST"])
        # Answers are another privilege.
        acl(server, "alice", HOME, ("", "deny", ("C:schedule-deliver-reply",)))
        for who in ("bob", "carol"):
            href, copy = next((h, t) for h, t in members(server, who) if "UID:m\r\n" in t)
            answer = re.sub(rf"(ATTENDEE)[^\r\n]*(:mailto:{who})", r"\1;PARTSTAT=ACCEPTED\2", copy)
            equal(put(server, who, answer, href).status in (201, 204), True)
            mine = next(t for _, t in members(server, who) if "UID:m\r\n" in t)
            equal("SCHEDULE-STATUS=3.8" in line(mine, "ORGANIZER", "alice"), True, mine)
        equal(told(server, "alice"), [])


def proxy(who, kind="write"):
    return f"{USERS}{who}/calendar-proxy-{kind}/"


def set_members(server, owner, kind, *names, by=None):
    hrefs = "".join(f"<D:href>{n if n.startswith('/') else USERS + n + '/'}</D:href>"
                    for n in names)
    return server.client(by or owner).request(
        "PROPPATCH", proxy(owner, kind), f"<D:propertyupdate {NAMES}><D:set><D:prop>"
        f"<D:group-member-set>{hrefs}</D:group-member-set></D:prop></D:set></D:propertyupdate>")


def hrefs_in(server, user, path, name):
    """The hrefs of a property; a status, where it is not there."""
    got = server.client(user).request(
        "PROPFIND", path, f"<D:propfind {NAMES}><D:prop><{name}/></D:prop></D:propfind>",
        {"Depth": "0"}).text
    found = re.search(rf"<{name}>(.*?)</{name}>", got, re.S)
    if f"<{name}/>" in got and "200 OK" in got:
        return []
    return re.findall(r"href>([^<]*)</", found.group(1)) if found else re.findall(
        r"HTTP/1.1 (\d+)", got)


@suite.case("calendar-proxy: two groups below each principal, which the owner reads and sets")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        dav = alice.request("OPTIONS", HOME).header("DAV")
        equal("calendar-proxy" in dav.split(", "), True, dav)
        below = alice.request("PROPFIND", USERS + "alice/", f"<D:propfind {NAMES}><D:prop>"
                              "<D:resourcetype/></D:prop></D:propfind>", {"Depth": "1"}).text
        for kind in ("read", "write"):
            equal((f"<D:href>{proxy('alice', kind)}</D:href>" in below,
                   f"<CS:calendar-proxy-{kind}/>" in below), (True, True), below)
            equal(hrefs_in(server, "alice", proxy("alice", kind), "D:group-member-set"), [])
            equal(hrefs_in(server, "alice", proxy("alice", kind), "D:principal-URL"),
                  [proxy("alice", kind)])
        equal(set_members(server, "alice", "write", "bob").status, 207)
        equal(set_members(server, "alice", "read", "carol").status, 207)
        equal([hrefs_in(server, "alice", proxy("alice", k), "D:group-member-set")
               for k in ("read", "write")], [[USERS + "carol/"], [USERS + "bob/"]])
        # Nobody else is told, or sets it.
        equal(hrefs_in(server, "bob", proxy("alice"), "D:group-member-set"), ["403"])
        equal(set_members(server, "alice", "write", "carol", by="bob").status, 403)
        # What is not known here is no member; nothing has changed then.
        for href in ("/dav/principals/users/nobody/", "/dav/principals/groups/bob/", HOME,
                     "http://elsewhere.example/x"):
            got = set_members(server, "alice", "write", "carol", href)
            equal((got.status, "<D:recognized-principal/>" in got.text), (207, True), got.text)
        equal(hrefs_in(server, "alice", proxy("alice"), "D:group-member-set"), [USERS + "bob/"])
        # They are told whom they look after.
        equal([hrefs_in(server, who, USERS + who + "/", f"CS:calendar-proxy-{kind}-for")
               for who in ("bob", "carol") for kind in ("read", "write")],
              [[], [USERS + "alice/"], [USERS + "alice/"], []])
        equal([hrefs_in(server, who, USERS + who + "/", "D:group-membership")
               for who in ("bob", "carol")], [[proxy("alice")], [proxy("alice", "read")]])
        equal(hrefs_in(server, "carol", USERS + "bob/", "D:group-membership"), [],
              "it is nobody else's business")
        expanded = server.client("bob").request(
            "REPORT", USERS + "bob/", f"<D:expand-property {NAMES}><D:property "
            'name="calendar-proxy-write-for" namespace="http://calendarserver.org/ns/">'
            '<D:property name="displayname"/></D:property></D:expand-property>',
            {"Depth": "0"}).text
        equal("<D:displayname>Alice</D:displayname>" in expanded, True, expanded)
        for path in (proxy("alice", "none"), USERS + "alice/calendar-proxy-read/x/",
                     "/dav/principals/users/nobody/calendar-proxy-read/"):
            equal(alice.request("PROPFIND", path, None, {"Depth": "0"}).status, 404, path)


@suite.case("calendar-proxy: one who reads reads the home, one who writes sends in its owner's name")
def _(s):
    with prepared(s) as server:
        equal(put(server, "alice", meeting(guests=()), HOME + "calendar/own.ics").status, 201)
        equal(set_members(server, "alice", "read", "bob").status, 207)
        bob = server.client("bob")
        equal(bob.request("GET", HOME + "calendar/own.ics").status, 200)
        refused(put(server, "bob", meeting(guests=())), "bind", HOME + "calendar/")
        # As Apple Calendar moves one from reading to writing: first here, then there.
        equal(set_members(server, "alice", "write", "bob").status, 207)
        equal(set_members(server, "alice", "read").status, 207)
        equal([hrefs_in(server, "alice", proxy("alice", k), "D:group-member-set")
               for k in ("read", "write")], [[], [USERS + "bob/"]])
        equal(put(server, "bob", meeting("n")).status, 201)
        equal(told(server, "carol"), ["REQUEST"])
        made = bob.request("MKCALENDAR", HOME + "new/")
        equal(made.status, 201)
        # And back, in the other order.
        equal(set_members(server, "alice", "read", "bob").status, 207)
        equal(set_members(server, "alice", "write").status, 207)
        equal([hrefs_in(server, "alice", proxy("alice", k), "D:group-member-set")
               for k in ("read", "write")], [[USERS + "bob/"], []])
        equal((bob.request("GET", HOME + "calendar/own.ics").status,
               bob.request("DELETE", MEETING).status), (200, 403))
        equal(set_members(server, "alice", "read").status, 207)
        equal(bob.request("GET", HOME + "calendar/own.ics").status, 404)


@suite.case("calendar-proxy: a proxy is an entry of access control, and such an entry a proxy")
def _(s):
    with prepared(s) as server:
        acl(server, "alice", HOME, ("carol", "grant", ("D:read",)), ("", "deny", ("D:write-acl",)))
        equal(hrefs_in(server, "alice", proxy("alice", "read"), "D:group-member-set"),
              [USERS + "carol/"])
        equal(set_members(server, "alice", "write", "bob", "alice", "bob").status, 207)
        got = server.client("alice").request(
            "PROPFIND", HOME, f"<D:propfind {NAMES}><D:prop><D:acl/></D:prop></D:propfind>",
            {"Depth": "0"}).text
        entries = re.findall(r"<D:ace>.*?</D:ace>", got)
        equal([re.findall(r"users/(\w+)/", e) for e in entries], [[], ["bob"], ["carol"], []], got)
        for word in ("<D:read/>", "<D:write/>", "<C:schedule-send/>"):
            equal(word in entries[1], True, entries[1])
        # What grants less than a group does, or more than reading, is in neither of them.
        acl(server, "alice", HOME, ("carol", "grant", WRITE), ("bob", "grant", ("D:all",)))
        equal([hrefs_in(server, "alice", proxy("alice", k), "D:group-member-set")
               for k in ("read", "write")], [[], [USERS + "bob/"]])
        equal(set_members(server, "alice", "write").status, 207)
        equal(server.client("carol").request("GET", HOME + "calendar/").status, 200)
        equal(server.client("bob").request("GET", HOME + "calendar/").status, 404)
        # A group as a member stands for all who are in it.
        server.run("user", "add", "staff", "--kind", "group", "--member", "bob")
        equal(set_members(server, "alice", "write", "/dav/principals/groups/staff/").status, 207)
        equal(put(server, "bob", meeting(guests=("carol",))).status, 201)
        equal(hrefs_in(server, "bob", USERS + "bob/", "CS:calendar-proxy-write-for"),
              [USERS + "alice/"])


@suite.case("fasti user proxies: who looks after a room, which logs in nowhere")
def _(s):
    with prepared(s) as server:
        room = "/dav/calendars/attic/calendar/"
        server.run("user", "add", "attic", "--kind", "room", "--email", "attic@example.org")
        equal(put(server, "alice", meeting(guests=("attic",))).status, 201)
        bob, carol = server.client("bob"), server.client("carol")
        server.run("user", "proxies", "attic", "--write", "bob", "--read", "carol", "--read",
                   "alice")
        equal(hrefs_in(server, "bob", USERS + "bob/", "D:group-membership"),
              ["/dav/principals/rooms/attic/calendar-proxy-write/"])
        got = carol.request("PROPFIND", room, None, {"Depth": "1"}).text
        [href] = re.findall(r"href>([^<]+\.ics)<", got)
        equal((carol.request("DELETE", href).status, bob.request("DELETE", href).status),
              (403, 204))
        equal("PARTSTAT=DECLINED" in line(members(server, "alice")[0][1], "ATTENDEE", "attic"),
              True)
        shown = server.run("user", "proxies", "attic")[1].split()
        equal(sorted(zip(shown[::2], shown[1::2])),
              [("read", "alice"), ("read", "carol"), ("write", "bob")])
        for words, status in ((("attic", "--write", "nobody"), 1), (("nobody", "--write", "bob"), 1),
                              (("attic", "--write", "bob", "--none"), 2)):
            equal(server.run("user", "proxies", *words, check=False)[0], status, words)
        equal(server.run("user", "proxies", "attic")[1].split(), shown, "nothing has changed")
        server.run("user", "proxies", "attic", "--none")
        equal([c.request("PROPFIND", room, None, {"Depth": "1"}).status for c in (bob, carol)],
              [404, 404])
        server.run("user", "proxies", "alice", "--write", "alice")
        equal(server.run("user", "proxies", "alice")[1], "", "nobody needs their own leave")


@suite.case("RFC 6638 §4.3: there is a calendar for invitations always, for to-dos as well")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        got = alice.request("DELETE", HOME + "tasks/")
        equal((got.status, "default-calendar-needed" in got.text), (403, True), got.text)
        got = alice.request("COPY", HOME + "calendar/", None,
                            {"Destination": HOME + "tasks/", "Overwrite": "T"})
        equal((got.status, "default-calendar-needed" in got.text), (403, True), got.text)
        more = ('<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:set>'
                '<D:prop><C:supported-calendar-component-set><C:comp name="VTODO"/>'
                "</C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>")
        equal(alice.request("MKCALENDAR", HOME + "more/", more).status, 201)
        equal(alice.request("DELETE", HOME + "tasks/").status, 204, "another one takes over")
        todo = meeting("t", "bob", ("alice",)).replace("VEVENT", "VTODO").replace(
            "DURATION:PT1H\r\n", "")
        equal(put(server, "bob", todo, "/dav/calendars/bob/tasks/t.ics").status, 201)
        equal(len(members(server, "alice", "more")), 1)
        equal(alice.request("DELETE", HOME + "more/").status, 403)


@suite.case("RFC 6638 §4.3: the calendar for invitations is that by another name, too")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        equal(alice.request("MKCALENDAR", HOME + "aaa/").status, 201)
        equal(alice.request("MOVE", HOME + "calendar/", None,
                            {"Destination": HOME + "work/"}).status, 201)
        equal(hrefs_in(server, "alice", HOME + "inbox/", "C:schedule-default-calendar-URL"),
              [HOME + "work/"])
        equal([alice.request("DELETE", HOME + n).status for n in ("work/", "aaa/")], [403, 204])
        equal(put(server, "bob", meeting("n", "bob", ("alice",)),
                  "/dav/calendars/bob/calendar/n.ics").status, 201)
        equal(len(members(server, "alice", "work")), 1)


if __name__ == "__main__":
    suite.main()
