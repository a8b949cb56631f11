#!/usr/bin/python3
"""The booking pages in Chromium, driven by playwright-core and looked at by axe-core.

    test_pages.py --build build [--only WORD] [FASTI_SCREENSHOTS=FOLDER]

What is done on the pages stands in pages.mjs; here is the server that they are of.
"""
import json
import os
import re
import subprocess

from story import TODAY, Story, ahead, equal

HERE = os.path.dirname(os.path.abspath(__file__))
suite = Story("pages", needs=["chromium", "node"])
MODULES = os.environ.get("FASTI_NODE", os.path.join(suite.build, "node"))

# A January that begins yet, or is at its beginning; a window is of a year at most.
JANUARY = TODAY.year + (TODAY.timetuple().tm_yday > 20)
RICH = {
    "slug": "rich", "title": "Project consulting", "durations": [30, 60, 90], "colour": "#d9480f",
    "description": "We look at your project together: where it stands, and what comes next.",
    "location": {"kind": "place", "value": "Lindenstraße 12, Berlin"},
    "questions": [
        {"id": "topic", "text": "What is it about?", "type": "long", "required": True},
        {"id": "size", "text": "How many are you?", "type": "number", "required": False},
        {"id": "lang", "text": "Which language?", "type": "choice", "required": True,
         "choices": ["English", "Deutsch"]},
        {"id": "first", "text": "Is this our first meeting?", "type": "yes_no", "required": False},
        {"id": "tel", "text": "Your number", "type": "phone", "required": False},
    ]}


def prepared(name, **members):
    return {"slug": name, "title": name.capitalize(), "durations": [30], **members}


TYPES = [
    prepared("intro", title="Introduction"),
    RICH,
    prepared("class", title="Pottery class", durations=[120], seats=3, waiting_list=True,
             colour="#2b8a3e", description="Bring an apron; clay and kiln are here.",
             location={"kind": "place", "value": "Studio, Hofgasse 3, Berlin"}),
    prepared("coaching", title="Weekly coaching", durations=[60], series={"max": 8},
             location={"kind": "phone"}, cancel_until_minutes=1440, move_until_minutes=2880),
    prepared("late", title="Yearly review", window_days=365, cancel_until_minutes=527040,
             move_until_minutes=527040),
    prepared("request", title="Interview", confirm=True, location={"kind": "conference",
             "value": "https://meet.example.org/{id}"}),
    prepared("mail", title="First call", confirm_address=True),
    prepared("never", title="Office hours", schedule="closed", window_days=20, window_from=None),
    prepared("january", title="New year", window_days=365, window_from=f"{JANUARY}-01-04"),
    prepared("together", title="Contract talk",
             team={"mode": "collective", "hosts": [{"name": "alice"}, {"name": "bob"}]}),
]


def prepare(server):
    """Alice with a meeting of every kind, of which the first day is a whole one, whatever the hour is."""
    server.add_user("alice")
    server.add_user("bob")
    server.start()
    alice = server.client("alice")

    def made(path, body):
        got = alice.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        equal(got.status, 201, f"{body}: {got.text}")
        return got.json()

    closed = made("/api/schedules", {"name": "Closed", "timezone": "Europe/Berlin", "weekly": []})
    for body in TYPES:
        if body.get("schedule") == "closed":
            body = {**body, "schedule": closed["id"]}
        body = {"window_from": ahead(2).isoformat(), **body}
        made("/api/meeting-types", {name: value for name, value in body.items() if value is not None})


def scenario(name, what):
    @suite.case(what)
    def _(s):
        with s.server() as server:
            prepare(server)
            done = subprocess.run(
                ["node", os.path.join(HERE, "pages.mjs"), MODULES,
                 f"http://127.0.0.1:{server.port}", name,
                 os.environ.get("FASTI_SCREENSHOTS", server.folder), f"{server.folder}/mail"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
            equal(done.returncode, 0, done.stdout.decode("utf-8", "replace"))


def largest_words():
    """What a page carries in the language that takes most."""
    with suite.server() as server:
        server.add_user("alice")
        server.add_type("alice")
        server.start()
        pages = (server.client().request("GET", f"/book/alice/intro?lang={lang}").text
                 for lang in ("en", "de", "fr", "es"))
        return max(len(re.search('data-words="([^"]*)"', page)[1].encode()) for page in pages)


@suite.case("is small: all files of the booking pages together have 60 kB at most")
def _(_):
    web = os.path.join(os.path.dirname(os.path.dirname(HERE)), "web")
    files = [f for f in os.listdir(web) if not f.startswith(("host", "embed"))]
    size = sum(os.path.getsize(os.path.join(web, f)) for f in files) + largest_words()
    equal(size <= 60000, True, f"{size} bytes of {sorted(files)}")


scenario("books", "books a time: both zones on the confirmation, and an .ics of the same UID")
scenario("reschedules_and_cancels", "moves and cancels a booking from the page of its link")
scenario("loses_a_race", "loses a race: booked by someone else, and the day is refreshed")
scenario("told_at_once", "says at once that a time is gone, before the form is filled in vain")
scenario("keyboard_alone", "books and cancels with the keyboard alone")
scenario("phone", "books on a phone, with the questions of the type")
scenario("five_zones", "shows the same instants in five zones, detected and changed")
scenario("clocks_change", "names the offset of an hour that occurs twice, and that clocks change")
scenario("clock_of_the_reader", "has the clock of the reader, of 12 hours or of 24")
scenario("languages", "speaks English, German, French, Spanish, by the browser or ?lang=")
scenario("accessible", "axe finds no violation in any state, in light and dark")
scenario("places", "shows how many places are left, and books several")
scenario("waits", "waits for a place of what is full, and waits no more")
scenario("series", "books a series, or names what is in its way; asks whom to call where")
scenario("policy", "says plainly that it is too late to cancel or move")
scenario("pending", "tells a request from a booking, and what became of it")
scenario("confirms_address", "an address is confirmed by the link in the mail alone")
scenario("nothing_open", "says until when nothing is open, and skips to where something is")
scenario("team", "names whom one meets")
scenario("nothing_is_lost", "keeps the form's contents, and gives back what was reserved")
scenario("prints", "prints the confirmation with both zones on one sheet")
scenario("used_link", "says that a link of one use has been used")
scenario("without_script", "says what to do without JavaScript")
scenario("small_windows", "fits a window of 320 pixels in every state")
scenario("forced_colours", "shows what is chosen where the system's own colours are forced")
scenario("words", "has every word that is asked for, and none that is not")
scenario("embedded", "stands in pages of others, as high as its content, and only if asked for so")
scenario("by_link_alone", "shows what is booked by link alone to those who have one")
scenario("screenshots", "can be looked at")

suite.main()
