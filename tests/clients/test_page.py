#!/usr/bin/python3
"""The booking page and the page behind the link of a mail, in Chromium."""
import datetime
import json

from story import Story, ahead, equal
from webdriver import Browser

suite = Story("page", needs=["chromium", "chromedriver"])
SLOT = ".times .slot"


def prepared(s, title="Introduction", durations=(30,)):
    """Alice with a meeting type, of which the first day is a whole one, whatever the hour is."""
    server = s.server()
    server.add_user("alice")
    server.start()
    kind = {"slug": "intro", "title": title, "durations": durations,
            "window_from": ahead(2).isoformat()}
    got = server.client("alice").request("POST", "/api/meeting-types", json.dumps(kind),
                                         {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    return server


def page(server, path="/book/alice/intro"):
    return f"http://127.0.0.1:{server.port}{path}"


def bookings(server):
    got = server.client("alice").request("GET", "/api/bookings")
    equal(got.status, 200, got.text)
    return got.json()["bookings"]


def export(server):
    return server.run("export", "alice", "calendar")[1].replace("\r\n ", "")


def book_by_hand(server, start, who="jo"):
    body = {"host": "alice", "type": "intro", "start_time": start, "invitee_name": who,
            "invitee_email": f"{who}@example.net", "invitee_timezone": "Europe/Berlin"}
    got = server.client().request("POST", "/api/bookings", json.dumps(body),
                                  {"Content-Type": "application/json"})
    equal(got.status, 201, got.text)
    return got.json()


def fill_in(browser, name="Ivy Invitee", email="ivy@example.net"):
    browser.wait("document.activeElement.id === 'name'", "the form")
    browser.type("#name", name)
    browser.type("#email", email)


def open_page(browser, server):
    browser.open(page(server))
    browser.wait("document.querySelector('.times .slot')", "the first open times")


def no_complaints(browser, but=()):
    got = [c for c in browser.complaints() if not any(b in c for b in but)]
    equal(got, [], "what the browser complains about")


@suite.case("books a slot by clicking; the confirmation names it, the calendar has it")
def _(s):
    with prepared(s) as server, Browser(timezone="America/New_York") as browser:
        open_page(browser, server)
        equal(browser.text("h1"), "Introduction")
        equal(browser.run("return document.getElementById('zone').value"), "America/New_York",
              "the browser's own zone")
        start = browser.run("return document.querySelector(arguments[0]).dataset.start", SLOT)
        label = browser.text(SLOT)
        browser.click(SLOT)
        fill_in(browser)
        browser.click("#submit")
        browser.wait("document.getElementById('step-done').checkVisibility()", "the confirmation")
        summary = browser.text("#summary")
        for part in (label, "Introduction with Alice", "America/New York", "ivy@example.net"):
            equal(part in summary, True, f"{part} in {summary}")
        [made] = bookings(server)
        equal([made["start_time"], made["invitee_name"], made["invitee_timezone"]],
              [start, "Ivy Invitee", "America/New_York"])
        equal("mailto:ivy@example.net" in export(server), True)
        no_complaints(browser)


@suite.case("books a slot by keyboard alone, and the focus is always somewhere sensible")
def _(s):
    with prepared(s) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        first = browser.run("return document.querySelector('[aria-selected=true] button').dataset.day")
        seen = []
        for _ in range(8):
            browser.press("Tab")
            seen.append(browser.focused())
            if browser.run("return document.activeElement.dataset.day || ''"):
                break
        equal(browser.run("return document.activeElement.dataset.day"), first, f"by Tab: {seen}")
        for key, step in (("Right", 1), ("Left", 0), ("Down", 7), ("Up", 0)):
            browser.press(key)
            want = datetime.date.fromisoformat(first) + datetime.timedelta(days=step)
            # The day may lie in the next month, which is asked for first.
            browser.wait("document.activeElement.dataset.day === arguments[0]", key, str(want))
        browser.press("Enter")
        equal(browser.run("return document.activeElement.className"), "slot", "on to the times")
        browser.press("Enter")
        browser.wait("document.activeElement.id === 'name'", "the form")
        browser.press("Ivy", "Tab", "ivy@example.net", "Enter")
        browser.wait("document.getElementById('step-done').checkVisibility()", "the confirmation")
        equal(browser.focused(), "step-done-title")
        equal(len(bookings(server)), 1)


@suite.case("months turn by keyboard, and closed days cannot be chosen")
def _(s):
    with prepared(s) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        before = browser.text("#month-title")
        browser.run("document.querySelector('.month [tabindex=\"0\"]').focus()")
        browser.press("PageDown")
        browser.wait("document.getElementById('month-title').innerText !== arguments[0] &&"
                     " document.activeElement.dataset.day", "the next month", before)
        equal(browser.run("return document.activeElement.dataset.day").endswith("-01"), True)
        browser.run("[...document.querySelectorAll('.month button')]"
                    ".find(b => b.ariaDisabled === 'true').focus()")
        browser.press("Enter")
        equal(browser.run("return document.activeElement.className"), "", "nothing was chosen")
        browser.press("PageUp")
        browser.wait("document.getElementById('month-title').innerText === arguments[0]",
                     "this month again", before)


@suite.case("somebody was quicker: the page says so and shows what is still open that day")
def _(s):
    with prepared(s) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        starts = browser.run("return [...document.querySelectorAll(arguments[0])]"
                             ".map(b => b.dataset.start)", SLOT)
        # No time is reserved while the form is filled in, so that it is lost at the end.
        browser.run("const ask = fetch; window.fetch = (path, o) =>"
                    " path === '/api/holds' ? Promise.reject(new Error(path)) : ask(path, o)")
        browser.click(SLOT)
        fill_in(browser)
        book_by_hand(server, starts[0])
        browser.click("#submit")
        browser.wait("document.getElementById('notice').checkVisibility()", "the notice")
        equal("just booked by someone else" in browser.text("#notice"), True, browser.text("#notice"))
        left = browser.run("return [...document.querySelectorAll(arguments[0])]"
                           ".map(b => b.dataset.start)", SLOT)
        equal(left, starts[1:])
        browser.click(SLOT)
        fill_in(browser)
        browser.click("#submit")
        browser.wait("document.getElementById('step-done').checkVisibility()", "the confirmation")
        equal(len(bookings(server)), 2)
        no_complaints(browser, but=("409",))


@suite.case("what is wrong in the form is said beside it, and nothing is sent")
def _(s):
    with prepared(s) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        browser.click(SLOT)
        fill_in(browser, "", "ivy")
        browser.click("#submit")
        equal(browser.focused(), "name")
        equal([bool(browser.text("#name-error")), bool(browser.text("#email-error"))], [True, True])
        browser.type("#name", "see https://spam.example")
        browser.type("#email", "ivy@example.net")
        browser.click("#submit")
        browser.wait("document.getElementById('name-error').innerText", "the server's word")
        equal(browser.focused(), "name")
        equal(bookings(server), [])


@suite.case("the link in the mail: looking changes nothing; moving and cancelling do (decisions 10)")
def _(s):
    with prepared(s) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        starts = browser.run("return [...document.querySelectorAll(arguments[0])]"
                             ".map(b => b.dataset.start)", SLOT)
        made = book_by_hand(server, starts[0], "ivy")
        path = made["cancel_url"][made["cancel_url"].index("/manage/"):]
        for method in ("GET", "HEAD"):
            got = server.client().request(method, path)
            equal([got.status, got.header("Referrer-Policy"), got.header("Cache-Control")],
                  [200, "no-referrer", "no-store"])
        equal(bookings(server)[0]["version"], 1)
        browser.open(page(server, path))
        browser.wait("document.getElementById('cancel').checkVisibility()", "the buttons")
        browser.click("#move")
        browser.wait("document.querySelector('.times .slot')", "open times")
        start = browser.run("return document.querySelector(arguments[0]).dataset.start", SLOT)
        browser.click(SLOT)
        browser.click("#yes")
        browser.wait("document.getElementById('step-done').checkVisibility()", "the booking")
        [now] = bookings(server)
        equal([now["start_time"], now["version"], now["id"]], [start, 2, made["id"]])
        browser.click("#cancel")
        browser.click("#no")
        equal(bookings(server)[0]["status"], "confirmed")
        browser.click("#cancel")
        browser.click("#yes")
        browser.wait("document.getElementById('done-text').innerText.includes('cancelled')",
                     "the end of it")
        equal([bookings(server)[0]["status"], browser.is_shown("#cancel")], ["cancelled", False])
        equal("BEGIN:VEVENT" in export(server), False)
        no_complaints(browser)


@suite.case("a title of markup stays text, and nothing inline runs")
def _(s):
    title = "<img src=x onerror=document.title='owned'>\"'{{host_name}}&amp;"
    with prepared(s, title=title) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        equal(browser.text("h1"), title)
        equal(browser.run("return document.title"), f"{title} · Alice")
        browser.click(SLOT)
        fill_in(browser, "<b>Ivy</b>")
        browser.click("#submit")
        browser.wait("document.getElementById('step-done').checkVisibility()", "the confirmation")
        equal("<b>Ivy</b>" in browser.text("#summary"), True)
        no_complaints(browser)


@suite.case("several lengths: the chosen one is booked")
def _(s):
    with prepared(s, durations=(30, 60)) as server, Browser(timezone="Europe/Berlin") as browser:
        open_page(browser, server)
        browser.run("document.querySelector('input[value=\"60\"]').click()")
        browser.wait("document.getElementById('length').innerText.includes('1 hour')", "an hour")
        browser.wait("!document.querySelector('.month.loading') &&"
                     " document.querySelector('.times .slot')", "open times")
        browser.click(SLOT)
        fill_in(browser)
        browser.click("#submit")
        browser.wait("document.getElementById('step-done').checkVisibility()", "the confirmation")
        [made] = bookings(server)
        equal(made["end_time"][11:13] != made["start_time"][11:13] and
              made["end_time"][14:16] == made["start_time"][14:16], True, f"{made}")


@suite.case("no page is wider than its window, on a phone or a desk")
def _(s):
    with prepared(s, title="A very long title " * 8, durations=(30, 60)) as server, \
            Browser(timezone="America/Argentina/ComodRivadavia") as browser:
        def fits(what):
            wide = browser.run("return document.documentElement.scrollWidth - innerWidth")
            equal(wide <= 0, True, f"{what}: {wide} pixels too wide")

        for width in (320, 700, 1100):
            browser.resize(width, 800)
            open_page(browser, server)
            fits(f"{width}, choosing")
            browser.click(SLOT)
            fill_in(browser, "Ivy" * 30, f"ivy{width}.{'long' * 14}@example.net")
            fits(f"{width}, the form")
            browser.click("#submit")
            browser.wait("document.getElementById('step-done').checkVisibility()", "the end")
            fits(f"{width}, done")
            browser.click("#manage-link")
            browser.wait("document.getElementById('cancel').checkVisibility()", "the buttons")
            fits(f"{width}, the booking")
            browser.open(page(server, "/book/alice/nothing"))
            fits(f"{width}, nothing")


@suite.case("a time stands on one line, also where it takes AM and PM")
def _(s):
    with prepared(s) as server, \
            Browser(timezone="Europe/Berlin", language="en-US") as browser:
        for width in (320, 360, 400, 480, 600, 820, 1100):
            browser.resize(width, 800)
            open_page(browser, server)
            times = browser.run("""return [...document.querySelectorAll('.times .slot')].map(e => {
                const line = document.createRange();
                line.selectNodeContents(e);
                return [e.innerText, line.getClientRects().length, e.scrollWidth - e.clientWidth];
            })""")
            equal(any(text.endswith("AM") for text, _lines, _over in times), True, f"{times}")
            equal([x for x in times if x[1] != 1 or x[2] > 0], [], f"at {width}")


@suite.case("a page that does not exist says so to a person")
def _(s):
    with prepared(s) as server, Browser() as browser:
        for path in ("/book/alice/nothing", "/book/zoe/intro", "/book/zoe", "/book",
                     "/manage/none", "/manage", "/web/book.html", "/web/../fasti.conf"):
            got = server.client().request("GET", path)
            equal([got.status, got.header("Content-Type")], [404, "text/html; charset=utf-8"], path)
            equal("default-src 'none'" in got.header("Content-Security-Policy"), True, path)
        browser.open(page(server, "/book/alice/nothing"))
        equal(browser.text("h1"), "This page does not exist")
        no_complaints(browser, but=("404",))


@suite.case("files are sent again only when they are others (RFC 9110 §13.1.2)")
def _(s):
    with prepared(s) as server:
        nobody = server.client()
        for name, kind in (("fasti.css", "text/css"), ("book.js", "text/javascript"),
                           ("icon.svg", "image/svg+xml")):
            got = nobody.request("GET", f"/web/{name}")
            equal([got.status, got.header("Content-Type").split(";")[0],
                   got.header("X-Content-Type-Options")], [200, kind, "nosniff"])
            again = nobody.request("GET", f"/web/{name}", None,
                                   {"If-None-Match": got.header("ETag")})
            equal([again.status, again.body], [304, b""])
            equal(nobody.request("GET", f"/web/{name}", None,
                                 {"If-None-Match": '"x"'}).status, 200)


suite.main()
