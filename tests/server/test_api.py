#!/usr/bin/python3
"""What a host sets up by JSON, how requests are refused, and the caps on mail."""
import datetime
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, equal, next_monday, parallel, wait_for  # noqa: E402

suite = Suite("api")
JSON = {"Content-Type": "application/json"}
DAY = datetime.timedelta(days=1)
INTRO = {"slug": "intro", "title": "Introduction", "durations": [30]}


def prepared(s, env=None):
    server = s.server(env)
    server.add_user("alice", "Europe/Berlin")
    server.add_user("bob", "America/New_York")
    server.type_id = server.add_type("alice")
    return server.start()


def send(client, method, path, body=None, **headers):
    sent = {k.replace("_", "-"): v for k, v in headers.items()}
    if body is not None:
        sent = {**JSON, **sent}
        body = body if isinstance(body, str) else json.dumps(body)
    return client.request(method, path, body, sent)


def slots(client, date, slug="intro", **more):
    query = {"host": "alice", "type": slug, "date": date, **more}
    got = client.request("GET", "/api/availability/slots?" +
                         "&".join(f"{k}={v}" for k, v in query.items()))
    equal(got.status, 200, got.text)
    return got.json()["slots"]


def booking(start, email="ivy@example.net", **more):
    return {"host": "alice", "type": "intro", "start_time": start, "invitee_name": "Ivy",
            "invitee_email": email, "invitee_timezone": "Europe/Berlin", **more}


def book(client, start, *words, **more):
    got = send(client, "POST", "/api/bookings", booking(start, *words, **more))
    equal(got.status, 201, got.text)
    return got.json()


def word(answer):
    equal(answer.header("Content-Type"), "application/problem+json", answer.text)
    return answer.json()["type"].rsplit("/", 1)[1]


# ---- what every endpoint does -----------------------------------------------------------------

@suite.case("405 names what is allowed, OPTIONS as well, and HEAD is GET without the body")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        for client, path, allow in (
                (nobody, "/api/availability/slots", "OPTIONS, GET, HEAD"),
                (nobody, "/api/bookings", "OPTIONS, GET, HEAD, POST"),
                (nobody, "/api/bookings/x", "OPTIONS, GET, HEAD, DELETE"),
                (nobody, "/api/bookings/x/reschedule", "OPTIONS, POST"),
                (alice, "/api/meeting-types/x", "OPTIONS, GET, HEAD, PUT, DELETE"),
                (alice, "/api/schedules", "OPTIONS, GET, HEAD, POST")):
            got = client.request("PATCH", path)
            equal([got.status, got.header("Allow"), word(got)],
                  [405, allow, "method-not-allowed"], path)
            got = client.request("OPTIONS", path)
            equal([got.status, got.header("Allow")], [204, allow], path)
        equal(nobody.request("OPTIONS", "/api/meeting-types").status, 204, "OPTIONS needs nobody")
        path = f"/api/availability/slots?host=alice&type=intro&date={next_monday()}"
        get, head = nobody.request("GET", path), nobody.request("HEAD", path)
        equal([head.status, head.body, head.header("Content-Length")],
              [200, b"", str(len(get.body))])


@suite.case("an unknown path below /api is 404 in JSON")
def _(s):
    with prepared(s) as server:
        for path in ("/api", "/api/", "/api/nothing", "/api/availability", "/api/bookings/",
                     "/api/bookings/a/b", "/api/availability/slots/x", "/api/bookings/a/reschedule/x"):
            got = server.client().request("GET", path)
            equal([got.status, word(got)], [404, "not-found"], path)


@suite.case("a body that is not application/json is 415: no form of another site can book")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        start = slots(nobody, next_monday())[0]["start_time"]
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
                     "text/plain; application/json", ""):
            got = nobody.request("POST", "/api/bookings", json.dumps(booking(start)),
                                 {"Content-Type": kind})
            equal([got.status, word(got)], [415, "bad-media-type"], kind)
        equal(slots(nobody, next_monday())[0]["start_time"], start)
        got = nobody.request("POST", "/api/bookings", json.dumps(booking(start)),
                             {"Content-Type": "Application/JSON; charset=utf-8"})
        equal(got.status, 201, got.text)


