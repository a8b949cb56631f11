"""What whole-server tests stand on: a server of their own, users, requests, checks.

Every test file is a program: it makes a Suite, marks its cases, and ends with
`suite.main()`, which prints "N passed, N failed, N skipped". A case gets a
running server on a private store (SQLite in a temporary folder, or a private
PostgreSQL), listening on loopback only; all of it is gone afterwards.
"""
import argparse
import base64
import datetime
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("FASTI_SHARED", os.path.join(ROOT, "..", "shared"))
PASSWORD = "correct horse"
TODAY = datetime.date.today()  # asked once: a test may go on over midnight
# A case whose name begins so is about these booking cases.
NUMBERS = re.compile(r"((?:[A-G]\d+b?(?:, |: ))+)")


class Skip(Exception):
    """This case cannot run here, and says why."""


class Answer:
    """Status, headers and body of one HTTP answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name.lower():
                return value
        return None

    def json(self):
        return json.loads(self.body)

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


class Client:
    """One kept-alive connection to a server, as one user or as nobody."""

    def __init__(self, server, user=None, password=PASSWORD):
        self.server, self.user, self.password = server, user, password
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        send = dict(headers or {})
        if self.user is not None:
            raw = f"{self.user}:{self.password}".encode()
            send["Authorization"] = "Basic " + base64.b64encode(raw).decode()
        if isinstance(body, str):
            body = body.encode()
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port,
                                                             timeout=120)
            try:
                try:
                    self.connection.request(method, path, body=body, headers=send)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # refused before all of it was sent: the answer says why
                got = self.connection.getresponse()
                return Answer(got.status, got.getheaders(), got.read())
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()
                if attempt or method in ("POST", "PUT"):
                    raise
        return None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Postgres:
    """A private PostgreSQL in a temporary folder, one per program."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="fasti-pg-")
        self.count, self.lock = 0, threading.Lock()
        tool = os.path.join(ROOT, "tests", "tools", "pg.sh")
        done = subprocess.run(["sh", tool, "start", self.folder], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=300)
        lines = done.stdout.decode().strip().splitlines()
        if done.returncode != 0 or not lines:
            raise RuntimeError("PostgreSQL does not start: " + done.stdout.decode())
        self.url = lines[-1]

    def database(self):
        """The URL of a new, empty database."""
        with self.lock:
            self.count += 1
            name = f"t{self.count}"
        subprocess.run(["psql", "-q", "-d", self.url, "-c", f"CREATE DATABASE {name}"],
                       check=True, timeout=300)
        return re.sub(r"@/[^?]*", f"@/{name}", self.url)

    def stop(self):
        tool = os.path.join(ROOT, "tests", "tools", "pg.sh")
        subprocess.run(["sh", tool, "stop", self.folder], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=300)
        shutil.rmtree(self.folder, ignore_errors=True)


