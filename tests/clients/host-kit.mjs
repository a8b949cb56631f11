// host-kit.mjs - what the scenarios of the host's pages are told with

import assert from "node:assert/strict";
import { createRequire } from "node:module";

export const [modules, base, scenario, folder] = process.argv.slice(2);
const require = createRequire(modules + "/");
const { chromium } = require("playwright-core");
export const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
export const complaints = [];

export async function open(path = "/host", options = {}) {
  const context = await browser.newContext({
    locale: "en-GB", timezoneId: "Europe/Berlin", viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60000);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (m) => /Content Security Policy/.test(m.text()) && complaints.push(m.text()));
  await page.goto(base + path);
  return page;
}

export async function signIn(page, password = "correct horse") {
  await page.getByLabel("User name").fill("alice");
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
}

export async function signedIn(hash = "", options) {
  const page = await open("/host" + hash, options);
  await signIn(page);
  await page.waitForSelector("section.sheet");
  return page;
}

export async function api(method, path, body, user = "alice") {
  const headers = { "Content-Type": "application/json",
    ...(user ? { Authorization: "Basic " + btoa(`${user}:correct horse`) } : {}) };
  const got = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  return got.status === 204 ? null : got.json();
}

// The first open time from tomorrow on, booked by a stranger.
export async function book(type = "intro", name = "Ivy Invitee") {
  const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);
  const query = new URLSearchParams({ host: "alice", type, from: day(1), to: day(7), timezone: "Europe/Berlin" });
  const { days } = await api("GET", "/api/availability/slots?" + query, undefined, null);
  const slot = days.flatMap((d) => d.slots)[0];
  return api("POST", "/api/bookings", { host: "alice", type, start_time: slot.start_time, invitee_name: name,
    invitee_email: name.split(" ")[0].toLowerCase() + "@example.net", invitee_timezone: "Europe/Lisbon" }, null);
}

export const hours = async () => (await api("GET", "/api/schedules/default"));
export const window = (s, day) => s.weekly.filter((w) => w.day === day).map((w) => `${w.start}-${w.end}`);

export async function noViolations(page, what) {
  await page.addScriptTag({ path: require.resolve("axe-core/axe.min.js") }).catch(() => {});
  const found = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), [], what);
  assert.ok(found.passes.length > 10, "axe has looked");
}

export const toast = (page, text) => page.waitForFunction((t) =>
  document.getElementById("toast").textContent === t, text);

// A block of the editor, by its day (0: Monday), moved or pulled by so many minutes.
export async function drag(page, day, selector, minutes) {
  const column = page.locator(".column").nth(day);
  const target = column.locator(selector).first();
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox(), all = await column.boundingBox();
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + (minutes / 1440) * all.height, { steps: 5 });
  await page.mouse.up();
}

// To a page, as by its link.
export async function go(page, id) {
  await page.evaluate((to) => { location.hash = to; }, id);
  await page.waitForSelector("section.host-" + id);
}

// A question as a calendar app puts it, with its own password.
export const dav = (secret, method, path, headers, body) => fetch(base + path, { method, body,
  headers: { Authorization: "Basic " + btoa("alice:" + secret), ...headers } });

// An event in the calendar of alice; `when` is DTSTART's value in UTC.
export async function event(uid, when, summary, extra = []) {
  const put = await dav("correct horse", "PUT", `/dav/calendars/alice/calendar/${uid}.ics`,
    { "Content-Type": "text/calendar" },
    ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", "BEGIN:VEVENT", `UID:${uid}`,
     "DTSTAMP:20270101T000000Z", `DTSTART:${when}`, "DURATION:PT90M", `SUMMARY:${summary}`, ...extra,
     "END:VEVENT", "END:VCALENDAR", ""].join("\r\n"));
  assert.equal(put.status, 201);
}

// So many days from today on in Berlin at this hour, UTC, as iCalendar writes it.
export function stamp(days, hour) {
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Berlin" });
  const d = new Date(Date.parse(today) + days * 86400000);
  d.setUTCHours(hour, 0, 0, 0);
  return d.toISOString().replace(/[-:]|\.\d+/g, "");
}

export async function play(scenarios) {
  try {
    await scenarios[scenario]();
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
  }
}