@suite.case("pages of other origins may read the open slots, and nothing else")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        for query in (f"host=alice&type=intro&date={next_monday()}", "host=alice"):
            got = send(nobody, "GET", "/api/availability/slots?" + query,
                       Origin="https://elsewhere.example")
            equal(got.header("Access-Control-Allow-Origin"), "*", query)
        for method, path in (("OPTIONS", "/api/bookings"), ("POST", "/api/bookings"),
                             ("GET", "/api/bookings/x?token=y"), ("OPTIONS", "/api/meeting-types")):
            got = send(nobody, method, path, Origin="https://elsewhere.example")
            equal(got.header("Access-Control-Allow-Origin"), None, path)


@suite.case("a body past 64 KiB is 413, in JSON")
def _(s):
    with prepared(s) as server:
        got = send(server.client(), "POST", "/api/bookings", booking("x", answers={"a": "b" * 70000}))
        equal([got.status, word(got)], [413, "too-large"])


# ---- slots ---------------------------------------------------------------------------------------

@suite.case("from and to give every date, the last included, as each date alone does")
def _(s):
    with prepared(s) as server:
        nobody, first = server.client(), next_monday()
        last = first + 8 * DAY
        got = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                                    f"&from={first}&to={last}&timezone=Asia%2FKolkata").json()
        equal([got["timezone"], got["host"], got["type"], got["meeting_type_id"],
               got["duration_minutes"]], ["Asia/Kolkata", "alice", "intro", server.type_id, 30])
        equal([d["date"] for d in got["days"]], [str(first + i * DAY) for i in range(9)])
        for day in got["days"]:
            equal(day["slots"], slots(nobody, day["date"], timezone="Asia/Kolkata"), day["date"])
        path = f"/api/availability/slots?host=alice&type=intro&from={first}&to="
        equal(nobody.request("GET", path + str(first + 61 * DAY)).status, 200, "62 days")
        for to in (first + 62 * DAY, first - DAY, "", "tomorrow"):
            equal(nobody.request("GET", path + str(to)).status, 400, f"to {to}")


# ---- bookings ------------------------------------------------------------------------------------

@suite.case("a member that nobody knows is refused by name, and nothing is booked")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        start = slots(nobody, next_monday())[0]["start_time"]
        for more, status, member in (({"hold": "x"}, 422, "hold"), ({"seats": 2}, 422, "seats"),
                                     ({"invitee_name": 5}, 400, "invitee_name"),
                                     ({"duration_minutes": "30"}, 400, "duration_minutes"),
                                     ({"answers": "x"}, 422, "answers"),
                                     ({"answers": {"a": {"b": 1}}}, 422, "answers"),
                                     ({"start_time": None}, 400, "start_time")):
            got = send(nobody, "POST", "/api/bookings", booking(start, **more))
            equal([got.status, got.json().get("member")], [status, member], f"{more}")
        equal(slots(nobody, next_monday())[0]["start_time"], start)


@suite.case("a 422 says which rule refuses, in the words of decisions 37")
def _(s):
    with prepared(s) as server:
        nobody, monday = server.client(), next_monday()
        for start, reason in ((f"{monday}T03:00:00Z", "outside_hours"),
                              (f"{monday}T10:10:00Z", "not_on_grid"),
                              (f"{monday + 70 * DAY}T10:00:00Z", "too_late"),
                              ("2020-01-06T09:00:00Z", "past")):
            got = send(nobody, "POST", "/api/bookings", booking(start))
            equal([got.status, word(got), got.json()["reason"]], [422, "not-offered", reason])
        got = send(nobody, "POST", "/api/bookings", booking(f"{monday}T10:00:00Z",
                                                            duration_minutes=-5))
        equal([got.status, got.json().get("reason")], [422, "duration"])


@suite.case("answers and the invitee come back as they were given")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        answers = {"Wörüber?": "\"Tea\" \\ \n", "n": -3, "yes": True}
        start = slots(nobody, next_monday())[0]["start_time"]
        made = book(nobody, start, answers=answers)
        got = alice.request("GET", f"/api/bookings/{made['id']}").json()
        equal([got["answers"], got["invitee_name"], got["invitee_email"], got["status"],
               got["join_url"], got["host"], got["type"], got["title"]],
              [answers, "Ivy", "ivy@example.net", "confirmed", None, "alice", "intro",
               "Introduction"])


