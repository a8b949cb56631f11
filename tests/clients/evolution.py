"""Evolution's calendar, driven through the GObject bindings of its data server.

    with Sandbox() as box, Evolution(box) as evolution:
        evolution.ask("discover", url, "alice", password)

The half that talks to the data server is a program of its own (this file, run):
it belongs to the session bus of the sandbox and ends with it. Each line it reads is a
call as JSON, each line it writes what came of it.
"""
import json
import os
import re
import select
import subprocess
import sys
import threading
import time
import traceback

SECONDS = 90


class Evolution:
    def __init__(self, box):
        self.box, self.program = box, None

    def __enter__(self):
        with open(self.box.path("evolution.log"), "ab") as log:
            self.program = subprocess.Popen(
                ["/usr/bin/python3", os.path.abspath(__file__)], env=self.box.env,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        return self

    def ask(self, what, *args):
        self.program.stdin.write(json.dumps([what, args]).encode() + b"\n")
        self.program.stdin.flush()
        if not select.select([self.program.stdout], [], [], SECONDS)[0]:
            raise AssertionError(f"{what}: no answer within {SECONDS} s")
        line = self.program.stdout.readline()
        if not line:
            raise AssertionError(f"{what}: it has ended: " + self.box.said("evolution.log")[-3000:])
        well, value = json.loads(line)
        if not well:
            raise AssertionError(f"{what}: {value}")
        return value

    def __exit__(self, *_):
        self.program.stdin.close()
        self.program.terminate()
        self.program.wait()
        self.program.stdout.close()


def detached(series, instance):
    """One instance of a series as a component of its own, at the same time of its day."""
    text = re.sub(r"^RRULE.*\r\n", "", series, flags=re.M)
    text = re.sub(r"^(DT(?:START|END)[^:]*:)\d{8}", rf"\g<1>{instance[:8]}", text, flags=re.M)
    start = re.search(r"^DTSTART(.*\r\n)", text, re.M)
    return text[:start.start()] + "RECURRENCE-ID" + start.group(1) + text[start.start():]


class DataServer:
    """What a line may call; every method runs beside the main loop, which hands out passwords."""

    def __init__(self, gi):
        self.gi = gi
        self.registry = gi.EDataServer.SourceRegistry.new_sync(None)
        self.login, self.clients, self.asked = None, {}, 0

    def _credentials(self):
        given = self.gi.EDataServer.NamedParameters.new()
        given.set("username", self.login[0])
        given.set("password", self.login[1])
        return given

    def _source(self, url, name):
        """A calendar of the network, as the window for a new one makes it."""
        gi, source = self.gi, self.gi.EDataServer.Source.new(None, None)
        parsed = gi.GLib.Uri.parse(url, gi.GLib.UriFlags.NONE)
        source.set_display_name(name)
        source.set_parent("caldav-stub")
        source.get_extension("WebDAV Backend").set_uri(parsed)
        who = source.get_extension("Authentication")
        who.set_user(self.login[0])
        who.set_host(parsed.get_host())
        who.set_port(parsed.get_port())
        who.set_method("plain/password")
        source.get_extension("Security").set_method("none")
        return source

    def discover(self, url, user, password):
        gi, self.login = self.gi, (user, password)
        supports = gi.EDataServer.WebDAVDiscoverSupports
        _, _, _, found, addresses = gi.EDataServer.webdav_discover_sources_sync(
            self._source(url, "new"), url, supports.EVENTS | supports.TASKS | supports.MEMOS,
            self._credentials(), None)
        names = {"events": supports.EVENTS, "memos": supports.MEMOS, "tasks": supports.TASKS}
        return [sorted([f.href, f.display_name,
                        [n for n, bit in names.items() if f.supports & bit]] for f in found),
                list(addresses)]

    def _give_password(self, source, *_):
        self.asked += 1
        if self.asked < 20:
            source.invoke_authenticate(self._credentials(), None, None)

    def _connect(self, source, kind):
        """The factory of calendars hears of a source some time after the registry has taken it."""
        until = time.monotonic() + SECONDS / 2
        while True:
            try:
                return self.gi.ECal.Client.connect_sync(source, kind, 30, None)
            except self.gi.GLib.GError as why:
                if "No such source" not in why.message or time.monotonic() > until:
                    raise
            time.sleep(0.05)

    def open(self, href, name, kind, email=None):
        """Add a calendar, give its password when it is asked for, and connect to it."""
        gi = self.gi
        source = self._source(href, name)
        if email:  # as the window for a new calendar takes it from what was discovered
            source.get_extension("WebDAV Backend").set_email_address(email)
        source.get_extension({"events": "Calendar", "tasks": "Task List"}[kind]).set_backend_name(
            "caldav")
        self.registry.commit_source_sync(source, None)
        source = self.registry.ref_source(source.get_uid())
        source.connect("credentials-required", self._give_password)
        client = self._connect(source, getattr(gi.ECal.ClientSourceType, kind.upper()))
        self.clients[name] = client
        return [client.is_online(), client.is_readonly()]

    def subscribe(self, link, name):
        """A calendar of the web, which needs no password."""
        gi = self.gi
        source = gi.EDataServer.Source.new(None, None)
        source.set_display_name(name)
        source.set_parent("webcal-stub")
        source.get_extension("WebDAV Backend").set_uri(gi.GLib.Uri.parse(link, gi.GLib.UriFlags.NONE))
        source.get_extension("Calendar").set_backend_name("webcal")
        source.get_extension("Security").set_method("none")
        self.registry.commit_source_sync(source, None)
        client = self._connect(self.registry.ref_source(source.get_uid()),
                               gi.ECal.ClientSourceType.EVENTS)
        self.clients[name] = client
        return client.is_readonly()

    def refresh(self, name):
        self.clients[name].refresh_sync(None)

    def objects(self, name):
        """All objects as text, one a component."""
        _, found = self.clients[name].get_object_list_sync("#t", None)
        return [c.as_ical_string() for c in found]

    def create(self, name, text):
        gi = self.gi
        return self.clients[name].create_object_sync(
            gi.ICalGLib.Component.new_from_string(text), gi.ECal.OperationFlags.NONE, None)[1]

    def modify(self, name, uid, summary, careful=False):
        """Another title; if careful, only where nobody else has changed the object meanwhile."""
        gi, client, flags = self.gi, self.clients[name], self.gi.ECal.OperationFlags
        _, component = client.get_object_sync(uid, None, None)
        component.set_summary(summary)
        client.modify_object_sync(component, gi.ECal.ObjModType.ALL,
                                  flags.CONFLICT_FAIL if careful else flags.NONE, None)

    def modify_one(self, name, uid, instance, start, end, summary):
        """One instance of a series gets other times and another title."""
        gi, client = self.gi, self.clients[name]
        _, master = client.get_object_sync(uid, None, None)
        zone = master.get_first_property(gi.ICalGLib.PropertyKind.DTSTART_PROPERTY) \
            .get_first_parameter(gi.ICalGLib.ParameterKind.TZID_PARAMETER).get_tzid()
        text = ("BEGIN:VEVENT\r\n"
                f"UID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID={zone}:{instance}\r\n"
                f"DTSTART;TZID={zone}:{start}\r\nDTEND;TZID={zone}:{end}\r\nSUMMARY:{summary}\r\n"
                "END:VEVENT\r\n")
        client.modify_object_sync(gi.ICalGLib.Component.new_from_string(text),
                                  gi.ECal.ObjModType.THIS, gi.ECal.OperationFlags.NONE, None)

    def remove(self, name, uid, instance=None):
        gi, kind = self.gi, self.gi.ECal.ObjModType
        self.clients[name].remove_object_sync(uid, instance, kind.THIS if instance else kind.ALL,
                                              gi.ECal.OperationFlags.NONE, None)

    def answer(self, name, uid, address, answer, instance=None):
        """What the buttons of an invitation do: the user's own PARTSTAT, of all or of one instance."""
        gi, client, kind = self.gi, self.clients[name], self.gi.ECal.ObjModType
        _, component = client.get_object_sync(uid, None, None)
        if instance:
            component = gi.ICalGLib.Component.new_from_string(
                detached(component.as_ical_string(), instance))
        attendees = gi.ICalGLib.PropertyKind.ATTENDEE_PROPERTY
        attendee = component.get_first_property(attendees)
        while attendee.get_attendee().lower() != "mailto:" + address:
            attendee = component.get_next_property(attendees)
        attendee.set_parameter_from_string("PARTSTAT", answer)
        client.modify_object_sync(component, kind.THIS if instance else kind.ALL,
                                  gi.ECal.OperationFlags.NONE, None)

    def busy(self, name, start, end, addresses):
        """What the window of an invitation shows of others: their VFREEBUSY as text."""
        _, found = self.clients[name].get_free_busy_sync(start, end, addresses, None)
        return [c.get_icalcomponent().as_ical_string() for c in found]

    def instances(self, name, start, end):
        """What happens from start to end, seconds UTC, in order of time: [time, title, UID] of each."""
        found = []

        def note(component, begin, _end, *_):
            if "\nSTATUS:CANCELLED\r" not in component.as_ical_string():
                found.append([begin.as_ical_string(), component.get_summary(), component.get_uid()])
            return True
        self.clients[name].generate_instances_sync(start, end, None, note)
        return sorted(found)


def serve():
    import gi
    for name, version in (("EDataServer", "1.2"), ("ECal", "2.0"), ("ICalGLib", "3.0")):
        gi.require_version(name, version)
    from gi.repository import ECal, EDataServer, GLib, ICalGLib
    gi.ECal, gi.EDataServer, gi.GLib, gi.ICalGLib = ECal, EDataServer, GLib, ICalGLib
    loop, server = GLib.MainLoop(), DataServer(gi)

    def answer():
        for line in sys.stdin:
            what, args = json.loads(line)
            try:
                said = [True, getattr(server, what)(*args)]
            except Exception:  # the other half judges it
                said = [False, traceback.format_exc()]
            print(json.dumps(said), flush=True)
        loop.quit()

    threading.Thread(target=answer, daemon=True).start()
    loop.run()


if __name__ == "__main__":
    serve()
