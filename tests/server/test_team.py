#!/usr/bin/python3
"""Meetings of which a team is the host: wanted by many at once, and while the power goes."""
import json
import os
import random
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import Suite, ahead, equal, event, parallel, wait_for  # noqa: E402

suite = Suite("team")
QUICK = bool(os.environ.get("FASTI_QUICK"))
KILLS = 3 if QUICK else 8
CLIENTS = 32
JSON = {"Content-Type": "application/json"}
DAYS = 50


def opened(s, *hosts):
    """A server with a team, and people; its client is nobody's."""
    server = s.server()
    server.run("user", "add", "team", "--kind", "team", "--email", "team@example.org",
               "--timezone", "Europe/Berlin", "--name", "The Team")
    for name in hosts:
        server.add_user(name)
    return server


def add_type(server, slug, mode, *hosts, owner="team"):
    words = ["type", "add", owner, slug, "--title", slug, "--duration", "60"]
    if mode:
        words += ["--team", mode]
    for name in hosts:
        words += ["--host", name]
    server.run(*words)


def starts(client, host, slug):
    got = client.request("GET", f"/api/availability/slots?host={host}&type={slug}&from={ahead(2)}"
                                f"&to={ahead(DAYS)}")
    equal(got.status, 200, got.text)
    return [x["start_time"] for d in got.json()["days"] for x in d["slots"]]


def book(client, host, slug, start, who="guest"):
    return client.request("POST", "/api/bookings", json.dumps(
        {"host": host, "type": slug, "start_time": start, "invitee_name": "A Guest",
         "invitee_email": f"{who}@example.net"}), JSON)


def events_of(server, name):
    """UIDs of what stands in somebody's calendar and was not cancelled, with their starts."""
    text = server.run("export", name, "calendar")[1].replace("\r\n ", "")
    found = {}
    for one in re.findall(r"BEGIN:VEVENT.*?END:VEVENT", text, re.S):
        if "STATUS:CANCELLED" not in one:
            found[re.search(r"^UID:(.*?)\r?$", one, re.M).group(1)] = \
                re.search(r"^DTSTART.*?:(.*?)\r?$", one, re.M).group(1)
    return found


def is_well(server):
    equal(server.run("check")[1].strip(), "All is well.", "fasti check")


def no_deadlock(s, server):
    """PostgreSQL counts those that it had to break."""
    if s.store != "postgres":
        return
    done = subprocess.run(["psql", "-qAt", "-d", server.store, "-c",
                           "SELECT deadlocks FROM pg_stat_database"
                           " WHERE datname = current_database()"],
                          stdout=subprocess.PIPE, check=True, timeout=60)
    equal(done.stdout.decode().strip(), "0", "deadlocks")


@suite.case("E3: one host alone against the team, 16 times: one wins, and no host is taken in vain")
def _(s):
    with opened(s, "anna", "ben") as server:
        add_type(server, "both", "collective", "anna", "ben")
        add_type(server, "solo", None, owner="anna")
        add_type(server, "ben", None, owner="ben")
        server.start()
        times = starts(server.client(), "team", "both")[:16]
        for n, at in enumerate(times):
            wants = [("anna", "solo"), ("team", "both")] * 4
            clients = [server.client() for _ in wants]
            got = [None] * len(wants)

            def one(i):
                got[i] = book(clients[i], *wants[i], at, f"g{n}-{i}").status

            parallel(len(wants), one)
            equal(sorted(got), [201] + [409] * (len(wants) - 1), at)
            team_won = wants[got.index(201)][0] == "team"
            equal(at in starts(server.client(), "ben", "ben"), not team_won, "ben is free")
        equal(len(events_of(server, "anna")), len(times), "anna has one each time")
        is_well(server)


@suite.case("E4: three hosts by turns, 10 at once: 3 have one, each with another host")
def _(s):
    names = ("anna", "ben", "cleo")
    with opened(s, *names) as server:
        add_type(server, "any", "round_robin", *names)
        server.start()
        times = starts(server.client(), "team", "any")[:5]
        clients = [server.client() for _ in range(10)]
        for n, at in enumerate(times):
            got = [None] * 10

            def one(i):
                got[i] = book(clients[i], "team", "any", at, f"g{n}-{i}").status

            parallel(10, one)
            equal(sorted(got), [201] * 3 + [409] * 7, at)
        for name in names:
            equal(len(set(events_of(server, name).values())), len(times), f"{name} is never twice")
        is_well(server)
        wait_for(lambda: len(server.mails()) == 3 * len(times), what="each is mailed once")


