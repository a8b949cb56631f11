#!/usr/bin/python3
"""A meeting's life between users of one server, as clients see it; and when the power goes."""
import datetime
import os
import random
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, wait_for  # noqa: E402

suite = Suite("schedule")
QUICK = bool(os.environ.get("FASTI_QUICK"))
KILLS = 2 if QUICK else 6
GUESTS = 20 if QUICK else 100
RACES = 5 if QUICK else 20
CROWD, MANY = (10, 30) if QUICK else (45, 120)
TOLD = 105
ALL = ("alice", "bob", "carol")


def prepared(s, *names):
    server = s.server()
    for name in names or ALL:
        server.add_user(name)
    return server.start()


def meeting(uid, lines, start="20280118T080000Z", end="20280118T090000Z", more=""):
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n"
            "SUMMARY:Plans\r\nORGANIZER:mailto:alice@example.org\r\n"
            + "".join(f"ATTENDEE;PARTSTAT={p}:mailto:{who}\r\n" for who, p in lines)
            + "END:VEVENT\r\n" + more + "END:VCALENDAR\r\n")


def invited(*who):
    return [(f"{w}@example.org" if "@" not in w else w, "NEEDS-ACTION") for w in who]


def put(server, user, path, body, want=(201, 204)):
    answer = server.client(user).request("PUT", path, body, {"Content-Type": "text/calendar"})
    equal(answer.status in want, True, f"PUT {path}: {answer.status} {answer.text[:300]}")
    return answer


def members(server, user, collection):
    """The objects of a collection: href to unfolded text."""
    client = server.client(user)
    path = f"/dav/calendars/{user}/{collection}/"
    answer = client.request("PROPFIND", path, '<propfind xmlns="DAV:"><prop><getetag/></prop>'
                            '</propfind>', {"Depth": "1"})
    equal(answer.status, 207, answer.text[:300])
    hrefs = [h for h in re.findall(r"<(?:\w+:)?href>([^<]+)</", answer.text) if h != path]
    return {h: re.sub(r"\r\n[ \t]", "", client.request("GET", h).text) for h in hrefs}


def has(server, user, uid, collection="calendar"):
    """(href, text) of a meeting in somebody's calendar; (None, "") where it is not."""
    for href, text in members(server, user, collection).items():
        if f"UID:{uid}\r\n" in text:
            return href, text
    return None, ""


def partstat(text, who):
    """What somebody answered, by the first component that names them."""
    line = re.search(rf"^ATTENDEE[^\r\n]*:mailto:{who}@example.org\r$", text, re.M)
    found = line and re.search(r"PARTSTAT=([A-Z-]+)", line.group(0))
    return found.group(1) if found else "NEEDS-ACTION" if line else None


def answer_with(server, user, uid, word):
    href, text = has(server, user, uid)
    changed = re.sub(rf"^ATTENDEE[^\r\n]*:mailto:{user}@example.org\r$",
                     f"ATTENDEE;PARTSTAT={word}:mailto:{user}@example.org\r", text, flags=re.M)
    put(server, user, href, changed)


def messages(server, user, method):
    return sum(f"METHOD:{method}\r\n" in text for text in members(server, user, "inbox").values())


def is_off(server, user, uid):
    _, text = has(server, user, uid)
    return not text or "STATUS:CANCELLED" in text


