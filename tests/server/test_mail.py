#!/usr/bin/python3
"""Invitations reach a real SMTP server; when it is down, nothing is lost."""
import datetime
import email
import email.policy
import json
import os
import sys
import time
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, event, wait_for  # noqa: E402
from smtp import Smtp  # noqa: E402

suite = Suite("mail")
HOUR = datetime.timedelta(hours=1)


def driven(server, begin=1800000000):
    """Let a file be the server's clock; the function that sets it."""
    clock = os.path.join(server.folder, "clock")
    server.options = ["--test-clock", clock]

    def tick(seconds):
        with open(clock + ".new", "w", encoding="ascii") as file:
            file.write(str(begin + seconds))
        os.rename(clock + ".new", clock)

    tick(0)
    return tick


def prepared(s, smtp, setting, env=None, stands=False):
    """With alice and her type; `stands`: its clock does, and nothing is tried a second time."""
    password = os.path.join(smtp.folder, "password")
    with open(password, "w") as file:
        file.write("secret\n")
    server = s.server({"FASTI_MAIL_SMTP": setting, **(env or {})})
    server.add_user("alice")
    server.add_type("alice")
    if stands:
        driven(server, int(time.time()))
    return server.start()


def book(server, address, n=0):
    nobody = server.client()
    answer = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                            f"&from={ahead(2)}&to={ahead(20)}").json()
    slot = [s for d in answer["days"] for s in d["slots"]][n]
    got = nobody.request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": "intro", "start_time": slot["start_time"],
        "invitee_name": "Zoë Müller", "invitee_email": address,
        "invitee_timezone": "Asia/Kolkata"}), {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    return got.json()


@suite.case("the invitation is what Gmail, Outlook and Apple Mail want (RFC 6047 §4.2)")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        smtp = Smtp(folder, False).start()
        try:
            with prepared(s, smtp, f"smtp://127.0.0.1:{smtp.port}") as server:
                made = book(server, "zoe@example.net")
                [got] = wait_for(smtp.received, what="the mail")
                equal([got["to"], got["from"]], [["zoe@example.net"], "alice@example.org"])
                raw = got["data"].encode("latin1")
                equal(b"\n" in raw.replace(b"\r\n", b""), False, "bare line feeds")
                equal(max(len(l) for l in raw.split(b"\r\n")) <= 998, True)
                mail = email.message_from_bytes(raw, policy=email.policy.default)
                equal(mail.get_content_type(), "multipart/mixed")
                equal(mail["To"].addresses[0].display_name, "Zoë Müller")
                equal(mail["Auto-Submitted"], "auto-generated")
                shape = [p.get_content_type() for p in mail.walk()]
                equal(shape, ["multipart/mixed", "multipart/alternative", "text/plain", "text/html",
                              "text/calendar", "application/ics"])
                part = [p for p in mail.walk() if p.get_content_type() == "text/calendar"][0]
                itip = part.get_content().replace("\r\n ", "").replace("\n ", "")
                equal(part.get_param("method"), "REQUEST")
                for line in ("METHOD:REQUEST", "BEGIN:VTIMEZONE", "RSVP=TRUE",
                             "PARTSTAT=NEEDS-ACTION", "mailto:zoe@example.net",
                             "ORGANIZER", "UID:" + made["calendar_event_id"]):
                    equal(line in itip, True, f"{line} in {itip}")
                plain = [p for p in mail.walk() if p.get_content_type() == "text/plain"][0]
                equal("IST" in plain.get_content() and "For you (Kolkata)" in plain.get_content(),
                      True, "times carry their zone")
                equal("/manage/" in plain.get_content(), True, "a link to change or cancel")
        finally:
            smtp.stop()


@suite.case("STARTTLS with AUTH; the certificate is checked")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        smtp = Smtp(folder, True).start()
        try:
            setting = f"smtp+starttls://alice@localhost:{smtp.port}"
            env = {"FASTI_MAIL_PASSWORD_FILE": f"{folder}/password",
                   "FASTI_MAIL_CA_FILE": f"{folder}/c.pem"}
            with prepared(s, smtp, setting, env) as server:
                book(server, "zoe@example.net")
                [got] = wait_for(smtp.received, what="the mail")
                equal([got["tls"], got["auth"]], [True, True])
            os.remove(smtp.log)
            del env["FASTI_MAIL_CA_FILE"]
            with prepared(s, smtp, setting, env) as server:
                book(server, "zoe@example.net")
                wait_for(lambda: "event=job" in server.log(), what="the refusal")
                equal(smtp.received(), [], "nothing goes to a server that is not trusted")
                equal("ertificate" in server.log(), True, server.log()[-600:])
                equal("secret" in server.log(), False, "no password in the log")
        finally:
            smtp.stop()


@suite.case("G10: SMTP down: the booking stands, the mail waits, and leaves when SMTP is back")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        smtp = Smtp(folder, False)
        with prepared(s, smtp, f"smtp://127.0.0.1:{smtp.port}") as server:
            book(server, "zoe@example.net")
            wait_for(lambda: "mail" in server.run("jobs", "list", "--kind", "mail")[1] and
                     "tried 1 times" in server.run("jobs", "list", "--kind", "mail")[1], what="the first try")
            equal(server.run("check")[1].strip(), "All is well.")
            # While nobody is there it is not tried again just now.
            server.stop()
            smtp.start()
            number = server.run("jobs", "list", "--kind", "mail")[1].split()[0]
            server.run("jobs", "retry", number)
            server.start()
            [got] = wait_for(smtp.received, what="the mail")
            equal(got["to"], ["zoe@example.net"])
            wait_for(lambda: server.run("jobs", "list", "--kind", "mail")[1] == "", what="the end of the job")
        smtp.stop()


@suite.case("a refused recipient is kept for the operator; one refused for now is tried again")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        smtp = Smtp(folder, False).start()
        try:
            with prepared(s, smtp, f"smtp://127.0.0.1:{smtp.port}", stands=True) as server:
                book(server, "reject@example.net", 0)
                book(server, "temp@example.net", 3)
                book(server, "fine@example.net", 6)
                wait_for(lambda: len(smtp.received()) == 1, what="the good one")
                wait_for(lambda: all(x in server.run("jobs", "list", "--kind", "mail")[1] for x in ("550", "451")),
                         what="both refusals")
                listed = server.run("jobs", "list", "--kind", "mail")[1]
                equal(listed.count("tried 1 times"), 2, listed)
                number = [l for l in listed.splitlines() if "550" in l][0].split()[0]
                server.run("jobs", "drop", number)
                equal("550" in server.run("jobs", "list", "--kind", "mail")[1], False)
        finally:
            smtp.stop()


def dropped(folder, hosts=False):
    """The messages in a file: folder, in the order of their names; without those to hosts."""
    names = sorted(n for n in os.listdir(folder) if n.endswith(".eml"))
    mails = [email.message_from_bytes(open(os.path.join(folder, n), "rb").read(),
                                      policy=email.policy.default) for n in names]
    return [m for m in mails
            if hosts or m["To"].addresses[0].domain != "example.org"]


def part(mail, kind):
    return [p for p in mail.walk() if p.get_content_type() == kind][0]


def plain(mail):
    return part(mail, "text/plain").get_content().replace("\r\n", "\n")


@suite.case("file:DIR: booked, moved, cancelled are one thread (G1, G2, G9)")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        server.add_type("alice")
        with server.start() as server:
            made, nobody = book(server, "zoe@example.net"), server.client()
            wait_for(lambda: len(dropped(f"{folder}/mail")) == 1, what="the invitation")
            token = made["reschedule_url"].rsplit("/", 1)[1]
            path = f"/api/bookings/{made['id']}"
            answer = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                                    f"&from={made['start_time'][:10]}&to={ahead(20)}").json()
            later = [x for d in answer["days"] for x in d["slots"]][5]
            equal(nobody.request("POST", f"{path}/reschedule?token={token}",
                                 json.dumps({"start_time": later["start_time"]}),
                                 {"Content-Type": "application/json"}).status, 200)
            wait_for(lambda: len(dropped(f"{folder}/mail")) == 2, what="the update")
            equal(nobody.request("DELETE", f"{path}?token={token}").status, 200)
            wait_for(lambda: len(dropped(f"{folder}/mail")) == 3, what="the cancellation")
        mails = dropped(f"{folder}/mail")
        equal([part(m, "text/calendar").get_param("method") for m in mails],
              ["REQUEST", "REQUEST", "CANCEL"])
        equal({str(m["Subject"]) for m in mails}, {"Introduction: Alice and Zoë Müller"})
        equal(len({m["Message-ID"] for m in mails}), 3)
        equal([m["In-Reply-To"] for m in mails], [None] + [mails[0]["Message-ID"]] * 2)
        equal([m["References"] for m in mails], [None] + [mails[0]["Message-ID"]] * 2)
        texts = [plain(m) for m in mails]
        for text, news in zip(texts, ("Your meeting is booked", "Your meeting has a new time",
                                      "You have cancelled")):
            equal(text.startswith(f"{news}\n\nIntroduction with Alice"), True, text)
            equal("When: For you (Kolkata): " in text and " IST · for your host (Berlin): " in text,
                  True, text)
        equal(["/manage/" in t for t in texts], [True, True, False])
        equal(["/manage/" in part(m, "text/html").get_content() for m in mails],
              [True, True, False])
        for m in mails:
            equal(part(m, "application/ics").get_filename(), "invite.ics")
            equal(part(m, "application/ics").get_content(),
                  part(m, "text/calendar").get_content().encode())