class Crowd:
    """Clients who book what is open until the server is gone."""

    def __init__(self, server, wants, dice):
        self.server, self.wants, self.dice = server, wants, dice
        self.made, self.lock = {}, threading.Lock()

    def one(self, i, stop, enough, reached):
        client = self.server.client()
        while not stop.is_set():
            with self.lock:
                host, slug, at = self.dice.choice(self.wants)
            try:
                got = book(client, host, slug, at, f"guest{i}")
            except Exception:  # a broken answer is no answer
                return
            if got.status == 201:
                with self.lock:
                    self.made[got.json()["id"]] = got.json()["calendar_event_id"]
                    if len(self.made) >= enough:
                        reached.set()

    def until_killed(self, more):
        stop, reached = threading.Event(), threading.Event()
        enough = len(self.made) + more
        threads = [threading.Thread(target=self.one, args=(i, stop, enough, reached))
                   for i in range(16)]
        for t in threads:
            t.start()
        equal(reached.wait(60), True, "bookings are being answered")
        time.sleep(self.dice.random() * 0.02)
        self.server.kill()
        stop.set()
        for t in threads:
            t.join()


@suite.case(f"E4: kill -9 in the middle, {KILLS} times: nobody has two, and each has its event")
def _(s):
    names = ("anna", "ben", "cleo")
    with opened(s, *names) as server:
        add_type(server, "any", "round_robin", *names)
        add_type(server, "all", "collective", *names)
        server.start()
        client = server.client()
        wants = [("team", slug, at) for slug in ("any", "all")
                 for at in starts(client, "team", slug)]
        crowd = Crowd(server, wants, random.Random(4))
        for _ in range(KILLS):
            crowd.until_killed(crowd.dice.randrange(2, 16))
            server.start()
        is_well(server)
        team = events_of(server, "team")
        for uid in crowd.made.values():
            equal(uid in team, True, "what was answered is there")
        of_hosts = [events_of(server, name) for name in names]
        for name, own in zip(names, of_hosts):
            equal(len(own), len(set(own.values())), f"{name} is nowhere twice at one time")
        for uid in team:
            equal(any(uid in own for own in of_hosts), True, "whoever hosts it has it")
        ids = set()

        def all_mailed():
            for mail in server.mails():
                ids.add(re.search(rb"(?mi)^Message-ID:\s*(\S+)", mail).group(1))
            return len(ids) == len(team)

        wait_for(all_mailed, what=f"the mail of {len(team)} bookings ({len(ids)} so far)")
        equal(len(server.mails()) - len(ids) <= KILLS, True, "at most one is doubled by a kill")


@suite.case(f"5 hosts, named in another order by each of 20 types, {CLIENTS} clients: no deadlock")
def _(s):
    names = ["anna", "ben", "cleo", "dan", "eva"]
    dice = random.Random(5)
    with opened(s, *names) as server:
        for n in range(20):
            dice.shuffle(names)
            add_type(server, f"t{n}", "collective", *names)
        server.start()
        times = starts(server.client(), "team", "t0")[:24]
        clients = [server.client() for _ in range(CLIENTS)]
        gate = threading.Barrier(CLIENTS)
        got = [[] for _ in times]

        def one(i):
            for n, at in enumerate(times):
                gate.wait()
                got[n].append(book(clients[i], "team", f"t{(i + n) % 20}", at, f"g{i}").status)

        parallel(CLIENTS, one)
        for n, statuses in enumerate(got):
            equal(sorted(statuses), [201] + [409] * (CLIENTS - 1), times[n])
        for name in names:
            equal(len(events_of(server, name)), len(times), f"{name} has each of them")
        is_well(server)
        no_deadlock(s, server)
        equal("deadlock" in server.log().lower(), False, "the log")


