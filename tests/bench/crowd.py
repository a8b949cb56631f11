"""A store of very many hosts, written straight into its tables, and what a question of one costs.

    tests/bench/crowd.py --build build [--hosts 1000000]

Every host is the first one over again: the rows that the program itself wrote for `h0` (owner, names,
calendars, schedule, meeting type), under another number and name. Each tenth host has ten events, which
the program itself imported for `h0` too, moved by whole days. What is asked is foretold from these.
"""
import argparse
import datetime
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from zoneinfo import ZoneInfo

from measure import Fasti, Load, Row, ask, request

FEW, EVENTS, EACH = 1000, 10, 10  # hosts to compare with; events of every tenth host
ROUNDS, WARM_HOSTS = 4, 500
AIM = 1.5
BASE_MB = 64  # without anything cached: code, SQLite's pages, threads
HOST_KB, HOSTS_CACHED, TIMELINES_MB, BOOKED_MB = 8, 20000, 256, 64  # the defaults
UTC, BERLIN = datetime.timezone.utc, ZoneInfo("Europe/Berlin")
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)


def name_of(host):
    return f"h{host}"


def has_events(host):
    return host % EACH == 0


class Calendar:
    """The events of a host: one at ten each day, from a day on that is the host's."""

    def __init__(self):
        self.first = datetime.datetime.now(UTC).date() + 2 * DAY

    def starts(self, host):
        at = datetime.datetime.combine(self.first, datetime.time(10), UTC)
        return [at + (n + host // EACH % 20) * DAY for n in range(EVENTS)]

    def event(self, host, n):
        def put(t):
            return t.strftime("%Y%m%dT%H%M%SZ")
        start = self.starts(host)[n]
        return (f"BEGIN:VEVENT\r\nUID:{name_of(host)}-{n}\r\nDTSTAMP:20260101T000000Z\r\n"
                f"DTSTART:{put(start)}\r\nDTEND:{put(start + HOUR)}\r\n"
                "SUMMARY:A meeting of some sort\r\nEND:VEVENT\r\n")

    def object(self, host, n):
        return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n" +
                self.event(host, n) + "END:VCALENDAR\r\n")

    def foretold(self, host, date):
        """Open half hours, Monday to Friday, 09:00-17:00 in Berlin."""
        if date.weekday() >= 5:
            return []
        busy = self.starts(host) if has_events(host) else []
        at = datetime.datetime.combine(date, datetime.time(9), BERLIN).astimezone(UTC)
        slots = [at + n * HOUR / 2 for n in range(16)]
        return [s.strftime("%Y-%m-%dT%H:%M:%SZ") for s in slots
                if not any(b <= s < b + HOUR for b in busy)]


class Writer:
    """Copies the rows of the first host to others."""

    def __init__(self, path, calendar):
        self.calendar = calendar
        self.db = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            self.db.execute(f"PRAGMA {pragma}")
        self.tables = [t for (t,) in self.db.execute(
            "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite%'")]

    def columns(self, table):
        return [row[1] for row in self.db.execute(f"PRAGMA table_info({table})")]

    def copy(self, table, key, count, instead):
        """The rows of h0 for hosts 1 to count - 1; `instead` gives columns by the host's number."""
        columns = self.columns(table)
        values = ["n + 1" if c == key else instead.get(c, f"t.{c}") for c in columns]
        self.db.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
            f"WHERE n + 1 < {count}) INSERT INTO {table} ({','.join(columns)}) "
            f"SELECT {','.join(values)} FROM numbers CROSS JOIN {table} AS t WHERE t.{key} = 1")

    def people(self, count):
        name, mail = "'h' || n", "'h' || n || '@example.org'"
        self.copy("owner", "id", count, {"name": name, "display_name": name, "email": mail})
        self.copy("directory", "owner", count,
                  {"name": f"CASE kind WHEN 0 THEN {name} ELSE {mail} END"})
        self.copy("meeting_type", "owner", count, {"id": "printf('crowd-%018d', n)"})
        for table in ("collection", "property", "schedule"):
            self.copy(table, "owner", count, {})

    def rows_of(self, table, order):
        """The first host's rows as dictionaries."""
        columns = self.columns(table)
        found = self.db.execute(f"SELECT * FROM {table} WHERE owner = 1 ORDER BY {order}")
        return [dict(zip(columns, row)) for row in found]

    def events(self, count):
        kinds = [("object", "first_start"), ("object_data", "id"), ("occurrence", "starts")]
        rows = {table: self.rows_of(table, order) for table, order in kinds}
        hosts = [h for h in range(EACH, count, EACH)]
        for table, _ in kinds:
            columns = self.columns(table)
            self.db.execute("BEGIN")
            self.db.executemany(
                f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})",
                (tuple(self.changed(table, row, host, n).values())
                 for host in hosts for n, row in enumerate(rows[table])))
            self.db.execute("COMMIT")

    def changed(self, table, row, host, n):
        start = int(self.calendar.starts(host)[n].timestamp())
        row = dict(row, owner=host + 1)
        if table == "object":
            row.update(uid=f"{name_of(host)}-{n}", name=f"{name_of(host)}-{n}.ics",
                       etag=f"{host:024x}{n:08x}", first_start=start, last_end=start + 3600,
                       size_bytes=len(self.calendar.object(host, n)))
        elif table == "object_data":
            row.update(data=self.calendar.object(host, n).encode())
        else:
            row.update(starts=start, ends=start + 3600)
        return row

    def close(self):
        # What was counted of the first host would be taken for all.
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()


