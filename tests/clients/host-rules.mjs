// host-rules.mjs - what a host decides: hours, meeting types whole, teams, and who is told

import assert from "node:assert/strict";
import { api, base, book, event, go, hours, signedIn, stamp, toast } from "./host-kit.mjs";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const TEAM = { slug: "support", title: "Support", durations: [30],
  team: { mode: "round_robin", hosts: [{ name: "alice" }, { name: "bob" }] } };
const dialog = (page) => page.locator("dialog[open]").last();
const inBerlin = (at, options) => new Date(at).toLocaleString("sv-SE", { timeZone: "Europe/Berlin", ...options });

// Open on each day of the week, so that no test depends on which one it is.
async function openDaily() {
  const s = await hours();
  await api("PUT", "/api/schedules/default", { name: s.name, timezone: s.timezone,
    weekly: DAYS.map((day) => ({ day, start: "09:00", end: "17:00" })) });
}

export const rules = {
  async explains_a_time() {
    await openDaily();
    await event("board", stamp(2, 13), "Board");
    const at = stamp(2, 13).replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z");
    const page = await signedIn();
    await page.getByRole("button", { name: "Check a time" }).click();
    await page.getByLabel("Meeting type").selectOption({ label: "Introduction" });
    await page.getByLabel("Day", { exact: true }).fill(inBerlin(at).slice(0, 10));
    await page.getByLabel("Begins at").fill(inBerlin(at).slice(11, 16));
    await page.keyboard.press("Enter");
    await page.getByText("The host is busy at this time.").waitFor();
    assert.match(await page.locator(".obstacles").innerText(), /^Board/);
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "The week after" }).click();
    const column = page.locator(".column").nth(3);
    await page.locator(".scroller").evaluate((s) => { s.scrollTop = 0; });
    await column.click({ position: { x: 20, y: 46 * 3 + 5 } });
    await page.getByText("This time is outside of the hours for booking.").waitFor();
    assert.equal(await page.getByLabel("Begins at").inputValue(), "03:00");
    await page.getByLabel("Begins at").fill("09:00");
    await page.getByRole("button", { name: "Look" }).click();
    await page.getByText("This time can be booked.").waitFor();
  },

  async shows_events_by_name() {
    await event("board", stamp(0, 12), "Board");
    await event("walk", stamp(0, 12), "Walk", ["TRANSP:TRANSPARENT"]);
    const page = await signedIn();
    const board = page.locator(".column .busy", { hasText: "Board" });
    const walk = page.locator(".column .free", { hasText: "Walk" });
    const [left, right] = [await board.boundingBox(), await walk.boundingBox()];
    assert.ok(left.x + left.width <= right.x + 1 || right.x + right.width <= left.x + 1, "side by side");
  },

  async makes_a_team() {
    const page = await signedIn("#types");
    await page.getByRole("button", { name: "New meeting type" }).click();
    await page.getByLabel("Title").fill("Interview");
    await page.getByText("Hosts", { exact: true }).click();
    await page.getByLabel("Who hosts it").selectOption({ label: "One of several, in turn" });
    await page.getByLabel("User name").fill("alice");
    await page.getByRole("button", { name: "Add a host" }).click();
    await page.getByLabel("User name").nth(1).fill("bob");
    await page.getByLabel("Weight").nth(1).fill("0");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This is too little: 1 or more.").waitFor();
    await page.getByLabel("Weight").nth(1).fill("2");
    await page.getByRole("button", { name: "Save" }).click();
    await toast(page, "Saved.");
    let t = await api("GET", "/api/meeting-types/interview");
    assert.deepEqual([t.team.mode, t.team.hosts.map((h) => [h.name, h.weight])],
                     ["round_robin", [["alice", 1], ["bob", 2]]]);
    await page.getByRole("button", { name: "Edit Interview" }).click();
    await page.getByLabel("Who hosts it").selectOption({ label: "So many out of each group" });
    await page.getByLabel("How many of them are needed").fill("3");
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator("dialog .error").waitFor();
    await page.getByLabel("How many of them are needed").fill("2");
    await page.getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "detached" });
    t = await api("GET", "/api/meeting-types/interview");
    assert.deepEqual([t.team.mode, t.team.pools.map((p) => [p.need, p.hosts.length])], ["pools", [[2, 2]]]);
    await page.getByRole("button", { name: "Edit Interview" }).click();
    await page.getByLabel("Who hosts it").selectOption({ label: "Myself" });
    await page.getByRole("button", { name: "Save" }).click();
    await dialog(page).waitFor({ state: "detached" });
    assert.equal((await api("GET", "/api/meeting-types/interview")).team, undefined);
  },

  // What stands in the table of the form, one of each kind, is kept and shown again.
  async sets_every_rule() {
    const page = await signedIn("#types");
    await page.getByRole("button", { name: "Edit Introduction" }).click();
    await page.evaluate(() => document.querySelectorAll("dialog details").forEach((d) => { d.open = true; }));
    const set = { "Hours of notice": "1.5", "Days of notice": "1", "Not after": "2031-01-31", "Meetings a week": "7",
      "Hours a month": "10", "Times in a row": "12", "Invitees may cancel until … hours before": "24" };
    for (const [label, value] of Object.entries(set))
      await page.getByLabel(label).fill(value);
    await page.getByLabel("Where", { exact: true }).selectOption({ label: "In a conference room of its own" });
    await page.getByLabel("Address, with {id}").fill("https://meet.example.org/");
    await page.getByLabel("Only with a link that I give").check();
    await page.getByRole("button", { name: "Add a question" }).click();
    await page.getByLabel("Question", { exact: true }).fill("Which colour?");
    await page.getByLabel("Answered by").selectOption("choice");
    await page.getByLabel("Choices").fill("Red, dark\nGreen");
    await page.getByRole("button", { name: "Save" }).click();
    assert.match(await page.locator("dialog .error").innerText(), /\{id\}/);
    assert.equal(await page.getByLabel("Address, with {id}").getAttribute("aria-invalid"), "true");
    await page.getByLabel("Address, with {id}").fill("https://meet.example.org/{id}");
    await page.getByRole("button", { name: "Save" }).click();
    await toast(page, "Saved.");
    const t = await api("GET", "/api/meeting-types/intro");
    assert.deepEqual([t.notice_minutes, t.notice_days, t.window_to, t.limits.week, t.limits.minutes_month, t.series.max,
      t.cancel_until_minutes, t.access, t.location.value, t.questions[0].choices],
    [90, 1, "2031-01-31", 7, 600, 12, 1440, "link", "https://meet.example.org/{id}", ["Red, dark", "Green"]]);
    await page.getByRole("button", { name: "Edit Introduction" }).click();
    for (const [label, value] of Object.entries(set))
      assert.equal(await page.getByLabel(label).inputValue(), value, label);
  },

  async hands_a_booking_on() {
    await api("POST", "/api/meeting-types", TEAM);
    const made = await book("support", "Sue");
    const hosts = async () => Object.fromEntries((await api("GET", `/api/bookings/${made.id}/hosts`)).hosts
      .map((h) => [h.name, h.comes]));
    const before = await hosts();
    const page = await signedIn("#bookings");
    await page.getByRole("button", { name: "Details of Support with Sue" }).click();
    await page.getByRole("button", { name: "Another host" }).click();
    await page.getByLabel("Reason").fill("Away");
    await page.getByRole("button", { name: "Give it away" }).click();
    await toast(page, "It has another host now.");
    assert.deepEqual(await hosts(), { alice: !before.alice, bob: !before.bob });
    await page.getByRole("button", { name: "Details of Support with Sue" }).click();
    await page.getByText("What became of it").click();
    await page.locator(".story", { hasText: "Given to another host" }).waitFor();
    assert.match(await page.locator(".story").innerText(), /Booked by the invitee[^]*Given to another host by the host[^]*Away/);
  },

  async lets_others_wait() {
    await api("POST", "/api/meeting-types", { slug: "class", title: "Class", durations: [60], seats: 2, waiting_list: true });
    const [first] = [await book("class", "Ann"), await book("class", "Ben")];
    const there = { host: "alice", type: "class", start_time: first.start_time };
    await api("POST", "/api/waiting", { ...there, invitee_name: "Cy", invitee_email: "cy@example.net",
      invitee_timezone: "UTC" }, null);
    const page = await signedIn("#bookings");
    await page.getByText("2 of 2 places").waitFor();
    await page.getByRole("button", { name: /^Details of Class with/ }).click();
    await page.getByText("cy@example.net").waitFor();
    await page.getByRole("button", { name: "Remove Cy from the list" }).click();
    await toast(page, "Removed from the list.");
    const query = new URLSearchParams({ meeting_type_id: first.meeting_type_id, start_time: first.start_time });
    assert.deepEqual((await api("GET", "/api/waiting?" + query)).waiting, []);
  },

  async has_several_schedules() {
    const page = await signedIn("#hours");
    await page.getByRole("button", { name: "New schedule" }).click();
    await page.getByLabel("Name").fill("Evenings");
    for (const day of ["Tuesday", "Wednesday", "Thursday", "Friday"])
      await page.getByRole("button", { name: `Remove 09:00 to 17:00 on ${day}` }).press("Enter");
    await page.getByLabel("Monday, from").fill("18:00");
    await page.getByLabel("Monday, until").fill("21:30");
    await page.getByText("Other hours on single dates").click();
    await page.getByRole("button", { name: "Add a date" }).click();
    await page.getByLabel("Date").fill("2031-05-01");
    await page.getByLabel("Open", { exact: true }).fill("from nine on");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Hours like 09:00-12:00, 13:00-17:30; nothing is closed.").waitFor();
    await page.getByLabel("Open", { exact: true }).fill("09:00-12:00, 13:00 – 14:00");
    await page.getByText("Journeys").click();
    await page.getByRole("button", { name: "Add a journey" }).click();
    await page.getByLabel("From", { exact: true }).fill("2031-06-01");
    await page.getByLabel("To", { exact: true }).fill("2031-06-14");
    await page.getByLabel("Time zone", { exact: true }).nth(1).fill("Asia/Tokyo");
    await page.getByRole("button", { name: "Save" }).click();
    await toast(page, "Saved.");
    const [s] = (await api("GET", "/api/schedules")).schedules.filter((x) => x.name === "Evenings");
    assert.deepEqual([s.weekly, s.overrides, s.travel], [[{ day: "mon", start: "18:00", end: "21:30" }],
      [{ date: "2031-05-01", windows: [{ start: "09:00", end: "12:00" }, { start: "13:00", end: "14:00" }] }],
      [{ from: "2031-06-01", to: "2031-06-14", timezone: "Asia/Tokyo" }]]);
    await page.getByRole("button", { name: "Holidays from a file for Evenings" }).click();
    await page.getByLabel("An .ics file").setInputFiles({ name: "h.ics", mimeType: "text/calendar", buffer: Buffer.from(
      ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", "BEGIN:VEVENT", "UID:h", "DTSTAMP:20270101T000000Z",
       "DTSTART;VALUE=DATE:" + stamp(200, 0).slice(0, 8), "SUMMARY:Labour Day", "END:VEVENT", "END:VCALENDAR", ""].join("\r\n")) });
    await page.getByRole("button", { name: "Take them over" }).click();
    await toast(page, "One holiday.");
    await page.getByRole("button", { name: "Delete Evenings" }).click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await toast(page, "Deleted.");
    assert.equal((await api("GET", "/api/schedules")).schedules.length, 1);
  },

  async has_settings_and_webhooks() {
    const page = await signedIn("#settings");
    await page.getByLabel("Time zone").fill("Europe/Atlantis");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This is no time zone").waitFor();
    const zone = page.getByLabel("Time zone");
    assert.equal(await zone.evaluate((z) => document.activeElement === z
      && document.getElementById(z.getAttribute("aria-describedby")).className), "error", "told where it is read");
    await zone.fill("America/St_Johns");
    await page.getByLabel("Name").fill("Alice A.");
    await page.getByLabel("Who may see when I am busy").selectOption("public");
    await page.getByRole("button", { name: "Save" }).click();
    await toast(page, "Saved.");
    const now = await api("GET", "/api/settings");
    assert.deepEqual([now.title, now.timezone, now.free_busy], ["Alice A.", "America/St_Johns", "public"]);
    assert.equal((await fetch(base + "/freebusy/alice.ifb")).status, 200);
    await page.getByRole("button", { name: "New webhook" }).click();
    await page.getByLabel("Address").fill("ftp://example.org/");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByText("The address does not begin with").waitFor();
    await page.getByLabel("Address").fill("https://example.org/hook");
    await page.getByLabel("Lapsed").uncheck();
    await page.getByRole("button", { name: "Make it" }).click();
    assert.match(await dialog(page).locator("code").innerText(), /^whsec_/);
    await page.getByRole("button", { name: "Done" }).click();
    const [hook] = (await api("GET", "/api/webhooks")).webhooks;
    assert.deepEqual([hook.url, hook.events.includes("lapsed"), hook.events.length], ["https://example.org/hook", false, 9]);
    await page.getByRole("button", { name: "Delete https://example.org/hook" }).click();
    await dialog(page).getByRole("button", { name: "Delete" }).click();
    await toast(page, "Deleted.");
    assert.deepEqual((await api("GET", "/api/webhooks")).webhooks, []);
  },

  async keeps_what_is_not_saved() {
    const page = await signedIn("#types");
    await page.getByRole("button", { name: "Edit Introduction" }).click();
    await page.getByLabel("Title").fill("Something else");
    await page.keyboard.press("Escape");
    await page.getByText("Leave without saving?").waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    assert.equal(await page.getByLabel("Title").inputValue(), "Something else");
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("button", { name: "Leave" }).click();
    await dialog(page).waitFor({ state: "detached" });
    await go(page, "week");
    await page.getByRole("button", { name: "Edit hours" }).click();
    await page.getByRole("button", { name: "Monday, 09:00–17:00" }).press("ArrowDown");
    await page.getByRole("link", { name: "Bookings" }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("button", { name: "Monday, 09:15–17:15" }).waitFor();
    await page.getByRole("link", { name: "Bookings" }).click();
    await page.getByRole("button", { name: "Leave" }).click();
    await page.waitForSelector("section.host-bookings");
    assert.deepEqual((await hours()).weekly[0], { day: "mon", start: "09:00", end: "17:00" });
    assert.equal((await api("GET", "/api/meeting-types/intro")).title, "Introduction");
  },

  // Somebody else was quicker: what is there now is shown, and only on purpose gone over.
  async changed_elsewhere() {
    await book("asked", "Ada");
    const page = await signedIn("#types");
    const change = async (title) => api("PUT", "/api/meeting-types/intro",
      { slug: "intro", durations: [30], title });
    await page.getByRole("button", { name: "Edit Introduction" }).click();
    await page.getByLabel("Title").fill("Mine");
    await change("Theirs");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Show how it is now" }).click();
    await dialog(page).getByRole("heading", { name: "Theirs" }).waitFor();
    assert.equal(await page.getByLabel("Title").inputValue(), "Theirs");
    await page.getByLabel("Title").fill("Mine");
    await change("Theirs again");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await toast(page, "Saved.");
    assert.equal((await api("GET", "/api/meeting-types/intro")).title, "Mine");
    await go(page, "bookings");
    const [b] = (await api("GET", "/api/bookings")).bookings;
    await api("POST", `/api/bookings/${b.id}/confirm`, {});
    await api("DELETE", `/api/bookings/${b.id}`);
    await page.getByRole("button", { name: /^Confirm/ }).click();
    await page.getByText("Nothing is booked.").waitFor();
    assert.equal((await api("GET", `/api/bookings/${b.id}`)).status, "cancelled");
  },

  async works_on_a_phone() {
    const page = await signedIn("", { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true });
    await page.getByRole("button", { name: "Edit hours" }).tap();
    assert.equal(await page.locator(".scroller").isVisible(), false);
    await page.getByLabel("Monday, until").fill("12:00");
    await page.getByRole("button", { name: "Add hours on Sunday" }).tap();
    await page.getByRole("button", { name: "Save hours" }).tap();
    await toast(page, "Hours saved.");
    const { weekly } = await hours();
    assert.deepEqual(weekly.filter((w) => ["mon", "sun"].includes(w.day)).map((w) => `${w.start}-${w.end}`),
                     ["09:00-12:00", "09:00-17:00"]);
    for (const id of ["bookings", "types", "hours", "links", "devices", "sharing", "settings"]) {
      await go(page, id);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${id} fits`);
    }
  },
};
