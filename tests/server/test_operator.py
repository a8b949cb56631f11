#!/usr/bin/python3
"""What whoever runs a server relies on: settings, a stop, jobs, gauges, readiness."""
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fasti import PASSWORD, ROOT, Suite, ahead, equal, wait_for  # noqa: E402

suite = Suite("operator")
JSON = {"Content-Type": "application/json"}


def prepared(s, env=None, options=()):
    server = s.server(env, options)
    server.add_user("alice")
    server.add_type("alice")
    return server.start()


def book(server, n=0):
    nobody = server.client()
    days = nobody.request("GET", "/api/availability/slots?host=alice&type=intro"
                          f"&from={ahead(2)}&to={ahead(20)}").json()["days"]
    slot = [x for d in days for x in d["slots"]][n]
    return nobody.request("POST", "/api/bookings", json.dumps({
        "host": "alice", "type": "intro", "start_time": slot["start_time"],
        "invitee_name": "Ivy", "invitee_email": "ivy@example.net",
        "invitee_timezone": "Europe/Berlin"}), JSON)


def booked(server, n=0):
    got = book(server, n)
    equal(got.status, 201, got.text)
    return got.json()


def metric(server, name):
    text = server.client().request("GET", "/metrics").text
    return int(re.search(rf"^{name} (\d+)$", text, re.M).group(1))


def sql(server, statement):
    """Run a statement on the store, past the program."""
    if server.store.startswith("sqlite:"):
        words = ["sqlite3", "-cmd", ".timeout 10000", server.store[7:], statement]
    else:
        words = ["psql", "-qAt", "-d", server.store, "-c", statement]
    env = {**os.environ, "PGOPTIONS": "-c default_transaction_read_only=off"}
    done = subprocess.run(words, env=env, check=True, timeout=60, stdout=subprocess.PIPE)
    return done.stdout.decode().strip()


class SilentSmtp:
    """A mail server that takes a message and never says what became of it; counted are those to
    invitees, as hosts, who live at example.org, are told by a worker of their own."""

    ANSWERS = {b"EHLO": b"250 silent", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"DATA": b"354 go"}

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.messages = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        connection.sendall(b"220 silent\r\n")
        to = b""
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                if line[:4] == b"RCPT":
                    to = line
                if line == b".\r\n":
                    self.messages += b"@example.org" not in to
                elif line[:4] in self.ANSWERS:
                    connection.sendall(self.ANSWERS[line[:4]] + b"\r\n")

    def close(self):
        self.socket.close()


# ---- settings ----------------------------------------------------------------------------


