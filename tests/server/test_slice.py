#!/usr/bin/python3
"""From an empty store to a booked meeting, over real sockets."""
import datetime
import email
import email.policy
import json
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, Skip, Suite, ahead, equal, event, next_monday, wait_for  # noqa: E402

suite = Suite("slice")
DAY = datetime.timedelta(days=1)


def prepared(s, **rules):
    """A server with alice, bob and alice's type intro."""
    server = s.server()
    server.add_user("alice", "Europe/Berlin")
    server.add_user("bob", "America/New_York")
    server.type_id = server.add_type("alice", **rules)
    return server.start()


def slots(client, date, **more):
    query = {"host": "alice", "type": "intro", "date": str(date)}
    query.update(more)
    return client.request("GET", "/api/availability/slots?" +
                          "&".join(f"{k}={v}" for k, v in query.items()))


def booking(slot, email_address="ivy@example.net", **more):
    body = {"host": "alice", "type": "intro", "start_time": slot["start_time"],
            "invitee_name": "Ivy Invitee", "invitee_email": email_address,
            "invitee_timezone": "America/New_York"}
    body.update(more)
    return json.dumps(body)


def post(client, body, key=None):
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    return client.request("POST", "/api/bookings", body, headers)


@suite.case("a new user may be booked Monday to Friday, 09:00-17:00 in the user's zone")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        monday = slots(nobody, next_monday())
        equal(monday.status, 200, monday.text)
        answer = monday.json()
        equal(answer["timezone"], "Europe/Berlin")
        equal(len(answer["slots"]), 16, "slots of a free Monday")
        equal([answer["slots"][0]["start"], answer["slots"][-1]["end"]], ["09:00", "17:00"])
        equal(len(slots(nobody, next_monday() + 5 * DAY).json()["slots"]), 0, "Saturday")
        equal(answer["meeting_type_id"], server.type_id)
        by_id = nobody.request("GET", f"/api/availability/slots?meeting_type_id={server.type_id}"
                                      f"&date={next_monday()}&timezone=America/New_York").json()
        equal([x["start_time"] for x in by_id["slots"]],
              [x["start_time"] for x in answer["slots"]], "the instants do not depend on the zone")


@suite.case("imported events take their time away; transparent and cancelled ones do not")
def _(s):
    with prepared(s) as server:
        day = next_monday()
        ymd = day.strftime("%Y%m%d")
        path = os.path.join(server.folder, "some.ics")
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN"]
        for uid, hour, extra in (("a", 10, ""), ("b", 11, "TRANSP:TRANSPARENT"),
                                 ("c", 12, "STATUS:CANCELLED")):
            lines += ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z",
                      f"DTSTART;TZID=Europe/Berlin:{ymd}T{hour}0000", "DURATION:PT1H", *(
                          [extra] if extra else []), "END:VEVENT"]
        # Every week from long ago, with the instance of that day moved to 14:00.
        first = (day - 52 * 7 * DAY).strftime("%Y%m%d")
        lines += ["BEGIN:VEVENT", "UID:w", "DTSTAMP:20260101T000000Z", "RRULE:FREQ=WEEKLY",
                  f"DTSTART;TZID=Europe/Berlin:{first}T090000", "DURATION:PT1H", "END:VEVENT",
                  "BEGIN:VEVENT", "UID:w", "DTSTAMP:20260101T000000Z",
                  f"RECURRENCE-ID;TZID=Europe/Berlin:{ymd}T090000",
                  f"DTSTART;TZID=Europe/Berlin:{ymd}T140000", "DURATION:PT1H", "END:VEVENT",
                  "END:VCALENDAR"]
        with open(path, "w", newline="") as file:
            file.write("\r\n".join(lines) + "\r\n")
        server.run("import", "alice", "calendar", path)
        starts = [x["start"] for x in slots(server.client(), day).json()["slots"]]
        gone = {"10:00", "10:30", "14:00", "14:30"}
        want = [f"{h:02}:{m:02}" for h in range(9, 17) for m in (0, 30)]
        equal(starts, [w for w in want if w not in gone])
        following = [x["start"] for x in slots(server.client(), day + 7 * DAY).json()["slots"]]
        equal("09:00" in following, False, "the series goes on the week after")


