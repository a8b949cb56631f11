#!/usr/bin/python3
"""docs/openapi.yaml is true: every endpoint, by real requests and answers."""
import datetime
import email
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "federation")]
import yaml  # noqa: E402

from contract import ROOT, Contract, Strict  # noqa: E402
from fasti import PASSWORD, Suite, ahead, equal, event, wait_for  # noqa: E402
from google import Google  # noqa: E402

suite = Suite("openapi")


class Checked:
    """A client whose requests and answers are judged."""

    def __init__(self, contract, client):
        self.contract, self.client = contract, client

    def ask(self, method, path, body=None, status=200, kind="application/json", **headers):
        sent = {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None:
            sent["Content-Type"] = kind
            body = body if isinstance(body, str) else json.dumps(body)
        got = self.client.request(method, path, body, sent)
        self.contract.check(method, path, sent, body, got)
        equal(got.status, status, f"{method} {path}: {got.text}")
        return got.json() if got.body and "json" in got.header("Content-Type") else got


class House:
    def __init__(self, s, google=None):
        self.server, self.google = s.server(), google
        if google:
            secret = os.path.join(self.server.folder, "google-secret")
            with open(secret, "w", encoding="ascii") as file:
                file.write(google.client_secret + "\n")
            self.server.env.update(google.config(), FASTI_GOOGLE_SECRET_FILE=secret,
                                   FASTI_FEDERATION_PRIVATE="on")
        self.server.add_user("alice")
        self.server.add_user("bob")
        self.server.add_type("alice")
        self.server.start()
        self.contract = Contract()
        self.alice, self.bob, self.nobody = (
            Checked(self.contract, self.server.client(user)) for user in ("alice", "bob", None))

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.server.__exit__(*why)

    def starts(self, slug="intro", **more):
        query = {"host": "alice", "type": slug, "from": ahead(2), "to": ahead(16), **more}
        got = self.nobody.ask("GET", "/api/availability/slots?" +
                              "&".join(f"{k}={v}" for k, v in query.items()))
        return [x["start_time"] for day in got["days"] for x in day["slots"]]

    def book(self, start, slug="intro", status=201, **more):
        return self.nobody.ask("POST", "/api/bookings", {
            "host": "alice", "type": slug, "start_time": start, "invitee_name": "Ivy",
            "invitee_email": "ivy@example.net", **more}, status)


def routes():
    """The table of endpoints, as the program has it."""
    with open(os.path.join(ROOT, "src", "api", "routes.c"), encoding="utf-8") as file:
        rows = re.findall(r'^\t\{ "([^"]+)",\s+"([A-Z]+)",\s+[A-Z_]+,', file.read(), re.M)
    return {(method, "/api/" + path) for path, method in rows}


def unnamed(path):
    return re.sub(r"\{\w+\}", "*", path)


def slots_and_bookings(house):
    alice, nobody = house.alice, house.nobody
    starts = house.starts()
    nobody.ask("GET", f"/api/availability/slots?host=alice&type=intro&date={starts[0][:10]}")
    alice.ask("GET", f"/api/availability/explain?host=alice&type=intro&start_time={starts[0]}")
    one = house.book(starts[0], answers={"topic": "x", "n": 1, "yes": True})
    house.book(starts[0], status=409)
    alice.ask("GET", f"/api/availability/explain?host=alice&type=intro&start_time={starts[0]}")
    path, token = f"/api/bookings/{one['id']}", one["cancel_url"].rsplit("/", 1)[1]
    nobody.ask("GET", f"{path}?token={token}")
    nobody.ask("GET", f"{path}/event.ics?token={token}")
    nobody.ask("POST", f"{path}/reschedule?token={token}",
               {"start_time": starts[3], "reason": "x", "version": 1})
    nobody.ask("POST", f"{path}/reschedule?token={token}", {"start_time": starts[4], "version": 1},
               412)
    alice.ask("GET", f"{path}/history")
    nobody.ask("DELETE", f"{path}?token={token}&reason=ill", {"reason": "well"}, 400)
    nobody.ask("DELETE", f"{path}?token={token}&reason=ill")
    nobody.ask("DELETE", f"{path}?token={token}", {"reason": "ill"})
    nobody.ask("GET", path, status=401)
    house.bob.ask("GET", path, status=404)
    alice.ask("GET", "/api/bookings?limit=1&status=cancelled&type=intro")
    alice.ask("GET", "/api/bookings?status=other", status=400)
    house.book("2020-01-01T10:00:00Z", status=422)
    house.book(starts[0], status=422, invitee_email="nobody")


def pages(house):
    starts = house.starts()
    made = [house.book(s)["id"] for s in starts[10:17]]
    seen, cursor = [], ""
    while True:
        got = house.alice.ask("GET", f"/api/bookings?limit=3&status=confirmed{cursor}")
        seen += [b["id"] for b in got["bookings"]]
        if "next_cursor" not in got:
            break
        cursor = f"&cursor={got['next_cursor']}"
    equal(seen, made, "each once, in their order")
    house.alice.ask("GET", "/api/bookings?cursor=x", status=400)
    equal(house.alice.ask("GET", "/api/bookings?type=other")["bookings"], [], "of another type")


def types(house):
    alice = house.alice
    whole = {
        "slug": "whole", "title": "Whole", "durations": [30, 60], "step_minutes": 15,
        "notice_days": 1, "window_from": "2026-01-01", "window_to": "2030-01-01",
        "limits": {"day": 9, "per_invitee": 5}, "description": "d", "colour": "#00ff00",
        "location": {"kind": "place", "value": "Room 5"}, "confirm": True, "waiting_list": True,
        "series": {"max": 5}, "hidden": True, "access": "link",
        "questions": [{"id": "q", "text": "Why?", "type": "choice", "choices": ["a", "b"]}]}
    made = alice.ask("POST", "/api/meeting-types", whole, 201)
    alice.ask("GET", "/api/meeting-types")
    alice.ask("GET", f"/api/meeting-types/{made['id']}")
    alice.ask("PUT", "/api/meeting-types/whole", {**whole, "title": "W"}, If_Match='"1"')
    alice.ask("PUT", "/api/meeting-types/whole", {**whole, "title": "W"}, 412, If_Match='"1"')
    alice.ask("POST", "/api/meeting-types", whole, 409)
    alice.ask("POST", "/api/meeting-types", {**whole, "slug": "x", "colours": 1}, 422)
    link = alice.ask("POST", "/api/links", {"type": "whole", "label": "l", "uses_max": 1}, 201)
    alice.ask("GET", "/api/links")
    house.nobody.ask("GET", "/api/availability/slots?host=alice&type=whole&date=2027-01-01",
                     status=404)
    start = house.starts("whole", duration_minutes=30, link=link["link"])[30]
    asked = house.book(start, "whole", duration_minutes=30, link=link["link"])
    equal(asked["status"], "pending", "status")
    alice.ask("POST", f"/api/bookings/{asked['id']}/confirm", {})
    alice.ask("POST", f"/api/bookings/{asked['id']}/decline", {"reason": "x"}, 409)
    house.nobody.ask("GET", "/api/availability/slots?host=alice&type=whole&duration_minutes=30"
                     f"&date={start[:10]}&link={link['link']}", status=409)
    alice.ask("DELETE", f"/api/links/{link['id']}", status=204)
    alice.ask("DELETE", "/api/meeting-types/whole", status=204)
    alice.ask("DELETE", "/api/meeting-types/whole", status=404)
    other = alice.ask("POST", "/api/meeting-types",
                      {"slug": "ask", "title": "Ask", "durations": [30], "confirm": True}, 201)
    no = house.book(house.starts("ask")[40], "ask", meeting_type_id=other["id"])
    alice.ask("POST", f"/api/bookings/{no['id']}/decline", {"reason": "x"})
    by_mail = alice.ask("POST", "/api/meeting-types",
                        {"slug": "mail", "title": "Mail", "durations": [30],
                         "confirm_address": True}, 201)
    asked = house.book(house.starts("mail")[44], "mail", meeting_type_id=by_mail["id"])
    equal((asked["status"], asked["waits_for"]), ("pending", "invitee"))
    path = f"/api/bookings/{asked['id']}/confirm-address?token="
    house.nobody.ask("POST", path + asked["cancel_url"].rsplit("/", 1)[1], {}, 403)
    house.nobody.ask("POST", path + "x", {}, 404)
    link = re.compile(f"/manage/({asked['id']}\\.a\\.[\\w.-]+)")
    token = wait_for(lambda: link.findall("".join(
        p.get_payload(decode=True).decode() for m in house.server.mails()
        for p in email.message_from_bytes(m).walk() if p.get_content_type() == "text/plain")),
        what="the mail")[0]
    done = house.nobody.ask("POST", path + token, {})
    equal((done["status"], done["waits_for"]), ("confirmed", None))


def holds_and_places(house):
    alice, nobody = house.alice, house.nobody
    start = house.starts()[50]
    hold = nobody.ask("POST", "/api/holds", {"host": "alice", "type": "intro",
                                             "start_time": start}, 201)
    nobody.ask("DELETE", f"/api/holds/{hold['hold']}", status=204)
    nobody.ask("DELETE", "/api/holds/x", status=404)
    kind = alice.ask("POST", "/api/meeting-types", {
        "slug": "class", "title": "Class", "durations": [30], "seats": 2, "waiting_list": True},
        201)
    start = house.starts("class")[60]
    house.book(start, "class", seats=2)
    asked = {"host": "alice", "type": "class", "start_time": start, "invitee_name": "Joe",
             "invitee_email": "joe@example.net"}
    path = f"/api/availability/slots?host=alice&type=class&date={start[:10]}"
    for full, want in ((None, []), ("false", []), ("true", [0])):
        got = nobody.ask("GET", path + (f"&full={full}" if full else ""))
        equal([s["seats_left"] for s in got["slots"] if s["start_time"] == start], want, full)
    place = nobody.ask("POST", "/api/waiting", asked, 201)
    alice.ask("GET", f"/api/waiting?meeting_type_id={kind['id']}&start_time={start}")
    nobody.ask("DELETE", f"/api/waiting/{place['id']}", status=204)
    nobody.ask("DELETE", f"/api/waiting/{place['id']}", status=404)


def schedules(house):
    alice = house.alice
    whole = {"name": "Other", "timezone": "Europe/Berlin", "week_start": "sun",
             "weekly": [{"day": "mon", "start": "09:00", "end": "24:00"}],
             "overrides": [{"date": "2027-01-19", "windows": [{"start": "10:00", "end": "11:00"}]}],
             "holidays": [{"date": "2027-05-01", "name": "May Day"}],
             "travel": [{"from": "2027-02-01", "to": "2027-02-05", "timezone": "Asia/Tokyo"}]}
    made = alice.ask("POST", "/api/schedules", whole, 201)
    path = f"/api/schedules/{made['id']}"
    alice.ask("GET", "/api/schedules")
    alice.ask("GET", path)
    alice.ask("PUT", path, {**whole, "name": "X"})
    alice.ask("PUT", f"{path}/holidays", re.sub(
        r"(DTSTART|DTEND):(\d{8})T\w+", r"\1;VALUE=DATE:\2",
        event("h1", "20271225T000000Z", "20271226T000000Z")),
              kind="text/calendar")
    alice.ask("PUT", f"{path}/holidays", "no calendar", 403, "text/calendar")
    alice.ask("POST", "/api/schedules", {"name": "x"}, 422)
    alice.ask("DELETE", path, status=204)
    alice.ask("DELETE", path, status=404)


def settings(house):
    alice = house.alice
    alice.ask("GET", "/api/calendars")
    before = alice.ask("GET", "/api/settings")
    equal((before["timezone"], before["free_busy"]), ("Europe/Berlin", "users"), "at first")
    after = alice.ask("PATCH", "/api/settings", {"title": "A. Lice", "free_busy": "public"})
    equal(after, {**before, "title": "A. Lice", "free_busy": "public"}, "changed")
    alice.ask("PATCH", "/api/settings", {"timezone": "Asia/Tokyo"})
    equal(alice.ask("GET", "/api/settings"), {**after, "timezone": "Asia/Tokyo"}, "kept")
    equal((before["language"], len(before["notices"])), ("", 10), "all, as by default")
    told = alice.ask("PATCH", "/api/settings", {"language": "de-AT", "notices": ["bounce"]})
    equal((told["language"], told["notices"]), ("de", ["bounce"]))
    equal(alice.ask("PATCH", "/api/settings", {"notices": []})["notices"], [])
    equal(alice.ask("PATCH", "/api/settings", {"language": ""})["language"], "")
    alice.ask("PATCH", "/api/settings", {"language": before["language"],
                                         "notices": before["notices"]})
    for wrong in ({"language": "tlh"}, {"notices": ["lunch"]}, {"notices": "all"}):
        alice.ask("PATCH", "/api/settings", wrong, 422)
    alice.ask("PATCH", "/api/settings", {"timezone": "Asia/Nowhere"}, 400)
    alice.ask("PATCH", "/api/settings", {"free_busy": "all"}, 422)
    alice.ask("PATCH", "/api/settings", {"email": "x@example.org"}, 422)
    house.nobody.ask("GET", "/api/settings", status=401)
    token = alice.ask("POST", "/api/tokens", {"scope": "dav", "label": "phone"}, 201)
    alice.ask("POST", "/api/tokens", {"scope": "feed", "label": "web", "detail": "busy"}, 201)
    alice.ask("POST", "/api/tokens", {"scope": "api", "label": "crm"}, 201)
    alice.ask("POST", "/api/tokens", {"scope": "all", "label": "x"}, 422)
    alice.ask("GET", "/api/tokens")
    alice.ask("DELETE", f"/api/tokens/{token['id']}", status=204)
    hook = alice.ask("POST", "/api/webhooks", {"url": "https://example.org", "events":
                                               ["created"]}, 201)
    alice.ask("GET", "/api/webhooks")
    alice.ask("POST", f"/api/webhooks/{hook['id']}/test", {}, 202)
    alice.ask("GET", f"/api/webhooks/{hook['id']}/deliveries")
    alice.ask("GET", f"/api/webhooks/{hook['id']}/deliveries?cursor=x", status=400)
    alice.ask("POST", f"/api/webhooks/{hook['id']}/secret", {})
    alice.ask("POST", f"/api/webhooks/{hook['id']}/enable", {})
    alice.ask("POST", "/api/webhooks/none/enable", {}, 404)
    alice.ask("DELETE", f"/api/webhooks/{hook['id']}", status=204)
    alice.ask("GET", "/api/session")
    house.nobody.ask("GET", "/api/session", status=401)
    house.nobody.ask("POST", "/api/session", {"name": "alice", "password": "wrong"}, 401)
    house.nobody.ask("POST", "/api/session", {"name": "alice", "password": PASSWORD})
    alice.ask("DELETE", "/api/session", status=204)


def answers(house):
    """Mail that nobody vouches for waits: one is looked at and taken in, one is dropped."""
    start = "20280118T080000Z"
    house.alice.client.request("PUT", "/dav/calendars/alice/calendar/w.ics", event(
        "w@x", start, "20280118T090000Z", extra="ORGANIZER:mailto:alice@example.org\r\n"
        "ATTENDEE:mailto:guest@example.net\r\n"), {"Content-Type": "text/calendar"})
    for i in range(2):
        house.server.run("deliver", stdin=(
            f"From: eve@example.com\r\nTo: alice@example.org\r\nMessage-ID: <{i}@example.com>\r\n"
            "Content-Type: text/calendar; method=REPLY\r\n\r\n" + event(
                "w@x", start, "20280118T090000Z", extra="ORGANIZER:mailto:alice@example.org\r\n"
                "ATTENDEE;PARTSTAT=ACCEPTED:mailto:guest@example.net\r\n")
            .replace("VERSION", "METHOD:REPLY\r\nVERSION")))
    one, other = house.alice.ask("GET", "/api/answers")["answers"]
    house.alice.ask("GET", f"/api/answers?after={one['id']}")
    house.bob.ask("GET", f"/api/answers/{one['id']}", status=404)
    house.nobody.ask("GET", "/api/answers", status=401)
    said = house.alice.ask("GET", f"/api/answers/{one['id']}")["says"]
    equal((said["attendee"], said["partstat"]), ("guest@example.net", "ACCEPTED"))
    house.bob.ask("POST", f"/api/answers/{one['id']}/accept", {}, status=404)
    done = house.alice.ask("POST", f"/api/answers/{one['id']}/accept", {})
    equal(done["outcome"], "applied", done)
    house.bob.ask("DELETE", f"/api/answers/{other['id']}", status=404)
    house.alice.ask("DELETE", f"/api/answers/{other['id']}", status=204)


def proposals(house):
    """Alice invites bob, who proposes other times."""
    people = ("ORGANIZER:mailto:alice@example.org\r\nATTENDEE:mailto:alice@example.org\r\n"
              "ATTENDEE:mailto:bob@example.org\r\n")
    put = house.server.client("alice").request(
        "PUT", "/dav/calendars/alice/calendar/m.ics",
        event("m@x", "20300107T100000Z", "20300107T110000Z", extra=people),
        {"Content-Type": "text/calendar"})
    equal(put.status, 201, put.text)
    for hour, verdict in ((12, "decline"), (14, "accept")):
        house.bob.ask("POST", "/api/meetings/m@x/counter",
                      {"start_time": f"2030-01-07T{hour}:00:00Z", "comment": "x"})
        house.alice.ask("GET", "/api/meetings/m@x/proposals")
        (waits,) = house.alice.ask("GET", "/api/proposals")["proposals"]
        house.alice.ask("POST", f"/api/proposals/{waits['id']}/{verdict}", {})


def teams(house):
    """Whoever of two has it, the other takes it."""
    house.alice.ask("POST", "/api/meeting-types", {
        "slug": "team", "title": "Team", "durations": [30],
        "team": {"mode": "round_robin", "hosts": [{"name": "alice"}, {"name": "bob"}]}}, 201)
    path = f"/api/bookings/{house.book(house.starts('team')[80], 'team')['id']}"
    hosts = house.alice.ask("GET", f"{path}/hosts")["hosts"]
    equal(sorted(h["name"] for h in hosts), ["alice", "bob"])
    (there,) = [h["name"] for h in hosts if h["comes"]]
    (other,) = [h["name"] for h in hosts if not h["comes"]]
    house.alice.ask("POST", f"{path}/reassign", {"from": there, "to": other, "reason": "x"})
    hosts = house.alice.ask("GET", f"{path}/hosts")["hosts"]
    equal({h["name"]: h["comes"] for h in hosts}, {there: False, other: True})
    house.nobody.ask("GET", f"{path}/hosts", status=401)
    house.bob.ask("GET", f"{path}/hosts", status=200 if other == "bob" else 404)
    if other != "bob":
        house.alice.ask("POST", f"{path}/reassign", {"to": "bob"})
    (listed,) = house.bob.ask("GET", "/api/bookings")["bookings"]
    equal([listed["part"], listed["cancel_url"]], ["host", None], "bob has a part in it")
    house.bob.ask("GET", path)
    house.bob.ask("GET", f"{path}/history")
    start = house.starts("team")[90]
    house.bob.ask("DELETE", path, status=403)
    house.bob.ask("POST", f"{path}/confirm", {}, 403)
    house.bob.ask("POST", f"{path}/decline", {}, 403)
    house.bob.ask("POST", f"{path}/reschedule", {"start_time": start}, 403)
    house.bob.ask("POST", f"{path}/reassign", {"from": "alice", "to": "bob"}, 403)
    house.bob.ask("POST", f"{path}/reassign", {"to": "alice"})
    house.bob.ask("GET", path, status=404)


def messages(house):
    start = house.starts()[70].replace("-", "").replace(":", "")
    end = (datetime.datetime.strptime(start, "%Y%m%dT%H%M%SZ") +
           datetime.timedelta(minutes=30)).strftime("%Y%m%dT%H%M%SZ")
    people = ("ORGANIZER:mailto:ivy@example.net\r\nATTENDEE:mailto:alice@example.org\r\n")
    request = event("door@x", start, end, extra=people).replace(
        "BEGIN:VEVENT", "METHOD:REQUEST\r\nBEGIN:VEVENT", 1)
    send = {"kind": "text/calendar"}
    house.nobody.ask("GET", "/book/alice/intro")
    house.nobody.ask("POST", "/book/alice/intro", request, **send)
    house.nobody.ask("POST", "/book/alice/intro", request.replace("door@x", "d2@x"), 409, **send)
    house.nobody.ask("POST", "/book/alice/intro", request.replace("ivy@", "eve@"), 403, **send)
    house.nobody.ask("POST", "/book/alice/intro", request.replace("REQUEST", "CANCEL"), 204, **send)
    for garbage, status, word in (
            ("no calendar", 403, "bad-calendar-data"), ("", 403, "bad-calendar-data"),
            (request[:200], 403, "bad-calendar-data"),
            (event("d3@x", start, end), 403, "bad-calendar-object"),
            ("x" * (256 * 1024 + 1), 413, "too-large")):
        got = house.nobody.ask("POST", "/book/alice/intro", garbage, status, **send)
        equal(got["type"].rsplit("/", 1)[1], word, garbage[:40])


def connections(house):
    alice, path = house.alice, "/api/connections"
    account = house.google.add_account()
    account.add_calendar("Shared", role="reader")
    equal(alice.ask("GET", path)["connections"], [], "none yet")
    house.nobody.ask("GET", path, status=401)
    alice.ask("POST", path, {"provider": "other"}, 422)
    alice.ask("POST", path, {"provider": "outlook"}, 422)
    back = house.google.consent(alice.ask("POST", path, {"provider": "google"})["url"])
    cookie = house.server.client().request("POST", "/api/session", json.dumps(
        {"name": "alice", "password": PASSWORD}), {"Content-Type": "application/json"}).header(
            "Set-Cookie").split(";")[0]
    got = house.server.client().request("GET", "/oauth" + back.split("/oauth", 1)[1], None,
                                        {"Cookie": cookie})
    equal((got.status, got.header("Location")), (303, "/host#connections"), got.text)
    one, = alice.ask("GET", path)["connections"]
    at = f"{path}/{one['id']}"
    equal(alice.ask("PATCH", path, {"trust_last_copy": True})["trust_last_copy"], True, "trust")
    alice.ask("PATCH", path, {"trust_last_copy": "yes"}, 422)
    own, shared = one["calendars"]
    equal((own["counts"], own["takes"], shared["may_write"]), (True, True, False), "at first")
    chosen = [{"id": own["id"], "counts": True, "takes": False},
              {"id": shared["id"], "counts": True, "takes": False}]
    now = alice.ask("PUT", at, {"calendars": chosen})
    equal([(c["counts"], c["takes"]) for c in now["calendars"]], [(True, False)] * 2, "chosen")
    alice.ask("PUT", at, {"calendars": [{**chosen[1], "takes": True}]}, 422)
    alice.ask("PUT", at, {"calendars": [{**chosen[1], "id": 1}]}, 422)
    alice.ask("PUT", at, {"calendars": []}, 422)
    alice.ask("POST", at + "/refresh", {})
    house.bob.ask("DELETE", at, status=404)
    house.bob.ask("POST", at + "/refresh", {}, 404)
    house.bob.ask("PUT", at, {"calendars": chosen}, 404)
    alice.ask("DELETE", at, status=204)
    alice.ask("DELETE", at, status=404)


@suite.case("pages of other origins may read open slots, and nothing else")
def _(s):
    with House(s) as house:
        client, elsewhere = house.server.client(), {"Origin": "https://elsewhere.example"}
        path = "/api/availability/slots?host=alice&type=intro&date=2027-01-04"
        for asked, status in ((path, 200), (path.replace("alice", "nobody"), 404)):
            got = client.request("GET", asked, headers=elsewhere)
            equal((got.status, got.header("Access-Control-Allow-Origin")), (status, "*"), got.text)
            equal(got.header("Access-Control-Allow-Credentials"), None, "credentials")
        asks = {**elsewhere, "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "x-requested-with"}
        before = client.request("OPTIONS", path, headers=asks)
        equal((before.status, before.header("Access-Control-Allow-Origin"),
               before.header("Access-Control-Allow-Methods"),
               before.header("Access-Control-Allow-Headers")), (204, "*", "GET, HEAD", "*"),
              "preflight")
        for method, other in (("POST", "/api/bookings"), ("POST", "/api/holds"),
                              ("GET", "/api/bookings"), ("GET", "/api/session")):
            for verb in ("OPTIONS", method):
                got = client.request(verb, other, "{}" if verb == "POST" else None,
                                     {**asks, "Content-Type": "application/json"})
                equal(got.header("Access-Control-Allow-Origin"), None, f"{verb} {other}")


@suite.case("the endpoints that are described are those that there are")
def _(s):
    said = {(m, unnamed(p)) for m, p in Contract().operations() if p.startswith("/api/")}
    there = routes()
    equal(len(there) > 40, True, "the table was read")
    equal((sorted(there - said), sorted(said - there)), ([], []), "(not described, not there)")


def arrays(contract, schema):
    """The lists that an answer is about: members of its object, and pages."""
    schema = contract.follow(schema)
    members = schema.get("properties", {})
    return [(name, contract.follow(m)) for name, m in members.items()
            if contract.follow(m).get("type") == "array"]


@suite.case("every list says how many it holds at most")
def _(s):
    contract, checked = Contract(), 0
    for path, item in contract.spec["paths"].items():
        known = item.get("get", {}).get("responses", {}).get("200", {})
        content = contract.follow(known).get("content", {}).get("application/json")
        # One thing is no list, whatever lists are in it; a day's slots end with the day.
        if not content or path.endswith("}") or "availability" in path:
            continue
        for name, schema in arrays(contract, content["schema"]):
            checked += 1
            equal("maxItems" in schema, True, f"{path}: {name}")
    equal(checked >= 12, True, f"{checked} lists were looked at")


@suite.case("calendars come in pages of 200, each once")
def _(s):
    with House(s) as house:
        client = house.server.client("alice")
        for i in range(203):
            made = client.request("MKCALENDAR", f"/dav/calendars/alice/more{i:03}/")
            equal(made.status, 201, made.text)
        first = house.alice.ask("GET", "/api/calendars")
        second = house.alice.ask("GET", f"/api/calendars?cursor={first['next_cursor']}")
        names = [c["name"] for c in first["calendars"] + second["calendars"]]
        equal((len(first["calendars"]), len(names), sorted(set(names)) == names),
              (200, 205, True), "each once")
        equal("next_cursor" in second, False, "the end")


@suite.case("a key that stands twice is no description (YAML 1.2 §3.2.1.1)")
def _(s):
    for text, fine in (("a: {b: 1, c: 2}", True), ("a: {b: 1, b: 2}", False), ("a: 1\na: 1", False)):
        try:
            yaml.load(text, Strict)
            got = True
        except yaml.YAMLError:
            got = False
        equal(got, fine, text)


@suite.case("no text is cut into members by its commas")
def _(s):
    def empty(node, at):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in pairs:
            if value is None and isinstance(node, dict):
                yield f"{at}/{key}"
            elif isinstance(value, (dict, list)):
                yield from empty(value, f"{at}/{key}")

    equal(list(empty(Contract().spec, "")), [])
    equal(list(empty(yaml.load("a: {b: One, if two}", Strict), "")), ["/a/if two"], "as it is seen")


@suite.case("the cookie and the header of a session are those that are described")
def _(s):
    with House(s) as house:
        said = house.contract.spec["components"]["securitySchemes"]["session"]
        got = house.server.client().request("POST", "/api/session", json.dumps(
            {"name": "alice", "password": PASSWORD}), {"Content-Type": "application/json"})
        name, value = got.header("Set-Cookie").split(";")[0].split("=", 1)
        equal(said["name"], "__Host-" + name, "over https")
        header, = set(re.findall(r"header `([\w-]+)`", said["description"]))
        change = json.dumps({"title": "A"})
        for sent, status in (({}, 403), ({header: got.json()["csrf_token"]}, 200)):
            patched = house.server.client().request("PATCH", "/api/settings", change, {
                "Content-Type": "application/json", "Cookie": f"{name}={value}", **sent})
            equal(patched.status, status, patched.text)


@suite.case("each problem that there is stands in the description, with what to do about it")
def _(s):
    with open(os.path.join(ROOT, "src", "api", "problem.c"), encoding="utf-8") as file:
        there = re.findall(r'^\t\{ "([a-z-]+)",', file.read(), re.M)
    text = Contract().spec["components"]["schemas"]["Problem"]["properties"]["type"]["description"]
    said = re.findall(r"^- `([a-z-]+)`: \S+", text, re.M)
    equal(len(there) > 20, True, "the table was read")
    equal(sorted(said), sorted(there))


@suite.case("requests and answers of all of them are as described")
def _(s):
    google = Google()
    with House(s, google) as house:
        for story in (slots_and_bookings, pages, types, holds_and_places, schedules, settings,
                      proposals, answers, teams, messages, connections):
            story(house)
        # Each was answered with success at least once.
        equal(sorted(house.contract.operations() - house.contract.used), [], "not tried")
    google.close()


@suite.case("the judge finds what is wrong")
def _(s):
    contract = Contract()
    schema = {"$ref": "#/components/schemas/Webhook"}
    good = {"id": "a" * 24, "url": "https://x.org", "events": ["created"],
            "created_at": "2026-01-01T00:00:00Z", "disabled": False}
    contract.closed = True
    equal(contract.wrong(good, schema, closed=True), None, "good")
    for change in ({"id": "a"}, {"url": 1}, {"events": []}, {"events": ["made"]},
                   {"created_at": "2026-01-01T00:00:00"}, {"created_at": None}, {"more": 1}):
        equal(contract.wrong({**good, **change}, schema, closed=True) is None, False, change)
    for name in good:
        part = {k: v for k, v in good.items() if k != name}
        equal(contract.wrong(part, schema, closed=True) is None, False, f"without {name}")


if __name__ == "__main__":
    suite.main()