@suite.case("what a type asks must be answered, and a 422 names the question")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        got = send(alice, "POST", "/api/meeting-types", {
            "slug": "ask", "title": "Ask", "durations": [30], "questions": [
                {"id": "drink", "text": "Drink?", "type": "choice", "required": True,
                 "choices": ["Tea", "Coffee"]},
                {"id": "size", "text": "Size?", "type": "number"}]})
        equal(got.status, 201, got.text)
        start = slots(nobody, next_monday())[0]["start_time"]
        for answers, member in (({}, "answers.drink"), ({"drink": "Beer"}, "answers.drink"),
                                ({"drink": "Tea", "size": "big"}, "answers.size")):
            got = send(nobody, "POST", "/api/bookings", booking(start, type="ask", answers=answers))
            equal([got.status, got.json().get("member")], [422, member], got.text)
        equal(slots(nobody, next_monday())[0]["start_time"], start, "nothing was booked")
        answers = {"Drink?": "Tea", "size": 41.5}
        equal(book(nobody, start, type="ask", answers=answers)["answers"], answers)


@suite.case("E12: with its token a booking and its spent link are not in its own way")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        kind = {"slug": "mine", "title": "M", "durations": [30], "step_minutes": 15,
                "buffer_after_minutes": 15, "access": "link"}
        equal(send(alice, "POST", "/api/meeting-types", kind).status, 201)
        link = send(alice, "POST", "/api/links", {"type": "mine", "label": "l"}).json()["link"]
        starts = [x["start_time"] for x in slots(nobody, next_monday(), "mine", link=link)]
        made = book(nobody, starts[4], type="mine", link=link)
        token = made["cancel_url"].rsplit("/", 1)[1]
        path = f"/api/availability/slots?host=alice&type=mine&date={next_monday()}"
        for query, status in (("", 404), (f"&link={link}", 409), (f"&link={link}&token=", 409),
                              ("&token=x", 404), (f"&token={token}x", 404)):
            equal(nobody.request("GET", path + query).status, status, query)
        equal([x["start_time"] for x in slots(nobody, next_monday(), "mine", token=token)], starts)
        again = send(alice, "POST", "/api/links", {"type": "mine", "label": "l"}).json()["link"]
        without = [x["start_time"] for x in slots(nobody, next_monday(), "mine", link=again)]
        equal(starts[5] in without, False, "it is in the way of others")
        other = f"/api/availability/slots?host=alice&type=intro&date={next_monday()}&token={token}"
        equal(nobody.request("GET", other).status, 404, "of another type")
        moved = send(nobody, "POST", f"/api/bookings/{made['id']}/reschedule?token={token}",
                     {"start_time": starts[5]})
        equal(moved.status, 200, moved.text)
        equal(nobody.request("DELETE", f"/api/bookings/{made['id']}?token={token}").status, 200)
        equal(nobody.request("GET", f"{path}&token={token}").status, 404, "it is over")


@suite.case("a question about slots is one of a date or of several, and its answer has a bound")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        kind = {"slug": "each", "title": "E", "durations": [30], "step_minutes": 1,
                "window_days": 90}
        equal(send(alice, "POST", "/api/meeting-types", kind).status, 201)
        first = next_monday()
        path = f"/api/availability/slots?host=alice&type=each&from={first}"
        both = nobody.request("GET", f"{path}&date={first}")
        equal((both.status, both.json()["member"]), (400, "date"), both.text)
        much = nobody.request("GET", f"{path}&to={first + 61 * DAY}")
        equal((much.status, much.json()["member"]), (400, "to"), much.text[:200])
        equal(nobody.request("GET", f"{path}&to={first + 30 * DAY}").status, 200)


@suite.case("who is called must say where, as any page can see among the questions")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        rules = {"slug": "call", "title": "Call", "durations": [30], "location": {"kind": "phone"},
                 "questions": [{"id": "topic", "text": "Topic?"}]}
        made = send(alice, "POST", "/api/meeting-types", rules)
        equal([q["id"] for q in made.json()["questions"]], ["phone", "topic"], made.text)
        equal([made.json()["questions"][0][k] for k in ("type", "required")], ["phone", True])
        start = slots(nobody, next_monday())[0]["start_time"]
        for answers in ({}, {"topic": "Tea"}, {"phone": ""}, {"phone": "call me"}):
            got = send(nobody, "POST", "/api/bookings", booking(start, type="call", answers=answers))
            equal([got.status, got.json().get("member")], [422, "answers.phone"], got.text)
        book(nobody, start, type="call", answers={"phone": "+49 (30) 1234"})
        # What is shown may come back, and goes with the telephone.
        path = f"/api/meeting-types/{made.json()['id']}"
        shown = alice.request("GET", path).json()
        got = send(alice, "PUT", path, shown)
        equal([q["id"] for q in got.json()["questions"]], ["phone", "topic"], got.text)
        got = send(alice, "PUT", path, {**shown, "version": got.json()["version"],
                                        "location": {"kind": "none"}})
        equal([q["id"] for q in got.json()["questions"]], ["topic"], got.text)
        own = {"id": "phone", "text": "Mobile?", "type": "phone", "required": True}
        for more, status in (({}, 201), ({"required": False}, 422), ({"type": "text"}, 422)):
            got = send(alice, "POST", "/api/meeting-types",
                       {**rules, "slug": "own", "questions": [{**own, **more}]})
            equal(got.status, status, got.text)