@suite.case("G5: a host whose program leaves the invitee out when it moves the event: still told")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        server.add_type("alice")
        with server.start() as server:
            made, alice = book(server, "zoe@example.net"), server.client("alice")
            wait_for(lambda: len(dropped(f"{folder}/mail")) == 1, what="the invitation")
            later = datetime.datetime.fromisoformat(made["start_time"][:-1] + "+00:00") + HOUR
            start, end = (f"{t:%Y%m%dT%H%M%SZ}" for t in (later, later + HOUR))
            put = alice.request("PUT", f"/dav/calendars/alice/calendar/{made['id']}.ics",
                                event(made["calendar_event_id"], start, end, "Moved"),
                                {"Content-Type": "text/calendar"})
            equal(put.status, 204, put.text)
            wait_for(lambda: len(dropped(f"{folder}/mail")) == 2, what="the update")
            wait_for(lambda: server.run("jobs", "list", "--kind", "mail")[1] == "",
                     what="that nothing is left, nor given up")
        update = part(dropped(f"{folder}/mail")[1], "text/calendar")
        equal(update.get_param("method"), "REQUEST")
        itip = update.get_content().replace("\r\n ", "").replace("\n ", "")
        at = f"{later.astimezone(zoneinfo.ZoneInfo('Europe/Berlin')):%Y%m%dT%H%M%S}"
        for line in ("mailto:zoe@example.net", "SEQUENCE:1", "DTSTART;TZID=Europe/Berlin:" + at,
                     "UID:" + made["calendar_event_id"]):
            equal(line in itip, True, f"{line} in {itip}")


