"""Requests, and what a server spends on them."""
import base64
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
import zlib

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "tools"))
import peers  # noqa: E402

PASSWORD = peers.PASSWORD
# All clients are of one address.
MANY = {"FASTI_LIMITS_CONNECTIONS_PER_ADDRESS": "1000"}


def request(method, path, body=b"", user=None, headers=""):
    """The bytes of one request."""
    if user:
        token = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        headers += f"Authorization: Basic {token}\r\n"
    if body or method in ("POST", "PUT"):
        headers += f"Content-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode() + body


def ask(port, data):
    """Send one request by hand; the answer, read to its end, and its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.sendall(data)
        answer = http.client.HTTPResponse(connection, method=data.split(b" ", 1)[0].decode())
        answer.begin()
        while answer.status < 200:  # at work still; only 100 is passed over by the library
            answer.headers = answer.msg = None
            answer.begin()
        return answer, answer.read()


def without(body, starts):
    """The body without the lines that begin so."""
    if not starts:
        return body
    return b"".join(l for l in body.splitlines(keepends=True) if not l.startswith(starts))


class Row:
    """
    A request and what its answer must be: status, accepted bodies (none: any), in which lines
    that begin with one of `but` (load.c knows them) may differ.
    """

    def __init__(self, data, status, bodies=None, slot=-1, etag="-", but=()):
        self.data, self.status, self.slot, self.etag = data, status, slot, etag
        sums = [zlib.crc32(without(body, but)) for body in bodies or ()]
        self.check = ("but" if but else "all") if bodies else "any"
        if bodies:
            self.check += f" {len(sums)}" + "".join(f" {s:x}" for s in sums)

    def bytes(self):
        head = f"{self.status} {self.slot} {self.etag} {self.check} {len(self.data)}\n"
        return head.encode() + self.data + b"\n"


class Load:
    """Runs the load generator (load.c) against a server and reads the server's CPU."""

    def __init__(self, build, folder):
        self.program, self.path = f"{build}/bench/load", os.path.join(folder, "requests")

    def run(self, server, rows, connections, seconds, mode="cycle"):
        """`server` has a port and cpu_us(); what load.c prints, and cpu_us per request."""
        with open(self.path, "wb") as file:
            file.writelines(row.bytes() for row in rows)
        before = server.cpu_us()
        done = subprocess.run([self.program, str(server.port), str(connections), str(seconds),
                               self.path, mode], stdout=subprocess.PIPE)
        spent = server.cpu_us() - before
        if not done.stdout:
            raise SystemExit("the load did not finish")
        got = json.loads(done.stdout)
        got["cpu_us"] = spent / got["requests"]
        return got


class Fasti:
    """The server that is measured, on a store in `folder`."""

    name = "fasti"

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.data, self.log = os.path.join(folder, "data"), os.path.join(folder, "log")
        self.process, self.users = None, set()

    def run(self, *words, stdin=""):
        done = subprocess.run([f"{self.build}/fasti", *words, "--data", self.data],
                              input=stdin.encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise SystemExit(f"fasti {words}: {done.stdout.decode()}")
        return done.stdout.decode().strip()

    def add_user(self, name):
        if name in self.users:
            return
        self.users.add(name)
        self.run("user", "add", name, "--email", f"{name}@example.org", "--timezone",
                 "Europe/Berlin", "--password-file", "-", stdin=PASSWORD + "\n")

    def import_text(self, user, calendar, text):
        path = os.path.join(self.folder, "import.ics")
        with open(path, "w", newline="") as file:
            file.write(text)
        self.run("import", user, calendar, path)

    def start(self, env=None):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [f"{self.build}/fasti", "serve", "--data", self.data, "--listen", "127.0.0.1:0"],
                env={**os.environ, **MANY, **(env or {})}, stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(200):
            time.sleep(0.05)
            with open(self.log, "rb") as log:
                found = re.search(rb"event=serving .*?port=(\d+)", log.read())
            if found:
                self.port = int(found.group(1))
                return
        raise SystemExit("the server does not start")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def home(self, user):
        return f"/dav/calendars/{user}/"

    def cpu_us(self):
        return peers.cpu_us(self.process.pid)

    def rss_kb(self):
        return peers.rss_kb(self.process.pid)