@suite.case("a booking stands in the calendar at the next sync, and its mail goes out")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        slot = slots(nobody, next_monday()).json()["slots"][3]
        got = post(nobody, booking(slot))
        equal(got.status, 201, got.text)
        made = got.json()
        equal([made["status"], made["start_time"]], ["confirmed", slot["start_time"]])
        report = ('<D:sync-collection xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
                  "<D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/>"
                  "<C:calendar-data/></D:prop></D:sync-collection>")
        sync = alice.request("REPORT", "/dav/calendars/alice/calendar/", report,
                             {"Content-Type": "application/xml"})
        equal(sync.status, 207, sync.text)
        for part in ("ORGANIZER", "mailto:alice@example.org", "mailto:ivy@example.net",
                     "DTSTART;TZID=Europe/Berlin", made["calendar_event_id"]):
            # Content lines are folded: join them before looking.
            if part not in sync.text.replace("&#13;\n ", "").replace("\r\n ", ""):
                raise AssertionError(f"{part} is not in {sync.text}")
        [mail] = wait_for(server.mails, what="the mail")
        message = email.message_from_bytes(mail, policy=email.policy.default)
        equal(message["To"].addresses[0].addr_spec, "ivy@example.net")
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        equal(parts[0].get_param("method"), "REQUEST")
        itip = parts[0].get_content()
        equal("METHOD:REQUEST" in itip, True, itip)
        again = [x["start_time"] for x in slots(nobody, next_monday()).json()["slots"]]
        equal(slot["start_time"] in again, False, "the slot is gone")


@suite.case("a taken slot answers 409 with what is still open that day (decisions 36)")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = slots(nobody, next_monday(), timezone="America/New_York").json()["slots"]
        equal(post(nobody, booking(offered[0])).status, 201)
        second = post(nobody, booking(offered[0], "jo@example.net"))
        equal(second.status, 409, second.text)
        equal(second.header("Content-Type").split(";")[0], "application/problem+json")
        equal(second.json()["type"].endswith("/slot-taken"), True)
        equal([x["start_time"] for x in second.json()["slots"]],
              [x["start_time"] for x in offered[1:]])


@suite.case("E9: an Idempotency-Key gives the same booking, another body 422, and one mail")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = slots(nobody, next_monday()).json()["slots"]
        first = post(nobody, booking(offered[0]), "key-1")
        again = post(nobody, booking(offered[0]), "key-1")
        equal([first.status, again.status], [201, 201])
        equal(again.json()["id"], first.json()["id"])
        equal(again.header("Idempotent-Replayed"), "true")
        equal(post(nobody, booking(offered[1]), "key-1").status, 422)
        wait_for(server.mails, what="the mail")
        equal(len(server.mails()), 1)


@suite.case("E11, E12: cancel frees the slot and tells the invitee; reschedule keeps id and UID")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = slots(nobody, next_monday()).json()["slots"]
        made = post(nobody, booking(offered[0])).json()
        # Of what is cancelled before anything has left nobody hears (G10).
        wait_for(server.mails, what="the invitation")
        token = made["reschedule_url"].rsplit("/", 1)[1]
        moved = nobody.request("POST", f"/api/bookings/{made['id']}/reschedule?token={token}",
                               json.dumps({"start_time": offered[5]["start_time"]}),
                               {"Content-Type": "application/json"})
        equal(moved.status, 200, moved.text)
        equal([moved.json()["id"], moved.json()["calendar_event_id"]],
              [made["id"], made["calendar_event_id"]])
        starts = [x["start_time"] for x in slots(nobody, next_monday()).json()["slots"]]
        equal([offered[0]["start_time"] in starts, offered[5]["start_time"] in starts],
              [True, False])
        gone = nobody.request("DELETE", f"/api/bookings/{made['id']}?token={token}")
        equal([gone.status, gone.json()["status"]], [200, "cancelled"])
        equal(nobody.request("DELETE", f"/api/bookings/{made['id']}?token={token}").status, 200)
        equal(nobody.request("GET", f"/api/bookings/{made['id']}").status in (401, 404), True)
        methods = wait_for(lambda: b"METHOD:CANCEL" in b"".join(
            p.get_payload(decode=True) or b"" for m in server.mails()
            for p in email.message_from_bytes(m).walk()), what="the CANCEL")
        equal(methods, True)


