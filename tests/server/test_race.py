#!/usr/bin/python3
"""64 clients want one and the same slot (256 in `make soak`); everybody changes the same days at
once; and the power goes, ten times."""
import datetime
import email
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, event, parallel, wait_for  # noqa: E402

suite = Suite("race")
CLIENTS = 256 if suite.soak else 64
SLOTS = 200 if not os.environ.get("FASTI_QUICK") else 20
ROUNDS, STEPS = (40, 40) if suite.soak else (2, 12)  # of everybody against everybody
KILLS = 10 if not os.environ.get("FASTI_QUICK") else 3


def some_slots(server, count):
    """The first `count` open slots of alice, over as many days as it takes."""
    answer = server.client().request(
        "GET", f"/api/availability/slots?host=alice&type=intro&from={ahead(2)}"
               f"&to={ahead(60)}")
    equal(answer.status, 200, answer.text)
    all_of_them = [s["start_time"] for d in answer.json()["days"] for s in d["slots"]]
    equal(len(all_of_them) >= count, True, f"{len(all_of_them)} slots are offered")
    return all_of_them[:count]


def wanted(start, who):
    return json.dumps({"host": "alice", "type": "intro", "start_time": start,
                       "invitee_name": f"Guest {who}", "invitee_email": f"guest{who}@example.net",
                       "invitee_timezone": "Europe/Berlin"})


def prepared(s):
    server = s.server()
    server.add_user("alice")
    server.add_type("alice", duration="30", window=90)
    return server.start()


def stored(server):
    """What the store holds, asked of the program itself: events, and its own audit."""
    equal(server.run("check")[1].strip(), "All is well.", "fasti check")
    return server.run("export", "alice", "calendar")[1].count("BEGIN:VEVENT")


@suite.case(f"E1: {CLIENTS} clients at once for each of {SLOTS} slots: one wins, others get 409")
def _(s):
    with prepared(s) as server:
        starts = some_slots(server, SLOTS)
        clients = [server.client() for _ in range(CLIENTS)]
        results = [[] for _ in starts]
        gate = threading.Barrier(CLIENTS)

        def one(i):
            for n, start in enumerate(starts):
                gate.wait()
                got = clients[i].request("POST", "/api/bookings", wanted(start, i),
                                         {"Content-Type": "application/json"})
                results[n].append((got.status, got.body))

        parallel(CLIENTS, one)
        for n, answers in enumerate(results):
            winners = [b for status, b in answers if status == 201]
            losers = [b for status, b in answers if status == 409]
            equal([len(winners), len(losers)], [1, CLIENTS - 1], f"slot {starts[n]}: {answers[:3]}")
            for body in losers:
                problem = json.loads(body)
                equal(problem["type"].endswith("/slot-taken"), True)
                open_ones = [x["start_time"] for x in problem["slots"]]
                equal(starts[n] in open_ones, False, "the lost slot is not offered again")
        equal(stored(server), SLOTS, "events")
        text = server.client().request("GET", "/metrics").text
        equal(f'fasti_bookings_total{{result="confirmed"}} {SLOTS}' in text, True, text)


def query(server, sql):
    """Rows of numbers and words, past the program."""
    if server.store.startswith("sqlite:"):
        with sqlite3.connect(server.store[len("sqlite:"):]) as db:
            return [tuple(str(x) for x in row) for row in db.execute(sql)]
    done = subprocess.run(["psql", "-q", "-A", "-t", "-d", server.store, "-c", sql], check=True,
                          stdout=subprocess.PIPE, timeout=60)
    return [tuple(line.split("|")) for line in done.stdout.decode().splitlines()]


OVERLAPS = """SELECT a.starts, b.starts FROM {t} a JOIN {t} b ON a.owner = b.owner AND
    a.starts < b.ends AND b.starts < a.ends AND a.{id} < b.{id}"""


