#!/usr/bin/python3
"""Another time for a meeting: proposed, shown, accepted, declined (RFC 5546 §3.2.7, §3.2.8)."""
import json
import os
import re
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, wait_for  # noqa: E402

suite = Suite("counter")
PATH = "/dav/calendars/alice/calendar/m.ics"
EIGHT, NINE, TEN = "20280118T080000Z", "20280118T090000Z", "20280118T100000Z"
JSON = {"Content-Type": "application/json"}


def event(more, start=EIGHT, end=NINE, people=("bob@example.org", "carol@example.org")):
    return ("BEGIN:VEVENT\r\nUID:m@x\r\nDTSTAMP:20270101T000000Z\r\n"
            f"DTSTART:{start}\r\nDTEND:{end}\r\nSUMMARY:Plans\r\n{more}"
            "ORGANIZER:mailto:alice@example.org\r\n"
            + "".join(f"ATTENDEE:mailto:{p}\r\n" for p in people) + "END:VEVENT\r\n")


def calendar(inner, method=None):
    head = f"METHOD:{method}\r\n" if method else ""
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n" + head + inner
            + "END:VCALENDAR\r\n")


def prepared(s):
    server = s.server()
    for name in ("alice", "bob", "carol"):
        server.add_user(name)
    return server.start()


def put(server, body, user="alice", path=PATH, headers=None):
    answer = server.client(user).request("PUT", path, body,
                                         dict({"Content-Type": "text/calendar"}, **headers or {}))
    equal(answer.status in (201, 204), True, f"PUT {path}: {answer.status} {answer.text[:300]}")


def api(server, user, method, path, body=None, want=200):
    answer = server.client(user).request(method, path, None if body is None else json.dumps(body),
                                         JSON if body is not None else {})
    equal(answer.status, want, f"{method} {path}: {answer.text[:300]}")
    return answer.json()


def propose(server, user="bob", want=200, **members):
    return api(server, user, "POST", "/api/meetings/m@x/counter", members, want)


def proposals(server, user="alice"):
    return api(server, user, "GET", "/api/proposals")["proposals"]


def texts(server, user, collection):
    client = server.client(user)
    path = f"/dav/calendars/{user}/{collection}/"
    answer = client.request("PROPFIND", path, '<propfind xmlns="DAV:"><prop><getetag/></prop>'
                            '</propfind>', {"Depth": "1"})
    hrefs = [h for h in re.findall(r"<(?:\w+:)?href>([^<]+)</", answer.text) if h != path]
    return {h: re.sub(r"\r\n[ \t]", "", client.request("GET", h).text) for h in hrefs}


def inbox(server, user, method):
    return sum(f"METHOD:{method}\r\n" in t for t in texts(server, user, "inbox").values())


def stands_at(server, user):
    found = [t for t in texts(server, user, "calendar").values() if "UID:m@x\r\n" in t]
    return re.search(r"^DTSTART[^:]*:(.*)\r$", found[0], re.M).group(1)


def post(server, user, body):
    return server.client(user).request("POST", f"/dav/calendars/{user}/outbox/", body,
                                       {"Content-Type": "text/calendar"})


@suite.case("proposed by API, listed, explained, and the meeting is as it was")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        before = server.client("alice").request("GET", PATH)
        told = propose(server, start_time="2028-01-18T10:00:00+01:00", comment="Too early")
        equal((told["recipient"], told["delivery_status"]), ("alice@example.org", "1.2"))
        listed = proposals(server)
        equal(len(listed), 1)
        one = listed[0]
        equal({k: one[k] for k in ("uid", "recurrence_id", "attendee", "start_time", "end_time",
                                   "original_start_time", "comment", "location")},
              {"uid": "m@x", "recurrence_id": None, "attendee": "bob@example.org",
               "start_time": "2028-01-18T09:00:00Z", "end_time": "2028-01-18T10:00:00Z",
               "original_start_time": "2028-01-18T08:00:00Z", "comment": "Too early",
               "location": None})
        of_it = api(server, "alice", "GET", "/api/meetings/m@x/proposals")["proposals"]
        equal(of_it, listed, "of the meeting")
        equal(api(server, "alice", "GET", "/api/meetings/other/proposals")["proposals"], [])
        equal(proposals(server, "bob"), [], "nobody else's")
        after = server.client("alice").request("GET", PATH)
        equal((after.body, after.header("ETag")), (before.body, before.header("ETag")), "bytes")
        equal(stands_at(server, "bob"), EIGHT, "nor the attendee's")
        equal(inbox(server, "alice", "COUNTER"), 1, "in the inbox")
        explained = server.run("explain", "message", "alice", "m@x")[1]
        equal("COUNTER from bob@example.org" in explained, True, explained)
        equal(one["id"] in explained, True, "what is open is listed")