@suite.case("F4: before a host leaves, what is to come is listed and given to others")
def _(s):
    names = ("anna", "ben", "cleo")
    with opened(s, *names) as server:
        server.run("user", "members", "team", *(w for n in names for w in ("--member", n)))
        add_type(server, "any", "round_robin", *names)
        add_type(server, "solo", None, owner="anna")
        server.start()
        client = server.client()
        times = starts(client, "team", "any")[:6]
        made = [book(client, "team", "any", at, f"g{n}").json() for n, at in enumerate(times)]

        def of(name):
            out = server.run("team", "bookings", "team", "--host", name)[1]
            return [line.split()[0] for line in out.splitlines()]

        equal(sorted(sum((of(n) for n in names), [])), sorted(m["id"] for m in made), "all listed")
        first, second = of("anna")
        listed = server.client("anna").request(
            "GET", "/api/bookings?team=team&host=anna").json()["bookings"]
        equal([b["id"] for b in listed], [first, second], "as the API does")
        uids = {m["id"]: m["calendar_event_id"] for m in made}
        at = {m["id"]: m["start_time"] for m in made}
        equal(at[first] in starts(client, "anna", "solo"), False, "anna is taken")
        status, _, err = server.run("team", "reassign", "team", first, "--from", "ben", "--to",
                                    "cleo", check=False)
        equal([status, "none of the hosts" in err], [1, True], err)
        server.run("team", "reassign", "team", first, "--from", "anna", "--to", "ben")
        got = client.request("POST", f"/api/bookings/{second}/reassign", json.dumps(
            {"from": "anna", "to": "cleo"}), JSON)
        equal(got.status in (401, 403, 404), True, "nobody else may")
        got = server.client("anna").request("POST", f"/api/bookings/{second}/reassign", json.dumps(
            {"from": "anna", "to": "cleo", "reason": "leaves"}), JSON)
        equal(got.status, 200, got.text)
        equal(of("anna"), [], "nothing is left")
        equal([uids[first] in events_of(server, "ben"), uids[second] in events_of(server, "cleo"),
               uids[first] in events_of(server, "anna")], [True, True, False], "who has it")
        text = server.run("export", "team", "calendar")[1].replace("\r\n ", "")
        equal([text.count("UID:" + u) for u in uids.values()], [1] * 6, "UIDs stay")
        equal(len(re.findall(r"ORGANIZER[^\r\n]*mailto:team@example.org", text)), 6, "so does it")
        equal(book(client, "anna", "solo", at[first]).status, 201, "anna is free at once")
        is_well(server)


@suite.case("E7: a team's time is kept, and those who kept it come")
def _(s):
    with opened(s, "a", "b") as server:
        add_type(server, "turns", "round_robin", "a", "b")
        add_type(server, "both", "collective", "a", "b")
        server.start()
        guest = server.client()
        start = starts(guest, "team", "turns")[0]

        def hold(slug="turns", **more):
            got = guest.request("POST", "/api/holds", json.dumps(
                {"host": "team", "type": slug, "start_time": start, **more}), JSON)
            return got.status, got.json().get("hold")

        def is_listed(slug, **more):
            query = "".join(f"&{k}={v}" for k, v in more.items())
            got = guest.request("GET", f"/api/availability/slots?host=team&type={slug}"
                                       f"&date={start[:10]}{query}")
            return start in [x["start_time"] for x in got.json()["slots"]]

        def listed(**more):
            return [is_listed(slug, **more) for slug in ("turns", "both")]

        (status, one), (_, two) = hold(), hold()
        equal((status, listed(), listed(hold=one)), (201, [False, False], [True, False]))
        equal(hold("both")[0], 409, "neither of them is free")
        equal(hold(hold=one), (201, one), "longer, and the same")
        equal(hold()[0], 409, "and no third host")
        equal(guest.request("DELETE", f"/api/holds/{two}").status, 204)
        equal(listed(), [True, False], "one of them is free again")
        equal(hold(hold=two)[1] == two, False, "a token is over once it is given back")
        got = guest.request("POST", "/api/bookings", json.dumps(
            {"host": "team", "type": "turns", "start_time": start, "invitee_name": "A Guest",
             "invitee_email": "guest@example.net", "hold": one}), JSON)
        equal(got.status, 201, got.text)
        equal(book(guest, "team", "turns", start, "late").status, 409, "the other is kept still")
        equal(sorted(map(len, (events_of(server, "a"), events_of(server, "b")))), [0, 1])
        is_well(server)