@suite.case("a configuration that cannot be meant is refused, with its key", only="sqlite")
def _(s):
    server = s.server()
    rows = [
        ({"FASTI_LOG_LEVEL": "waring"}, "log.level is one of: debug info warn error"),
        ({"FASTI_LIMITS_LOOPBACK": "yes"}, "limits.loopback is one of: on off"),
        ({"FASTI_LIMITS_LOOPBACK": ""}, "limits.loopback is one of: on off"),
        ({"FASTI_SERVER_TLS_KEY": "k.pem"}, "server.tls_cert is missing"),
        ({"FASTI_SERVER_TLS_CERT": "c.pem"}, "server.tls_key is missing"),
        ({"FASTI_SERVER_TLS_CERT": "c.pem", "FASTI_SERVER_TLS_KEY": ""},
         "server.tls_key is missing"),
        ({"FASTI_SERVER_WORKERS": "0"}, "server.workers must be a whole number from 1 to 256"),
    ]
    for env, why in rows:
        done = subprocess.run([s.fasti, "serve", "--store", server.store, "--listen",
                               "127.0.0.1:0"], env={**server.env, **env}, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        equal([done.returncode, why in done.stderr.decode()], [1, True], (env, done.stderr))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fasti.conf")
        with open(path, "w") as file:
            file.write("[server]\nworkers = 2\n\n[log]\nlevel = loud\n")
        status, _out, err = server.run("user", "list", "--config", path, check=False)
        equal([status, f"{path}:5: log.level" in err], [1, True], err)


@suite.case("--data names its store, whatever file and environment say", only="sqlite")
def _(s):
    with tempfile.TemporaryDirectory() as folder:
        env = {k: v for k, v in os.environ.items() if not k.startswith("FASTI_")}

        def users(*words, **more):
            done = subprocess.run([s.fasti, "user", "list", *words], env={**env, **more},
                                  cwd=folder, timeout=60, check=True, stdout=subprocess.PIPE)
            return done.stdout.decode().split()[:1]

        def add(name, *words):
            subprocess.run([s.fasti, "user", "add", name, "--email", f"{name}@example.org",
                            "--password-file", "-", *words], env=env, cwd=folder, timeout=60,
                           check=True, input=PASSWORD.encode(), stderr=subprocess.DEVNULL)

        other = f"sqlite:{folder}/other.db"
        add("inside", "--data", f"{folder}/d")
        add("outside", "--store", other)
        add("near", "--data", f"{folder}/fasti-data")
        with open(f"{folder}/fasti.conf", "w") as file:
            file.write(f"[store]\nurl = {other}\n")
        config = ("--config", f"{folder}/fasti.conf")
        equal(users("--data", f"{folder}/d", FASTI_STORE_URL=other), ["inside"])
        equal(users("--data", f"{folder}/d", FASTI_STORE=other), ["inside"])
        equal(users("--data", f"{folder}/d", *config), ["inside"])
        equal(users("--data", f"{folder}/d", "--store", other), ["outside"], "both: the URL's")
        equal(users(*config, FASTI_STORE=f"sqlite:{folder}/d/fasti.db"), ["outside"])
        equal(users(FASTI_STORE=other), ["outside"])
        equal(users(FASTI_STORE="", FASTI_STORE_URL=""), ["near"], "none: ./fasti-data")


@suite.case("what only looks makes no store: it says where there is none, and leaves nothing")
def _(s):
    commands = [("user", "list"), ("user", "passwd", "alice", "--password-file", "-"),
                ("user", "delete", "alice"), ("type", "list", "alice"),
                ("type", "add", "alice", "intro", "--title", "I", "--duration", "30"),
                ("type", "delete", "alice", "intro"), ("import", "alice", "calendar", "f.ics"),
                ("export", "alice"), ("backup", "copy.db"), ("check",), ("jobs", "list"),
                ("jobs", "retry", "1")]
    with tempfile.TemporaryDirectory() as folder:
        env = {k: v for k, v in os.environ.items() if not k.startswith("FASTI_")}
        if s.store == "sqlite":
            places = {("--data", "typo"): "typo/fasti.db", (): "./fasti-data/fasti.db",
                      ("--store", f"sqlite:{folder}/typo.db"): f"{folder}/typo.db"}
        else:
            url = s.postgres().database()
            places = {("--store", url): "postgresql:///" + re.search(r"/(\w+)\?", url).group(1)}
        for place, name in places.items():
            for command in commands:
                done = subprocess.run([s.fasti, *command, *place], env=env, cwd=folder,
                                      timeout=60, input=b"", stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE)
                equal([done.returncode, done.stdout.decode(), done.stderr.decode()],
                      [1, "", f"fasti: There is no store at {name}.\n"], command)
            equal(os.listdir(folder), [], "left behind")
            subprocess.run([s.fasti, "user", "add", "alice", "--email", "alice@example.org",
                            "--password-file", "-", *place], env=env, cwd=folder, timeout=60,
                           check=True, input=PASSWORD.encode(), stderr=subprocess.DEVNULL)
            done = subprocess.run([s.fasti, "check", *place], env=env, cwd=folder, timeout=60,
                                  check=True, stdout=subprocess.PIPE)
            equal(done.stdout, b"All is well.\n")
            for made in os.listdir(folder):
                subprocess.run(["rm", "-r", os.path.join(folder, made)], check=True)


@suite.case("ids are made under the server's key or not at all; what needs none asks for none")
def _(s):
    server = s.server()
    server.add_user("alice")
    key = f"{server.folder}/secret.key"
    os.rename(key, key + ".away")
    equal(server.run("check")[1], "All is well.\n")
    server.run("export", "alice")
    status, _out, err = server.run("type", "add", "alice", "intro", "--title", "I", "--duration",
                                   "30", check=False)
    equal([status, f"The key file {key} cannot be used" in err], [1, True], err)
    equal(os.path.exists(key), False)
    os.rename(key + ".away", key)
    server.add_type("alice")


def written_keys(text):
    """Keys of a configuration file as {"section.key": value or None where it is a comment}."""
    keys, section = {}, ""
    for line in text.splitlines():
        head = re.fullmatch(r"\[(\w+)\]", line)
        pair = re.fullmatch(r"(# )?(\w+) = (.*)", line)
        if head:
            section = head.group(1)
        elif pair:
            keys[f"{section}.{pair.group(2)}"] = None if pair.group(1) else pair.group(3)
    return keys


@suite.case("the example of a configuration has every key and its default", only="sqlite")
def _(s):
    out = subprocess.run([s.fasti, "serve", "--help"], stdout=subprocess.PIPE, check=True,
                         timeout=60).stdout.decode()
    helped = {}
    for key, rest in re.findall(r"^  (\w+\.\w+) +(.*)$", out, re.M):
        default = re.search(r"\[([^\[\]]*)\]$", rest)
        helped[key] = default.group(1) if default else None
    equal(len(helped) > 20, True, out)
    with open(os.path.join(ROOT, "docs", "fasti.conf.example"), encoding="utf-8") as file:
        equal(written_keys(file.read()), helped)


def manual():
    with open(os.path.join(ROOT, "docs", "fasti.1"), encoding="utf-8") as file:
        text = file.read()
    return re.sub(r"\\f[BRIP]", "", text).replace("\\-", "-").replace("...", "…")


@suite.case("the manual shows each command as --help does", only="sqlite")
def _(s):
    def forms(text):
        return [x.strip() for x in re.sub(r"\s+", " ", " " + text).split(" fasti ") if x.strip()]

    out = subprocess.run([s.fasti, "--help"], stdout=subprocess.PIPE, check=True,
                         timeout=60).stdout.decode()
    usage = forms(out.split("\n\n", 1)[1].split("\n\nEvery")[0])
    equal(len(usage) > 10, True, usage)
    equal(forms(manual().split(".nf\n")[1].split(".fi\n")[0]), usage)


@suite.case("serve --help and the manual have each option that serve takes", only="sqlite")
def _(s):
    out = subprocess.run([s.fasti, "serve", "--help"], stdout=subprocess.PIPE, check=True,
                         timeout=60).stdout.decode()
    for option in ("--config", "--data", "--store", "--listen", "--test-clock", "--zoneinfo"):
        equal([option in out, option in manual()], [True, True], option)


@suite.case("links lead where the server is: port, scheme, no slash twice", only="sqlite")
def _(s):
    def link(env=None, options=()):
        with prepared(s, env, options) as server:
            return booked(server)["reschedule_url"].rsplit("/manage/", 1)[0], server.port

    got, port = link()
    equal(got, f"http://127.0.0.1:{port}", "port 0 is any")
    equal(link({"FASTI_SERVER_URL": "https://cal.example.org/"})[0], "https://cal.example.org")
    equal(link({"FASTI_SERVER_URL": ""})[0].startswith("http://127.0.0.1:"), True)
    server = s.server({"FASTI_LOG_LEVEL": "warn"})
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                        "/CN=localhost", "-keyout", f"{folder}/k.pem", "-out", f"{folder}/c.pem"],
                       check=True, stderr=subprocess.DEVNULL)
        for listen, tls, want in (("0.0.0.0:0", True, "https://0.0.0.0:"),
                                  ("[::]:0", False, "http://[::]:"), ("127.0.0.1:0", True, None)):
            env = dict(server.env)
            if tls:
                env.update(FASTI_SERVER_TLS_CERT=f"{folder}/c.pem",
                           FASTI_SERVER_TLS_KEY=f"{folder}/k.pem")
            with open(server.log_path, "wb") as log:
                run = subprocess.Popen([s.fasti, "serve", "--store", server.store, "--listen",
                                        listen], env={**env, "FASTI_LOG_LEVEL": "info"},
                                       stderr=log, stdin=subprocess.DEVNULL)
            wait_for(lambda: "event=serving" in server.log(), what="the start")
            run.terminate()
            equal(run.wait(timeout=60), 0)
            equal(f"links_lead_to={want}" in server.log() if want
                  else "url-missing" not in server.log(), True, server.log())


