#!/usr/bin/python3
"""A million hosts, and a million bookings (`make soak`; FASTI_HOSTS, FASTI_BOOKINGS say how many)."""
import datetime
import json
import os
import random
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "bench")]
from fasti import Skip, Suite, equal  # noqa: E402
import crowd  # noqa: E402
from measure import Row, request  # noqa: E402

suite = Suite("crowd")
HOSTS = int(os.environ.get("FASTI_HOSTS", 1000000))
BOOKINGS = int(os.environ.get("FASTI_BOOKINGS", 1000000))
PER_HOST = 500  # half hours of some 45 working days, less those of events
CLIENTS = 256


@suite.case("a question costs among very many hosts what it costs among a thousand", "sqlite")
def _(s):
    if not s.soak:
        raise Skip("in make soak")
    equal(crowd.compare(s.build, None, HOSTS, 2), True, "at most 1.5 times, within the budget")


def posts(town):
    """Each host's half hours, and a tenth of them once more a quarter of an hour later or the same."""
    dice, rows = random.Random(11), []
    quarter = datetime.timedelta(minutes=15)
    for host in range(town.count):
        starts = [start for n in range(58)
                  for start in town.calendar.foretold(host, town.calendar.first + n * crowd.DAY)]
        for start in starts[:PER_HOST]:
            wanted = [start]
            if dice.random() < 0.1:
                later = datetime.datetime.fromisoformat(start[:-1]) + dice.randrange(2) * quarter
                wanted.append(later.isoformat() + "Z")
            for when in wanted:
                body = json.dumps({"host": crowd.name_of(host), "type": "intro",
                                   "start_time": when, "invitee_name": "A Guest",
                                   "invitee_email": f"g{len(rows)}@example.net"}).encode()
                rows.append(Row(request("POST", "/api/bookings", body, None,
                                        "Content-Type: application/json\r\n"), 0))
    dice.shuffle(rows)
    return rows


OVERLAPS = """SELECT count(*) FROM (SELECT starts, lag(ends) OVER
    (PARTITION BY owner ORDER BY starts) AS before FROM {} ) WHERE before > starts"""
ALONE = """SELECT count(*) FROM booking b WHERE NOT EXISTS (SELECT 1 FROM hold h
    WHERE h.owner = b.owner AND h.starts = b.starts AND h.booking = b.id) OR NOT EXISTS
    (SELECT 1 FROM object o WHERE o.owner = b.owner AND o.uid = b.uid)"""


@suite.case("very many bookings by 256 clients: no two overlap", "sqlite")
def _(s):
    if not s.soak:
        raise Skip("in make soak")
    town = crowd.Crowd(s.build, max(2, BOOKINGS // PER_HOST))
    try:
        town.server.start()
        got = town.load.run(town.server, posts(town), CLIENTS, 36000, "once")
        town.server.stop()
        equal(town.server.run("check"), "All is well.", "fasti check")
        with sqlite3.connect(town.path) as db:
            made, held, objects = (db.execute(sql).fetchone()[0] for sql in (
                "SELECT count(*) FROM booking", OVERLAPS.format("hold"), ALONE))
            equal([held, db.execute(OVERLAPS.format("booking")).fetchone()[0], objects],
                  [0, 0, 0], "overlapping holds, bookings; bookings without event or hold")
        equal(made >= 0.95 * PER_HOST * town.count, True, f"{made} bookings were made")
        print(f"{made} bookings of {got['requests']} requests, {got['cpu_us']:.0f} us each",
              file=sys.stderr)
    finally:
        town.close()


suite.main()