def audit(server):
    """What the store says of itself, and what a query of our own says: how many bookings stand."""
    equal(server.run("check")[1].strip(), "All is well.", "fasti check")
    equal(query(server, OVERLAPS.format(t="hold", id="starts")), [], "holds that overlap")
    equal(query(server, OVERLAPS.format(t="booking", id="id") +
                " WHERE a.status = 1 AND b.status = 1"), [], "bookings that overlap")
    equal(query(server, """SELECT b.id FROM booking b WHERE b.status = 1 AND (
        NOT EXISTS (SELECT 1 FROM object o WHERE o.owner = b.owner AND o.uid = b.uid
                    AND o.first_start = b.starts AND o.last_end = b.ends) OR
        NOT EXISTS (SELECT 1 FROM hold h WHERE h.owner = b.owner AND h.booking = b.id
                    AND h.starts = b.starts AND h.ends = b.ends))"""), [],
          "bookings without their event or hold")
    return int(query(server, "SELECT count(*) FROM booking WHERE status = 1")[0][0])


def basic(t):
    return t.replace("-", "").replace(":", "")


class Guest:
    """Somebody who books, moves and cancels at random; what they still have, as they know it."""

    def __init__(self, server, i, starts):
        self.client, self.i, self.starts = server.client(), i, starts
        self.dice, self.mine = random.Random(i), []

    def step(self):
        if not self.mine or self.dice.random() < 0.5:
            got = self.client.request("POST", "/api/bookings",
                                      wanted(self.dice.choice(self.starts), self.i),
                                      {"Content-Type": "application/json"})
            if got.status == 201:
                self.mine.append(got.json())
            return got
        made = self.dice.choice(self.mine)
        token = made["cancel_url"].rsplit("/", 1)[1]
        path = f"/api/bookings/{made['id']}"
        if self.dice.random() < 0.5:
            return ask(self.client, f"{path}/reschedule?token={token}",
                       {"start_time": self.dice.choice(self.starts)})
        self.mine.remove(made)
        return self.client.request("DELETE", f"{path}?token={token}")


class Host:
    """The host's calendar app: puts, moves and removes events on the same days."""

    def __init__(self, server, i, starts):
        self.client, self.i, self.starts = server.client("alice"), i, starts
        self.dice = random.Random(1000 + i)

    def step(self):
        name = f"own-{self.i}-{self.dice.randrange(3)}"
        path = f"/dav/calendars/alice/calendar/{name}.ics"
        if self.dice.random() < 0.4:
            return self.client.request("DELETE", path)
        start = self.dice.choice(self.starts)
        end = datetime.datetime.fromisoformat(start[:-1]) + datetime.timedelta(minutes=30)
        return self.client.request("PUT", path, event(name, basic(start), end.strftime(
            "%Y%m%dT%H%M%SZ")), {"Content-Type": "text/calendar"})


@suite.case(f"E1, E12: {ROUNDS} rounds of moves against bookings against cancels against PUTs")
def _(s):
    with prepared(s) as server:
        starts = some_slots(server, 24)
        people = [Guest(server, i, starts) for i in range(12)]
        people += [Host(server, i, starts) for i in range(4)]
        for _ in range(ROUNDS):
            got = parallel(len(people), lambda i: [people[i].step() for _ in range(STEPS)])
            answers = [a for some in got for a in some]
            equal([a.text for a in answers
                   if a.status not in (200, 201, 204, 404, 409, 412, 422)], [])
            equal(any(a.status == 409 for a in answers), True, "they are in each other's way")
            standing = audit(server)
            equal(standing, sum(len(p.mine) for p in people if isinstance(p, Guest)),
                  "what guests were told they have")


@suite.case("E2: overlapping slots of two types: no two bookings ever overlap")
def _(s):
    with s.server() as server:
        server.add_user("alice")
        server.add_type("alice", "intro", "30", step=15)
        server.add_type("alice", "long", "45", step=15)
        server.start()
        dice = random.Random(20270118)
        starts = some_slots(server, 60)

        def one(i):
            client, mine = server.client(), dice.sample(starts, 20)
            made = []
            for start in mine:
                kind = "intro" if i % 2 else "long"
                got = client.request("POST", "/api/bookings", wanted(start, i).replace(
                    '"intro"', f'"{kind}"'), {"Content-Type": "application/json"})
                equal(got.status in (201, 409, 422), True, got.text)
                if got.status == 201:
                    made.append((got.json()["start_time"], got.json()["end_time"]))
            return made

        made = sorted(m for some in parallel(16, one) for m in some)
        for (_, end), (start, _) in zip(made, made[1:]):
            equal(end <= start, True, f"{end} and {start}")
        equal(stored(server), len(made))