@suite.case("a name is typed in any case")
def _(s):
    with prepared(s) as server:
        for name in ("alice", "Alice", "ALICE"):
            got = server.client(name).request("PROPFIND", "/dav/calendars/alice/calendar/",
                                              headers={"Depth": "0"})
            equal(got.status, 207, name)


@suite.case("make run: what an interrupted one has begun is brought to its end", only="sqlite")
def _(s):
    with tempfile.TemporaryDirectory() as data:
        env = {k: v for k, v in os.environ.items() if not k.startswith("FASTI_")}
        subprocess.run([s.fasti, "user", "add", "alice", "--email", "alice@example.org", "--data",
                        data, "--password-file", "-"], env=env, input=b"fasti-demo\n", check=True,
                       timeout=60, stderr=subprocess.DEVNULL)
        for _turn in range(2):
            log = os.path.join(data, "log")
            with open(log, "wb") as file:
                run = subprocess.Popen(["sh", os.path.join(ROOT, "tools", "demo.sh"), s.fasti,
                                        data, "127.0.0.1:0"], env=env, stdout=file, stderr=file)
            wait_for(lambda: b"event=serving" in open(log, "rb").read() or
                     run.poll() is not None, what="the demonstration")
            run.terminate()
            equal(run.wait(timeout=60), 0, open(log, encoding="utf-8").read())
            for user in ("alice", "bob"):
                out = subprocess.run([s.fasti, "type", "list", user, "--data", data], env=env,
                                     check=True, timeout=60, stdout=subprocess.PIPE).stdout
                equal(out.decode().split()[:1], ["intro"], user)


