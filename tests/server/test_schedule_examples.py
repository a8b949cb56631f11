#!/usr/bin/python3
"""The examples of RFC 6638 appendix B, and those of RFC 5546 §4.3, told to a server, at both ends.

Requests are sent as they stand there, answers and objects are compared by property: order, folds,
PRODID and DTSTAMP do not count, all else does. Paths are this server's, and:

    B.1     Bernard is a user here as he is in B.5 and B.7, so he has it at once: 1.2 for 1.0. Mike
            is nobody here; his server may know him, so he is written to: 1.1 for 3.7.
    B.3     answered with 204 for 200. RSVP goes with the answer (interop §1), also in B.7.
    B.4     the Schedule-Tag stays as after B.1: an answer does not change it (§3.2.10). A REPLY has
            SUMMARY as in B.7, and CUTYPE and ROLE of its ATTENDEE.
    B.5     the days are of 2028: what is long over is nobody's busy time here. CN is not repeated.
    §4.3.2  DTEND has no Z, and the days are of 2028
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, Suite, equal  # noqa: E402

suite = Suite("schedule_examples")
PEOPLE = {"cyrus": "cyrus@example.com", "wilfredo": "wilfredo@example.com",
          "bernard": "bernard@example.net"}
FULL = {"cyrus": "Cyrus Daboo", "wilfredo": "Wilfredo Sanchez Vega", "bernard": "Bernard Desruisseaux"}


def started(s):
    server = s.server()
    for name, address in PEOPLE.items():
        server.run("user", "add", name, "--email", address, "--name", FULL[name], "--timezone",
                   "America/Montreal", "--password-file", "-", stdin=PASSWORD + "\n")
    return server.start()


def home(user, rest=""):
    return f"/dav/calendars/{user}/{rest}"


def crlf(text):
    return text.strip().replace("\n", "\r\n") + "\r\n"


def listed(text):
    """Each line with the components it is in, parameters in order."""
    found, path = [], []
    for line in re.sub(r"\r?\n[ \t]", "", text).split("\n"):
        line = line.strip("\r")
        if line.startswith("BEGIN:"):
            path.append(line[6:])
        elif line.startswith("END:"):
            path.pop()
        elif line and not line.startswith(("PRODID", "DTSTAMP", "VERSION")):
            head, _, value = re.match(r'((?:[^":]|"[^"]*")*)(:)(.*)$', line).groups()
            name, *params = re.findall(r'(?:[^";]|"[^"]*")+', head)
            params = [p.replace('"', "") for p in params]
            found.append("/".join(path) + " " + ";".join([name] + sorted(params)) + ":" + value)
    return sorted(found)


def same(got, want, what):
    """Equal by property."""
    got, want = listed(got), listed(want)
    equal([line for line in got if line not in want], [], f"{what}: more than it should")
    equal([line for line in want if line not in got], [], f"{what}: less than it should")
    equal(len(got), len(want), what)


def calendar(*components):
    return ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example Corp.//CalDAV Client//EN\n"
            + "".join(components) + "END:VCALENDAR\n")


def put(server, user, path, text, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.client(user).request("PUT", path, crlf(text),
                                       {"Content-Type": 'text/calendar; charset="utf-8"', **headers})


def members(server, user, collection):
    answer = server.client(user).request(
        "PROPFIND", home(user, collection), '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
        {"Depth": "1"})
    equal(answer.status, 207, answer.text)
    return [h for h in re.findall(r"<(?:\w+:)?href>([^<]+)</", answer.text) if h != home(user, collection)]


def only(server, user, collection):
    """The one object of a collection: its path, and the answer to a GET."""
    found = members(server, user, collection)
    equal(len(found), 1, f"{user}'s {collection}: {found}")
    answer = server.client(user).request("GET", found[0])
    equal(answer.status, 200, answer.text)
    return found[0], answer


def taken(server, user):
    """The one message of an inbox, which is deleted then."""
    path, answer = only(server, user, "inbox/")
    equal(server.client(user).request("DELETE", path).status, 204)
    return answer.text


ORGANIZER = 'ORGANIZER;CN="Cyrus Daboo"{}:mailto:cyrus@example.com\n'
CYRUS = 'ATTENDEE;CN="Cyrus Daboo";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:cyrus@example.com\n'
WILFREDO = ('ATTENDEE;CN="Wilfredo Sanchez Vega";CUTYPE=INDIVIDUAL;PARTSTAT={};ROLE=REQ-PARTICIPANT'
            '{}:mailto:wilfredo@example.com\n')
BERNARD = ('ATTENDEE;CN="Bernard Desruisseaux";CUTYPE=INDIVIDUAL;PARTSTAT={};ROLE=REQ-PARTICIPANT'
           '{}:mailto:bernard@example.net\n')
MIKE = 'ATTENDEE;CN="Mike Douglass";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;RSVP=TRUE{}:mailto:mike@example.org\n'
ALARM = "BEGIN:VALARM\nTRIGGER:-PT15M\nACTION:DISPLAY\nDESCRIPTION:Reminder\nEND:VALARM\n"
RSVP = ";RSVP=TRUE"


def lunch(method="", organizer="", wilfredo=("NEEDS-ACTION", RSVP), bernard=RSVP, mike="", more=""):
    return calendar(
        method, "BEGIN:VEVENT\nUID:9263504FD3AD\nSEQUENCE:0\nDTSTAMP:20090602T185254Z\n"
        "DTSTART:20090602T160000Z\nDTEND:20090602T170000Z\nTRANSP:OPAQUE\nSUMMARY:Lunch\n",
        ORGANIZER.format(organizer), CYRUS, WILFREDO.format(*wilfredo),
        BERNARD.format("NEEDS-ACTION", bernard), MIKE.format(mike), more, "END:VEVENT\n")


@suite.case("RFC 6638 appendix B.1 to B.4: three are invited to a lunch, and one accepts")
def _(s):
    path = home("cyrus", "calendar/9263504FD3AD.ics")
    with started(s) as server:
        cyrus, wilfredo = server.client("cyrus"), server.client("wilfredo")
        # B.1
        answer = put(server, "cyrus", path, lunch(), If_None_Match="*")
        equal(answer.status, 201, answer.text)
        tag = answer.header("Schedule-Tag")
        answer = cyrus.request("GET", path)
        equal([answer.status, answer.header("Schedule-Tag")], [200, tag])
        same(answer.text, lunch(wilfredo=("NEEDS-ACTION", RSVP + ";SCHEDULE-STATUS=1.2"),
                                bernard=RSVP + ";SCHEDULE-STATUS=1.2", mike=";SCHEDULE-STATUS=1.1"), "B.1")
        equal(members(server, "cyrus", "inbox/"), [], "B.1: no message for Cyrus")
        # B.2
        same(taken(server, "wilfredo"), lunch("METHOD:REQUEST\n"), "B.2")
        equal(members(server, "wilfredo", "inbox/"), [], "B.2: deleted")
        same(taken(server, "bernard"), lunch("METHOD:REQUEST\n"), "B.2, Bernard")
        copy, answer = only(server, "wilfredo", "calendar/")
        same(answer.text, lunch(), "B.2: in the default calendar")
        # B.3
        bernards = only(server, "bernard", "calendar/")[1].header("Schedule-Tag")
        answer = put(server, "wilfredo", copy, lunch(wilfredo=("ACCEPTED", RSVP), more=ALARM),
                     If_Schedule_Tag_Match=answer.header("Schedule-Tag"))
        equal(answer.status, 204, answer.text)
        theirs = answer.header("Schedule-Tag")
        answer = wilfredo.request("GET", copy)
        equal(answer.header("Schedule-Tag"), theirs, "B.3")
        same(answer.text, lunch(organizer=";SCHEDULE-STATUS=1.2", wilfredo=("ACCEPTED", ""), more=ALARM),
             "B.3")
        # B.4
        same(taken(server, "cyrus"), calendar(
            "METHOD:REPLY\nBEGIN:VEVENT\nUID:9263504FD3AD\nSEQUENCE:0\nDTSTAMP:20090602T185754Z\n"
            "DTSTART:20090602T160000Z\nDTEND:20090602T170000Z\nSUMMARY:Lunch\n", ORGANIZER.format(""),
            WILFREDO.format("ACCEPTED", ""), "REQUEST-STATUS:2.0;Success\nEND:VEVENT\n"), "B.4")
        answer = cyrus.request("GET", path)
        equal(answer.header("Schedule-Tag"), tag, "B.4: an answer is no change of Cyrus's")
        same(answer.text, lunch(wilfredo=("ACCEPTED", ";SCHEDULE-STATUS=2.0"),
                                bernard=RSVP + ";SCHEDULE-STATUS=1.2", mike=";SCHEDULE-STATUS=1.1"), "B.4")
        _, answer = only(server, "bernard", "calendar/")
        same(answer.text, lunch(wilfredo=("ACCEPTED", "")), "B.4: and Bernard sees it")
        equal(answer.header("Schedule-Tag"), bernards, "B.4: under his tag")
        equal(members(server, "bernard", "inbox/"), [], "B.4: without a message")


def event(uid, start, end):
    return calendar(f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:20090602T190420Z\nDTSTART:{start}\nDTEND:{end}\n"
                    "SUMMARY:Busy\nEND:VEVENT\n")


def busy(server, user, *times):
    for n, (start, end) in enumerate(times):
        answer = put(server, user, home(user, f"calendar/{n}.ics"), event(f"{user}{n}", start, end))
        equal(answer.status, 201, answer.text)


def responses(answer):
    """recipient -> (request-status, calendar-data or None)."""
    equal(answer.status, 200, answer.text)
    found = {}
    for part in re.findall(r"<C:response>(.*?)</C:response>", answer.text, re.S):
        data = re.search(r"<C:calendar-data[^>]*>(.*?)</C:calendar-data>", part, re.S)
        found[re.search(r"<D:href>(.*?)</D:href>", part).group(1)] = (
            re.search(r"<C:request-status>(.*?)</C:request-status>", part).group(1),
            data and data.group(1).replace("&#13;", "\r"))
    return found


def post(server, user, text):
    return server.client(user).request("POST", home(user, "outbox/"), crlf(text),
                                       {"Content-Type": 'text/calendar; charset="utf-8"'})


@suite.case("RFC 6638 appendix B.5: the busy times of three are asked for")
def _(s):
    asks = ("BEGIN:VFREEBUSY\nUID:4FD3AD926350\nDTSTAMP:20090602T190420Z\nDTSTART:20280602T000000Z\n"
            "DTEND:20280604T000000Z\n" + ORGANIZER.format(""))
    people = {name: f'ATTENDEE;CN="{FULL[name]}":mailto:{PEOPLE[name]}\n' for name in ("wilfredo", "bernard")}
    times = {"wilfredo": [("20280602T110000Z", "20280602T120000Z"), ("20280603T170000Z", "20280603T180000Z")],
             "bernard": [("20280602T150000Z", "20280602T160000Z"), ("20280603T090000Z", "20280603T100000Z"),
                         ("20280603T180000Z", "20280603T190000Z")]}
    with started(s) as server:
        for user in times:
            busy(server, user, *times[user])
        got = responses(post(server, "cyrus", calendar(
            "METHOD:REQUEST\n", asks, *people.values(),
            'ATTENDEE;CN="Mike Douglass":mailto:mike@example.org\n', "END:VFREEBUSY\n")))
        equal(list(got), [f"mailto:{PEOPLE[u]}" for u in times] + ["mailto:mike@example.org"])
        for user in times:
            status, data = got[f"mailto:{PEOPLE[user]}"]
            equal(status.split(";")[0], "2.0", user)
            same(data, re.sub(';CN="[^"]*"', "", calendar(
                "METHOD:REPLY\n", asks, people[user],
                *(f"FREEBUSY;FBTYPE=BUSY:{a}/{b}\n" for a, b in times[user]), "END:VFREEBUSY\n")), user)
        equal([got["mailto:mike@example.org"][0].split(";")[0], got["mailto:mike@example.org"][1]], ["3.7", None])


@suite.case("RFC 5546 §4.3.2, §4.3.3: B is asked when they are busy")
def _(s):
    asks = ("BEGIN:VFREEBUSY\nDTSTAMP:19970613T190000Z\nDTSTART:20280701T080000Z\n"
            "DTEND:20280701T200000Z\nUID:calsrv.example.com-873970198738777@example.com\n")
    with started(s) as server:
        busy(server, "wilfredo", ("20280701T090000Z", "20280701T100000Z"),
             ("20280701T140000Z", "20280701T143000Z"))
        got = responses(post(server, "cyrus", calendar(
            "METHOD:REQUEST\n", asks, "ORGANIZER:mailto:cyrus@example.com\n"
            "ATTENDEE;ROLE=CHAIR:mailto:cyrus@example.com\nATTENDEE:mailto:wilfredo@example.com\n"
            "ATTENDEE:mailto:bernard@example.net\nEND:VFREEBUSY\n")))
        equal(len(got), 3, "A too is an attendee")
        same(got["mailto:wilfredo@example.com"][1], calendar(
            "METHOD:REPLY\n", asks, "ORGANIZER:mailto:cyrus@example.com\n"
            "ATTENDEE:mailto:wilfredo@example.com\n"
            "FREEBUSY;FBTYPE=BUSY:20280701T090000Z/20280701T100000Z\n"
            "FREEBUSY;FBTYPE=BUSY:20280701T140000Z/20280701T143000Z\nEND:VFREEBUSY\n"), "B")
        same(got["mailto:bernard@example.net"][1], calendar(
            "METHOD:REPLY\n", asks, "ORGANIZER:mailto:cyrus@example.com\n"
            "ATTENDEE:mailto:bernard@example.net\nEND:VFREEBUSY\n"), "C, who is free")


@suite.case("RFC 6638 appendix B.6: who may write in a calendar does not invite in its owner's name")
def _(s):
    dinner = calendar(
        "BEGIN:VEVENT\nUID:3504F926D3AD\nSEQUENCE:0\nDTSTAMP:20090602T190221Z\n"
        "DTSTART:20090602T230000Z\nDTEND:20090603T000000Z\nTRANSP:OPAQUE\nSUMMARY:Dinner\n"
        'ORGANIZER;CN="Wilfredo Sanchez Vega":mailto:wilfredo@example.com\n'
        'ATTENDEE;CN="Wilfredo Sanchez Vega";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED:mailto:wilfredo@example.com\n',
        BERNARD.format("NEEDS-ACTION", RSVP), "END:VEVENT\n")
    path = home("wilfredo", "calendar/def456.ics")
    with started(s) as server:
        got = server.client("wilfredo").request(
            "ACL", home("wilfredo", "calendar/"), '<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:href>'
            "/dav/principals/users/cyrus/</D:href></D:principal><D:grant><D:privilege><D:read/></D:privilege>"
            "<D:privilege><D:write/></D:privilege></D:grant></D:ace></D:acl>")
        equal(got.status, 200, got.text)
        got = put(server, "cyrus", path, dinner, If_None_Match="*")
        equal(got.status, 403, got.text)
        equal(re.findall(r"<D:need-privileges>\s*<D:resource>\s*<D:href>([^<]*)</D:href>\s*<D:privilege>"
                         r"\s*<(C:[a-z-]+)/>", got.text),
              [(home("wilfredo", "outbox/"), "C:schedule-send-invite")], got.text)
        equal(server.client("wilfredo").request("GET", path).status, 404, "nothing is stored")
        equal([members(server, "bernard", c) for c in ("inbox/", "calendar/")], [[], []], "nor sent")


ZONE = ("BEGIN:VTIMEZONE\nTZID:America/Montreal\nBEGIN:STANDARD\nDTSTART:20071104T020000\n"
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nTZNAME:EST\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\n"
        "END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20070311T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"
        "TZNAME:EDT\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\nEND:DAYLIGHT\nEND:VTIMEZONE\n")


def times(day, name=""):
    return (f"{name}DTSTART;TZID=America/Montreal:200906{day}T150000\n"
            f"DTEND;TZID=America/Montreal:200906{day}T160000\n")


def review(more, partstat, rsvp, transp="OPAQUE", organizer=""):
    return ("BEGIN:VEVENT\nUID:9263504FD3AD\nSEQUENCE:0\nDTSTAMP:20090602T185254Z\n" + more
            + f"TRANSP:{transp}\nSUMMARY:Review Internet-Draft\n" + ORGANIZER.format(organizer) + CYRUS
            + BERNARD.format(partstat, rsvp) + "END:VEVENT\n")


def series(partstat="ACCEPTED", rsvp=RSVP, exdate="", organizer=""):
    return review(times("01") + "RRULE:FREQ=DAILY;INTERVAL=1;COUNT=5\n" + exdate, partstat, rsvp,
                  organizer=organizer)


def instance(day, rsvp=RSVP, organizer=""):
    return review(f"RECURRENCE-ID;TZID=America/Montreal:200906{day}T150000\n" + times(day), "DECLINED", rsvp,
                  "TRANSPARENT", organizer)


def decline(day):
    return calendar(
        "METHOD:REPLY\n", ZONE, "BEGIN:VEVENT\nUID:9263504FD3AD\nSEQUENCE:0\nDTSTAMP:20090603T183823Z\n"
        f"RECURRENCE-ID;TZID=America/Montreal:200906{day}T150000\n" + times(day) +
        "SUMMARY:Review Internet-Draft\n" + ORGANIZER.format("")
        + BERNARD.format("DECLINED", "") + "REQUEST-STATUS:2.0;Success\nEND:VEVENT\n")


def declined_days(server):
    text = re.sub(r"\r\n[ \t]", "", only(server, "cyrus", "calendar/")[1].text)
    return sorted(re.search(r"RECURRENCE-ID[^:]*:(\w+)", part).group(1)
                  for part in text.split("BEGIN:VEVENT")[1:] if "PARTSTAT=DECLINED" in part)


@suite.case("RFC 6638 appendix B.7 and B.8: one instance is declined, another removed")
def _(s):
    exdate = "EXDATE;TZID=America/Montreal:20090603T150000\n"
    with started(s) as server:
        answer = put(server, "cyrus", home("cyrus", "calendar/4FD3AD926350.ics"),
                     calendar(ZONE, series("NEEDS-ACTION")))
        equal(answer.status, 201, answer.text)
        path, answer = only(server, "bernard", "calendar/")
        put(server, "bernard", path, calendar(ZONE, series()))
        taken(server, "cyrus")
        # B.7
        tag = server.client("bernard").request("GET", path).header("Schedule-Tag")
        answer = put(server, "bernard", path, calendar(ZONE, series(), instance("02")),
                     If_Schedule_Tag_Match=tag)
        equal(answer.status, 204, answer.text)
        equal(answer.header("Schedule-Tag") not in (None, tag), True, "B.7: a new tag")
        same(taken(server, "cyrus"), decline("02"), "B.7")
        equal(declined_days(server), ["20090602T150000"], "B.7")
        same(server.client("bernard").request("GET", path).text, calendar(
            ZONE, series(organizer=";SCHEDULE-STATUS=1.2"),
            instance("02", "", ";SCHEDULE-STATUS=1.2")), "B.7: Bernard's")
        # B.8
        answer = put(server, "bernard", path, calendar(ZONE, series(exdate=exdate), instance("02")),
                     If_Schedule_Tag_Match=answer.header("Schedule-Tag"))
        equal(answer.status, 204, answer.text)
        same(taken(server, "cyrus"), decline("03"), "B.8")
        equal(declined_days(server), ["20090602T150000", "20090603T150000"], "B.8")
        same(server.client("bernard").request("GET", path).text, calendar(
            ZONE, series(exdate=exdate, organizer=";SCHEDULE-STATUS=1.2"),
            instance("02", RSVP, ";SCHEDULE-STATUS=1.2")), "B.8: Bernard's")


suite.main()