@suite.case("F5: two of the team, one of rooms that the command line made, and the manager")
def _(s):
    with opened(s, "anna", "ben", "cleo", "boss") as server:
        for room in ("room1", "room2"):
            server.run("user", "add", room, "--kind", "room", "--email", f"{room}@example.org",
                       "--timezone", "Europe/Berlin")
            server.run("user", "set", room, "--hours", "mon-sun 10:00-12:00")
        server.start()
        boss = server.client("boss")
        got = boss.request("POST", "/api/meeting-types", json.dumps({
            "slug": "meet", "title": "Meet", "durations": [60], "team": {
                "mode": "pools", "pools": [
                    {"need": 2, "hosts": [{"name": n} for n in ("anna", "ben", "cleo")]},
                    {"need": 1, "hosts": [{"name": n} for n in ("room1", "room2")]},
                    {"need": 1, "hosts": [{"name": "boss"}]}]}}), JSON)
        equal(got.status, 201, got.text)
        client = server.client()
        times = starts(client, "boss", "meet")
        equal({t[11:16] for t in times} <= {"08:00", "09:00", "10:00", "11:00"}, True,
              "within the hours of the rooms, and of a day in Berlin")
        at = times[-1]
        begin = at.replace("-", "").replace(":", "")
        end = begin[:9] + f"{int(begin[9:11]) + 1:02}" + begin[11:]
        got = boss.request("PUT", "/dav/calendars/boss/calendar/lunch.ics",
                           event("lunch", begin, end), {"Content-Type": "text/calendar"})
        equal(got.status, 201, got.text)
        equal(book(client, "boss", "meet", at).status, 409, "the manager is not there")
        got = book(client, "boss", "meet", times[0])
        equal(got.status, 201, got.text)
        uid = got.json()["calendar_event_id"]
        having = [n for n in ("anna", "ben", "cleo", "room1", "room2", "boss")
                  if uid in events_of(server, n)]
        equal([sum(n in having for n in group) for group in
               (("anna", "ben", "cleo"), ("room1", "room2"), ("boss",))], [2, 1, 1], having)
        text = server.run("export", "boss", "calendar")[1].replace("\r\n ", "")
        equal(len(re.findall(r"ATTENDEE[^\r\n]*CUTYPE=ROOM[^\r\n]*PARTSTAT=ACCEPTED"
                             r"|ATTENDEE[^\r\n]*PARTSTAT=ACCEPTED[^\r\n]*CUTYPE=ROOM", text)), 1,
              text)
        is_well(server)
        equal(book(client, "boss", "meet", times[0]).status, 409, "the manager is taken")


@suite.case("F5: a room that bookings need is not deleted, unless they are given up")
def _(s):
    with opened(s, "anna") as server:
        server.run("user", "add", "room", "--kind", "room", "--timezone", "Europe/Berlin")
        add_type(server, "meet", "collective", "anna", "room", owner="anna")
        server.start()
        client = server.client()
        at = starts(client, "anna", "meet")[0]
        equal(book(client, "anna", "meet", at).status, 201, "booked")
        status, _, err = server.run("user", "delete", "room", check=False)
        equal([status, "bookings to come of others: 1" in err], [1, True], err)
        out = server.run("user", "delete", "room", "--cancel-bookings")[1]
        equal(out.count("is cancelled."), 1, out)
        equal(list(events_of(server, "anna")), [], "nothing is left of it")
        is_well(server)