@suite.case("a reason to cancel is said in the query or in the body, and nothing is dropped")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = [x["start_time"] for x in slots(nobody, next_monday())]

        def cancel(start, query="", body=None):
            made = book(nobody, start)
            path = made["cancel_url"].rsplit("/", 1)[1]
            return send(nobody, "DELETE", f"/api/bookings/{made['id']}?token={path}{query}", body)

        equal(cancel(offered[0], "&reason=ill").json()["reason"], "ill")
        equal(cancel(offered[0], body={"reason": "late"}).json()["reason"], "late")
        equal(cancel(offered[0], body={}).json()["status"], "cancelled")
        for i, (query, body, status, member) in enumerate((
                ("", {"why": "ill"}, 422, "why"), ("", {"reason": 5}, 400, "reason"),
                ("&reason=a", {"reason": "b"}, 400, "reason"), ("", {"version": 7}, 412, "version"))):
            got = cancel(offered[1 + 2 * i], query, body)
            equal([got.status, got.json().get("member")], [status, member], got.text)


@suite.case("E9: a retry is answered before its link and its type are looked at")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        made = send(alice, "POST", "/api/meeting-types",
                    {"slug": "secret", "title": "Secret", "durations": [30], "access": "link"}).json()
        link = send(alice, "POST", "/api/links", {"meeting_type_id": made["id"], "uses_max": 1})
        start = slots(nobody, next_monday())[0]["start_time"]
        body = booking(start, type="secret", link=link.json()["link"])

        def ask(key, **more):
            got = send(nobody, "POST", "/api/bookings", {**body, **more}, Idempotency_Key=key)
            return got.status, got.json().get("id"), got.header("Idempotent-Replayed")

        status, first, _ = ask("k1")
        equal(status, 201)
        equal(ask("k1"), (201, first, "true"), "the link is spent")
        equal(ask("k2")[0], 409, "for others")
        equal(alice.request("DELETE", f"/api/meeting-types/{made['id']}").status, 204)
        equal(ask("k1"), (201, first, "true"), "the type is gone")
        equal(ask("k1", invitee_name="Eve")[0], 422, "another body")
        equal(ask("k3")[0], 404, "for others")


@suite.case("a booking opens for its token and its host; for others it does not exist")
def _(s):
    with prepared(s) as server:
        nobody, alice, bob = server.client(), server.client("alice"), server.client("bob")
        offered = slots(nobody, next_monday())
        made = book(nobody, offered[0]["start_time"])
        other = book(nobody, offered[1]["start_time"])
        path = f"/api/bookings/{made['id']}"
        token = made["cancel_url"].rsplit("/", 1)[1]
        equal(nobody.request("GET", f"{path}?token={token}").status, 200)
        equal(alice.request("GET", path).status, 200)
        wrong = other["cancel_url"].rsplit("/", 1)[1]
        host = alice.request("GET", path).json()["cancel_url"].rsplit("/", 1)[1]
        equal(host != token, True, "a host has a link of their own")
        for client, tail, status in ((nobody, "", 401), (bob, "", 404),
                                     (nobody, f"?token={wrong}", 404), (nobody, "?token=", 404),
                                     (nobody, f"?token={token}x", 404),
                                     (bob, f"?token={wrong}", 404),
                                     (nobody, f"?token={token.replace('.i.', '.h.')}", 404)):
            for method in ("GET", "DELETE"):
                equal(client.request(method, path + tail).status, status, f"{method} {tail}")
        wrong = server.client("alice", "wrong")
        equal(wrong.request("GET", path).status, 401)
        equal(send(wrong, "POST", "/api/bookings", booking(offered[2]["start_time"])).status, 401,
              "nobody needs a password here, but a wrong one is refused")
        equal(alice.request("GET", path).json()["version"], 1, "nothing has changed")