@suite.case("RFC 6638 §3.2: invited, accepted, declined, moved, cancelled")
def _(s):
    path = "/dav/calendars/alice/calendar/m.ics"
    with prepared(s) as server:
        put(server, "alice", path, meeting("m", invited("bob", "carol")))
        equal(messages(server, "bob", "REQUEST"), 1, "bob is told")
        equal("METHOD" in has(server, "bob", "m")[1], False, "his copy is no message")
        answer_with(server, "bob", "m", "ACCEPTED")
        answer_with(server, "carol", "m", "DECLINED")
        _, text = has(server, "alice", "m")
        equal((partstat(text, "bob"), partstat(text, "carol")), ("ACCEPTED", "DECLINED"))
        equal(partstat(has(server, "carol", "m")[1], "bob"), "ACCEPTED", "the others see it")
        equal(messages(server, "alice", "REPLY"), 2, "the organizer is told")
        put(server, "alice", path, meeting("m", invited("bob", "carol"), "20280118T100000Z",
                                           "20280118T110000Z"))
        _, text = has(server, "bob", "m")
        equal("20280118T100000Z" in text, True, "moved for him")
        equal(partstat(text, "bob"), "NEEDS-ACTION", "RFC 6638 §3.2.8: asked anew")
        put(server, "alice", path, meeting("m", invited("carol"), "20280118T100000Z",
                                           "20280118T110000Z"))
        equal(is_off(server, "bob", "m"), True, "no more invited")
        equal(messages(server, "bob", "CANCEL"), 1, "and told")
        equal(server.client("alice").request("DELETE", path).status, 204)
        equal(is_off(server, "carol", "m"), True, "cancelled")
        told = server.run("explain", "message", "alice", "m")[1].splitlines()
        equal(len(told) >= 8, True, f"each decision is explained: {told}")