@suite.case("G5: a host who deletes the event over CalDAV cancels the booking, told once")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        offered = slots(nobody, next_monday()).json()["slots"]
        made = post(nobody, booking(offered[0])).json()
        wait_for(server.mails, what="the invitation")
        listing = alice.request("PROPFIND", "/dav/calendars/alice/calendar/", None,
                                {"Depth": "1"}).text
        href = [h.split("<")[0] for h in listing.split("href>") if ".ics" in h][0]
        equal(alice.request("DELETE", href).status, 204)
        token = made["cancel_url"].rsplit("/", 1)[1]
        now = nobody.request("GET", f"/api/bookings/{made['id']}?token={token}").json()
        equal(now["status"], "cancelled")
        wait_for(lambda: len(server.mails()) == 2, what="the cancellation")
        starts = [x["start_time"] for x in slots(nobody, next_monday()).json()["slots"]]
        equal(offered[0]["start_time"] in starts, True, "the slot is open again")


@suite.case("E6: a PUT that was acknowledged is never booked over")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        offered = slots(nobody, next_monday()).json()["slots"]
        start = offered[4]["start_time"].replace("-", "").replace(":", "")
        end = offered[4]["end_time"].replace("-", "").replace(":", "")
        put = alice.request("PUT", "/dav/calendars/alice/calendar/busy.ics",
                            event("busy-1", start, end), {"Content-Type": "text/calendar"})
        equal(put.status, 201, put.text)
        equal(post(nobody, booking(offered[4])).status, 409)


@suite.case("E6: a host who puts something over a booking is obeyed, and shown it")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        offered = slots(nobody, next_monday()).json()["slots"]
        made = post(nobody, booking(offered[4])).json()
        where = f"/api/bookings/{made['id']}"
        equal("overlaps" in alice.request("GET", where).json(), False, "nothing is in its way")
        start = offered[4]["start_time"].replace("-", "").replace(":", "")
        end = offered[4]["end_time"].replace("-", "").replace(":", "")
        put = alice.request("PUT", "/dav/calendars/alice/calendar/busy.ics",
                            event("busy-1", start, end), {"Content-Type": "text/calendar"})
        equal(put.status, 201, put.text)
        equal(alice.request("GET", where).json()["overlaps"], True, "it is told")
        [one] = alice.request("GET", "/api/bookings").json()["bookings"]
        equal(one["overlaps"], True, "and listed")
        token = made["cancel_url"].rsplit("/", 1)[1]
        told = nobody.request("GET", f"{where}?token={token}").json()
        equal([told["status"], "overlaps" in told], ["confirmed", False], "to nobody else")


BAD_BOOKINGS = [
    # what is wrong, the change to a good body, status, problem
    ("a slot in the past", {"start_time": "2020-01-06T09:00:00Z"}, 422, "not-offered"),
    ("an unknown zone", {"invitee_timezone": "Mars/Olympus"}, 400, "unknown-time-zone"),
    ("no zone, though said", {"invitee_timezone": ""}, 400, "unknown-time-zone"),
    ("a name with a path", {"invitee_name": "evil.com/pay now"}, 422, "unprocessable"),
    ("an address with a newline", {"invitee_email": "a@b.example\r\nBcc: x@y.example"}, 422, None),
    ("two addresses", {"invitee_email": "a@b.example, c@d.example"}, 422, None),
    ("a name with a line end", {"invitee_name": "Ivy\nBcc: x"}, 422, None),
    ("a name with a link", {"invitee_name": "see https://spam.example"}, 422, None),
    ("no name", {"invitee_name": ""}, 422, None),
    ("a time without a zone", {"start_time": "2027-01-04T09:00:00"}, 400, None),
    ("an unknown host", {"host": "nobody"}, 404, "not-found"),
    ("an unknown type", {"type": "nothing"}, 404, "not-found"),
    ("no length at all", {"duration_minutes": 0}, 422, "not-offered"),
    ("a length the type does not have", {"duration_minutes": 31}, 422, "not-offered"),
]