def unfolded(mail):
    return part(mail, "text/calendar").get_content().replace("\r\n ", "").replace("\n ", "")


@suite.case("RFC 5546 §2.1.4: moved by CalDAV, event and mail have one SEQUENCE, and no ETag")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        server.add_type("alice")
        with server.start() as server:
            made, alice = book(server, "zoe@example.net"), server.client("alice")
            path, box = f"/dav/calendars/alice/calendar/{made['id']}.ics", f"{folder}/mail"
            there = alice.request("GET", path)

            def put(ics):
                answer = alice.request("PUT", path, ics, {"Content-Type": "text/calendar"})
                equal(answer.status, 204, answer.text)
                return answer

            titled = put(there.text.replace("SUMMARY:", "SUMMARY:New "))
            equal(titled.header("ETag"), alice.request("GET", path).header("ETag"))
            later = datetime.datetime.fromisoformat(made["start_time"][:-1] + "+00:00") + HOUR
            day = f"{later:%Y%m%d}"
            lines = [l for l in there.text.splitlines() if not l.startswith(("DTEND", "DTSTART;TZID"))]
            at = lines.index("BEGIN:VEVENT") + 1
            lines[at:at] = [f"DTSTART;VALUE=DATE:{day}"]
            moved = put("\r\n".join(lines) + "\r\n")
            equal(moved.header("ETag"), None, "the bytes are not those that were sent")
            stored = alice.request("GET", path)
            equal(stored.text, "\r\n".join(lines).replace("SEQUENCE:0", "SEQUENCE:1") + "\r\n")
            wait_for(lambda: len(dropped(box)) == 2, what="the update")
            again = alice.request("PUT", path, stored.text.replace("SEQUENCE:1", "SEQUENCE:0"),
                                  {"Content-Type": "text/calendar",
                                   "Prefer": "return=representation"})
            equal([again.status, again.text], [200, stored.text], "SEQUENCE does not fall")
            equal(again.header("ETag"), alice.request("GET", path).header("ETag"))
            equal(alice.request("DELETE", path).status, 204)
            wait_for(lambda: len(dropped(box)) == 3, what="the cancellation")
        invitation, update, cancel = (unfolded(m) for m in dropped(box))
        for text, lines in ((invitation, ["SEQUENCE:0", "METHOD:REQUEST"]),
                            (update, ["SEQUENCE:1", "METHOD:REQUEST", f"DTSTART;VALUE=DATE:{day}"]),
                            (cancel, ["SEQUENCE:2", "METHOD:CANCEL", "STATUS:CANCELLED",
                                      f"DTSTART;VALUE=DATE:{day}"])):
            for line in lines:
                equal(line in text, True, f"{line} in {text}")


