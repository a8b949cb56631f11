"""The way of one client through a server, as named checks in their order.

    story = Story("khal", needs=["khal", "vdirsyncer"])

    @story.chapter()
    def _(server):
        with story.check("lists the event"):
            …

    story.main()

Each check is judged and printed on its own; a failed one does not hide those
behind it, unless they would make no sense without it (`vital`). A chapter gets
a server of its own with the user alice, whose log must name no answer of 5xx at
the end. A program that is missing is a failure: `make test-clients` installs them all.
"""
import contextlib
import glob
import os
import re
import shutil
import signal
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "server")]
from fasti import PASSWORD, TODAY, Suite, ahead, equal, event, wait_for  # noqa: E402,F401

HOME = "/dav/calendars/alice/"
CALENDAR = HOME + "calendar/"


class StoryEnds(Exception):
    """What comes next would make no sense."""


class Story(Suite):
    def __init__(self, name, needs=()):
        super().__init__(name)
        self.needs, self.passed, self.failed = needs, 0, 0

    @contextlib.contextmanager
    def check(self, what, vital=False):
        with self.required(what, vital):
            yield
            self.passed += 1
            print(f"ok    {what}", flush=True)

    @contextlib.contextmanager
    def required(self, what, vital=False):
        """What is worth a word only if it fails."""
        try:
            yield
        except StoryEnds:
            raise
        except Exception:  # a failing check must not stop the others
            self.failed += 1
            print(f"FAIL  {what}\n" + traceback.format_exc(limit=-4), flush=True)
            if vital:
                raise StoryEnds() from None

    def chapter(self, **env):
        """Mark a part that gets a server of its own, with these settings in its environment."""
        def mark(function):
            self.cases.append((function.__name__, self._with_server(function, env)))
            return function
        return mark

    def case(self, name, only=None):
        """Mark a check that brings its own server."""
        def mark(function):
            def run(suite):
                with self.check(name):
                    function(suite)
            return super(Story, self).case(name, only)(run)
        return mark

    def _with_server(self, function, env):
        def run(suite):
            with suite.server(env) as server:
                server.add_user("alice")
                server.start()
                before = self.failed
                try:
                    function(server)
                except StoryEnds:
                    pass
                server.stop()
                with self.check("the server had no error of its own"):
                    assert not broken(server.log()), "\n".join(broken(server.log()))
                if self.failed > before:
                    print("      last lines of the server's log:")
                    for line in server.log().splitlines()[-12:]:
                        print("        " + line[:300])
        return run

    def main(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        try:
            for program in self.needs:
                with self.required(f"{program} is installed", vital=True):
                    assert shutil.which(program) or glob.glob(program)
            for name, function in self.cases:
                if self.only in name:
                    with self.required(f"{self.name} goes to its end"):
                        function(self)
        except StoryEnds:
            pass
        finally:
            if self._postgres:
                self._postgres.stop()
            print(f"{self.passed} passed, {self.failed} failed, 0 skipped", flush=True)
        sys.exit(1 if self.failed else 0)


def broken(log):
    """The lines of a server's log about answers of 5xx and about errors."""
    return [line for line in log.splitlines()
            if re.search(r"\bstatus=5\d\d\b|\blevel=error\b", line) and "status=507" not in line]


def put(client, name, text, status=(201, 204), folder=CALENDAR, **headers):
    """Store an object from outside the client under test."""
    got = client.request("PUT", folder + name, text,
                         {"Content-Type": "text/calendar; charset=utf-8", **headers})
    assert got.status in status, f"PUT {name}: {got.status} {got.text}"
    return got.header("ETag")


def unfolded(text):
    return text.replace("\r\n ", "").replace("\r\n\t", "").replace("\n ", "")


def stored(client, name=None, uid=None, folder=CALENDAR):
    """An object as the server has it, unfolded: by its name, or found by its UID; None if none."""
    if name is None:
        names = [n for n in members(client, folder)
                 if f"UID:{uid}\n" in (stored(client, n, folder=folder) or "")]
        assert len(names) < 2, f"{uid} is there as {names}"
        if not names:
            return None
        name = names[0]
    got = client.request("GET", folder + name)
    assert got.status in (200, 404), f"GET {name}: {got.status} {got.text}"
    return unfolded(got.text).replace("\r\n", "\n") if got.status == 200 else None


def share(client, path, user, privilege="read"):
    """Let another user read a collection, or more."""
    got = client.request("ACL", path, f"""<acl xmlns="DAV:"><ace><principal>
        <href>/dav/principals/users/{user}/</href></principal><grant><privilege><{privilege}/>
        </privilege></grant></ace></acl>""", {"Content-Type": "application/xml"})
    assert got.status == 200, f"ACL {path}: {got.status} {got.text}"


def members(client, folder=CALENDAR):
    """The names in a collection."""
    got = client.request("PROPFIND", folder, '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
                         {"Depth": "1", "Content-Type": "application/xml"})
    assert got.status == 207, f"PROPFIND {folder}: {got.status} {got.text}"
    found = re.findall(r"<D:href>([^<]*)</D:href>", got.text)
    return sorted(path[len(folder):] for path in found if path != folder)


def series(uid, start="20270104T090000", count=5, summary="Series"):
    """A daily series of an hour in Berlin, without a VTIMEZONE of its own."""
    day, time = start.split("T")
    end = f"{day}T{int(time[:2]) + 1:02}{time[2:]}"
    return event(uid, start, end, summary, f"RRULE:FREQ=DAILY;COUNT={count}\r\n").replace(
        "DTSTART:", "DTSTART;TZID=Europe/Berlin:").replace("DTEND:", "DTEND;TZID=Europe/Berlin:")