@suite.case("versions: 412 for an old one, in the body or If-Match, and nothing moves (decisions 39)")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = [x["start_time"] for x in slots(nobody, next_monday())]
        made = book(nobody, offered[0])
        token = made["cancel_url"].rsplit("/", 1)[1]
        path = f"/api/bookings/{made['id']}"
        move = f"{path}/reschedule?token={token}"
        got = send(nobody, "POST", move, {"start_time": offered[2], "version": 1, "reason": "late"})
        equal([got.status, got.json()["version"], got.header("ETag")], [200, 2, '"2"'])
        for body, headers in (({"version": 1}, {}), ({}, {"If_Match": '"1"'}), ({}, {"If_Match": "1"})):
            got = send(nobody, "POST", move, {"start_time": offered[4], **body}, **headers)
            equal([got.status, word(got)], [412, "precondition-failed"], f"{body} {headers}")
        equal(send(nobody, "DELETE", f"{path}?token={token}", None, If_Match='"1"').status, 412)
        for bad in ({"version": 0}, {"version": "2"}, {"version": 1.5}):
            equal(send(nobody, "POST", move, {"start_time": offered[4], **bad}).status, 400, f"{bad}")
        got = send(nobody, "POST", move, {"start_time": offered[4]}, If_Match="*")
        equal([got.status, got.json()["version"]], [200, 3])
        got = send(nobody, "POST", move, {"start_time": offered[4]})
        equal([got.status, got.json()["version"]], [200, 3], "where it stands already")
        other = book(nobody, offered[6], "jo@example.net")
        got = send(nobody, "POST", move, {"start_time": offered[6]})
        equal([got.status, word(got)], [409, "slot-taken"])
        equal([x["start_time"] for x in got.json()["slots"]],
              [o for o in offered if o != offered[6]], "its own time is not in its way")
        equal(send(nobody, "DELETE", f"{path}?token={token}").json()["version"], 4)
        got = send(nobody, "POST", move, {"start_time": offered[0]})
        equal([got.status, word(got)], [409, "cancelled"])
        equal(nobody.request("GET", f"{path}?token={token}").json()["start_time"], offered[4])
        equal(other["version"], 1)


@suite.case("E12: of many moves and cancels at once, each is answered, and the end is one of them")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        offered = [x["start_time"] for x in slots(nobody, next_monday())]
        made = book(nobody, offered[0])
        token = made["cancel_url"].rsplit("/", 1)[1]
        path = f"/api/bookings/{made['id']}"

        def one(i):
            if i % 4 == 3:
                return send(server.client(), "DELETE", f"{path}?token={token}").status
            return send(server.client(), "POST", f"{path}/reschedule?token={token}",
                        {"start_time": offered[i + 1]}).status

        answers = parallel(12, one)
        equal([a for a in answers if a not in (200, 409, 412)], [], f"{answers}")
        equal({answers[i] for i in (3, 7, 11)}, {200}, "a cancel ends cancelled")
        equal(nobody.request("GET", f"{path}?token={token}").json()["status"], "cancelled")
        equal([x["start_time"] for x in slots(nobody, next_monday())], offered)
        equal(server.run("check")[1].strip(), "All is well.")


@suite.case("a host's list: by start, in pages, from dates or instants")
def _(s):
    with prepared(s) as server:
        nobody, alice = server.client(), server.client("alice")
        monday = next_monday()
        starts = [x["start_time"] for x in slots(nobody, monday)][:5]
        for start in reversed(starts):
            book(nobody, start)
        all_of_them = alice.request("GET", "/api/bookings").json()
        equal([b["start_time"] for b in all_of_them["bookings"]], starts)
        equal("next_cursor" in all_of_them, False)
        path = f"/api/bookings?from={monday}&to={monday + DAY}&limit=2"
        pages, more = [], ""
        while more is not None:
            page = alice.request("GET", path + more).json()
            pages.append([b["start_time"] for b in page["bookings"]])
            more = f"&cursor={page['next_cursor']}" if "next_cursor" in page else None
        equal(pages, [starts[:2], starts[2:4], starts[4:]])
        equal(alice.request("GET", f"/api/bookings?to={monday}").json()["bookings"], [])
        equal(server.client("bob").request("GET", "/api/bookings").json()["bookings"], [])
        equal(nobody.request("GET", "/api/bookings").status, 401)
        for query in ("from=x", "to=x", "limit=0", "limit=501", "limit=x", "from=%ff", "cursor=x"):
            equal(alice.request("GET", "/api/bookings?" + query).status, 400, query)