@suite.case("a host who deletes the copy is followed by another; where nobody is there, it is told")
def _(s):
    with opened(s, "anna", "ben") as server:
        server.run("user", "members", "team", "--member", "anna", "--member", "ben")
        add_type(server, "any", "round_robin", "anna", "ben")
        server.start()
        client = server.client()
        made = book(client, "team", "any", starts(client, "team", "any")[0]).json()
        uid, where = made["calendar_event_id"], f"/api/bookings/{made['id']}"
        [first] = [n for n in ("anna", "ben") if uid in events_of(server, n)]
        second = {"anna": "ben", "ben": "anna"}[first]

        def leave(name):
            found = re.findall(r"/dav/calendars/[^<]+\.ics", server.client(name).request(
                "PROPFIND", f"/dav/calendars/{name}/calendar/", headers={"Depth": "1"}).text)
            equal([server.client(name).request("DELETE", n).status for n in found], [204], name)

        def now():
            return server.client("anna").request("GET", where + "/hosts").json()

        def comes():
            return sorted(h["name"] for h in now()["hosts"] if h["comes"])
        equal([comes(), now()["needs_host"]], [[first], False], "at first")
        leave(first)
        wait_for(lambda: comes() == [second], what="another host")
        equal([uid in events_of(server, second), now()["needs_host"]], [True, False], "is there")
        is_well(server)
        busy = events_of(server, second)[uid]
        equal(server.client(first).request(
            "PUT", f"/dav/calendars/{first}/calendar/busy.ics",
            event("busy", busy[:8] + "T000000Z", busy[:8] + "T235900Z"), {"Content-Type": "text/calendar"}
        ).status, 201, "the first one has something else")
        leave(second)
        wait_for(lambda: now()["needs_host"], what="that nobody is there")
        equal(comes(), [], "nobody")
        steps = server.client("anna").request("GET", where + "/history").json()["history"]
        equal([x["what"] for x in steps], ["made", "host_declined", "reassigned", "host_declined"],
              "its history")
        equal(client.request("GET", where + "?token=" + made["cancel_url"].rsplit("/", 1)[1]
                             ).json()["status"], "confirmed", "it stands")
        is_well(server)


@suite.case("who has declined a booking is not given it back by who declines it next")
def _(s):
    with opened(s, "anna", "ben") as server:
        server.run("user", "members", "team", "--member", "anna", "--member", "ben")
        add_type(server, "any", "round_robin", "anna", "ben")
        server.start()
        client = server.client()
        made = book(client, "team", "any", starts(client, "team", "any")[0]).json()
        where = f"/api/bookings/{made['id']}"

        def now():
            return server.client("anna").request("GET", where + "/hosts").json()

        def comes():
            return [h["name"] for h in now()["hosts"] if h["comes"]]
        for turn in (1, 2):
            [name] = comes()
            found = re.findall(r"/dav/calendars/[^<]+\.ics", server.client(name).request(
                "PROPFIND", f"/dav/calendars/{name}/calendar/", headers={"Depth": "1"}).text)
            equal([server.client(name).request("DELETE", n).status for n in found], [204], name)
            if turn == 1:
                wait_for(lambda: len(comes()) == 1 and comes() != [name], what="another host")
        wait_for(lambda: not re.search(r"\bhost\b", server.run("jobs", "list")[1]), what="the end of the search")
        steps = server.client("anna").request("GET", where + "/history").json()["history"]
        equal([x["what"] for x in steps], ["made", "host_declined", "reassigned", "host_declined"],
              "its history")
        equal([comes(), now()["needs_host"]], [[], True], "nobody is left")
        is_well(server)


@suite.case("F4: the last place of a team's event moves with its hosts, each of them once")
def _(s):
    with opened(s, "anna", "ben") as server:
        server.run("type", "add", "team", "both", "--title", "both", "--duration", "60", "--team",
                   "collective", "--host", "anna", "--host", "ben", "--seats", "2")
        server.start()
        client = server.client()
        times = starts(client, "team", "both")
        first, second = (book(client, "team", "both", times[1], who).json() for who in ("a", "b"))

        def token(made):
            return "?token=" + made["cancel_url"].rsplit("/", 1)[1]
        equal(client.request("DELETE", f"/api/bookings/{first['id']}{token(first)}").status, 200,
              "the first one leaves")
        moved = client.request("POST", f"/api/bookings/{second['id']}/reschedule{token(second)}",
                               json.dumps({"start_time": times[4]}), JSON)
        equal(moved.status, 200, moved.text)
        text = server.run("export", "team", "calendar")[1].replace("\r\n ", "")
        equal(sorted(re.findall(r"^ATTENDEE.*mailto:(\w+)@", text, re.M)), ["anna", "b", "ben"],
              "who comes")
        is_well(server)
        equal(client.request("DELETE", f"/api/bookings/{second['id']}{token(second)}").status, 200,
              "the second one leaves")
        is_well(server)
        equal(times[4] in starts(client, "team", "both"), True, "free again")