# ---- jobs and the end ----------------------------------------------------------------------


@suite.case("SIGTERM amid a dialogue with a silent mail server: it ends, and the mail stays")
def _(s):
    smtp = SilentSmtp()
    try:
        # The answer to a message is waited for 300 s, and three of them wait.
        with prepared(s, {"FASTI_MAIL_SMTP": f"smtp://127.0.0.1:{smtp.port}"}) as server:
            for n in (0, 3, 6):
                booked(server, n)
            wait_for(lambda: smtp.messages == 1, what="the message")
            equal(server.stop(), 0, "exit status within the minute that stop() waits")
            listed = server.run("jobs", "list", "--kind", "mail")[1].splitlines()
            equal(len(listed), 3, listed)
            equal([x for x in listed if "before our own stop" in x] != [], True, listed)
            equal(sum("tried 0 times" in x for x in listed), 2, "the others were not begun")
            equal(smtp.messages, 1)
            server.env["FASTI_MAIL_SMTP"] = f"file:{server.folder}/mail"
            server.start()
            [begun] = [x.split()[0] for x in listed if "before our own stop" in x]
            server.run("jobs", "retry", begun)
            wait_for(lambda: len(server.mails()) == 3, what="all three")
    finally:
        smtp.close()


@suite.case("a job at which the server always ended comes to its end, and may be tried again")
def _(s):
    smtp = SilentSmtp()
    try:
        with prepared(s, {"FASTI_MAIL_SMTP": f"smtp://127.0.0.1:{smtp.port}"}) as server:
            booked(server)
            wait_for(lambda: smtp.messages == 1, what="the message")
            server.kill()
            equal("tried 1 times" in server.run("jobs", "list", "--kind", "mail")[1], True, "counted when taken")
            # As after 40 such ends, the lease having run out.
            sql(server, "UPDATE job SET attempts = 40, ready_at = due_at")
            server.start()
            wait_for(lambda: "ended at each attempt" in server.run("jobs", "list", "--kind", "mail")[1],
                     what="the end of the job")
            equal(smtp.messages, 1, "it was not begun again")
            server.stop()
            server.env["FASTI_MAIL_SMTP"] = f"file:{server.folder}/mail"
            server.start()
            server.run("jobs", "retry", server.run("jobs", "list", "--kind", "mail")[1].split()[0])
            wait_for(lambda: len(server.mails()) == 1, what="the mail")
            wait_for(lambda: server.run("jobs", "list", "--kind", "mail")[1] == "", what="the end of the job")
    finally:
        smtp.close()