# ---- what a host offers --------------------------------------------------------------------------

@suite.case("meeting types are made, read, replaced and deleted (decisions 42)")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        got = send(alice, "POST", "/api/meeting-types",
                   {"slug": "long", "title": "Long talk", "durations": [60, 90], "step_minutes": 30,
                    "notice_minutes": 0, "buffer_after_minutes": 15, "shared_buffers": True})
        equal(got.status, 201, got.text)
        made = got.json()
        equal(got.header("Location"), f"/api/meeting-types/{made['id']}")
        equal({k: made[k] for k in ("slug", "title", "durations", "step_minutes", "notice_minutes",
                                    "window_days", "buffer_before_minutes", "buffer_after_minutes",
                                    "shared_buffers", "schedule", "version", "host")},
              {"slug": "long", "title": "Long talk", "durations": [60, 90], "step_minutes": 30,
               "notice_minutes": 0, "window_days": 60, "buffer_before_minutes": 0,
               "buffer_after_minutes": 15, "shared_buffers": True, "schedule": "default",
               "version": 1, "host": "alice"})
        equal(made["booking_url"].endswith("/book/alice/long"), True)
        equal(slots(nobody, next_monday(), "long", duration_minutes=60)[0]["end"], "10:00")
        listed = alice.request("GET", "/api/meeting-types").json()["meeting_types"]
        equal([t["slug"] for t in listed], ["intro", "long"])
        equal(alice.request("GET", "/api/meeting-types/long").json(), made, "by its slug too")
        # What was read may be sent back.
        made["durations"] = [45]
        got = send(alice, "PUT", f"/api/meeting-types/{made['id']}", made)
        equal([got.status, got.json()["version"], got.json()["durations"]], [200, 2, [45]], got.text)
        equal(slots(nobody, next_monday(), "long")[0]["end"], "09:45")
        got = send(alice, "PUT", f"/api/meeting-types/{made['id']}", made)
        equal([got.status, word(got)], [412, "precondition-failed"], "an old version")
        got = send(alice, "DELETE", "/api/meeting-types/long", None, If_Match='"1"')
        equal(got.status, 412)
        got = send(alice, "DELETE", "/api/meeting-types/long", None, If_Match='"2"')
        equal([got.status, got.body], [204, b""])
        equal(alice.request("GET", "/api/meeting-types/long").status, 404)
        equal(alice.request("DELETE", "/api/meeting-types/long").status, 404)


@suite.case("a type with a rule this server does not know is refused by name, never half kept")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        for more, member in (({"seat": 5}, "seat"), ({"limits": {"year": 1}}, "limits"),
                             ({"confirm": 1}, "confirm"), ({"team": {}}, "team"),
                             ({"questions": {}}, "questions"), ({"durations": []}, "durations"),
                             ({"durations": [0]}, "durations"), ({"durations": [30, 30]}, "durations"),
                             ({"step_minutes": -1}, "step_minutes"), ({"slug": "Big"}, "slug"),
                             ({"slug": ""}, "slug"), ({"title": " "}, "title"),
                             ({"title": "two\nlines"}, "title"), ({"window_days": 366}, "window_days"),
                             ({"schedule": "nothing"}, "schedule")):
            got = send(alice, "POST", "/api/meeting-types", {**INTRO, "slug": "new", **more})
            equal([got.status, got.json().get("member")], [422, member], f"{more}: {got.text}")
        got = send(alice, "POST", "/api/meeting-types", INTRO)
        equal([got.status, word(got)], [409, "conflict"], "the slug is taken")
        equal(len(alice.request("GET", "/api/meeting-types").json()["meeting_types"]), 1)


@suite.case("another host's types and schedules are out of reach")
def _(s):
    with prepared(s) as server:
        bob, nobody = server.client("bob"), server.client()
        path = f"/api/meeting-types/{server.type_id}"
        for method, body in (("GET", None), ("PUT", INTRO), ("DELETE", None)):
            equal(send(bob, method, path, body).status, 404, method)
            equal(send(nobody, method, path, body).status, 401, method)
            equal(send(nobody, method, "/api/schedules/default", body).status, 401, method)
        equal(server.client("alice").request("GET", path).status, 200)