@suite.case("whoever waits for a place hears of it, in their language, with a link to that day")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        with server.start() as server:
            alice, nobody, box = server.client("alice"), server.client(), f"{folder}/mail"
            made = alice.request("POST", "/api/meeting-types", json.dumps(
                {"slug": "class", "title": "Yoga", "durations": [60], "seats": 2,
                 "waiting_list": True}), {"Content-Type": "application/json"})
            equal(made.status, 201, made.text)
            slots = nobody.request("GET", "/api/availability/slots?host=alice&type=class"
                                   f"&from={ahead(3)}&to={ahead(10)}").json()
            start = [t for d in slots["days"] for t in d["slots"]][0]["start_time"]

            def ask(path, name, **more):
                answer = nobody.request("POST", path, json.dumps({
                    "host": "alice", "type": "class", "start_time": start, "invitee_name": name,
                    "invitee_email": f"{name}@example.net", "invitee_timezone": "Asia/Kolkata",
                    **more}), {"Content-Type": "application/json", "Accept-Language": "de-CH, en"})
                equal(answer.status, 201, answer.text)
                return answer.json()

            bob, _ = ask("/api/bookings", "bob"), ask("/api/bookings", "eve")
            equal(ask("/api/waiting", "ted")["place"], 1)
            wait_for(lambda: len(dropped(box)) == 2, what="the invitations")
            token = bob["cancel_url"].rsplit("/", 1)[1]
            gone = nobody.request("DELETE", f"/api/bookings/{bob['id']}?token={token}")
            equal(gone.status, 200, gone.text)
            wait_for(lambda: len(dropped(box)) == 4, what="the cancellation, and the notice")
        [notice] = [m for m in dropped(box) if m["To"].addresses[0].addr_spec == "ted@example.net"]
        equal([notice.get_content_type(), notice["Subject"]],
              ["multipart/alternative", "Ein Platz ist frei: Yoga"])
        words_of = plain(notice)
        zone = zoneinfo.ZoneInfo("Asia/Kolkata")
        at = datetime.datetime.fromisoformat(start.replace("Z", "+00:00")).astimezone(zone)
        for words in (f"Für Sie (Kolkata): ", f", {at:%H:%M} Uhr IST", "Mit: Alice",
                      f"/book/alice/class?date={at:%Y-%m-%d}"):
            equal(words in words_of, True, f"{words} in {words_of}")