@suite.case("bad bookings get a clear error and change nothing")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = slots(nobody, next_monday()).json()["slots"]
        for what, change, status, problem in BAD_BOOKINGS:
            got = post(nobody, booking(offered[0], **change))
            equal(got.status, status, f"{what}: {got.text}")
            answer = got.json()
            if problem:
                equal(answer["type"].rsplit("/", 1)[1], problem, what)
            equal(bool(answer.get("detail")), True, f"{what}: a sentence for a person")
        for what, body in (("no JSON", "{"), ("no object", "[]"), ("a double key", '{"a":1,"a":2}'),
                           ("too deep", "[" * 5000)):
            equal(post(nobody, body).status, 400, what)
        between = offered[0]["start_time"].replace("Z", ".900Z")
        got = post(nobody, booking(offered[0], start_time=between))
        equal([got.status, got.json()["reason"]], [422, "not_on_grid"], "between two seconds")
        equal(slots(nobody, next_monday()).json()["slots"], offered)
        equal(server.mails(), [])


@suite.case("there is always a calendar to book into, as there is one for invitations (RFC 6638 §4.3)")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        [first, second, *_] = slots(nobody, next_monday()).json()["slots"]
        home = "/dav/calendars/alice/"
        got = alice.request("DELETE", home + "calendar/")
        equal([got.status, "default-calendar-needed" in got.text], [403, True], got.text)
        equal(post(nobody, booking(first)).status, 201)
        equal(alice.request("MKCALENDAR", home + "again/").status, 201)
        named = alice.request(
            "PROPPATCH", home + "inbox/",
            '<D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set>'
            f"<D:prop><C:schedule-default-calendar-URL><D:href>{home}again/</D:href>"
            "</C:schedule-default-calendar-URL></D:prop></D:set></D:propertyupdate>",
            {"Content-Type": "application/xml"})
        equal([named.status, "200 OK" in named.text], [207, True], named.text)
        equal(alice.request("DELETE", home + "calendar/").status, 204)
        equal(post(nobody, booking(second)).status, 201)
        listed = alice.request("PROPFIND", home + "again/", None, {"Depth": "1"}).text
        equal(listed.count(".ics<"), 1, listed)


@suite.case("whole seconds with a point are an instant like any other")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        [slot, *_] = slots(nobody, next_monday()).json()["slots"]
        got = post(nobody, booking(slot, start_time=slot["start_time"].replace("Z", ".000Z")))
        equal([got.status, got.json()["start_time"]], [201, slot["start_time"]])


@suite.case("bad slots questions get a clear error")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        for what, query, status in (
                ("no type", "date=2027-01-04", 400),
                ("no date", "host=alice&type=intro", 400),
                ("a date that is none", "host=alice&type=intro&date=2027-02-30", 400),
                ("an unknown zone", "host=alice&type=intro&date=2027-01-04&timezone=No/Where", 400),
                ("an unknown host", "host=zoe&type=intro&date=2027-01-04", 404),
                ("an unknown id", "meeting_type_id=AAAAAAAAAAAAAAAAAAAAAAAA&date=2027-01-04", 404),
                ("too many days", "host=alice&type=intro&from=2027-01-01&to=2027-06-01", 400)):
            got = nobody.request("GET", "/api/availability/slots?" + query)
            equal(got.status, status, f"{what}: {got.text}")
            equal(got.header("Content-Type").split(";")[0], "application/problem+json", what)


@suite.case("notice, window, buffers and step hold for listing and for booking")
def _(s):
    with prepared(s, duration="30,60", step=15, notice=60 * 24 * 3, window=20, before=15,
                  after=15) as server:
        nobody, alice = server.client(), server.client("alice")
        day = next_monday(2)
        listed = slots(nobody, day, duration_minutes=60).json()["slots"]
        equal([x["start"] for x in listed][:3], ["09:00", "09:15", "09:30"])
        equal(listed[-1]["end"], "17:00")
        ymd = day.strftime("%Y%m%d")
        alice.request("PUT", "/dav/calendars/alice/calendar/x.ics",
                      event("x", f"{ymd}T110000Z", f"{ymd}T120000Z"),
                      {"Content-Type": "text/calendar"})
        free = slots(nobody, day, duration_minutes=60).json()["slots"]
        for slot in listed:
            begin, end = slot["start_time"][11:16], slot["end_time"][11:16]
            clear = end <= "10:45" or begin >= "12:15"
            equal(slot in free, clear, f"{begin}-{end} beside 11:00-12:00 with buffers of 15")
            if not clear:
                refused = post(nobody, booking(slot, duration_minutes=60))
                equal(refused.status, 409, refused.text)
        equal(slots(nobody, day, duration_minutes=45).status in (400, 422), True)
        far = slots(nobody, next_monday(8), duration_minutes=60).json()["slots"]
        equal(far, [], "past the window")
        equal(slots(nobody, ahead(1), duration_minutes=60).json()["slots"], [], "within the notice")