class Server:
    """`fasti serve` on a store of its own."""

    def __init__(self, suite, env=None, options=()):
        self.suite = suite
        self.folder = tempfile.mkdtemp(prefix="fasti-")
        self.store = (f"sqlite:{self.folder}/fasti.db" if suite.store == "sqlite"
                      else suite.postgres().database())
        self.env = dict(os.environ, FASTI_SECRETS_KEY_FILE=f"{self.folder}/secret.key",
                        FASTI_MAIL_SMTP=f"file:{self.folder}/mail")
        self.env.update(env or {})
        os.mkdir(f"{self.folder}/mail")
        self.options = list(options)
        self.process = None
        self.port = 0
        self.log_path = f"{self.folder}/log"

    def run(self, *words, stdin="", check=True, timeout=600):
        """Run a command of the program beside the server; returns (status, stdout, stderr)."""
        done = subprocess.run([self.suite.fasti, *words, "--store", self.store], env=self.env,
                              input=stdin if isinstance(stdin, bytes) else stdin.encode(),
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout)
        out, err = done.stdout.decode(), done.stderr.decode()
        if check and done.returncode != 0:
            raise AssertionError(f"fasti {' '.join(words)}: exit {done.returncode}: {err}")
        return done.returncode, out, err

    def add_user(self, name, timezone="Europe/Berlin"):
        self.run("user", "add", name, "--email", f"{name}@example.org", "--name",
                 name.capitalize(), "--timezone", timezone, "--password-file", "-",
                 stdin=PASSWORD + "\n")

    def add_type(self, user, slug="intro", duration="30", **more):
        words = ["type", "add", user, slug, "--title", "Introduction", "--duration", duration]
        for key, value in more.items():
            words += [f"--{key}", str(value)]
        return self.run(*words)[1].strip()

    def start(self, port=0):
        log = open(self.log_path, "ab")
        before = log.tell()
        self.process = subprocess.Popen(
            [self.suite.fasti, "serve", "--store", self.store, "--listen", f"127.0.0.1:{port}",
             *self.options], env=self.env, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()
        for _ in range(2400):
            with open(self.log_path, "rb") as file:
                file.seek(before)
                found = re.search(rb"event=serving .*?port=(\d+)", file.read())
            if found:
                self.port = int(found.group(1))
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError("the server does not start: " + self.log()[-2000:])

    def log(self):
        with open(self.log_path, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def client(self, user=None, password=PASSWORD):
        return Client(self, user, password)

    def cpu(self):
        """Seconds of a processor that it has used: unlike those on the wall, nobody else's."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii", errors="replace") as file:
            user, system = file.read().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def kill(self):
        """kill -9, as a power cut for the process."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self):
        """SIGTERM and wait; the exit status."""
        if not self.process:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = -9
        self.process = None
        return status

    def mails(self, hosts=False):
        """What it sent; without the notices to hosts, who live at example.org."""
        folder = f"{self.folder}/mail"
        names = sorted(n for n in os.listdir(folder) if n.endswith(".eml"))
        got = [open(os.path.join(folder, n), "rb").read() for n in names]
        return [m for m in got
                if hosts or not re.search(rb"^To: [^\r]*@example\.org>?\r$", m, re.M)]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        status = self.stop()
        log = self.log() if os.path.exists(self.log_path) else ""
        if kind is not None:
            sys.stdout.write("      last lines of the server's log:\n" +
                             "".join("        " + l + "\n" for l in log.splitlines()[-15:]))
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is None and (status != 0 or "runtime error" in log or "Sanitizer" in log):
            raise AssertionError(f"the server ended with status {status}: {log[-3000:]}")


class Suite:
    """The cases of one file."""

    def __init__(self, name):
        self.name = name
        self.cases = []
        self._postgres = None
        options = argparse.ArgumentParser()
        options.add_argument("--build", default=os.path.join(ROOT, "build"))
        options.add_argument("--store", default="sqlite", choices=("sqlite", "postgres"))
        options.add_argument("--soak", action="store_true")
        options.add_argument("--only", default="")
        chosen = options.parse_args()
        self.build, self.store = os.path.abspath(chosen.build), chosen.store
        self.soak, self.only = chosen.soak, chosen.only
        self.fasti = os.path.join(self.build, "fasti")

    def postgres(self):
        if self._postgres is None:
            self._postgres = Postgres()
        return self._postgres

    def server(self, env=None, options=()):
        return Server(self, env, options)

    def case(self, name, only=None):
        """Mark a case; `only` names the one store it is about."""
        def mark(function):
            if only in (None, self.store):
                self.cases.append((name, function))
            return function
        return mark

    @staticmethod
    def numbers(name):
        """The booking cases that a case is about."""
        found = NUMBERS.match(name)
        return re.findall(r"\w+", found.group(1)) if found else []

    def main(self):
        passed = failed = skipped = 0
        numbers = {}  # of booking cases, and whether all is well with them
        try:
            for name, function in self.cases:
                if self.only not in name:
                    continue
                try:
                    function(self)
                    passed += 1
                    for number in self.numbers(name):
                        numbers.setdefault(number, True)
                except Skip as why:
                    skipped += 1
                    print(f"skipped {self.name}: {name}: {why}", flush=True)
                except Exception:  # a failing case must not stop the others
                    failed += 1
                    numbers.update(dict.fromkeys(self.numbers(name), False))
                    print(f"FAILED {self.name}: {name}\n{traceback.format_exc()}", flush=True)
        finally:
            if self._postgres:
                self._postgres.stop()
        for number, well in numbers.items():
            print(f"{'ok' if well else 'FAIL'} {number}")
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
        sys.exit(1 if failed else 0)


def equal(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what}: got {got!r}, want {want!r}")


def ahead(days):
    """The date in so many days. From the second one on no time has begun before a test has ended,
    whatever the hour and the zone."""
    return TODAY + datetime.timedelta(days=days)


def next_monday(weeks=1):
    """The first Monday of which no time has begun before a test has ended, or one in weeks after it."""
    return ahead(2 + (5 - TODAY.weekday()) % 7 + 7 * (weeks - 1))


def event(uid, start, end, summary="Busy", extra=""):
    """A small VEVENT object; times as in DTSTART's value."""
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\n"
            f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\n"
            f"SUMMARY:{summary}\r\n{extra}END:VEVENT\r\nEND:VCALENDAR\r\n")


def parallel(count, function):
    """Call function(i) in `count` threads at once; the results in order."""
    results, gate = [None] * count, threading.Barrier(count)

    def one(i):
        gate.wait()
        results[i] = function(i)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return results


def wait_for(check, seconds=120, what="it"):
    """Until check() is true; for what happens on another thread of the server."""
    for _ in range(int(seconds / 0.05)):
        got = check()
        if got:
            return got
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")