@suite.case("RFC 6638 §3.2.6: a series, and who is invited to one of it alone")
def _(s):
    path = "/dav/calendars/alice/calendar/r.ics"
    with prepared(s) as server:
        one = ("BEGIN:VEVENT\r\nUID:r\r\nDTSTAMP:20270101T000000Z\r\n"
               "RECURRENCE-ID:20280119T080000Z\r\nDTSTART:20280119T120000Z\r\n"
               "DTEND:20280119T130000Z\r\nSUMMARY:Once\r\nORGANIZER:mailto:alice@example.org\r\n"
               "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bob@example.org\r\n"
               "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:carol@example.org\r\nEND:VEVENT\r\n")
        series = meeting("r", invited("bob"), more=one).replace(
            "SUMMARY:Plans", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Plans")
        put(server, "alice", path, series)
        _, bobs = has(server, "bob", "r")
        _, carols = has(server, "carol", "r")
        equal(("RRULE" in bobs, "SUMMARY:Once" in bobs), (True, True), "all of it")
        equal(("RRULE" in carols, "SUMMARY:Once" in carols), (False, True), "that one alone")
        answer_with(server, "carol", "r", "ACCEPTED")
        _, text = has(server, "alice", "r")
        equal(partstat(text, "carol"), "ACCEPTED", "for that one")
        equal("RRULE" in text and text.count("BEGIN:VEVENT") == 2, True, "the series stands")


@suite.case(f"{GUESTS} who are invited have it at once, and answer all at once")
def _(s):
    guests = [f"g{i}" for i in range(GUESTS)]
    with prepared(s, "alice", *guests[:20]) as server:
        put(server, "alice", "/dav/calendars/alice/calendar/m.ics",
            meeting("m", invited(*guests)))
        threads = [threading.Thread(target=answer_with, args=(server, g, "m", "ACCEPTED"))
                   for g in guests[:20]]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        _, text = has(server, "alice", "m")
        equal([partstat(text, g) for g in guests[:20]], ["ACCEPTED"] * 20, "no answer is lost")
        equal(messages(server, "alice", "REPLY"), 20, "each is told once")


def override(uid, day, who):
    """A day of a series, later than the others."""
    date = (datetime.date(2028, 1, 18) + datetime.timedelta(days=day)).strftime("%Y%m%d")
    return (f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20270101T000000Z\r\n"
            f"RECURRENCE-ID:{date}T080000Z\r\nDTSTART:{date}T120000Z\r\nDTEND:{date}T130000Z\r\n"
            "SUMMARY:Later\r\nORGANIZER:mailto:alice@example.org\r\n"
            + "".join(f"ATTENDEE;PARTSTAT={p}:mailto:{w}\r\n" for w, p in who) + "END:VEVENT\r\n")


def series(uid, who, overrides):
    return meeting(uid, who, more="".join(override(uid, d, w) for d, w in overrides)).replace(
        "SUMMARY:Plans", "RRULE:FREQ=DAILY;COUNT=400\r\nSUMMARY:Plans")


def answer_all(server, user, uid, word):
    href, text = has(server, user, uid)
    put(server, user, href, re.sub(
        rf"^ATTENDEE[^\r\n]*:mailto:{user}@example.org\r$",
        f"ATTENDEE;PARTSTAT={word}:mailto:{user}@example.org\r", text, flags=re.M))


@suite.case(f"RFC 6638 §4.2: a series of {CROWD} people and {MANY} overrides is answered, and all see it")
def _(s):
    guests = [f"g{i}" for i in range(CROWD)]
    with prepared(s, "alice", *guests) as server:
        for uid, count in (("some", 20), ("many", MANY)):
            who = invited(*guests)
            put(server, "alice", f"/dav/calendars/alice/calendar/{uid}.ics",
                series(uid, who, [(d, who) for d in range(1, count + 1)]))
            answer_all(server, "g0", uid, "ACCEPTED")
            answer_all(server, "g1", uid, "TENTATIVE")
            wanted = [("ACCEPTED", "TENTATIVE")] * (count + 1)

            def answers(user, uid=uid):
                text = has(server, user, uid)[1]
                return [tuple(partstat(part, g) for g in ("g0", "g1"))
                        for part in text.split("BEGIN:VEVENT")[1:]]
            equal(answers("alice"), wanted, "the organizer sees both")
            for guest in guests:
                wait_for(lambda guest=guest: answers(guest) == wanted, what=f"{guest} sees both")
            equal([messages(server, g, "REQUEST") for g in guests[:3]],
                  [1 if uid == "some" else 2] * 3, "none is told by a message")
        href, _ = has(server, "g2", "many")
        equal(server.client("g2").request("DELETE", href).status, 204)
        put(server, "alice", "/dav/calendars/alice/calendar/many.ics",
            series("many", who, [(d, who) for d in range(1, MANY + 1)]).replace("Later", "Still"))


@suite.case(f"RFC 6638 §4.2: of {TOLD} each sees the others' answers, if not at once")
def _(s):
    guests = [f"g{i:03}" for i in range(TOLD)]
    with prepared(s, "alice", *guests) as server:
        put(server, "alice", "/dav/calendars/alice/calendar/m.ics", meeting("m", invited(*guests)))
        answer_with(server, guests[0], "m", "ACCEPTED")
        answer_with(server, guests[1], "m", "DECLINED")
        for guest in (guests[2], guests[-1]):
            wait_for(lambda guest=guest: [partstat(has(server, guest, "m")[1], g)
                                          for g in guests[:2]] == ["ACCEPTED", "DECLINED"],
                     60, f"{guest} sees both")
        wait_for(lambda: "tell" not in server.run("jobs", "list")[1], what="the job's end")


@suite.case("RFC 6638 §6.2: a thousand from outside, and three hundred who are invited to one day each")
def _(s):
    with prepared(s, "alice") as server:
        put(server, "alice", "/dav/calendars/alice/calendar/m.ics",
            meeting("m", invited(*(f"e{i}@example.com" for i in range(1000)))))
        put(server, "alice", "/dav/calendars/alice/calendar/d.ics",
            series("d", [], [(d, invited(f"d{d}@example.com")) for d in range(1, 301)]))
        found = [has(server, "alice", uid)[1].count("SCHEDULE-STATUS=1.1") for uid in "md"]
        equal(found, [1000, 300], "all are queued")


@suite.case("RFC 5546 §3.2.5: what can be told a thousand people can be cancelled for them")
def _(s):
    crowd = invited("bob", *(f"e{i}@example.com" for i in range(999)))
    path = "/dav/calendars/alice/calendar/{}.ics"
    days = [(d, invited("bob", f"d{d}@example.com")) for d in range(1, 301)]

    def daily(text):
        return text.replace("SUMMARY:", "RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:")

    with prepared(s, "alice", "bob") as server:
        made = daily(meeting("m", crowd))
        put(server, "alice", path.format("m"), made)
        put(server, "alice", path.format("m"),
            made.replace("SUMMARY:", "EXDATE:20280119T080000Z\r\nSUMMARY:"))
        put(server, "alice", path.format("m"), daily(meeting("m", crowd[:2])))
        put(server, "alice", path.format("m"), made)
        put(server, "alice", path.format("d"), series("d", invited("bob"), days))
        for uid in "md":
            answer = server.client("alice").request("DELETE", path.format(uid))
            equal((answer.status, is_off(server, "bob", uid)), (204, True), answer.text[:300])
        server.client("alice").request("MKCALENDAR", "/dav/calendars/alice/two/")
        put(server, "alice", "/dav/calendars/alice/two/p.ics", meeting("p", crowd))
        equal(server.client("alice").request("DELETE", "/dav/calendars/alice/two/").status, 204)
        wait_for(lambda: is_off(server, "bob", "p"), what="the calendar's end")


@suite.case("RFC 6638 §3.2.1.3: who is deleted leaves no meeting behind")
def _(s):
    with prepared(s) as server:
        put(server, "alice", "/dav/calendars/alice/calendar/m.ics", meeting("m", invited("bob")))
        put(server, "bob", "/dav/calendars/bob/calendar/n.ics",
            meeting("n", invited("alice")).replace("ORGANIZER:mailto:alice@",
                                                   "ORGANIZER:mailto:bob@"))
        status, _out, err = server.run("user", "delete", "alice", check=False)
        equal((status, "alice has meetings to come: 2." in err), (1, True), err)
        server.run("user", "delete", "alice", "--cancel-bookings")
        equal(is_off(server, "bob", "m"), True, "cancelled")
        equal(partstat(has(server, "bob", "n")[1], "alice"), "DECLINED", "declined")
        equal(server.run("user", "list")[1].split()[:1], ["bob"])
        equal(server.run("check")[1], "All is well.\n")


@suite.case("two who want one room at once: one has it, one has not")
def _(s):
    with s.server() as server:
        for who in ("alice", "bob"):
            server.add_user(who)
        server.run("user", "add", "room", "--kind", "room", "--email", "room@example.org")
        server.start()

        def want(who, day):
            body = meeting(f"{who}{day}", invited("room"), f"202801{day}T080000Z",
                           f"202801{day}T090000Z").replace("alice@", f"{who}@")
            put(server, who, f"/dav/calendars/{who}/calendar/{day}.ics", body)

        for day in range(10, 10 + RACES):
            threads = [threading.Thread(target=want, args=(who, day)) for who in ("alice", "bob")]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            got = [partstat(has(server, who, f"{who}{day}")[1], "room")
                   for who in ("alice", "bob")]
            equal(sorted(got), ["ACCEPTED", "DECLINED"], f"day {day}")


@suite.case("RFC 6047: who is elsewhere is invited by mail, by the newest state alone")
def _(s):
    path = "/dav/calendars/alice/calendar/m.ics"
    with prepared(s) as server:
        put(server, "alice", path, meeting("m", invited("eve@example.com")))
        wait_for(lambda: len(server.mails()) == 1, what="a mail")
        equal(server.client("alice").request("DELETE", path).status, 204)
        wait_for(lambda: len(server.mails()) == 2, what="another")


@suite.case(f"kill -9 amid saves, {KILLS} times: all who are invited have it, or nobody has")
def _(s):
    with prepared(s) as server:
        for turn in range(KILLS):
            stop, begun = threading.Event(), threading.Event()

            def save(turn=turn, stop=stop, begun=begun):
                client = server.client("alice")
                for i in range(10000):
                    if stop.is_set():
                        return
                    uid = f"k{turn}-{i}"
                    try:
                        client.request("PUT", f"/dav/calendars/alice/calendar/{uid}.ics",
                                       meeting(uid, invited("bob", "carol", "eve@example.com")),
                                       {"Content-Type": "text/calendar"})
                        begun.set()
                    except OSError:
                        return

            thread = threading.Thread(target=save)
            thread.start()
            begun.wait(60)
            time.sleep(random.uniform(0.1, 0.4))
            server.kill()
            stop.set()
            thread.join()
            server.start()
        uids = [set(re.findall(r"UID:(k\S+)", server.run("export", name, "calendar")[1]))
                for name in ALL]
        equal(len(uids[0]) > 0, True, "some were saved")
        equal(uids[1], uids[0], "bob has what alice has")
        equal(uids[2], uids[0], "and carol")
        wait_for(lambda: {u for m in server.mails()
                          for u in re.findall(r"k\d+-\d+", mail_uid(m))} >= uids[0],
                 what="all mails")
        equal(server.run("check")[1].strip(), "All is well.", "fasti check")


@suite.case("RFC 6638 §2.4.1: the path of a principal is an address, whichever way it comes in")
def _(s):
    home = "/dav/calendars/alice/"
    with prepared(s) as server:
        client = server.client("alice")

        def by_path(uid):
            return meeting(uid, []).replace(
                "ORGANIZER:mailto:alice@example.org",
                "ORGANIZER:/dav/principals/users/alice/\r\n"
                "ATTENDEE;PARTSTAT=NEEDS-ACTION:/dav/principals/users/bob/")

        put(server, "alice", home + "calendar/p.ics", by_path("put"))
        equal(client.request("MKCOL", home + "f/").status, 201)
        for uid, method in (("copied", "COPY"), ("moved", "MOVE")):
            put(server, "alice", f"{home}f/{uid}.ics", by_path(uid))
            answer = client.request(method, f"{home}f/{uid}.ics", None, {
                "Destination": f"{home}calendar/{uid}.ics"})
            equal(answer.status, 201, answer.text[:300])
        with open(f"{server.folder}/i.ics", "w", newline="") as file:
            file.write(by_path("imported"))
        server.run("import", "alice", "calendar", f"{server.folder}/i.ics")
        for uid in ("put", "copied", "moved", "imported"):
            _, text = has(server, "alice", uid)
            equal("ORGANIZER:mailto:alice@example.org" in text, True, f"{uid}: by mail")
            equal("/principals/" in text, False, f"{uid}: nobody by path")
            told = uid != "imported"
            equal(bool(has(server, "bob", uid)[1]), told, f"{uid}: invited, or not by an import")


@suite.case("RFC 6638 §3.2.4.1: an import beside a meeting is removed without a word")
def _(s):
    home = "/dav/calendars/alice/"
    with prepared(s) as server:
        body = meeting("m", invited("bob"))
        put(server, "alice", home + "calendar/m.ics", body)
        equal(server.client("alice").request("MKCALENDAR", home + "imp/").status, 201)
        with open(f"{server.folder}/m.ics", "w", newline="") as file:
            file.write(body)
        server.run("import", "alice", "imp", f"{server.folder}/m.ics")
        href, _text = has(server, "alice", "m", "imp")
        equal(server.client("alice").request("DELETE", href).status, 204)
        equal(is_off(server, "bob", "m"), False, "bob is still invited")
        server.run("import", "alice", "imp", f"{server.folder}/m.ics")
        equal(server.client("alice").request("DELETE", home + "imp/").status, 204)
        wait_for(lambda: not re.search("purge", server.run("jobs", "list")[1]), what="the purge")
        equal(is_off(server, "bob", "m"), False, "with the calendar, too")
        equal(messages(server, "bob", "CANCEL"), 0, "and told nothing")


def mail_uid(mail):
    """The text of a mail with its encoded parts read."""
    import email
    message = email.message_from_bytes(mail if isinstance(mail, bytes) else mail.encode())
    return "\n".join(p.get_payload(decode=True).decode("utf-8", "replace")
                     for p in message.walk() if p.get_content_type() == "text/calendar")


suite.main()