@suite.case("G7: whose place moves is sent a CANCEL for one meeting and a REQUEST for another")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        with server.start() as server:
            alice, nobody, box = server.client("alice"), server.client(), f"{folder}/mail"
            sent = {"Content-Type": "application/json"}
            made = alice.request("POST", "/api/meeting-types", json.dumps(
                {"slug": "class", "title": "Yoga", "durations": [60], "seats": 2}), sent)
            equal(made.status, 201, made.text)
            slots = nobody.request("GET", "/api/availability/slots?host=alice&type=class"
                                   f"&from={ahead(3)}&to={ahead(10)}").json()
            first, other = [t["start_time"] for d in slots["days"] for t in d["slots"]][:2]

            def booked(name, start):
                answer = nobody.request("POST", "/api/bookings", json.dumps({
                    "host": "alice", "type": "class", "start_time": start, "invitee_name": name,
                    "invitee_email": f"{name}@example.net"}), sent)
                equal(answer.status, 201, answer.text)
                return answer.json()

            bob, _, ted = booked("bob", first), booked("eve", first), booked("ted", other)
            token = bob["reschedule_url"].rsplit("/", 1)[1]
            moved = nobody.request("POST", f"/api/bookings/{bob['id']}/reschedule?token={token}",
                                   json.dumps({"start_time": other}), sent)
            equal([moved.status, moved.json().get("id"), moved.json().get("calendar_event_id")],
                  [200, bob["id"], ted["calendar_event_id"]], moved.text)
            wait_for(lambda: len(dropped(box)) == 5, what="five mails")
        to_bob = [unfolded(m) for m in dropped(box)
                  if m["To"].addresses[0].addr_spec == "bob@example.net"]
        for uid, method, count in ((bob["calendar_event_id"], "REQUEST", 1),
                                   (bob["calendar_event_id"], "CANCEL", 1),
                                   (ted["calendar_event_id"], "REQUEST", 1)):
            equal(len([m for m in to_bob if f"UID:{uid}" in m and f"METHOD:{method}" in m]), count,
                  f"{method} for {uid} in {to_bob}")
        equal([m for m in to_bob if "eve@" in m or "ted@" in m], [], "nobody else is named")


def first_starts(client, slug, count):
    slots = client.request("GET", f"/api/availability/slots?host=alice&type={slug}"
                           f"&from={ahead(3)}&to={ahead(10)}").json()
    return [t["start_time"] for d in slots["days"] for t in d["slots"]][:count]


def description(server):
    """Of all events of alice's calendar, as a line each."""
    text = server.run("export", "alice", "calendar")[1].replace("\r\n ", "")
    return sorted(line[12:].replace("\\,", ",").split("\\n") for line in text.split("\r\n")
                  if line.startswith("DESCRIPTION:"))


@suite.case("G7: answers stand in the host's event, and in nothing that is mailed (decisions 25)")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        with server.start() as server:
            alice, nobody, box = server.client("alice"), server.client(), f"{folder}/mail"
            sent = {"Content-Type": "application/json"}
            for slug, seats in (("one", 1), ("class", 3)):
                made = alice.request("POST", "/api/meeting-types", json.dumps(
                    {"slug": slug, "title": "Yoga", "durations": [60], "seats": seats,
                     "questions": [{"id": "topic", "text": "Topic?"},
                                   {"id": "new", "text": "First time", "type": "yes_no"}]}), sent)
                equal(made.status, 201, made.text)

            def booked(slug, name, start, **answers):
                answer = nobody.request("POST", "/api/bookings", json.dumps({
                    "host": "alice", "type": slug, "start_time": start, "invitee_name": name,
                    "invitee_email": f"{name}@example.net", "answers": answers}), sent)
                equal(answer.status, 201, answer.text)
                return answer.json()

            def change(b, method, path="", body=None):
                token = b["cancel_url"].rsplit("/", 1)[1]
                got = nobody.request(method, f"/api/bookings/{b['id']}{path}?token={token}",
                                     body and json.dumps(body), sent)
                equal(got.status, 200, got.text)
                return got

            first, other, third = first_starts(nobody, "one", 3)
            bob = booked("one", "bob", first, topic="secret, tea", new=True)
            equal(description(server), [["Topic? secret, tea", "First time: yes"]])
            change(bob, "POST", "/reschedule", {"start_time": other})
            equal(description(server), [["Topic? secret, tea", "First time: yes"]], "moved")
            equal("secret" in change(bob, "GET", "/event.ics").text, False, "the file")
            change(bob, "DELETE")
            eve = booked("class", "eve", third, topic="secret knees")
            ted = booked("class", "ted", third, topic="secret back")
            ann = booked("class", "ann", third)
            equal(description(server), [["eve: Topic? secret knees", "ted: Topic? secret back"]])
            change(eve, "DELETE")
            equal(description(server), [["ted: Topic? secret back"]])
            change(ted, "DELETE")
            equal(description(server), [])
            change(ann, "DELETE")
            wait_for(lambda: len(dropped(box)) == 9, what="nine mails")
        for mail in dropped(box):
            equal([w for w in ("secret", "Topic") if w in unfolded(mail)], [], unfolded(mail))


