"""What slots cost beyond a day of a plain type: a month, a type with every rule, a team of a hundred.

The hosts are those that bench.py has made, with three meetings a day. A month is what it is foretold
to be, day by day; of the others the first answer is kept, and must come again under load.
"""
import http.client
import json

from measure import Row, ask, request

RICH = {"slug": "rich", "title": "Rich", "durations": [30, 60], "step_minutes": 15,
        "notice_minutes": 240, "buffer_before_minutes": 10, "buffer_after_minutes": 15,
        "seats": 4, "limits": {"day": 6, "week": 20, "month": 60}}
TEAM_P99_MS = 50


def add_type(server, user, rules):
    answer, body = ask(server.port, request("POST", "/api/meeting-types",
                                            json.dumps(rules).encode(), user,
                                            "Content-Type: application/json\r\n"))
    if answer.status != 201:
        raise SystemExit(f"{rules['slug']} of {user}: {body.decode()}")


def slots_of(user, slug, first, days, more=""):
    last = first.fromordinal(first.toordinal() + days - 1)
    when = f"date={first}" if days == 1 else f"from={first}&to={last}"
    return f"/api/availability/slots?host={user}&type={slug}&{when}&timezone=Europe/Berlin{more}"


def rows_of(server, paths):
    """Each with its first answer, and those."""
    connection, rows, answers = http.client.HTTPConnection("127.0.0.1", server.port), [], []
    for path in paths:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {body.decode()}")
        rows.append(Row(request("GET", path), 200, [body]))
        answers.append(json.loads(body))
    return rows, answers


def months(bench, hosts, first):
    """A month of each host, judged by the oracle but for the hour that writes toggle."""
    paths = [slots_of(h, "intro", first, 31) for h in hosts]
    rows, answers = rows_of(bench.server, paths)
    wrong = 0
    for host, answer in zip(hosts, answers):
        for day in answer["days"]:
            date = first.fromisoformat(day["date"])
            got = {s["start_time"] for s in day["slots"]}
            want = set(bench.foretold(host, date))
            wrong += not (got <= want and len(want - got) <= 2)
    if wrong:
        raise SystemExit(f"{wrong} days of months are not what the oracle says")
    bench.load(rows, seconds=bench.seconds / 2)
    bench.row("slots of a month", bench.load(rows), "aim 4 x")


def rich(bench, hosts, first):
    for host in hosts:
        add_type(bench.server, host, RICH)
    for days, what in ((1, "day"), (31, "month")):
        rows, _ = rows_of(bench.server, [slots_of(h, "rich", first, days, "&duration_minutes=30")
                                         for h in hosts])
        bench.load(rows, seconds=bench.seconds / 2)
        bench.row(f"slots of a {what}, buffers, limits, seats", bench.load(rows))


def team(bench, hosts, first):
    """All must be free; each has three meetings a day."""
    members = [{"name": h} for h in hosts]
    add_type(bench.server, hosts[0], {"slug": "all", "title": "All", "durations": [30],
                                      "team": {"mode": "collective", "hosts": members}})
    rows, _ = rows_of(bench.server, [slots_of(hosts[0], "all", first, 31)])
    bench.load(rows, connections=1, seconds=bench.seconds / 2)
    got = bench.load(rows, connections=1)
    bench.row(f"a month of {len(hosts)} hosts who must all be free", got,
              f"aim p99 {TEAM_P99_MS} ms")


def compare(bench, hosts, first):
    months(bench, hosts, first)
    rich(bench, hosts, first)
    team(bench, hosts, first)
