// pages.mjs - the booking pages as people use them: in Chromium, driven by playwright-core
//
//   node pages.mjs MODULES BASE SCENARIO FOLDER MAILS
//
// MODULES is where playwright-core and axe-core are installed, BASE the server, FOLDER where
// screenshots go, MAILS where its mails are. A scenario that fails throws; test_pages.py starts each with a server of its own.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const [modules, base, scenario, folder, mails] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { chromium } = require("playwright-core");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const complaints = [];

async function open(path, options = {}) {
  const context = await browser.newContext({
    locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (m) => /Content Security Policy/.test(m.text()) && complaints.push(m.text()));
  if (options.at)
    await page.clock.setFixedTime(options.at);
  await page.goto(base + path);
  return page;
}

async function openTimes(path = "/book/alice/intro", options) {
  const page = await open(path, options);
  await page.waitForSelector(".slot");
  return page;
}

async function api(method, path, body, user) {
  const headers = { "Content-Type": "application/json",
    ...(user ? { Authorization: "Basic " + btoa(`${user}:correct horse`) } : {}) };
  return fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
}

async function bookings() {
  return (await (await api("GET", "/api/bookings", undefined, "alice")).json()).bookings;
}

async function bookByHand(start_time) {
  const got = await api("POST", "/api/bookings", { host: "alice", type: "intro", start_time,
    invitee_name: "Jo", invitee_email: "jo@example.net", invitee_timezone: "Europe/Berlin" });
  assert.equal(got.status, 201);
}

async function fillIn(page) {
  await page.fill("#name", "Ivy Invitee");
  await page.fill("#email", "ivy@example.net");
}

async function book(page) {
  const slot = page.locator(".slot").first();
  const start = await slot.getAttribute("data-start");
  await slot.click();
  await fillIn(page);
  await page.click("#submit");
  await page.waitForSelector("#step-done:not([hidden])");
  return start;
}

const DAY = 86400000;

// What the clock on that wall shows, as if it stood in UTC.
const wallIn = (timeZone, at) => Date.parse(new Date(at).toLocaleString("sv-SE", { timeZone }) + "Z");

const dateIn = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

// The same time of day in the weeks after, whether clocks have changed or not.
function weeksAfter(start, weeks) {
  const at = Number(start) + weeks * 7 * DAY;
  return new Date(at - (wallIn("Europe/Berlin", at) - wallIn("Europe/Berlin", start)) + weeks * 7 * DAY);
}

async function until(check, what) {
  for (let tries = 0; tries < 1200; tries++) {
    if (await check())
      return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(what);
}

const shown = (page, id) => page.locator("#" + id).isVisible();
const texts = (page, selector) => page.locator(selector).allInnerTexts();

async function noViolations(page, what) {
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") }).catch(() => {});
  const found = await page.evaluate(() => window.axe.run());
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`),
                   [], what);
  assert.ok(found.passes.length > 10, "axe has looked");
}

const fresh = () => Math.random().toString(36).slice(2);

async function submit(page, name = "Ivy Invitee") {
  await page.fill("#name", name);
  await page.fill("#email", `${fresh()}@example.net`);
  await page.click("#submit");
}

async function formOf(path, options, n = 0) {
  const page = await openTimes(path, options);
  const slots = page.locator(".slot");
  await slots.nth(Math.min(n, await slots.count() - 1)).click();
  await page.waitForSelector("#step-details:not([hidden])");
  return page;
}

async function doneWith(path, options) {
  const page = await formOf(path, options, 2);
  if (await page.locator("#answer-phone").count())
    await page.fill("#answer-phone", "+49 30 901820");
  await submit(page);
  await page.waitForSelector("#step-done:not([hidden])");
  return page;
}

async function managed(path, options) {
  const page = await doneWith(path, options);
  await page.click("#manage-link");
  await page.waitForSelector("#summary dt");
  return page;
}

// Of the link in the mail that left last and asks for a word.
async function newestToken() {
  const id = (await bookings()).filter((b) => b.waits_for === "invitee")
    .sort((x, y) => (x.created_at < y.created_at ? 1 : -1)).map((b) => b.id);
  let found;
  await until(() => {
    found = readdirSync(mails).map((name) => readFileSync(`${mails}/${name}`, "latin1"))
      .map((mail) => /\/manage\/([\w.-]+)/.exec(mail.replaceAll("=\r\n", ""))?.[1])
      .find((token) => token?.startsWith(id[0] + "."));
    return found;
  }, "no mail came");
  return found;
}

// A day of a class of which the first time has no place left, and the second one.
async function fullClass() {
  const meeting_type_id = /&quot;id&quot;:&quot;([^&]+)/.exec(
    await (await fetch(base + "/book/alice/class")).text())[1];
  const { days } = await (await api("GET", "/api/availability/slots?" + new URLSearchParams(
    { meeting_type_id, from: dateIn(3), to: dateIn(20), full: true }))).json();
  const isFull = (d) => d.slots.length > 1 && d.slots[0].seats_left === 0;
  const day = days.find(isFull) || days.find((d) => d.slots.length > 1 && d.slots[0].seats_left === 3);
  if (!isFull(day))
    for (const [slot, seats] of [[day.slots[0], 3], [day.slots[1], 2]])
      assert.equal((await api("POST", "/api/bookings", { meeting_type_id, start_time: slot.start_time,
        invitee_name: "Jo", invitee_email: `${fresh()}@example.net`, seats })).status, 201);
  return day;
}

async function classDay(options) {
  const day = await fullClass();
  const page = await openTimes("/book/alice/class", options);
  while (!await page.locator(`[data-day="${day.date}"]`).count()) {
    await page.click(".arrow >> nth=1");
    await page.waitForFunction(() => !document.querySelector(".loading"));
  }
  await page.click(`[data-day="${day.date}"]`);
  await page.waitForSelector(`[data-start="${day.slots[0].start_time}"]`);
  return page;
}

// How each state of the pages is reached, from the list to the end.
const states = {
  async list(options) {
    const page = await open("/book/alice", options);
    await page.waitForSelector(".types a");
    return page;
  },
  booking: (options) => openTimes("/book/alice/rich", options),
  german: (options) => openTimes("/book/alice/rich", { ...options, locale: "de-DE" }),
  places: classDay,
  async none(options) {
    const page = await open("/book/alice/never", options);
    // While it looks, each month says that it has nothing.
    await page.waitForSelector("body:not(:has(.loading)) .none");
    return page;
  },
  team: (options) => openTimes("/book/alice/together", options),
  async form(options) {
    const page = await formOf("/book/alice/rich", options);
    await page.fill("#name", "Ivy Invitee");
    await page.click("#submit");
    return page;
  },
  series: (options) => formOf("/book/alice/coaching", options),
  async waiting(options) {
    const page = await classDay(options);
    await page.locator(".slot").first().click();
    return page;
  },
  async waits(options) {
    const page = await states.waiting(options);
    await submit(page);
    await page.waitForSelector("#step-done:not([hidden])");
    return page;
  },
  async taken(options) {
    const page = await openTimes("/book/alice/intro", options);
    const slot = page.locator(".slot").last();
    await bookByHand(await slot.getAttribute("data-start"));
    await slot.click();
    await page.waitForSelector("#notice:not([hidden])");
    return page;
  },
  booked: (options) => doneWith("/book/alice/intro", { ...options, timezoneId: "America/New_York" }),
  requested: (options) => doneWith("/book/alice/request", options),
  byMail: (options) => doneWith("/book/alice/mail", options),
  async mailed(options) {
    await (await states.byMail(options)).close();
    return open("/manage/" + await newestToken(), options);
  },
  managed: (options) => managed("/book/alice/coaching", options),
  late: (options) => managed("/book/alice/late", options),
  async cancelling(options) {
    const page = await managed("/book/alice/intro", options);
    await page.click("#cancel");
    return page;
  },
  async cancelled(options) {
    const page = await states.cancelling(options);
    await page.fill("#reason", "I am ill.");
    await page.click("#yes");
    await page.waitForSelector("#when.struck");
    return page;
  },
  async moving(options) {
    const page = await managed("/book/alice/intro", options);
    await page.click("#move");
    await page.locator(".slot").first().click();
    return page;
  },
  message: (options) => open("/book/alice/gone", options),
  noscript: (options) => open("/book/alice/intro", { ...options, javaScriptEnabled: false }),
};

const scenarios = {
  async books() {
    const page = await openTimes("/book/alice/intro", { timezoneId: "America/New_York" });
    const start = await book(page);
    const [made] = await bookings();
    assert.deepEqual([made.start_time, made.invitee_timezone], [start, "America/New_York"]);
    const summary = await page.innerText("#summary");
    for (const part of ["America/New York, GMT-", "Europe/Berlin, GMT+", "Introduction with Alice"])
      assert.ok(summary.includes(part), `${part} in ${summary}`);
    const file = await fetch(new URL(await page.getAttribute("#calendars a", "href"), base));
    assert.equal(file.headers.get("content-type"), "text/calendar; charset=utf-8");
    const event = (await file.text()).replaceAll("\r\n ", "");
    assert.ok(event.includes(`UID:${made.calendar_event_id}\r\n`) && !event.includes("METHOD"));
  },

  async reschedules_and_cancels() {
    const page = await openTimes();
    const before = await book(page);
    await page.click("#manage-link");
    await page.click("#move");
    await page.locator(".slot").nth(1).click();
    await page.click("#yes");
    await page.waitForSelector("#notice.good:not([hidden])");
    let [now] = await bookings();
    assert.equal(now.status, "confirmed");
    assert.notEqual(now.start_time, before);
    await page.click("#cancel");
    await page.fill("#reason", "Ill");
    await page.click("#yes");
    await page.waitForSelector("#when.struck");
    [now] = await bookings();
    assert.equal(now.status, "cancelled");
    assert.equal(await shown(page, "cancel"), false);
  },

  // The page cannot reserve the time while the form is filled in, so that it is lost at the end.
  async loses_a_race() {
    const page = await openTimes();
    await page.route("**/api/holds", (route) => route.abort());
    const starts = await page.locator(".slot").evaluateAll((all) => all.map((b) => b.dataset.start));
    await page.locator(".slot").first().click();
    await fillIn(page);
    await bookByHand(starts[0]);
    await page.click("#submit");
    await page.waitForSelector("#notice:not([hidden])");
    assert.match(await page.innerText("#notice"), /just booked by someone else/);
    assert.equal(await page.locator(".slot").first().getAttribute("data-start"), starts[1]);
    await book(page);
    assert.equal((await bookings()).length, 2);
  },

  async keyboard_alone() {
    const page = await openTimes();
    const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className);
    for (let i = 0; i < 12 && !await page.evaluate(() => document.activeElement.dataset.day); i++)
      await press("Tab");
    await press("Enter");
    assert.equal(await focused(), "slot");
    await press("Enter");
    assert.equal(await focused(), "name");
    await page.keyboard.type("Ivy");
    await press("Tab");
    await page.keyboard.type("ivy@example.net");
    await press("Enter");
    await page.waitForSelector("#step-done:not([hidden])");
    assert.equal(await focused(), "step-done-title");
    await press("Tab", "Tab", "Tab", "Tab", "Tab", "Enter");
    await page.waitForURL("**/manage/**");
    await page.waitForSelector("#cancel:not([hidden])");
    while (await focused() !== "danger" && await focused() !== "cancel")
      await press("Tab");
    await press("Enter", "Tab", "Tab", "Enter");
    await page.waitForSelector("#when.struck");
    assert.equal((await bookings())[0].status, "cancelled");
  },

  async phone() {
    const page = await openTimes("/book/alice/rich", {
      viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const fits = async (what) => assert.ok(await page.evaluate(
      () => document.documentElement.scrollWidth <= innerWidth), what);
    await fits("choosing");
    const small = await page.locator("button:visible").evaluateAll((all) => all.map(
      (b) => b.getBoundingClientRect()).filter((r) => r.width < 24 || r.height < 24).length);
    assert.equal(small, 0, "what is touched is 24 pixels wide at least (WCAG 2.5.8)");
    await page.locator(".slot").first().tap();
    await fits("the form");
    await fillIn(page);
    await page.tap("#submit");
    assert.equal(await page.evaluate(() => document.activeElement.id), "answer-topic");
    await page.fill("#answer-topic", "A plan");
    await page.selectOption("#answer-lang", "English");
    await page.tap("#submit");
    await page.waitForSelector("#step-done:not([hidden])");
    await fits("done");
    assert.deepEqual((await bookings())[0].answers, { topic: "A plan", lang: "English" });
  },

  async five_zones() {
    let instants = null;
    for (const timezoneId of ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu",
                              "Australia/Lord_Howe", "Pacific/Kiritimati"]) {
      const page = await openTimes("/book/alice/intro", { timezoneId });
      assert.equal(await page.inputValue("#zone"), await page.evaluate(
        () => Intl.DateTimeFormat().resolvedOptions().timeZone), "a zone may have several names");
      for (const slot of (await page.locator(".slot").all()).slice(0, 4)) {
        const start = await slot.getAttribute("data-start");
        const label = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit",
          timeZone: timezoneId }).format(new Date(start));
        assert.equal(await slot.innerText(), label, timezoneId);
      }
      await page.selectOption("#zone", "Europe/Berlin");
      await page.waitForFunction(() => !document.querySelector(".loading") &&
        document.querySelector(".slot"));
      const seen = await page.locator(".slot").evaluateAll((all) => all.map((b) => b.dataset.start));
      assert.deepEqual(seen, instants || (instants = seen), "the same day in the same zone");
      await page.context().close();
    }
  },

  // Decision of the page alone: the answer is what a server would give on that Sunday (case A4).
  async clocks_change() {
    const page = await open("/book/alice/none");
    await page.goto("about:blank");
    await page.route("**/api/availability/slots?*", (route) => {
      const asked = new URL(route.request().url()).searchParams;
      const slots = ["2027-10-30T23:00:00Z", "2027-10-31T00:00:00Z", "2027-10-31T01:00:00Z",
                     "2027-10-31T02:00:00Z"].map((start_time) => ({ start_time,
        end_time: new Date(Date.parse(start_time) + 1800000).toISOString() }));
      route.fulfill({ json: { days: asked.get("from") === "2027-10-01"
        ? [{ date: "2027-10-31", slots }] : [] } });
    });
    await page.clock.setFixedTime("2027-10-20T09:00:00Z");
    await page.goto(base + "/book/alice/never");
    await page.waitForSelector(".slot");
    assert.deepEqual(await texts(page, ".slot"), ["01:00", "02:00 GMT+2", "02:00 GMT+1", "03:00"]);
    assert.equal(await page.innerText(".clocks"),
                 "Clocks change on this day, from GMT+2 to GMT+1: it has 25 hours.");
  },

  async clock_of_the_reader() {
    const cases = [["en-US", /^\d{1,2}:\d\d\sAM$/], ["en-GB", /^\d\d:\d\d$/], ["de-DE", /^\d\d:\d\d$/],
                   ["fr-FR", /^\d\d:\d\d$/], ["es-ES", /^\d\d:\d\d$/], ["pl-PL", /^\d\d:\d\d$/]];
    for (const [locale, form] of cases) {
      const page = await openTimes("/book/alice/intro", { locale });
      assert.match((await texts(page, ".slot"))[0], form, locale);
      await page.context().close();
    }
  },

  async languages() {
    const titles = { en: "Choose a day and a time", de: "Tag und Uhrzeit wählen",
                     fr: "Choisissez un jour et une heure", es: "Elija un día y una hora" };
    for (const [lang, title] of Object.entries(titles))
      for (const [path, locale] of [["/book/alice/intro", lang],
                                    [`/book/alice/intro?lang=${lang}`, "ja-JP"]]) {
        const page = await openTimes(path, { locale });
        assert.deepEqual([await page.getAttribute("html", "lang"), await page.innerText("h2 >> nth=0")],
                         [lang, title], `${path} for ${locale}`);
        const empty = await page.locator("[data-t]").evaluateAll((all) => all.filter(
          (e) => !e.textContent || /[{}]|undefined/.test(e.textContent)).map((e) => e.dataset.t));
        assert.deepEqual(empty, [], lang);
        await page.goto(base + path.replace("intro", "gone"));
        assert.equal(await page.getAttribute("html", "lang"), lang);
        await page.context().close();
      }
  },

  async accessible() {
    for (const colorScheme of ["light", "dark"])
      for (const [state, reach] of Object.entries(states).filter(([name]) => name !== "noscript")) {
        const page = await reach({ colorScheme, bypassCSP: true, reducedMotion: "reduce" });
        await noViolations(page, `${state}, ${colorScheme}`);
        await page.context().close();
      }
  },

  async places() {
    const page = await classDay();
    assert.deepEqual(await texts(page, ".slot small").then((all) => all.slice(0, 3)),
                     ["waiting list", "1 place left", "3 places left"]);
    await page.locator(".slot").nth(1).click();
    const open = await page.locator("#seats option:not([disabled])").allInnerTexts();
    assert.deepEqual(open, ["1"]);
    await page.click("#back");
    await page.locator(".slot").nth(2).click();
    await page.selectOption("#seats", "2");
    await submit(page);
    await page.waitForSelector("#step-done:not([hidden])");
    assert.ok((await bookings()).some((b) => b.type === "class" && b.seats === 2 &&
      b.invitee_name === "Ivy Invitee"));
  },

  async waits() {
    const page = await states.waits({});
    const start_time = await page.evaluate(() => performance.getEntriesByType("resource")
      .some((e) => e.name.endsWith("/api/waiting")));
    assert.ok(start_time);
    assert.match(await page.innerText("#done-text"), /number 1/);
    assert.equal(await page.innerText("#cancel"), "Leave the list");
    await page.click("#cancel");
    await page.waitForSelector("#step-time:not([hidden])");
    await page.waitForFunction(() => !document.querySelector(".loading"));
    await page.locator(".slot.full").first().click();
    await submit(page);
    await page.waitForSelector("#step-done:not([hidden])");
    assert.match(await page.innerText("#done-text"), /number 1/, "whoever left is on the list no more");
  },

  async series() {
    const page = await openTimes("/book/alice/coaching");
    const slot = page.locator(".slot").first();
    const start = new Date(await slot.getAttribute("data-start"));
    const third = weeksAfter(start, 2).toISOString();
    await bookByHand(third);
    await slot.click();
    await page.selectOption("#series", "4");
    assert.match(await page.innerText("#series-hint"), /^The last time on /);
    await page.fill("#answer-phone", "no number");
    await submit(page);
    assert.match(await page.innerText("#answer-phone-error"), /like \+44/);
    await page.fill("#answer-phone", "+49 30 901820");
    await page.click("#submit");
    await page.waitForSelector("#notice:not([hidden])");
    const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long",
      timeZone: "Europe/Berlin" }).format(new Date(third));
    assert.ok((await page.innerText("#notice")).includes(day), `${day} is named as what is in the way`);
    assert.equal((await bookings()).length, 1, "all or nothing");
    await page.selectOption("#series", "2");
    await page.click("#submit");
    await page.waitForSelector("#step-done:not([hidden])");
    assert.match(await page.innerText("#summary"), /Every week, 2 times/);
    const made = (await bookings()).find((b) => b.type === "coaching");
    assert.match(made.recurrence, /COUNT=2/);
    assert.deepEqual(made.answers, { phone: "+49 30 901820" });
  },

  async policy() {
    const page = await states.late({});
    const said = await page.innerText("#done-text");
    assert.match(said, /up to 366 days before/);
    assert.match(said, /too late to cancel; please write to Alice/);
    assert.deepEqual([await shown(page, "cancel"), await shown(page, "move")], [false, false]);
  },

  async pending() {
    const page = await states.requested({});
    assert.equal(await page.innerText("#step-done-title"), "Your request was sent");
    assert.match(await page.innerText("#done-text"), /Alice has yet to confirm/);
    assert.ok(!(await page.innerText("#summary")).includes("meet.example.org"), "no link before");
    const [made] = await bookings();
    assert.equal(made.status, "pending");
    assert.equal((await api("POST", `/api/bookings/${made.id}/decline`, {}, "alice")).status, 200);
    await page.click("#manage-link");
    await page.waitForSelector("#when.struck");
    assert.match(await page.innerText("#done-text"), /Alice cannot take this time/);
  },

  // The link in the mail confirms, by a button; the one of the page does not.
  async confirms_address() {
    const page = await states.byMail({});
    assert.equal(await page.innerText("#step-done-title"), "Look into your mail");
    assert.match(await page.innerText("#done-text"), /link sent to \w+@example.net within 30 minutes/);
    await page.click("#manage-link");
    await page.waitForSelector("#summary dt");
    assert.match(await page.innerText("#done-text"), /link sent to \w+@example.net/);
    assert.deepEqual([await shown(page, "confirm"), await shown(page, "move"), await shown(page, "cancel")],
      [false, false, true]);
    const mailed = await states.mailed({});
    assert.match(await mailed.innerText("#done-text"), /Not booked yet/);
    const before = (await bookings()).filter((b) => b.status === "confirmed").length;
    await mailed.click("#confirm");
    await mailed.waitForSelector("#notice.good:not([hidden])");
    assert.equal(await mailed.innerText("#notice"), "You are booked");
    assert.equal(await shown(mailed, "confirm"), false);
    assert.equal((await bookings()).filter((b) => b.status === "confirmed").length, before + 1);
  },

  async nothing_open() {
    const at = Date.now();
    const page = await states.none({ at });
    const last = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" })
      .format(wallIn("Europe/Berlin", at) + 21 * DAY);
    assert.ok((await page.innerText(".none")).includes(last), `until ${last}`);
    const skips = await openTimes("/book/alice/january");
    assert.match(await skips.innerText("#month-title"), /^January 20/);
  },

  async team() {
    const page = await states.team({});
    assert.equal(await page.innerText("#people"), "Alice, Bob");
    await page.locator(".slot").first().click();
    await submit(page);
    await page.waitForSelector("#step-done:not([hidden])");
    assert.ok((await (await fetch(base + "/book/alice")).text()).includes("Contract talk"));
  },

  // The form's contents stay when the time is lost, and what was reserved is given back.
  async nothing_is_lost() {
    const page = await openTimes("/book/alice/rich");
    const choose = () => Promise.all([page.locator(".slot").first().click(),
      page.waitForResponse((r) => r.url().endsWith("/api/holds") && r.status() === 201)]);
    await choose();
    await page.fill("#name", "Ivy Invitee");
    await page.fill("#answer-topic", "A plan");
    const start = (p) => p.locator(".slot").first().getAttribute("data-start");
    const mine = await start(page);
    const other = await openTimes("/book/alice/rich");
    assert.notEqual(await start(other), mine, "reserved while the form is filled in");
    const released = page.waitForResponse((r) => r.request().method() === "DELETE");
    await page.click("#back");
    assert.equal((await released).status(), 204);
    await choose();
    assert.deepEqual([await page.inputValue("#name"), await page.inputValue("#answer-topic")],
                     ["Ivy Invitee", "A plan"]);
    await page.close({ runBeforeUnload: false });
    await other.reload();
    await other.waitForSelector(".slot");
  },

  async prints() {
    const page = await states.booked({ colorScheme: "dark" });
    const sheet = (await page.pdf({ format: "A5", path: `${folder}/booked.pdf` })).toString("latin1");
    assert.equal(sheet.match(/\/Type\s*\/Page\b/g).length, 1, "on one sheet");
    await page.emulateMedia({ media: "print" });
    const summary = await page.innerText("#summary");
    for (const part of ["America/New York", "Europe/Berlin"])
      assert.ok(summary.includes(part), part);
    assert.equal(await page.locator("button:visible, .add:visible").count(), 0, "nothing to press");
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("#summary")).color),
                 "rgb(26, 31, 46)", "dark on white, whatever the screen has");
  },

  async used_link() {
    const made = await (await api("POST", "/api/meeting-types",
      { slug: "board", title: "Board", durations: [30], access: "link", window_from: dateIn(2) }, "alice")).json();
    const link = new URL((await (await api("POST", "/api/links",
      { meeting_type_id: made.id, uses_max: 1 }, "alice")).json()).url);
    const page = await doneWith(link.pathname + link.search);
    await page.reload();
    assert.equal(await page.innerText("h1"), "This link has been used");
  },

  async without_script() {
    const page = await states.noscript({});
    assert.match(await page.innerText("noscript p"), /needs JavaScript.*write to the person/);
    assert.equal(await page.isVisible("noscript a"), false, "busy times are not for everybody");
    const got = await api("PATCH", "/api/settings", { free_busy: "public" }, "alice");
    assert.equal(got.status, 200);
    await page.reload();
    assert.ok(await page.isVisible("noscript a"));
    const href = await page.getAttribute("noscript a", "href");
    assert.match(await (await fetch(base + href)).text(), /^BEGIN:VCALENDAR/);
  },

  async small_windows() {
    for (const [state, reach] of Object.entries(states)) {
      const page = await reach({ viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true });
      if (state !== "noscript")
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth &&
          [...document.querySelectorAll(".slot")].every((e) => e.scrollWidth <= e.clientWidth)), state);
      await page.context().close();
    }
  },

  async forced_colours() {
    const page = await openTimes("/book/alice/rich", { forcedColors: "active" });
    const style = (selector, name) => page.locator(selector).first().evaluate(
      (e, property) => getComputedStyle(e)[property], name);
    assert.equal(await style('.month [aria-selected="true"] .open', "outlineStyle"), "solid");
    assert.equal(await style(".options label:has(:checked)", "outlineStyle"), "solid");
  },

  // Each word that is asked for is there, and the other way round: what is there is asked for.
  async words() {
    const carried = async (page) => (await page.getAttribute("#page", "data-words")).trim().split("\n")
      .map((line) => line.split("\t")[0]);
    const askedIn = (code) => [...code.matchAll(/\bt\("(\w+)"|data-t="(\w+)"/g)].map((m) => m[1] || m[2]);
    const page = await openTimes();
    const few = await carried(page);
    await book(page);
    await page.click("#manage-link");
    await page.waitForSelector("#summary dt");
    const keys = await carried(page);
    let text = await (await fetch(base + "/book/alice/intro")).text();
    for (const name of ["about", "api", "book", "form", "list", "page", "picker", "text", "times"])
      text += await (await fetch(`${base}/web/${name}.js`)).text();
    text += await (await fetch(base + "/book/alice")).text();
    assert.deepEqual(askedIn(text).filter((key) => !few.includes(key)), []);
    // What the page behind the link says alone, the others do not carry.
    text += await (await fetch(base + "/web/manage.js")).text();
    assert.deepEqual(askedIn(text).filter((key) => !keys.includes(key)), []);
    assert.deepEqual(few.filter((key) => !keys.includes(key)), []);
    assert.ok(!few.includes("cancelAsk"));
    // Of reasons and problems the server has the word, of a question the page puts it together.
    const elsewhere = ["cancelAsk", "cancelYes", "cancelNo", "cancelBefore", "moveAsk", "moveYes", "moveNo",
      "moveBefore", "calendar_stale", "limit", "link_spent", "too_soon", "waiting"];
    assert.deepEqual(keys.filter((key) => !elsewhere.includes(key) &&
      !new RegExp(`["']${key}["']`).test(text)), []);
  },

  async embedded() {
    const elsewhere = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(
      `<!doctype html><title>Elsewhere</title><script async src="${base}/web/embed.js"></script>
       <div data-fasti="/book/alice/intro" title="Meet Alice"></div>
       <button data-fasti-popup="/book/alice/intro">Book</button>`));
    await new Promise((listening) => elsewhere.listen(0, "127.0.0.1", listening));
    const page = await open("/book/alice/gone");
    await page.goto(`http://localhost:${elsewhere.address().port}/`);
    const frame = page.frameLocator("div > iframe");
    await frame.locator(".slot").first().waitFor();
    await page.waitForFunction(() => document.querySelector("iframe").clientHeight !== 640);
    await until(async () => await page.locator("div > iframe").evaluate((f) => f.clientHeight) ===
      await frame.locator("html").evaluate((e) => e.scrollHeight), "as high as what stands in it");
    await page.click("button");
    await page.frameLocator("dialog iframe").locator(".slot").first().waitFor();
    elsewhere.close();
    const framing = async (path) => /frame-ancestors ([^;]*)/.exec(
      (await fetch(base + path)).headers.get("content-security-policy"))[1];
    assert.deepEqual([await framing("/book/alice/intro"), await framing("/book/alice/intro?embed=1"),
                      await framing("/manage/x?embed=1")], ["'none'", "http: https:", "'none'"]);
  },

  async by_link_alone() {
    const made = await (await api("POST", "/api/meeting-types",
      { slug: "board", title: "Board", durations: [30], access: "link", window_from: dateIn(2) }, "alice")).json();
    const link = await (await api("POST", "/api/links",
      { meeting_type_id: made.id, uses_max: 1 }, "alice")).json();
    const status = async (path) => (await fetch(base + path)).status;
    assert.deepEqual([await status("/book/alice/board"), await status("/book/alice/board?link=x")],
                     [404, 404]);
    assert.ok(!(await (await fetch(base + "/book/alice")).text()).includes("Board"));
    const page = await openTimes(new URL(link.url).pathname + new URL(link.url).search);
    await book(page);
    assert.equal((await bookings())[0].type, "board");
  },

  async told_at_once() {
    const page = await openTimes();
    const slot = page.locator(".slot").first();
    await bookByHand(await slot.getAttribute("data-start"));
    await slot.click();
    await page.waitForSelector("#notice:not([hidden])");
    assert.match(await page.innerText("#notice"), /just booked by someone else/);
    assert.ok(await shown(page, "step-time"));
  },

  // Every state of the pages once, each in light, dark and on a phone, for people to look at.
  async screenshots() {
    const looks = [["", {}], ["-dark", { colorScheme: "dark" }],
                   ["-phone", { viewport: { width: 390, height: 844 }, isMobile: true }]];
    for (const [look, options] of looks)
      for (const [state, reach] of Object.entries(states)) {
        const page = await reach({ reducedMotion: "reduce", ...options });
        await page.screenshot({ path: `${folder}/${state}${look}.png`, fullPage: Boolean(options.isMobile) });
        await page.context().close();
      }
    const page = await states.booked({ viewport: { width: 720, height: 480 } });
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: `${folder}/booked-print.png` });
  },
};

try {
  await scenarios[scenario]();
  assert.deepEqual(complaints, [], "what the browser complains about");
} finally {
  await browser.close();
}