@suite.case("what cannot be proposed says why, and leaves nothing")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        at = "2028-01-18T09:00:00Z"
        propose(server, "alice", 404, start_time=at)
        propose(server, "bob", 400, start_time="tomorrow")
        propose(server, "bob", 400)
        propose(server, "bob", 422, start_time="2028-01-18")
        propose(server, "bob", 422, start_time="2028-01-18T08:00:00Z")
        propose(server, "bob", 422, start_time=at, end_time="2028-01-18T08:00:00Z")
        propose(server, "bob", 422, start_time=at, end_time=at, duration_minutes=5)
        propose(server, "bob", 422, start_time=at, comment="x" * 2001)
        propose(server, "bob", 422, start_time=at, place="x")
        propose(server, "bob", 404, start_time=at, recurrence_id=at)
        equal(server.client().request("GET", "/api/proposals").status, 401)
        equal(server.client().request("POST", "/api/meetings/m@x/counter", "{}", JSON).status, 401)
        equal((proposals(server), inbox(server, "alice", "COUNTER")), ([], 0))
        put(server, calendar(event("X-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n")))
        propose(server, "bob", 409, start_time=at)


@suite.case("accepted by API: moved for all, once")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("", people=("bob@example.org", "carol@example.org",
                                               "eve@example.com"))))
        wait_for(lambda: len(server.mails()) == 1, what="the invitation")
        propose(server, "carol", start_time="2028-01-18T12:00:00Z")
        propose(server, start_time="2028-01-18T09:00:00Z", duration_minutes=30)
        mine = [p for p in proposals(server) if p["attendee"] == "bob@example.org"][0]
        path = f"/api/proposals/{mine['id']}"
        api(server, "bob", "POST", f"{path}/accept", {}, 404)
        done = api(server, "alice", "POST", f"{path}/accept", {})
        equal((done["decision"], done["id"], done["declined"]), ("accepted", mine["id"], []))
        for who in ("alice", "bob", "carol"):
            equal(stands_at(server, who), NINE, who)
        equal(proposals(server), [], "what carol proposed is answered as well")
        equal(inbox(server, "bob", "REQUEST"), 2, "told by REQUEST")
        wait_for(lambda: len(server.mails()) == 2, what="a mail to who is elsewhere")
        api(server, "alice", "POST", f"{path}/accept", {}, 404)
        api(server, "alice", "POST", f"{path}/decline", {}, 404)


@suite.case("one instance of a series: accepted, the others stay")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("RRULE:FREQ=DAILY;COUNT=3\r\n")))
        propose(server, start_time="2028-01-19T12:00:00Z", recurrence_id="2028-01-19T08:00:00Z")
        one = proposals(server)[0]
        equal((one["recurrence_id"], one["original_start_time"]), ("2028-01-19T08:00:00Z",) * 2)
        api(server, "alice", "POST", f"/api/proposals/{one['id']}/accept", {})
        text = [t for t in texts(server, "bob", "calendar").values() if "m@x" in t][0]
        equal(("RECURRENCE-ID:20280119T080000Z" in text, "DTSTART:20280119T120000Z" in text,
               "DTSTART:20280118T080000Z" in text), (True, True, True), text)