@suite.case(f"kill -9 in the middle, {KILLS} times: what was answered 201 is there, once, and mailed")
def _(s):
    with prepared(s) as server:
        starts = some_slots(server, 600)
        dice = random.Random(1)
        confirmed, lock = {}, threading.Lock()
        place = iter(starts)
        for _ in range(KILLS):
            stop, reached = threading.Event(), threading.Event()
            enough = len(confirmed) + dice.randrange(2, 24)

            def one(i):
                client = server.client()
                while not stop.is_set():
                    with lock:
                        start = next(place, None)
                    if start is None:
                        return reached.set()
                    try:
                        got = client.request("POST", "/api/bookings", wanted(start, i),
                                             {"Content-Type": "application/json"})
                    except OSError:
                        return
                    except Exception:  # a broken answer is no answer
                        return
                    if got.status == 201:
                        with lock:
                            confirmed[got.json()["id"]] = got.json()
                            if len(confirmed) >= enough:
                                reached.set()

            threads = [threading.Thread(target=one, args=(i,)) for i in range(16)]
            for t in threads:
                t.start()
            # In the middle of the run, wherever that is on this machine.
            equal(reached.wait(60), True, "bookings are being answered")
            time.sleep(dice.random() * 0.01)
            server.kill()
            stop.set()
            for t in threads:
                t.join()
            server.start()
        equal(len(confirmed) > KILLS, True, f"{len(confirmed)} bookings were answered")
        export = server.run("export", "alice", "calendar")[1].replace("\r\n ", "")
        for made in confirmed.values():
            equal(export.count("UID:" + made["calendar_event_id"]), 1, made["id"])
        equal(server.run("check")[1].strip(), "All is well.")

        def recipients():
            ids = {}
            for mail in server.mails():
                message = email.message_from_bytes(mail)
                ids.setdefault(message["Message-ID"], 0)
                ids[message["Message-ID"]] += 1
            return ids

        wanted_mails = export.count("BEGIN:VEVENT")
        wait_for(lambda: len(recipients()) == wanted_mails,
                 what=f"the mail of {wanted_mails} bookings ({len(recipients())} so far)")
        repeated = sum(n - 1 for n in recipients().values())
        equal(repeated <= KILLS, True, f"{repeated} duplicates after {KILLS} kills")


@suite.case("E9: one Idempotency-Key from 32 clients at once: one booking")
def _(s):
    with prepared(s) as server:
        start = some_slots(server, 1)[0]

        def one(_):
            got = server.client().request(
                "POST", "/api/bookings", wanted(start, 0),
                {"Content-Type": "application/json", "Idempotency-Key": "the-same"})
            return got.status, got.json().get("id")

        answers = parallel(32, one)
        equal({a[0] for a in answers}, {201})
        equal(len({a[1] for a in answers}), 1)
        equal(stored(server), 1)


@suite.case("SIGTERM while requests are in flight: every accepted one is answered (pitfall 53)")
def _(s):
    with prepared(s) as server:
        starts = some_slots(server, 200)
        lost, answered, lock = [], [], threading.Lock()
        place = iter(starts)
        import http.client
        import socket

        def one(i):
            client = server.client()
            client.request("GET", "/healthz")
            while True:
                with lock:
                    start = next(place, None)
                if start is None:
                    return
                try:
                    client.connection.request("POST", "/api/bookings", wanted(start, i),
                                              {"Content-Type": "application/json"})
                except (OSError, http.client.HTTPException, AttributeError):
                    return  # not accepted any more
                try:
                    got = client.connection.getresponse()
                    body = got.read()
                    with lock:
                        answered.append((got.status, json.loads(body)))
                    if got.getheader("Connection", "").lower() == "close":
                        return
                except (http.client.RemoteDisconnected, ConnectionResetError, socket.timeout,
                        BrokenPipeError) as gone:
                    with lock:
                        lost.append((start, str(gone)))
                    return

        threads = [threading.Thread(target=one, args=(i,)) for i in range(16)]
        for t in threads:
            t.start()
        time.sleep(0.15)
        equal(server.stop(), 0, "exit status")
        for t in threads:
            t.join()
        made = [a[1]["calendar_event_id"] for a in answered if a[0] == 201]
        export = server.run("export", "alice", "calendar")[1].replace("\r\n ", "")
        # A request that was never read is the client's to repeat; one that was acted on is answered.
        equal(export.count("BEGIN:VEVENT"), len(made), f"lost: {lost}")