@suite.case("a host of another's booking lists and reads it, hands on its part, and no more")
def _(s):
    with opened(s, "anna", "ben", "cleo") as server:
        add_type(server, "any", "round_robin", "anna", "ben")
        add_type(server, "solo", None, owner="anna")
        add_type(server, "solo", None, owner="cleo")
        server.start()
        nobody = server.client()
        times = starts(nobody, "team", "any")
        made = [book(nobody, "team", "any", at, f"g{n}").json() for n, at in enumerate(times[:4])]
        own = book(nobody, "anna", "solo", times[5]).json()
        book(nobody, "cleo", "solo", times[5])
        anna, ben, cleo = (server.client(n) for n in ("anna", "ben", "cleo"))

        def listed(client, more=""):
            return client.request("GET", "/api/bookings" + more).json()["bookings"]

        def pages(client):
            seen, cursor = [], ""
            while True:
                got = client.request("GET", f"/api/bookings?limit=1{cursor}").json()
                seen += got["bookings"]
                if "next_cursor" not in got:
                    return seen
                cursor = f"&cursor={got['next_cursor']}"

        hers, his = listed(anna), listed(ben)
        parts = [b for b in hers if b["host"] == "team"]
        equal([len(hers), len(parts), len(his)], [3, 2, 2], "by turns, and her own")
        equal(sorted(b["id"] for b in parts + his), sorted(m["id"] for m in made), "all of them")
        equal([hers[-1]["id"], "part" in hers[-1], "hosts" in hers[-1]], [own["id"], False, False],
              "her own is hers alone")
        equal([b["id"] for b in pages(anna)], [b["id"] for b in hers], "page by page")
        equal([len(listed(cleo)), "part" in listed(cleo)[0]], [1, False], "nobody else's list")
        equal(listed(anna, "?status=cancelled"), [], "by status")
        equal(len(listed(anna, "?type=" + parts[0]["meeting_type_id"])), 2, "by type")

        one = parts[0]
        where = f"/api/bookings/{one['id']}"
        token = [m for m in made if m["id"] == one["id"]][0]["cancel_url"].rsplit("/", 1)[1]
        me = {"name": "anna", "title": "anna", "optional": False, "comes": True}
        for told in (one, anna.request("GET", where).json()):
            equal([told["part"], told["cancel_url"], told["reschedule_url"], told["needs_host"]],
                  ["host", None, None, False], "no links that would let her decide")
            equal(told["hosts"], [{**me, "title": told["hosts"][0]["title"]}], "who comes")
        told = nobody.request("GET", f"{where}?token={token}").json()
        equal([[sorted(h) for h in told["hosts"]], "part" in told, "needs_host" in told],
              [[["title"]], False, False], "an invitee is told a name")
        for path in ("", "/hosts", "/history"):
            equal([c.request("GET", where + path).status for c in (anna, ben, cleo)],
                  [200, 404, 404], path)

        def refused(client, method, path, body):
            got = client.request(method, where + path, json.dumps(body), JSON)
            equal([got.status, len(got.json()["detail"]) > 10], [403, True], got.text)

        refused(anna, "DELETE", "", {})
        refused(anna, "POST", "/reschedule", {"start_time": times[8]})
        refused(anna, "POST", "/confirm", {})
        refused(anna, "POST", "/decline", {})
        refused(anna, "POST", "/reassign", {"from": "ben", "to": "anna"})
        equal(anna.request("GET", where).json()["version"], 1, "nothing has changed")
        got = anna.request("POST", where + "/reassign", json.dumps({"to": "ben"}), JSON)
        equal([got.status, got.json()["cancel_url"]], [200, None], got.text)
        equal([c.request("GET", where).status for c in (anna, ben)], [404, 200], "who has it now")
        equal([len(listed(anna)), len(listed(ben))], [2, 3], "and lists it")
        server.run("user", "members", "team", "--member", "ben")
        told = ben.request("GET", where).json()
        equal([told["part"], told["cancel_url"] is None], ["host", False], "of the team: decides")
        equal(ben.request("DELETE", where).status, 200, "and cancels")
        equal([b["id"] for b in listed(ben, "?status=cancelled")], [one["id"]], "still listed")
        is_well(server)