@suite.case("jobs list: due, waiting for its time, taken, or given up")
def _(s):
    with prepared(s, {"FASTI_MAIL_SMTP": ""}) as server:
        booked(server)

        def listed(due, ready):
            sql(server, f"UPDATE job SET due_at = {due}, ready_at = {ready}")
            return server.run("jobs", "list", "--kind", "mail")[1]

        rows = [(0, 0, "tried 0 times, due now"),
                (4000000000, 4000000000, "tried 0 times, next try 2096-10-02T07:06:40Z"),
                (0, 4000000000, "tried 0 times, taken until 2096-10-02T07:06:40Z"),
                (0, "NULL", "tried 0 times, given up")]
        for due, ready, want in rows:
            got = listed(due, ready)
            equal(want in got, True, got)


# ---- users and files -------------------------------------------------------------------------


@suite.case("a user is deleted once nobody is left who waits for them")
def _(s):
    with prepared(s) as server:
        server.env["FASTI_MAIL_SMTP"] = f"file:{server.folder}/mail"
        server.stop()
        server.start()
        first = booked(server, 0)
        booked(server, 3)
        # What has left is to be called off; what has not would be let go.
        wait_for(lambda: len(server.mails()) == 2, what="the invitations")
        server.stop()
        server.env["FASTI_MAIL_SMTP"] = ""
        server.start()
        delete = ("user", "delete", "alice")
        status, _out, err = server.run(*delete, check=False)
        equal([status, err], [1, "fasti: alice has bookings to come: 2. Their invitees must be "
                                 "told; --cancel-bookings cancels them.\n"])
        status, out, err = server.run(*delete, "--cancel-bookings", check=False)
        equal([status, out.count(" is cancelled.\n"), first["id"] in out], [1, 2, True], out)
        equal("Mails to invitees of alice wait to be sent: " in err, True, err)
        equal(server.run(*delete, check=False)[0], 1, "the mails have not left")
        equal(server.run("user", "list")[1].split()[:1], ["alice"])
        link = "/" + first["reschedule_url"].split("/", 3)[3]
        equal(server.client().request("GET", link).status, 200, "whoever booked can still look")
        server.stop()
        server.env["FASTI_MAIL_SMTP"] = f"file:{server.folder}/mail"
        server.start()
        wait_for(lambda: server.run("jobs", "list", "--kind", "mail")[1] == "", what="the mails")
        equal(sum(b"method=CANCEL" in m for m in server.mails()), 2)
        server.run(*delete)
        equal(server.run("user", "list")[1], "")
        equal(server.run("check")[1], "All is well.\n")


@suite.case("a mail that was given up, or let go, keeps no user; nor does what is past")
def _(s):
    for end in ("give up", "drop"):
        with prepared(s, {"FASTI_MAIL_SMTP": ""}) as server:
            booked(server)
            sql(server, "UPDATE booking SET starts = 1000, ends = 2000")
            sql(server, "UPDATE object SET last_end = 2000")
            equal(server.run("user", "delete", "alice", check=False)[0], 1)
            if end == "drop":
                server.run("jobs", "drop", server.run("jobs", "list", "--kind", "mail")[1].split()[0])
            else:
                sql(server, "UPDATE job SET ready_at = NULL")
            server.run("user", "delete", "alice")
            equal(server.run("user", "list")[1], "")


@suite.case("import names what it cannot take, once, and where it would go", only="sqlite")
def _(s):
    server = s.server()
    server.add_user("alice")
    task, folder, gone = (f"{server.folder}/{x}" for x in ("task.ics", "folder", "gone.ics"))
    os.mkdir(folder)
    with open(task, "w") as file:
        file.write("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\nBEGIN:VTODO\r\nUID:t1"
                   "\r\nDTSTAMP:20260101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")
    rows = [(task, f"{task}: t1: This calendar does not take VTODO. Other kinds go into: tasks."),
            (folder, f"{folder} cannot be read: Is a directory."),
            (gone, f"{gone} cannot be read: No such file or directory."),
            (server.store[7:], f"{server.store[7:]}: ")]
    for path, want in rows:
        status, _out, err = server.run("import", "alice", "calendar", path, check=False)
        equal([status, err.startswith("fasti: " + want), err.count(path)], [1, True, 1], err)
    equal(server.run("import", "alice", "tasks", task)[1],
          f"{task}: 1 new, 0 replaced, 0 as they were, 0 refused\n")