@suite.case("declined by API: who proposed is told, here or by mail")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        propose(server, start_time="2028-01-18T09:00:00Z")
        one = proposals(server)[0]
        done = api(server, "alice", "POST", f"/api/proposals/{one['id']}/decline",
                   {"comment": "Not then"})
        equal((done["decision"], done["recipient"]), ("declined", "bob@example.org"))
        told = [t for t in texts(server, "bob", "inbox").values() if "DECLINECOUNTER" in t]
        equal(len(told), 1)
        equal("COMMENT:Not then\r\n" in told[0], True, told[0])
        equal((stands_at(server, "alice"), stands_at(server, "bob")), (EIGHT, EIGHT))
        equal(proposals(server), [])


@suite.case("answered by PUT, whatever the client; not by emptying the inbox")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        propose(server, start_time="2028-01-18T09:00:00Z")
        for href in texts(server, "alice", "inbox"):
            equal(server.client("alice").request("DELETE", href).status, 204)
        equal(len(proposals(server)), 1, "an empty inbox decides nothing")
        put(server, calendar(event("LOCATION:Blue\r\n")))
        equal(len(proposals(server)), 1, "nor does another place")
        put(server, calendar(event("", NINE, TEN)))
        equal(proposals(server), [], "moved")
        explained = server.run("explain", "message", "alice", "m@x")[1]
        equal("answered by what was saved" in explained, True, explained)
        propose(server, start_time="2028-01-18T12:00:00Z")
        equal(len(proposals(server)), 1)
        equal(server.client("alice").request("DELETE", PATH).status, 204)
        equal(proposals(server), [], "it goes with the meeting")


@suite.case("posted to the outbox by a client, both ways")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        body = calendar(event("SEQUENCE:0\r\nCOMMENT:Later\r\n", NINE, TEN, ["bob@example.org"]),
                        "COUNTER")
        answer = post(server, "bob", body)
        equal(answer.status, 200, answer.text[:300])
        equal(("mailto:alice@example.org" in answer.text, ">1.2;" in answer.text), (True, True))
        equal([p["comment"] for p in proposals(server)], ["Later"])
        equal(post(server, "carol", body).status, 400, "for another one")
        answer = post(server, "bob", body.replace("COUNTER", "DECLINECOUNTER"))
        equal((answer.status, "valid-organizer" in answer.text), (403, True), answer.text)
        equal(len(proposals(server)), 1)
        answer = post(server, "alice", body.replace("COUNTER", "DECLINECOUNTER"))
        equal(answer.status, 200, answer.text[:300])
        equal((inbox(server, "bob", "DECLINECOUNTER"), proposals(server)), (1, []))
        equal(post(server, "alice", body.replace("COUNTER", "REFRESH")).status >= 400, True)


@suite.case("several decide at once: one is right, and the others are told so")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        propose(server, start_time="2028-01-18T09:00:00Z")
        path = f"/api/proposals/{proposals(server)[0]['id']}/"
        got = []

        def decide(word):
            got.append(server.client("alice").request("POST", path + word, "{}", JSON).status)

        threads = [threading.Thread(target=decide, args=(word,))
                   for word in ("accept", "decline") * 4]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        equal(sorted(got)[0], 200, str(got))
        equal(sum(status == 200 for status in got), 1, str(got))
        equal({status for status in got} <= {200, 404, 409}, True, str(got))
        moved = stands_at(server, "alice") == NINE
        equal(inbox(server, "bob", "DECLINECOUNTER"), 0 if moved else 1, "told the same")
        equal((proposals(server), stands_at(server, "bob")), ([], stands_at(server, "alice")))