@suite.case("schedules are made, used, replaced and deleted; overrides rule their date")
def _(s):
    with prepared(s) as server:
        alice, nobody, monday = server.client("alice"), server.client(), next_monday()
        default = alice.request("GET", "/api/schedules/default").json()
        equal([default["timezone"], default["version"], len(default["weekly"])],
              ["Europe/Berlin", 1, 5])
        got = send(alice, "POST", "/api/schedules",
                   {"name": "Evenings", "timezone": "America/New_York",
                    "weekly": [{"day": "mon", "start": "22:00", "end": "01:00"}],
                    "overrides": [{"date": str(monday + 7 * DAY), "windows": []}]})
        equal(got.status, 201, got.text)
        evenings = got.json()
        equal(got.header("Location"), f"/api/schedules/{evenings['id']}")
        send(alice, "POST", "/api/meeting-types", {**INTRO, "slug": "late", "durations": [60],
                                                   "schedule": evenings["id"]})
        equal([x["start"] for x in slots(nobody, monday, "late")], ["22:00", "23:00"])
        equal([x["start"] for x in slots(nobody, monday + DAY, "late")], ["00:00"])
        equal(slots(nobody, monday + 7 * DAY, "late"), [])
        got = send(alice, "DELETE", f"/api/schedules/{evenings['id']}")
        equal([got.status, word(got)], [409, "conflict"], "a type goes by it")
        evenings["weekly"][0]["end"] = "24:00"
        got = send(alice, "PUT", f"/api/schedules/{evenings['id']}", evenings)
        equal([got.status, got.json()["version"]], [200, 2], got.text)
        equal(send(alice, "PUT", f"/api/schedules/{evenings['id']}", evenings).status, 412)
        equal(slots(nobody, monday + DAY, "late"), [])
        equal(alice.request("DELETE", "/api/meeting-types/late").status, 204)
        equal(alice.request("DELETE", f"/api/schedules/{evenings['id']}").status, 204)
        equal([x["id"] for x in alice.request("GET", "/api/schedules").json()["schedules"]],
              ["default"])
        equal(alice.request("DELETE", "/api/schedules/default").status, 409)


@suite.case("bad schedules are refused and change nothing")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        before = alice.request("GET", "/api/schedules/default").json()
        for more, status in (({"timezone": "Mars/Olympus"}, 400), ({"timezone": 5}, 422),
                             ({"name": ""}, 422), ({"weekly": "x"}, 422), ({"holiday": []}, 422),
                             ({"weekly": [{"day": "mon", "start": "9:00", "end": "17:00"}]}, 422),
                             ({"weekly": [{"day": "mon", "start": "24:00", "end": "17:00"}]}, 422),
                             ({"weekly": [{"day": "monday", "start": "09:00", "end": "17:00"}]}, 422),
                             ({"overrides": [{"date": "2027-02-29", "windows": []}]}, 422),
                             ({"overrides": [{"date": "2027-02-28"}]}, 422)):
            got = send(alice, "PUT", "/api/schedules/default", {**before, **more})
            equal(got.status, status, f"{more}: {got.text}")
        equal(alice.request("GET", "/api/schedules/default").json(), before)


@suite.case("E15: rules that change between listing and booking: the rules at booking count")
def _(s):
    with prepared(s) as server:
        alice, nobody = server.client("alice"), server.client()
        offered = slots(nobody, next_monday())
        default = alice.request("GET", "/api/schedules/default").json()
        default["weekly"] = [{"day": "mon", "start": "12:00", "end": "13:00"}]
        equal(send(alice, "PUT", "/api/schedules/default", default).status, 200)
        got = send(nobody, "POST", "/api/bookings", booking(offered[0]["start_time"]))
        equal([got.status, got.json()["reason"]], [422, "outside_hours"])
        equal(alice.request("DELETE", f"/api/meeting-types/{server.type_id}").status, 204)
        got = send(nobody, "POST", "/api/bookings", booking(offered[6]["start_time"]))
        equal([got.status, word(got)], [404, "not-found"])


# ---- caps (decisions 25) ---------------------------------------------------------------------------