@suite.case("whoever is closed to others is named as a host by nobody but their team")
def _(s):
    with opened(s, "anna", "ben") as server:
        server.run("user", "members", "team", "--member", "ben")
        server.start()
        anna = server.client("anna")

        def named(who):
            got = anna.request("POST", "/api/meeting-types", json.dumps({
                "slug": f"with-{who}-{time.monotonic_ns()}", "title": "With", "durations": [60],
                "team": {"mode": "collective", "hosts": [{"name": "anna"}, {"name": who}]}}), JSON)
            return got.status, got.text

        equal(named("ben")[0], 201, "who is open to all")
        status, text = named("nobody")
        equal([status, "nobody here by the name of nobody" in text], [422, True], text)
        server.run("user", "set", "ben", "--free-busy", "nobody")
        status, text = named("ben")
        equal([status, "ben is no host for others" in text], [422, True], text)
        server.run("type", "add", "team", "any", "--title", "Any", "--duration", "60",
                   "--team", "round_robin", "--host", "ben")
        status, _, err = server.run("type", "add", "team", "two", "--title", "Two", "--duration",
                                    "60", "--team", "round_robin", "--host", "anne", check=False)
        equal([status, "anne" in err], [1, True], err)


@suite.case("members keep the types and hours of their team, and are told whom a time is due to")
def _(s):
    with opened(s, "anna", "ben", "cleo") as server:
        server.run("user", "members", "team", "--member", "anna")
        server.run("user", "add", "mute", "--kind", "team", "--timezone", "Europe/Berlin")
        server.run("user", "members", "mute", "--member", "anna")
        server.start()
        anna, ben = server.client("anna"), server.client("ben")
        rules = {"slug": "any", "title": "Any", "durations": [60],
                 "team": {"mode": "round_robin", "hosts": [{"name": "cleo", "weight": 2}]}}
        got = ben.request("POST", "/api/meeting-types?team=team", json.dumps(rules), JSON)
        equal(got.status, 404, "no member")
        got = anna.request("POST", "/api/meeting-types?team=team", json.dumps(rules), JSON)
        equal([got.status, got.json()["host"]], [201, "team"], got.text)
        rules["title"] = "Any of us"
        got = anna.request("PUT", "/api/meeting-types/any?team=team", json.dumps(rules), JSON)
        equal([got.status, got.json()["title"]], [200, "Any of us"], got.text)
        equal(anna.request("GET", "/api/meeting-types/any").status, 404, "it is not hers")
        got = anna.request("GET", "/api/schedules?team=team").json()["schedules"]
        equal([x["id"] for x in got], ["default"], "its hours")
        at = starts(server.client(), "team", "any")[0]
        begin = at.replace("-", "").replace(":", "")
        end = begin[:9] + f"{int(begin[9:11]) + 1:02}" + begin[11:]
        got = server.client("cleo").request("PUT", "/dav/calendars/cleo/calendar/x.ics",
                                            event("x", begin, end),
                                            {"Content-Type": "text/calendar"})
        equal(got.status, 201, got.text)
        path = f"/api/availability/explain?host=team&type=any&start_time={at}"
        equal(ben.request("GET", path).status, 404, "not for others")
        why = anna.request("GET", path).json()
        equal([why["reason"], why["host"]], ["busy", "cleo"], why)
        equal([(o["kind"], o["id"], o["title"]) for o in why["obstacles"]], [("event", "x", "")],
              "in Cleo's calendar, without what it is about")
        got = anna.request("POST", "/api/meeting-types?team=mute", json.dumps(rules), JSON)
        equal(got.status, 201, got.text)
        equal(starts(server.client(), "mute", "any"), [], "nobody could be answered to")


if __name__ == "__main__":
    suite.main()