@suite.case("E8: whose request is declined or lapses hears so, plainly and once")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        with server.start() as server:
            alice, nobody, box = server.client("alice"), server.client(), f"{folder}/mail"
            sent = {"Content-Type": "application/json"}
            made = alice.request("POST", "/api/meeting-types", json.dumps(
                {"slug": "ask", "title": "Talk", "durations": [60], "confirm": True,
                 "pending_blocks": False}), sent)
            equal(made.status, 201, made.text)
            [start] = first_starts(nobody, "ask", 1)

            def asked(name):
                answer = nobody.request("POST", "/api/bookings", json.dumps({
                    "host": "alice", "type": "ask", "start_time": start, "invitee_name": name,
                    "invitee_email": f"{name}@example.net", "answers": {"x": "buy pills"}}), sent)
                equal([answer.status, answer.json().get("status")], [201, "pending"], answer.text)
                return answer.json()

            def decide(b, word):
                return alice.request("POST", f"/api/bookings/{b['id']}/{word}", "{}", sent)

            bob, eve = asked("bob"), asked("eve")
            wait_for(lambda: len(dropped(box)) == 2, what="both hear that it waits for its host")
            equal(decide(bob, "confirm").status, 200)
            lost = decide(eve, "confirm")
            equal([lost.status, len(lost.json()["slots"]) > 0], [409, True], "other times are named")
            equal(start in [x["start_time"] for x in lost.json()["slots"]], False)
            equal(alice.request("GET", f"/api/bookings/{eve['id']}").json()["status"], "pending")
            equal([decide(eve, "decline").status for _ in range(2)], [200, 200])
            wait_for(lambda: len(dropped(box)) == 4, what="two requests, an invitation, a notice")
        asked, notice = [m for m in dropped(box)
                         if m["To"].addresses[0].addr_spec == "eve@example.net"]
        equal([m.get_content_type() for m in (asked, notice)], ["multipart/alternative"] * 2)
        equal([asked["Subject"], notice["Subject"]], ["Requested: Talk", "Not confirmed: Talk"])
        words = plain(notice)
        equal([w in words for w in ("does not take place", "/book/alice/ask?date=", "pills")],
              [True, True, False], words)


@suite.case("RFC 5546 §3.2.5: made to recur an invitee is told so; taken off, there is a CANCEL")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        server = s.server({"FASTI_MAIL_SMTP": f"file:{folder}/mail"})
        server.add_user("alice")
        server.add_type("alice")
        with server.start() as server:
            made, alice = book(server, "zoe@example.net"), server.client("alice")
            path, box = f"/dav/calendars/alice/calendar/{made['id']}.ics", f"{folder}/mail"

            def booked():
                listed = alice.request("GET", "/api/bookings/" + made["id"])
                equal(listed.status, 200, listed.text)
                return listed.json()

            def put(change):
                ics = change(alice.request("GET", path).text.replace("\r\n ", ""))
                answer = alice.request("PUT", path, ics, {"Content-Type": "text/calendar"})
                equal(answer.status, 204, answer.text)

            put(lambda ics: ics.replace("END:VEVENT", "RRULE:FREQ=WEEKLY;COUNT=4\r\nEND:VEVENT"))
            wait_for(lambda: len(dropped(box)) == 2, what="the update")
            equal([booked()[k] for k in ("status", "start_time", "end_time")],
                  ["confirmed", made["start_time"], made["end_time"]])
            put(lambda ics: "".join(l + "\r\n" for l in ics.splitlines()
                                    if not l.startswith("ATTENDEE")))
            wait_for(lambda: len(dropped(box)) == 3, what="the cancellation")
            equal(booked()["status"], "cancelled")
            equal(server.run("check")[1].strip(), "All is well.")
        _, update, cancel = (unfolded(m) for m in dropped(box))
        for text, lines in ((update, ["METHOD:REQUEST", "RRULE:FREQ=WEEKLY;COUNT=4", "SEQUENCE:1"]),
                            (cancel, ["METHOD:CANCEL", "SEQUENCE:2", "mailto:zoe@example.net"])):
            for line in lines:
                equal(line in text, True, f"{line} in {text}")