@suite.case("commands: exit 0, or 1 with one clear line, or 2 for wrong usage")
def _(s):
    with prepared(s) as server:
        equal(server.run("user", "list")[1].split()[0], "alice")
        for words, status in ((("user", "add", "alice"), 2),
                              (("user", "add", "Upper", "--email", "u@example.org",
                                "--password-file", "-"), 2),
                              (("import", "zoe", "calendar", "/dev/null"), 1),
                              (("type", "add", "alice", "x", "--title", "", "--duration", "30"), 2),
                              (("type", "add", "alice", "x", "--title", "a\nb", "--duration", "30"),
                               2),
                              (("type", "add", "alice", "X", "--title", "a", "--duration", "30"), 2),
                              (("type", "add", "alice", "x", "--title", "a", "--duration", "30,30"),
                               2),
                              (("type", "add", "alice", "x", "--title", "a", "--duration", "30",
                                "--window", "0"), 2),
                              (("nonsense",), 2), (("export", "zoe"), 1)):
            got, _, err = server.run(*words, check=False)
            equal(got, status, " ".join(words))
            equal(bool(err.strip()), True, "a line on stderr")
        got, _, err = server.run("user", "add", "alice", "--email", "a2@example.org",
                                 "--password-file", "-", stdin="x\n", check=False)
        equal([got, len(err.strip().splitlines())], [1, 1], "a name twice")
        equal(server.run("check")[1].strip(), "All is well.")


@suite.case("export gives back what was put, and import is told from export")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        for i in range(3):
            alice.request("PUT", f"/dav/calendars/alice/calendar/{i}.ics",
                          event(f"uid-{i}", f"2027010{i + 1}T090000Z", f"2027010{i + 1}T100000Z",
                                extra="X-KEPT;X-P=\"a,b\":one\\,two\r\n"),
                          {"Content-Type": "text/calendar"})
        text = server.run("export", "alice", "calendar")[1]
        equal(text, alice.request("GET", "/dav/calendars/alice/calendar/").text, "as GET says it")
        equal([text.count("BEGIN:VEVENT"), text.count("X-KEPT;X-P=\"a,b\":one\\,two")], [3, 3])
        path = os.path.join(server.folder, "out.ics")
        with open(path, "w", newline="") as file:
            file.write(text)
        said = server.run("import", "alice", "calendar", path)[1]
        equal("3 as they were" in said, True, said)
        equal("3 new" in server.run("import", "bob", "calendar", path)[1], True)


@suite.case("an export of all calendars holds each event once, whole pages of them, too")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        equal(alice.request("MKCALENDAR", "/dav/calendars/alice/second/").status, 201)
        for calendar, count in (("calendar", 33), ("second", 16)):
            for i in range(count):
                got = alice.request("PUT", f"/dav/calendars/alice/{calendar}/{i}.ics",
                                    event(f"{calendar}-{i}", "20270104T090000Z",
                                          "20270104T100000Z"), {"Content-Type": "text/calendar"})
                equal(got.status, 201)
        text = server.run("export", "alice")[1]
        equal(sorted(re.findall(r"UID:(\S+)", text)),
              sorted([f"calendar-{i}" for i in range(33)] + [f"second-{i}" for i in range(16)]))
        equal([text.count("BEGIN:VCALENDAR"), text.count("X-WR-CALNAME:Alice\r\n")], [1, 1])
        text = server.run("export", "alice", "second")[1]
        equal(text, alice.request("GET", "/dav/calendars/alice/second/").text, "as GET says it")


