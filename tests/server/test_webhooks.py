#!/usr/bin/python3
"""Other programs are told what becomes of bookings: a receiver of our own on loopback."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, wait_for  # noqa: E402

suite = Suite("webhooks")
JSON = {"Content-Type": "application/json"}


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is sent; answers with the statuses that it was given, then with 204."""

    daemon_threads = True

    def __init__(self, *statuses):
        super().__init__(("127.0.0.1", 0), Handler)
        self.got, self.statuses, self.location = [], list(statuses), None
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.statuses.pop(0) if self.server.statuses else 204
        self.send_response(status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.got.append((dict(self.headers.items()), body, status))

    def log_message(self, *_):
        pass


def prepared(s, **env):
    server = s.server({"FASTI_WEBHOOK_PRIVATE": "on", **env})
    server.add_user("alice")
    server.add_type("alice")
    return server.start()


def post(client, path, body):
    return client.request("POST", path, json.dumps(body), JSON)


def add(server, url, **more):
    made = post(server.client("alice"), "/api/webhooks", {"url": url, **more})
    equal(made.status, 201, made.text)
    return made.json()


def book(server, index=0, who="ivy@example.net"):
    """The index-th slot of the coming days."""
    nobody = server.client()
    found = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                           f"&from={ahead(2)}&to={ahead(10)}").json()
    slots = [x for day in found["days"] for x in day["slots"]]
    made = post(nobody, "/api/bookings", {
        "host": "alice", "type": "intro", "start_time": slots[index]["start_time"],
        "invitee_name": "Ivy", "invitee_email": who})
    equal(made.status, 201, made.text)
    return made.json(), slots