class Asking:
    """A host whose invitees confirm their address, on a day of a driven clock."""

    SLOTS = "/api/availability/slots?host=alice&type=intro&from=2027-01-18&to=2027-01-18"

    def __init__(self, s, folder, **rules):
        self.box = f"{folder}/mail"
        self.server = s.server({"FASTI_MAIL_SMTP": f"file:{self.box}"})
        self.server.add_user("alice")
        self.tick = driven(self.server)
        self.server.start()
        self.alice, self.nobody = self.server.client("alice"), self.server.client()
        self.ask(self.alice, "/api/meeting-types", 201, {
            "slug": "intro", "title": "Introduction", "durations": [30], "confirm_address": True,
            **rules})

    def ask(self, client, path, status=200, body=None, **headers):
        got = client.request("GET" if body is None else "POST", path,
                             None if body is None else json.dumps(body),
                             {"Content-Type": "application/json", **headers})
        equal(got.status, status, got.text)
        return got.json()

    def starts(self):
        return [x["start_time"] for d in self.ask(self.nobody, self.SLOTS)["days"]
                for x in d["slots"]]

    def book(self, start, status=201, **headers):
        return self.ask(self.nobody, "/api/bookings", status, {
            "host": "alice", "type": "intro", "start_time": start, "invitee_name": "Zoë Müller",
            "invitee_email": "zoe@example.net"}, **headers)

    def mails(self, count):
        wait_for(lambda: os.path.isdir(self.box) and len(dropped(self.box)) >= count,
                 what=f"{count} mails")
        return dropped(self.box)

    def click(self, made, token, status=200):
        return self.ask(self.nobody, f"/api/bookings/{made['id']}/confirm-address?token={token}",
                        status, {})

    def status(self, made):
        got = self.ask(self.alice, "/api/bookings/" + made["id"])
        return got["status"], got["waits_for"]

    def history(self, made):
        steps = self.ask(self.alice, f"/api/bookings/{made['id']}/history")["history"]
        return [(step["what"], step["who"]) for step in steps]


def link_in(mail):
    """The token of the link to manage a booking, and what stands before it."""
    [line] = [l for l in plain(mail).splitlines() if "/manage/" in l]
    return line.rsplit("/", 1)[1], line