@suite.case("of whole days, and of a to-do")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("", "X", "Y").replace("DTSTART:X", "DTSTART;VALUE=DATE:20280118")
                             .replace("DTEND:Y", "DTEND;VALUE=DATE:20280119")))
        propose(server, start_time="2028-01-20", end_time="2028-01-22")
        one = proposals(server)[0]
        equal((one["start_time"], one["end_time"], one["original_start_time"]),
              ("2028-01-20", "2028-01-22", "2028-01-18"))
        api(server, "alice", "POST", f"/api/proposals/{one['id']}/accept", {})
        equal(stands_at(server, "bob"), "20280120")
        todo = calendar(event("", people=["bob@example.org"]).replace("VEVENT", "VTODO")
                        .replace("DTEND", "DUE").replace("m@x", "t@x"))
        put(server, todo, path="/dav/calendars/alice/tasks/t.ics")
        api(server, "bob", "POST", "/api/meetings/t@x/counter",
            {"start_time": "2028-01-18T08:00:00Z", "end_time": "2028-01-25T08:00:00Z"})
        api(server, "alice", "POST", f"/api/proposals/{proposals(server)[0]['id']}/accept", {})
        text = [t for t in texts(server, "bob", "tasks").values() if "t@x" in t][0]
        equal("DUE:20280125T080000Z\r\n" in text, True, text)


@suite.case("a room that is asked again may decline what was accepted")
def _(s):
    with s.server() as server:
        for name in ("alice", "bob"):
            server.add_user(name)
        server.run("user", "add", "room", "--kind", "room", "--email", "room@example.org")
        server.start()
        people = ("bob@example.org", "room@example.org")
        put(server, calendar(event("", people=people)))
        taken = calendar(event("", NINE, TEN, ["room@example.org"]).replace("alice", "bob"))
        put(server, taken.replace("m@x", "n@x"), "bob", "/dav/calendars/bob/calendar/n.ics")
        propose(server, start_time="2028-01-18T09:00:00Z")
        done = api(server, "alice", "POST",
                   f"/api/proposals/{proposals(server)[0]['id']}/accept", {})
        equal(done["declined"], ["room@example.org"], "and it is said who did")
        text = [t for t in texts(server, "alice", "calendar").values() if "m@x" in t][0]
        room = re.search(r"^ATTENDEE.*:mailto:room@example.org\r$", text, re.M).group(0)
        equal("PARTSTAT=DECLINED" in room, True, room)
        equal(stands_at(server, "alice"), NINE)


@suite.case("RFC 6638 §6.2: who posts for another needs the privilege that fits")
def _(s):
    with prepared(s) as server:
        put(server, calendar(event("")))
        body = calendar(event("SEQUENCE:0\r\n", NINE, TEN, ["bob@example.org"]), "COUNTER")

        def grant(privilege):
            acl = ('<acl xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><ace><principal>'
                   "<href>/dav/principals/users/carol/</href></principal><grant><privilege>"
                   f"<read/></privilege><privilege><C:{privilege}/></privilege></grant></ace></acl>")
            answer = server.client("bob").request("ACL", "/dav/calendars/bob/", acl)
            equal(answer.status, 200, answer.text[:300])
            return server.client("carol").request("POST", "/dav/calendars/bob/outbox/", body,
                                                  {"Content-Type": "text/calendar"}).status

        equal(grant("schedule-send-invite"), 403)
        equal(grant("schedule-send-freebusy"), 403)
        equal(proposals(server), [])
        equal(grant("schedule-send-reply"), 200)
        equal([p["attendee"] for p in proposals(server)], ["bob@example.org"])
        told = [t for t in texts(server, "alice", "inbox").values() if "METHOD:COUNTER" in t]
        equal('SENT-BY="mailto:carol@example.org"' in told[0], True, told[0])


@suite.case("to an organizer who is elsewhere it goes by mail")
def _(s):
    with prepared(s) as server:
        body = calendar(event("").replace("alice@example.org", "zoe@example.com"))
        put(server, body, "bob", "/dav/calendars/bob/calendar/m.ics")
        told = propose(server, start_time="2028-01-18T09:00:00Z")
        equal((told["recipient"], told["delivery_status"]), ("zoe@example.com", "1.1"))
        wait_for(lambda: any("method=COUNTER" in str(m) for m in server.mails()), what="a mail")


suite.main()