def is_signed(secret, headers, body):
    """Standard Webhooks: HMAC-SHA256 over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return f"v1,{mac}" in headers["Webhook-Signature"].split(" ")


@suite.case("created, rescheduled and cancelled are told in their order, signed")
def _(s):
    with prepared(s) as server, Receiver() as receiver:
        hook = add(server, receiver.url)
        booking, slots = book(server)
        path, token = f"/api/bookings/{booking['id']}", booking["cancel_url"].split("/")[-1]
        nobody = server.client()
        moved = post(nobody, f"{path}/reschedule?token={token}",
                     {"start_time": slots[3]["start_time"]})
        equal(moved.status, 200, moved.text)
        equal(nobody.request("DELETE", f"{path}?token={token}").status, 200, "cancelled")
        wait_for(lambda: len(receiver.got) >= 3, what="three tellings")
        told = [json.loads(body) for _, body, _ in receiver.got]
        equal([t["type"] for t in told],
              ["booking.created", "booking.rescheduled", "booking.cancelled"], "types")
        equal([t["data"]["version"] for t in told], [1, 2, 3], "versions")
        equal([t["data"]["start_time"] for t in told],
              [slots[0]["start_time"]] + [slots[3]["start_time"]] * 2, "each as it was then")
        equal({t["data"]["id"] for t in told}, {booking["id"]}, "ids")
        for headers, body, _ in receiver.got:
            equal(is_signed(hook["secret"], headers, body), True, headers)
        equal(is_signed(hook["secret"], receiver.got[0][0], b"{}"), False, "another body")
        equal(len({h["Webhook-Id"] for h, _, _ in receiver.got}), 3, "ids of deliveries")
        equal("token" in str(told) or token in str(told), False, "no link is told")


@suite.case("G8: what failed is tried again with the same id, and what came later waits for it")
def _(s):
    with prepared(s) as server, Receiver(500) as receiver:
        hook = add(server, receiver.url)
        booking, _ = book(server)
        token = booking["cancel_url"].split("/")[-1]
        wait_for(lambda: receiver.got, what="the first attempt")
        gone = server.client().request("DELETE", f"/api/bookings/{booking['id']}?token={token}")
        equal(gone.status, 200, gone.text)
        wait_for(lambda: len(receiver.got) >= 3, what="the second attempt")
        equal([(json.loads(b)["type"], status) for _, b, status in receiver.got],
              [("booking.created", 500), ("booking.created", 204), ("booking.cancelled", 204)],
              "order")
        first, second = receiver.got[0], receiver.got[1]
        equal((first[0]["Webhook-Id"], first[1]), (second[0]["Webhook-Id"], second[1]), "the same")
        equal(is_signed(hook["secret"], second[0], second[1]), True, "signed anew")


@suite.case("a move in the calendar app is told as well, and only what was asked for")
def _(s):
    with prepared(s) as server, Receiver() as receiver, Receiver() as few:
        add(server, receiver.url)
        narrow = add(server, few.url, events=["cancelled"])
        booking, _ = book(server)
        alice = server.client("alice")
        listed = alice.request("GET", "/api/webhooks").json()["webhooks"]
        equal([sorted(w) for w in listed],
              [["created_at", "disabled", "events", "id", "url"]] * 2, "listed")
        equal([w["events"] for w in listed if w["id"] == narrow["id"]], [["cancelled"]], "events")
        path = f"/dav/calendars/alice/calendar/{booking['id']}.ics"
        equal(alice.request("DELETE", path).status, 204, "DELETE")
        wait_for(lambda: len(receiver.got) >= 2 and few.got, what="the tellings")
        equal([json.loads(b)["type"] for _, b, _ in receiver.got],
              ["booking.created", "booking.cancelled"], "all")
        equal([json.loads(b)["type"] for _, b, _ in few.got], ["booking.cancelled"], "few")


@suite.case("who is removed is told no more, and each host has their own")
def _(s):
    with prepared(s) as server, Receiver() as receiver, Receiver() as other:
        server.add_user("bob")
        hook = add(server, receiver.url)
        kept = add(server, other.url)
        equal(server.client("bob").request("DELETE", f"/api/webhooks/{hook['id']}").status, 404,
              "another's")
        equal(server.client("bob").request("GET", "/api/webhooks").json(), {"webhooks": []},
              "bob's")
        equal(server.client().request("GET", "/api/webhooks").status, 401, "nobody's")
        alice = server.client("alice")
        equal(alice.request("DELETE", f"/api/webhooks/{hook['id']}").status, 204, "DELETE")
        equal(alice.request("DELETE", f"/api/webhooks/{hook['id']}").status, 404, "again")
        book(server)
        wait_for(lambda: other.got, what="the telling")
        equal(receiver.got, [], "the removed one")
        equal([w["id"] for w in alice.request("GET", "/api/webhooks").json()["webhooks"]],
              [kept["id"]], "left")


@suite.case("of a team it is told who comes, from the first telling on, and who does instead")
def _(s):
    with prepared(s) as server, Receiver() as hook:
        server.add_user("bob")
        server.run("type", "add", "alice", "any", "--title", "Any", "--duration", "30", "--team",
                   "round_robin", "--host", "alice", "--host", "bob")
        add(server, hook.url)
        nobody, alice = server.client(), server.client("alice")
        found = nobody.request("GET", "/api/availability/slots?host=alice&type=any"
                               f"&from={ahead(2)}&to={ahead(10)}").json()
        slots = [x["start_time"] for day in found["days"] for x in day["slots"]]
        made = post(nobody, "/api/bookings", {
            "host": "alice", "type": "any", "start_time": slots[0], "invitee_name": "Ivy",
            "invitee_email": "ivy@example.net"}).json()
        where = f"/api/bookings/{made['id']}"
        [first] = alice.request("GET", where).json()["hosts"]
        other = "alice" if first["name"] == "bob" else "bob"
        equal(post(alice, where + "/reassign", {"to": other}).status, 200, other)
        equal(post(alice, where + "/reschedule", {"start_time": slots[3]}).status, 200, "moved")
        [last] = alice.request("GET", where).json()["hosts"]
        book(server, 5)
        wait_for(lambda: len(hook.got) == 4, what="all")
        told = {json.loads(body)["type"]: json.loads(body)["data"]
                for _, body, _ in hook.got if json.loads(body)["data"]["type"] == "any"}
        equal({what: [h["name"] for h in data["hosts"]] for what, data in told.items()},
              {"booking.created": [first["name"]], "booking.reassigned": [other],
               "booking.rescheduled": [last["name"]]}, "who comes")
        equal(told["booking.created"]["hosts"], [first], "as the API says it")
        equal([told["booking.created"]["needs_host"],
               [("hosts" in json.loads(b)["data"]) for _, b, _ in hook.got
                if json.loads(b)["data"]["type"] == "intro"]], [False, [False]], "of a team alone")


@suite.case("an address that would never be told is refused at once, and says why")
def _(s):
    with prepared(s, FASTI_WEBHOOK_PRIVATE="off") as server:
        alice = server.client("alice")
        for url, why in (("http://example.org/", "https://"), ("https://127.0.0.1/", "private"),
                         ("https://10.0.0.1/", "private"), ("https://[::1]:8443/", "private"),
                         ("https://localhost/", "private"), ("https://0x7f.1/", "private"),
                         ("https://u:p@example.org/", "password")):
            got = post(alice, "/api/webhooks", {"url": url})
            equal((got.status, got.json()["member"], why in got.json()["detail"]),
                  (422, "url", True), f"{url}: {got.text}")
        add(server, "https://example.org/hook")


@suite.case("private addresses and http are told nothing once they are not allowed")
def _(s):
    with prepared(s) as server, Receiver() as receiver:
        add(server, receiver.url)
        for host in ("127.0.0.1", "localhost"):
            add(server, receiver.url.replace("http:", "https:").replace("127.0.0.1", host))
        equal(post(server.client("alice"), "/api/webhooks",
                   {"url": "http://u:p@127.0.0.1/"}).status, 422, "no password")
        server.stop()
        server.env["FASTI_WEBHOOK_PRIVATE"] = "off"
        server.start()
        book(server)

        def given_up():
            rows = [l for l in server.run("jobs", "list")[1].splitlines() if "webhook" in l]
            return rows if len(rows) == 3 and all("address" in r or "https" in r
                                                  for r in rows) else None
        wait_for(given_up, what="all refusals")
        equal(receiver.got, [], "told")


def deliveries(server, hook):
    got = server.client("alice").request("GET", f"/api/webhooks/{hook['id']}/deliveries")
    equal(got.status, 200, got.text)
    return got.json()["deliveries"]


def listed(server, hook):
    every = server.client("alice").request("GET", "/api/webhooks").json()["webhooks"]
    return next(w for w in every if w["id"] == hook["id"])


def silent():
    """An address at which somebody listens, and nobody ever answers."""
    quiet = socket.create_server(("127.0.0.1", 0), backlog=64)
    return quiet, f"http://127.0.0.1:{quiet.getsockname()[1]}/hook"


def callers(quiet):
    """How many have called there so far."""
    quiet.setblocking(False)
    count = 0
    while True:
        try:
            quiet.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


@suite.case("a test is sent, whatever the webhook wants to hear of")
def _(s):
    with prepared(s) as server, Receiver() as receiver, Receiver(500) as broken:
        hook = add(server, receiver.url, events=["cancelled"])
        alice = server.client("alice")
        equal(post(alice, f"/api/webhooks/{hook['id']}/test", {}).status, 202, "asked for")
        wait_for(lambda: receiver.got, what="the test")
        headers, body, _ = receiver.got[0]
        equal(json.loads(body)["type"], "webhook.test", "type")
        equal(is_signed(hook["secret"], headers, body), True, headers)
        wait_for(lambda: deliveries(server, hook) == [], what="no delivery left")
        # One that fails is not tried again, and says why.
        other = add(server, broken.url)
        equal(post(alice, f"/api/webhooks/{other['id']}/test", {}).status, 202, "asked for")
        (failed,) = wait_for(lambda: [d for d in deliveries(server, other) if d["given_up"]],
                             what="its failure")
        equal((failed["attempts"], "500" in failed["last_error"], failed["payload"]["type"]),
              (1, True, "webhook.test"), failed)
        equal(listed(server, other)["disabled"], False, "it is no reason to disable")
        equal(post(server.client(), f"/api/webhooks/{hook['id']}/test", {}).status, 401, "nobody")
        server.add_user("bob")
        equal(post(server.client("bob"), f"/api/webhooks/{hook['id']}/test", {}).status, 404, "bob")


@suite.case("a renewed secret signs at once, and the old one for a day beside it")
def _(s):
    with prepared(s) as server, Receiver() as receiver:
        hook = add(server, receiver.url)
        renewed = post(server.client("alice"), f"/api/webhooks/{hook['id']}/secret", {})
        equal(renewed.status, 200, renewed.text)
        secret = renewed.json()["secret"]
        equal(secret == hook["secret"], False, "another secret")
        equal("secret" in listed(server, hook), False, "shown once")
        book(server)
        wait_for(lambda: receiver.got, what="the telling")
        headers, body, _ = receiver.got[0]
        equal((is_signed(secret, headers, body), is_signed(hook["secret"], headers, body)),
              (True, True), headers)
        equal(len(headers["Webhook-Signature"].split(" ")), 2, "no third")


@suite.case("one that says it is gone is disabled, and told again once it is enabled")
def _(s):
    with prepared(s) as server, Receiver(410) as receiver:
        hook = add(server, receiver.url)
        book(server)
        wait_for(lambda: listed(server, hook)["disabled"], what="it is disabled")
        equal("410" in listed(server, hook)["last_error"], True, listed(server, hook))
        (kept,) = deliveries(server, hook)
        equal((kept["given_up"], kept["attempts"]), (True, 1), kept)
        book(server, 2, "joe@example.net")
        equal(len(deliveries(server, hook)), 1, "nothing is queued for it")
        enabled = post(server.client("alice"), f"/api/webhooks/{hook['id']}/enable", {})
        equal((enabled.status, enabled.json()["disabled"]), (200, False), enabled.text)
        book(server, 4, "kim@example.net")
        wait_for(lambda: len(receiver.got) >= 2, what="the next telling")
        equal(json.loads(receiver.got[1][1])["data"]["invitee_email"], "kim@example.net", "new")


@suite.case("G8: one that keeps silent delays nobody else")
def _(s):
    quiet, url = silent()
    with prepared(s) as server, Receiver() as receiver, quiet:
        dead = add(server, url)
        for i in range(8):
            book(server, 2 * i, f"u{i}@example.net")
        add(server, receiver.url)
        book(server, 20, "ivy@example.net")
        wait_for(lambda: receiver.got, what="the other's telling")
        # Had each of the eight before it been tried, three at a time, six had ended by now.
        equal(callers(quiet) < 6, True, "who is behind the silent one waits with its first")
        wait_for(lambda: listed(server, dead).get("failing_since"), what="what is known of it")
        waiting = deliveries(server, dead)
        equal((len(waiting), {d["given_up"] for d in waiting}), (9, {False}), "none is lost")


@suite.case("what a redirect points to is not told (decisions 25)")
def _(s):
    with prepared(s) as server, Receiver() as secret, Receiver(307) as receiver:
        receiver.location = secret.url
        hook = add(server, receiver.url)
        book(server)
        (failed,) = wait_for(lambda: [d for d in deliveries(server, hook) if d["last_error"]],
                             what="a failure")
        equal(("307" in failed["last_error"], secret.got), (True, []), failed)


@suite.case("G8: a receiver that was down for a while is told all, in its order")
def _(s):
    with prepared(s) as server, Receiver(503, 503) as receiver:
        add(server, receiver.url)
        booking, slots = book(server)
        path, token = f"/api/bookings/{booking['id']}", booking["cancel_url"].split("/")[-1]
        nobody = server.client()
        equal(post(nobody, f"{path}/reschedule?token={token}",
                   {"start_time": slots[3]["start_time"]}).status, 200, "moved")
        equal(nobody.request("DELETE", f"{path}?token={token}").status, 200, "cancelled")
        wait_for(lambda: len(receiver.got) >= 5, seconds=300, what="all of it")
        told = [json.loads(b)["type"].split(".")[1] for _, b, status in receiver.got
                if status == 204]
        equal(told, ["created", "rescheduled", "cancelled"], "each once, in order")
        equal(len({h["Webhook-Id"] for h, _, _ in receiver.got}), 3, "ids")
        stamps = [int(h["Webhook-Timestamp"]) for h, _, _ in receiver.got[:3]]
        equal(stamps[0] < stamps[1] < stamps[2], True, f"a fresh timestamp each: {stamps}")


@suite.case("what is no webhook is 422")
def _(s):
    with prepared(s) as server:
        alice = server.client("alice")
        for body in ({"url": "ftp://example.org"}, {"url": "https://example.org/ x"}, {},
                     {"url": "https://example.org", "events": []},
                     {"url": "https://example.org", "events": ["made"]},
                     {"url": "https://example.org", "events": "created"},
                     {"url": "https://example.org/" + "x" * 2000}):
            equal(post(alice, "/api/webhooks", body).status, 422, body)
        for _ in range(20):
            add(server, "https://example.org")
        equal(post(alice, "/api/webhooks", {"url": "https://example.org"}).status, 507, "21st")


if __name__ == "__main__":
    suite.main()