def with_type(s, **rules):
    """A server with alice, who offers "intro" with these rules; she herself; and some starts."""
    server = s.server()
    server.add_user("alice")
    server.start()
    alice = server.client("alice")
    got = alice.request("POST", "/api/meeting-types", json.dumps(
        {"slug": "intro", "title": "Intro", "durations": [60], **rules}),
        {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    return server, alice, got.json()["id"]


def ask(client, path, body):
    return client.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})


@suite.case("E5: 5 places, 20 at once: 5 have one, in one event")
def _(s):
    server, alice, _ = with_type(s, seats=5)
    with server:
        start = some_slots(server, 1)[0]
        path = f"/api/availability/slots?host=alice&type=intro&date={start[:10]}&timezone=UTC"

        def left():
            return [x["seats_left"] for x in alice.request("GET", path).json()["slots"]
                    if x["start_time"] == start]

        equal(left(), [5], "before")
        clients = [server.client() for _ in range(20)]
        got = parallel(20, lambda i: ask(clients[i], "/api/bookings",
                                         json.loads(wanted(start, i))))
        equal(sorted(g.status for g in got), [201] * 5 + [409] * 15, [g.text for g in got][:3])
        equal(len({g.json()["calendar_event_id"] for g in got if g.status == 201}), 1)
        equal(left(), [], "nothing is left")
        equal({g.json()["reason"] for g in got if g.status == 409 and "reason" in g.json()}
              <= {"full"}, True)
        equal(stored(server), 1, "one event")


@suite.case("E8: two wait for one time, both are confirmed at once: one is")
def _(s):
    server, alice, _ = with_type(s, confirm=True, pending_blocks=False)
    with server:
        start = some_slots(server, 1)[0]
        ids = [ask(server.client(), "/api/bookings", json.loads(wanted(start, i))).json()["id"]
               for i in range(2)]
        hosts = [server.client("alice") for _ in ids]
        got = parallel(2, lambda i: ask(hosts[i], f"/api/bookings/{ids[i]}/confirm", {}))
        equal(sorted(g.status for g in got), [200, 409], [g.text for g in got])
        equal("slots" in [g for g in got if g.status == 409][0].json(), True, "what else is open")


@suite.case("E13: a link for one use, used by 20 at once: one booking")
def _(s):
    server, alice, kind = with_type(s, access="link")
    with server:
        link = ask(alice, "/api/links", {"meeting_type_id": kind}).json()["link"]
        path = (f"/api/availability/slots?host=alice&type=intro&from={ahead(2)}"
                f"&to={ahead(30)}")
        equal(server.client().request("GET", path).status, 404, "nobody else learns of it")
        days = server.client().request("GET", f"{path}&link={link}").json()["days"]
        starts = [x["start_time"] for d in days for x in d["slots"]][:20]
        clients = [server.client() for _ in starts]
        got = parallel(len(starts), lambda i: ask(clients[i], "/api/bookings", dict(
            json.loads(wanted(starts[i], i)), link=link)))
        equal(sorted(g.status for g in got), [201] + [409] * (len(starts) - 1),
              [g.text for g in got][:3])
        equal(stored(server), 1)


@suite.case("E7: 20 reserve one time at once: one holds it, and books it")
def _(s):
    server, alice, _ = with_type(s)
    with server:
        start = some_slots(server, 1)[0]
        body = {"host": "alice", "type": "intro", "start_time": start}
        clients = [server.client() for _ in range(20)]
        got = parallel(20, lambda i: ask(clients[i], "/api/holds", body))
        equal(sorted(g.status for g in got), [201] + [409] * 19, [g.text for g in got][:3])
        token = [g for g in got if g.status == 201][0].json()["hold"]
        equal(ask(clients[0], "/api/bookings", json.loads(wanted(start, 1))).status, 409)
        path = f"/api/availability/slots?host=alice&type=intro&date={start[:10]}&timezone=UTC"
        seen = [[x["start_time"] for x in clients[0].request("GET", path + more).json()["slots"]]
                for more in ("", f"&hold={token}")]
        equal([start in starts for starts in seen], [False, True], "others, and the holder")
        equal(ask(clients[0], "/api/bookings", dict(json.loads(wanted(start, 1)),
                                                    hold=token)).status, 201)
        equal(stored(server), 1)


suite.main()