@suite.case("an import names the bad object and lets the others in (decisions 31)")
def _(s):
    with prepared(s) as server:
        path = os.path.join(server.folder, "mixed.ics")
        good = event("good-1", "20270104T090000Z", "20270104T100000Z")
        bad = event("bad-1", "20271304T090000Z", "20270104T100000Z")
        inner = bad[bad.index("BEGIN:VEVENT"):bad.index("END:VCALENDAR")]
        with open(path, "w", newline="") as file:
            file.write(good.replace("END:VCALENDAR", inner + "END:VCALENDAR"))
        status, out, err = server.run("import", "alice", "calendar", path, check=False)
        equal(status, 1)
        equal("bad-1" in err and "1 new" in out, True, out + err)


@suite.case("C3: a time zone that nobody knows goes in, and a person is told")
def _(s):
    with prepared(s) as server:
        path = os.path.join(server.folder, "nowhere.ics")
        text = event("lost-1", "20270104T090000", "20270104T100000")
        for name in ("DTSTART", "DTEND"):
            text = text.replace(f"{name}:", f"{name};TZID=Nowhere:")
        with open(path, "w", newline="") as file:
            file.write(text)
        status, out, err = server.run("import", "alice", "calendar", path)
        equal([status, "1 new" in out, "0 refused" in out], [0, True, True], out)
        equal("lost-1: note: " in err and "Nowhere" in err, True, err)
        equal("calendar-note" in err, False, "told once")
        put = server.client("alice").request("PUT", "/dav/calendars/alice/calendar/x.ics",
                                             text.replace("lost-1", "lost-2"),
                                             {"Content-Type": "text/calendar"})
        equal(put.status, 201, put.text)
        [line] = wait_for(lambda: [x for x in server.log().splitlines()
                                   if "event=calendar-note" in x], what="the note in the log")
        equal("uid=lost-2" in line and "Nowhere" in line, True, line)
        refused = server.client("alice").request("PUT", "/dav/calendars/alice/calendar/y.ics",
                                                 text.replace("lost-1", "lost-2"),
                                                 {"Content-Type": "text/calendar"})
        equal(refused.status, 403, refused.text)
        wait_for(lambda: "status=403" in server.log(), what="a later line")
        equal(server.log().count("event=calendar-note"), 1, "what is not stored is not noted")


@suite.case("metrics, health and readiness")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        equal([nobody.request("GET", p).status for p in ("/healthz", "/readyz")], [200, 200])
        offered = slots(nobody, next_monday()).json()["slots"]
        post(nobody, booking(offered[0]))
        post(nobody, booking(offered[0]))
        text = nobody.request("GET", "/metrics").text
        for line in ('fasti_bookings_total{result="confirmed"} 1',
                     'fasti_bookings_total{result="taken"} 1', "fasti_overlaps 0",
                     "# TYPE fasti_slots_seconds histogram"):
            equal(line in text, True, f"{line} in\n{text}")
        server.stop()
        lines = [l for l in server.log().splitlines() if "event=request" in l]
        equal(any("path=/api/bookings" in l and "status=201" in l and " id=" in l
                  for l in lines), True, "\n".join(lines))


@suite.case("a backup made while serving opens and holds the same", only="sqlite")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = slots(nobody, next_monday()).json()["slots"]
        equal(post(nobody, booking(offered[0])).status, 201)
        path = os.path.join(server.folder, "backup.db")
        server.run("backup", path)
        with sqlite3.connect(path) as db:
            equal(db.execute("PRAGMA integrity_check").fetchone()[0], "ok")
            equal(db.execute("SELECT count(*) FROM booking").fetchone()[0], 1)


@suite.case("what an answer varies by is one list, whoever adds to it (RFC 9110 §5.3)")
def _(s):
    with prepared(s) as server:
        got = server.client("alice").request(
            "PUT", "/dav/calendars/alice/calendar/v.ics",
            event("v", "20270104T090000Z", "20270104T100000Z"),
            {"Content-Type": "text/calendar", "Prefer": "return=representation"})
        equal(got.status, 201)
        vary = [value for name, value in got.headers if name == "Vary"]
        equal(len(vary), 1, vary)
        for name in ("Accept", "CalDAV-Timezones", "Brief", "Prefer"):
            equal(name in vary[0].split(", "), True, vary)


suite.main()