class Crowd:
    """A store of `count` hosts, and a server on it."""

    def __init__(self, build, count):
        self.count, self.calendar = count, Calendar()
        self.folder = tempfile.mkdtemp(prefix="fasti-crowd-")
        self.server, self.load = Fasti(build, self.folder), Load(build, self.folder)
        self.server.add_user("h0")
        self.server.run("type", "add", "h0", "intro", "--title", "Intro", "--duration", "30")
        text = "".join(self.calendar.event(0, n) for n in range(EVENTS))
        self.server.import_text("h0", "calendar", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                                "PRODID:-//bench//EN\r\n" + text + "END:VCALENDAR\r\n")
        self.path = os.path.join(self.server.data, "fasti.db")
        writer = Writer(self.path, self.calendar)
        writer.people(count)
        writer.events(count)
        writer.close()

    def size_mb(self):
        return os.path.getsize(self.path) / 1e6

    def question(self, host, days=1):
        first = self.calendar.first
        when = (f"date={first}" if days == 1 else f"from={first}&to={first + (days - 1) * DAY}")
        return request("GET", f"/api/availability/slots?host={name_of(host)}&type=intro&{when}"
                              "&timezone=Europe/Berlin")

    def judge(self, hosts):
        """Every answer of these is what is foretold."""
        for host in hosts:
            for n in range(0, 40, 3):
                date = self.calendar.first + n * DAY
                path = (f"/api/availability/slots?host={name_of(host)}&type=intro&date={date}"
                        "&timezone=Europe/Berlin")
                answer, body = ask(self.server.port, request("GET", path))
                got = [s["start_time"] for s in json.loads(body)["slots"]]
                if answer.status != 200 or got != self.calendar.foretold(host, date):
                    raise SystemExit(f"{path}: {got}")

    def cold(self, dice, days):
        """CPU of a question of a host that is in no cache: the mean of several fresh servers."""
        spent = asked = 0
        for _ in range(ROUNDS):
            self.server.start()
            hosts = dice.sample(range(self.count), FEW)
            got = self.load.run(self.server, [Row(self.question(h, days), 200) for h in hosts],
                                32, 3600, "once")
            self.server.stop()
            spent += got["cpu_us"] * got["requests"]
            asked += got["requests"] - got["wrong"]
        return spent / asked

    def warm(self, dice, days, seconds):
        rows = [Row(self.question(h, days), 200)
                for h in dice.sample(range(self.count), WARM_HOSTS)]
        self.load.run(self.server, rows, 32, seconds / 2)
        return self.load.run(self.server, rows, 32, seconds)["cpu_us"]

    def flood(self, dice, hosts):
        """Ask more hosts than the caches hold, of months; what is resident then, in MB."""
        rows = [Row(self.question(h, 62), 200) for h in dice.sample(range(self.count), hosts)]
        self.load.run(self.server, rows, 32, 3600, "once")
        return self.server.rss_kb() / 1024

    def close(self):
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def measured(build, count, seconds):
    """What each kind of question costs among so many hosts, and the memory of all."""
    crowd, dice = Crowd(build, count), random.Random(count)
    print(f"{count} hosts: {crowd.size_mb():.0f} MB of store", flush=True)
    try:
        costs = {f"of a {what}, cold": crowd.cold(dice, days)
                 for what, days in (("day", 1), ("month", 31))}
        crowd.server.start()
        crowd.judge([0, 7, count // 2, count - count % EACH - EACH, count - 1])
        costs |= {f"of a {what}, warm": crowd.warm(dice, days, seconds)
                  for what, days in (("day", 1), ("month", 31))}
        return costs, crowd.flood(dice, min(count, 3 * HOSTS_CACHED))
    finally:
        crowd.close()


def compare(build, limit, hosts, seconds):
    """The table, and whether all aims are met."""
    (few, _), (many, resident) = (measured(build, n, seconds) for n in (FEW, hosts))
    budget = BASE_MB + HOSTS_CACHED * HOST_KB / 1024 + TIMELINES_MB + BOOKED_MB
    good = resident <= budget
    for what, cost in many.items():
        ratio = cost / few[what]
        good = good and ratio <= AIM
        beside = f"{few[what] / limit:6.2f} x {cost / limit:6.2f} x" if limit else ""
        print(f"slots {what:16} {few[what]:8.1f} us of {FEW}, {cost:8.1f} us of {hosts}: "
              f"{ratio:.2f} x (aim {AIM})  {beside}", flush=True)
    print(f"resident after {min(hosts, 3 * HOSTS_CACHED)} hosts were asked for two months: "
          f"{resident:.0f} MB (budget {budget:.0f})", flush=True)
    return good


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--build", default="build")
    options.add_argument("--hosts", type=int, default=1000000)
    options.add_argument("--seconds", type=float, default=3)
    o = options.parse_args()
    return 0 if compare(os.path.abspath(o.build), None, o.hosts, o.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