# ---- gauges and readiness --------------------------------------------------------------------


@suite.case("E6: a forced hold (decisions 8) is counted, told and no finding")
def _(s):
    with prepared(s) as server:
        first, second = booked(server, 0), booked(server, 6)
        equal(metric(server, "fasti_forced_holds"), 0)
        alice = server.client("alice")
        begin, end = (re.sub(r"[-:]", "", first[k]) for k in ("start_time", "end_time"))
        export = server.run("export", "alice", "calendar")[1].replace("\r\n ", "")
        item = re.search(r"BEGIN:VEVENT\r\n(?:(?!END:VEVENT).)*UID:" +
                         re.escape(second["calendar_event_id"]) + ".*?END:VEVENT\r\n", export,
                         re.S).group(0)
        item = re.sub(r"DTSTART[^\r]*", f"DTSTART:{begin}", item)
        item = re.sub(r"(DTEND|DURATION)[^\r]*", f"DTEND:{end}", item)
        report = ('<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/></D:prop></D:propfind>')
        names = re.findall(r"/dav/calendars/alice/calendar/[^<]+\.ics", alice.request(
            "PROPFIND", "/dav/calendars/alice/calendar/", report, {"Depth": "1"}).text)
        [path] = [n for n in names if second["calendar_event_id"] in alice.request(
            "GET", n).text.replace("\r\n ", "")]
        put = alice.request("PUT", path, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//EN\r\n"
                            f"{item}END:VCALENDAR\r\n", {"Content-Type": "text/calendar"})
        equal(put.status, 204, put.text)
        status, out, _err = server.run("check", check=False)
        equal([status, out.splitlines()],
              [0, ["For information: 1 booked times lie over others, where their hosts put them.",
                   "All is well."]])
        server.stop()
        server.start()
        wait_for(lambda: metric(server, "fasti_forced_holds") == 1, what="the gauge")
        wait_for(lambda: "event=holds-forced count=1" in server.log(), what="the warning")
        equal(metric(server, "fasti_overlaps"), 0)


@suite.case("the gauge of waiting jobs is kept; who asks reads no table")
def _(s):
    with prepared(s, {"FASTI_MAIL_SMTP": ""}) as server:
        booked(server, 0)
        booked(server, 3)
        wait_for(lambda: metric(server, "fasti_jobs_waiting") >= 2, what="the gauge")


def refuse_changes(server):
    """From now on the store cannot be written; returns what ends that."""
    if server.store.startswith("sqlite:"):
        # As on a full disk: no file may grow past this (the log is none that matters).
        pid, before = server.process.pid, resource.prlimit(server.process.pid,
                                                           resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, before[1]))
        return lambda: resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    name = sql(server, "SELECT current_database()")
    ends = (f"; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            " AND pid <> pg_backend_pid()")
    sql(server, f"ALTER DATABASE {name} SET default_transaction_read_only = on" + ends)
    return lambda: sql(server, f"ALTER DATABASE {name} RESET default_transaction_read_only" + ends)


@suite.case("/readyz: not while the store refuses changes, and again once it takes them")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        equal(nobody.request("GET", "/readyz").status, 200)
        end = refuse_changes(server)
        equal(book(server).status in (500, 503, 507), True)
        wait_for(lambda: nobody.request("GET", "/readyz").status == 503, what="not ready")
        equal(nobody.request("GET", "/readyz").text, "the store takes no changes\n")
        equal(metric(server, "fasti_store_refuses"), 1)
        equal(nobody.request("GET", "/healthz").status, 200)
        end()
        wait_for(lambda: nobody.request("GET", "/readyz").status == 200, what="ready")
        booked(server)
        equal(server.run("check")[1].strip(), "All is well.")


suite.main()