@suite.case("an address is confirmed by the link in the mail, and by nothing else (decisions 25)")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        a = Asking(s, folder)
        with a.server:
            start = a.starts()[4]
            made = a.book(start, **{"Accept-Language": "de-AT", "Idempotency-Key": "k1"})
            equal((made["status"], made["waits_for"]), ("pending", "invitee"))
            equal(start in a.starts(), False, "it is held meanwhile")
            [mail] = a.mails(1)
            equal(mail.get_content_type(), "multipart/alternative")
            equal(str(mail["Subject"]), "Bitte bestätigen: Introduction")
            equal([x.addr_spec for x in mail["To"].addresses], ["zoe@example.net"])
            token, line = link_in(mail)
            equal(line.startswith("Bestätigen oder absagen: http"), True, line)
            again = a.book(start, **{"Accept-Language": "de-AT", "Idempotency-Key": "k1"})
            told = [x[key].rsplit("/", 1)[1] for x in (made, again)
                    for key in ("cancel_url", "reschedule_url")]
            host = a.ask(a.alice, "/api/bookings/" + made["id"])["cancel_url"].rsplit("/", 1)[1]
            for what, wrong, status in (
                    [("of the answer", x, 403) for x in told] +
                    [("of the host", host, 403), ("forged", token[:-1] + "!", 404),
                     ("another role", told[0].replace(".i.", ".a."), 404), ("none", "x", 404)]):
                no = a.nobody.request(
                    "POST", f"/api/bookings/{made['id']}/confirm-address?token={wrong}", "{}",
                    {"Content-Type": "application/json"})
                equal(no.status, status, f"{what}: {no.text}")
            equal(a.alice.request("POST", f"/api/bookings/{made['id']}/confirm-address", "{}",
                                  {"Content-Type": "application/json"}).status, 403, "a user")
            # A program that looks at each link changes nothing.
            page = a.nobody.request("GET", "/manage/" + token)
            equal((page.status, 'data-proof="yes"' in page.text), (200, True))
            page = a.nobody.request("GET", "/manage/" + told[0])
            equal((page.status, 'data-proof=""' in page.text), (200, True))
            a.ask(a.nobody, f"/api/bookings/{made['id']}?token={token}")
            equal(a.status(made), ("pending", "invitee"))
            for _ in range(2):
                got = a.click(made, token)
                equal((got["status"], got["waits_for"]), ("confirmed", None))
            mails = a.mails(2)
            equal(part(mails[1], "text/calendar").get_param("method"), "REQUEST")
            equal(a.history(made), [("requested", "invitee"), ("made", "invitee")])
            equal(start in a.starts(), False, "it is booked")
            equal(a.server.run("jobs", "list", "--kind", "lapse")[1].count("lapse"), 1)
            a.tick(1801)
            wait_for(lambda: "lapse" not in a.server.run("jobs", "list", "--kind", "lapse")[1], what="the lapse")
            equal(a.status(made), ("confirmed", None), "what is booked does not lapse")
            equal(len(dropped(a.box)), 2, "no other mail")


@suite.case("what nobody confirms lapses after 30 minutes, and the time is free (decisions 25)")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        a = Asking(s, folder)
        with a.server:
            start = a.starts()[4]
            made = a.book(start)
            [mail] = a.mails(1)
            a.tick(1799)
            a.server.run("check")
            equal(start in a.starts(), False, "held")
            a.tick(1800)
            wait_for(lambda: start in a.starts(), what="the free time")
            equal(a.status(made), ("declined", None))
            equal(a.history(made), [("requested", "invitee"), ("lapsed", "server")])
            equal(a.click(made, link_in(mail)[0], 409)["type"].rsplit("/", 1)[1], "cancelled")
            a.book(start)
            equal([str(m["Subject"]) for m in a.mails(2)], ["Please confirm: Introduction"] * 2)


@suite.case("a host who confirms is asked after the invitee, with a limit of their own")
def _(s):
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        a = Asking(s, folder, confirm=True, pending_hours=2)
        with a.server:
            one, two = (a.book(start) for start in a.starts()[4:6])
            tokens = {made["id"]: token for made in (one, two) for mail in a.mails(2)
                      for token in [link_in(mail)[0]] if token.startswith(made["id"] + ".")}
            a.tick(60)
            for made in (one, two):
                got = a.click(made, tokens[made["id"]])
                equal((got["status"], got["waits_for"]), ("pending", "host"))
            equal([str(m["Subject"]) for m in a.mails(4)[2:]], ["Requested: Introduction"] * 2)
            a.tick(1900)
            a.ask(a.alice, f"/api/bookings/{one['id']}/confirm", 200, {})
            equal(len(a.mails(5)), 5, "asked, told that their host is to decide; one invited")
            wait_for(lambda: a.server.run("jobs", "list", "--kind", "lapse")[1].count("lapse") == 2,
                     what="the first limits")
            equal((a.status(one), a.status(two)), (("confirmed", None), ("pending", "host")))
            a.tick(60 + 7200)
            wait_for(lambda: a.status(two)[0] == "declined", what="the second limit")
            equal(a.history(two), [("requested", "invitee")] * 2 + [("lapsed", "server")])
            equal(a.history(one), [("requested", "invitee")] * 2 + [("confirmed", "host")])


suite.main()