@suite.case("caps on mail: per mailbox, per source, per host; what fails is not counted")
def _(s):
    caps = {"FASTI_LIMITS_LOOPBACK": "on", "FASTI_LIMITS_BOOKINGS_PER_INVITEE": "2",
            "FASTI_LIMITS_BOOKINGS_PER_SOURCE": "4", "FASTI_LIMITS_BOOKINGS_PER_HOST": "1000"}
    with prepared(s, caps) as server:
        nobody = server.client()
        offered = [x["start_time"] for x in slots(nobody, next_monday())]
        made = book(nobody, offered[0])
        for _ in range(3):
            equal(send(nobody, "POST", "/api/bookings", booking(offered[0])).status, 409)
        book(nobody, offered[1], "Ivy+two@example.net")
        got = send(nobody, "POST", "/api/bookings", booking(offered[2], "IVY+three@example.net"))
        equal([got.status, word(got)], [429, "too-many-requests"])
        equal(1000 < int(got.header("Retry-After")) <= 1801, True, got.header("Retry-After"))
        token = made["cancel_url"].rsplit("/", 1)[1]
        got = send(nobody, "POST", f"/api/bookings/{made['id']}/reschedule?token={token}",
                   {"start_time": offered[2]})
        equal(got.status, 429, "a move sends a mail as well")
        # An invitation that is overtaken by its cancellation is not sent.
        wait_for(lambda: len(server.mails()) == 2, what="two invitations")
        equal(nobody.request("DELETE", f"/api/bookings/{made['id']}?token={token}").status, 200)
        book(nobody, offered[3], "jo@example.net")
        book(nobody, offered[4], "kim@example.net")
        got = send(nobody, "POST", "/api/bookings", booking(offered[5], "lee@example.net"))
        equal(got.status, 429, "too many from one address")
        wait_for(lambda: len(server.mails()) == 5, what="four invitations and a cancellation")


@suite.case("E7: one address reserves so many times an hour, and no more")
def _(s):
    caps = {"FASTI_LIMITS_LOOPBACK": "on", "FASTI_LIMITS_HOLDS_PER_SOURCE": "2"}
    with prepared(s, caps) as server:
        nobody = server.client()
        starts = [x["start_time"] for x in slots(nobody, next_monday())][:3]
        got = [send(nobody, "POST", "/api/holds", {"host": "alice", "type": "intro",
                                                   "start_time": start}) for start in starts]
        equal([g.status for g in got], [201, 201, 429], got[2].text)
        equal(1000 < int(got[2].header("Retry-After")) <= 1801, True)
        book(nobody, starts[2])


@suite.case("E12: a move that loses its race sends no mail, and is not counted")
def _(s):
    caps = {"FASTI_LIMITS_LOOPBACK": "on", "FASTI_LIMITS_BOOKINGS_PER_INVITEE": "16",
            "FASTI_LIMITS_BOOKINGS_PER_SOURCE": "1000", "FASTI_LIMITS_BOOKINGS_PER_HOST": "1000"}
    with prepared(s, caps) as server:
        nobody = server.client()
        offered = [x["start_time"] for x in slots(nobody, next_monday())]
        made = book(nobody, offered[0])
        token = made["cancel_url"].rsplit("/", 1)[1]
        path = f"/api/bookings/{made['id']}/reschedule?token={token}"

        def move(start, version=None):
            return send(server.client(), "POST", path, {"start_time": start, "version": version})

        for version in range(1, 9):
            answers = parallel(7, lambda i: move(offered[version % 2 * 7 + i + 1], version).status)
            equal(sorted(answers), [200] + 6 * [412])
        # 9 of 16 are counted: as long as all were under way, no more than 15 were.
        equal([move(offered[i % 2]).status for i in range(8)], 7 * [200] + [429])


@suite.case("a client on the server's own machine is exempt from caps (decisions 24, 45)")
def _(s):
    with prepared(s, {"FASTI_LIMITS_BOOKINGS_PER_INVITEE": "1"}) as server:
        nobody = server.client()
        for slot in slots(nobody, next_monday())[:3]:
            book(nobody, slot["start_time"])


@suite.case("behind a trusted proxy the forwarded address is the source")
def _(s):
    caps = {"FASTI_LIMITS_BOOKINGS_PER_SOURCE": "1", "FASTI_SERVER_TRUSTED_PROXIES": "127.0.0.1"}
    with prepared(s, caps) as server:
        nobody = server.client()
        offered = iter(slots(nobody, next_monday()))

        def from_address(address, n):
            return send(nobody, "POST", "/api/bookings",
                        booking(next(offered)["start_time"], f"g{n}@example.net"),
                        X_Forwarded_For=address).status

        equal([from_address("192.0.2.1", 1), from_address("192.0.2.1", 2),
               from_address("192.0.2.2", 3)], [201, 429, 201])
        equal([from_address("2001:db8::1", 4), from_address("2001:db8::ffff", 5),
               from_address("2001:db8:1::1", 6)], [201, 429, 201], "of IPv6 the network counts")


suite.main()
