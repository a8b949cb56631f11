"""Thunderbird, driven from inside through Marionette, without a library.

    with Sandbox() as box, Thunderbird(box) as mail:
        names = mail.run("return cal.manager.getCalendars().map(c => c.name)")

Two can run in one sandbox, each with a profile of its own name.

Scripts run with the rights of the program itself, as bodies of an async
function. In it `cal` is its calendar library, `args` what was handed in, and
the functions of HELPERS are what its windows do when somebody clicks.
"""
import contextlib
import json
import os
import socket
import subprocess
import time

PREFERENCES = {
    "app.update.enabled": False,
    "app.donation.eoy.version.viewed": 999,
    "browser.dom.window.dump.enabled": True,
    "calendar.timezone.local": "Europe/Berlin",
    "calendar.timezone.useSystemTimezone": False,
    "calendar.integration.notify": False,
    "calendar.alarms.show": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "mail.accounthub.enabled": False,
    "mail.provider.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mail.startup.enabledMailCheckOnce": True,
    "mail.winsearch.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "mailnews.start_page_override.mstone": "ignore",
    "marionette.port": 0,
    "messenger.startup.action": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
}
HELPERS = """
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const { CalEvent } = ChromeUtils.importESModule("resource:///modules/CalEvent.sys.mjs");
const { CalTodo } = ChromeUtils.importESModule("resource:///modules/CalTodo.sys.mjs");
const { CalAttendee } = ChromeUtils.importESModule("resource:///modules/CalAttendee.sys.mjs");
const { CalRecurrenceInfo } = ChromeUtils.importESModule("resource:///modules/CalRecurrenceInfo.sys.mjs");
const transactions = ChromeUtils.importESModule("resource:///modules/CalTransactionManager.sys.mjs");

const calendarAt = path => cal.manager.getCalendars().find(c => c.uri.filePath == path);
const add = (item, calendar) =>
  new transactions.CalAddTransaction(item, calendar, null, null).doTransaction();
const modify = (item, old) =>
  new transactions.CalModifyTransaction(item, item.calendar, old, null).doTransaction();
const remove = item =>
  new transactions.CalDeleteTransaction(item, item.calendar, null, null).doTransaction();
const items = async (calendar, from, to) => {
  const all = Ci.calICalendar.ITEM_FILTER_ALL_ITEMS |
    (from ? Ci.calICalendar.ITEM_FILTER_CLASS_OCCURRENCES : 0);
  return calendar.getItemsAsArray(all, 0, from ? cal.createDateTime(from) : null,
                                  to ? cal.createDateTime(to) : null);
};
"""
# What the window for a new calendar of the network does: look for what is there, and add all of it.
DETECT = """
const found = await cal.provider.detection.detect(args[1], args[2], args[0], true, [], {});
const said = [];
for (const [provider, calendars] of found) {
  for (const calendar of calendars) {
    said.push([provider.type, calendar.uri.filePath, calendar.name, calendar.readOnly]);
    calendar.setProperty("cache.enabled", true);
    cal.manager.registerCalendar(calendar);
  }
}
return said.sort();
"""
AROUND = HELPERS + """
const [args, done] = arguments;
(async () => { %s })().then(
  value => done({ value: value === undefined ? null : value }),
  error => done({ error: String(error && (error.message || error)) + "\\n" + (error && error.stack) }));
"""


class Thunderbird:
    def __init__(self, box, profile="profile"):
        self.profile, self.log = profile, f"thunderbird-{profile}.log"
        self.box, self.count, self.socket, self.rest = box, 0, None, b""
        self.process = None

    def __enter__(self):
        prefs = "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n"
                        for k, v in PREFERENCES.items())
        self.box.write(f"{self.profile}/user.js", prefs)
        self.process = self.box.start(
            ["thunderbird", "--marionette", "-remote-allow-system-access", "--no-remote", "--profile",
             self.box.path(self.profile)], self.log)
        port = self._port()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._receive()
        self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        self.ask("WebDriver:SetTimeouts", {"script": 60000})
        self.ask("Marionette:SetContext", {"value": "chrome"})
        self.run("Services.prefs.setBoolPref('signon.rememberSignons', true)")
        return self

    def _port(self, seconds=60):
        path = self.box.path(self.profile, "MarionetteActivePort")
        for _ in range(int(seconds / 0.1)):
            if os.path.exists(path):
                with open(path) as file:
                    text = file.read().strip()
                if text:
                    return int(text)
            time.sleep(0.1)
        raise RuntimeError("Thunderbird does not start: " + self.box.said(self.log)[-3000:])

    def _receive(self):
        while b":" not in self.rest:
            self._more()
        length, self.rest = self.rest.split(b":", 1)
        while len(self.rest) < int(length):
            self._more()
        text, self.rest = self.rest[:int(length)], self.rest[int(length):]
        return json.loads(text)

    def _more(self):
        got = self.socket.recv(65536)
        if not got:
            raise RuntimeError("Thunderbird has ended: " + self.box.said(self.log)[-3000:])
        self.rest += got

    def ask(self, command, parameters=None):
        self.count += 1
        text = json.dumps([0, self.count, command, parameters or {}]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        while True:
            kind, number, error, result = self._receive()
            if (kind, number) == (1, self.count):
                break
        if error:
            raise AssertionError(f"{command}: {error.get('error')}: {error.get('message')}")
        return result

    def run(self, script, *args):
        """The value that the script returns."""
        got = self.ask("WebDriver:ExecuteAsyncScript",
                       {"script": AROUND.replace("%s", script), "args": [list(args)], "newSandbox": False})
        if "error" in got["value"]:
            raise AssertionError(got["value"]["error"])
        return got["value"]["value"]

    def detect(self, address, user, password):
        """Add what is found at an address: [kind, path, name, read-only] of each."""
        return self.run(DETECT, address, user, password)

    def __exit__(self, *_):
        """Quit as by its menu, so that a next one finds everything written down."""
        if self.socket:
            try:
                self.ask("Marionette:Quit", {"flags": ["eForceQuit"]})
                self.process.wait(timeout=30)
            except (AssertionError, RuntimeError, OSError, subprocess.TimeoutExpired):
                pass  # the sandbox ends it
            self.socket.close()
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.box.path(self.profile, "MarionetteActivePort"))
