// host.mjs - the host's pages as a host uses them: in Chromium, driven by playwright-core
//
//   node host.mjs MODULES BASE SCENARIO [FOLDER]
//
// MODULES is where playwright-core and axe-core are installed, BASE the server, FOLDER where
// screenshots go. A scenario that fails throws; test_host.py starts each with a server of its own.

import assert from "node:assert/strict";
import { api, base, book, dav, drag, hours, open, play, signIn, signedIn, toast, window } from "./host-kit.mjs";
import { looks } from "./host-looks.mjs";
import { rules } from "./host-rules.mjs";

const scenarios = {
  async signs_in_and_out() {
    const page = await open();
    await signIn(page, "wrong");
    await page.getByText("This name and password do not fit together.").waitFor();
    await signIn(page);
    await page.waitForSelector("section.host-week");
    const [cookie] = await page.context().cookies();
    assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], ["fasti", true, "Strict"]);
    assert.equal(await page.evaluate(() => document.cookie), "");
    await page.reload();
    await page.waitForSelector("section.host-week");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  },

  async shows_the_week() {
    const made = await book();
    const page = await signedIn();
    const week = page.locator("section.host-week");
    if (!(await week.locator(".event").count()) || !(await week.locator(".column .event").count()))
      await page.getByRole("button", { name: "The week after" }).click();
    const event = week.locator(".column .event");
    await event.waitFor();
    assert.match(await event.innerText(), /Ivy Invitee\s*Introduction\s*\w+day, 09:00 to 09:30/);
    assert.equal(await week.locator(".column .open").count(), 5);
    await event.click();
    await page.getByRole("dialog").getByText("ivy@example.net").waitFor();
    assert.equal(made.status, "confirmed");
  },

  async edits_hours_by_dragging() {
    const page = await signedIn();
    await page.getByRole("button", { name: "Edit hours" }).click();
    await drag(page, 0, ".hours .bottom", 60);
    await drag(page, 1, ".hours", -120);
    await page.getByRole("button", { name: "Save hours" }).click();
    await toast(page, "Hours saved.");
    const s = await hours();
    assert.deepEqual([window(s, "mon"), window(s, "tue"), window(s, "wed")],
                     [["09:00-18:00"], ["07:00-15:00"], ["09:00-17:00"]]);
    assert.equal(s.version, 2);
  },

  async edits_hours_by_keyboard() {
    const page = await signedIn();
    await page.getByRole("button", { name: "Edit hours" }).press("Enter");
    const monday = page.getByRole("button", { name: "Monday, 09:00–17:00" });
    await monday.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Alt+ArrowUp");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")),
                 "Monday, 09:00–17:00");
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("button", { name: "Friday, 09:00–17:00" }).press("Delete");
    await page.getByRole("button", { name: "Add hours on Saturday" }).press("Enter");
    await page.getByLabel("Saturday, until").fill("12:00");
    await page.getByRole("button", { name: "Save hours" }).press("Enter");
    await toast(page, "Hours saved.");
    const s = await hours();
    assert.deepEqual([window(s, "mon"), window(s, "fri"), window(s, "sat")],
                     [["09:15-17:00"], [], ["09:00-12:00"]]);
  },

  async edits_one_week() {
    const page = await signedIn();
    await page.getByRole("button", { name: "The week after" }).click();
    await page.getByRole("button", { name: "Edit hours" }).click();
    await page.getByLabel("When these hours hold").selectOption("once");
    await drag(page, 2, ".hours .bottom", -240);
    await page.getByRole("button", { name: "Save hours" }).click();
    await toast(page, "Hours saved.");
    const s = await hours();
    assert.deepEqual(window(s, "wed"), ["09:00-17:00"]);
    assert.deepEqual(s.overrides.map((o) => o.windows), [[{ start: "09:00", end: "13:00" }]]);
    assert.equal(new Date(s.overrides[0].date).getUTCDay(), 3);
  },

  // Somebody else was quicker: nothing of theirs is lost, and it is said.
  async hours_changed_elsewhere() {
    const page = await signedIn();
    await page.getByRole("button", { name: "Edit hours" }).click();
    await drag(page, 0, ".hours .bottom", 60);
    const s = await hours();
    await api("PUT", "/api/schedules/default", { name: s.name, timezone: s.timezone,
      weekly: [{ day: "sun", start: "10:00", end: "11:00" }] });
    await page.getByRole("button", { name: "Save hours" }).click();
    await page.getByText("This was changed elsewhere while you were at it.").waitFor();
    assert.deepEqual((await hours()).weekly, [{ day: "sun", start: "10:00", end: "11:00" }]);
    await page.getByRole("button", { name: "Show how it is now" }).click();
    await page.getByRole("img", { name: "Open, Sunday, 10:00 to 11:00" }).waitFor();
    assert.equal(await page.locator(".column .open").count(), 1);
    await page.getByRole("button", { name: "Edit hours" }).click();
    await drag(page, 6, ".hours .bottom", 60);
    await api("PUT", "/api/schedules/default", { name: s.name, timezone: s.timezone, weekly: [] });
    await page.getByRole("button", { name: "Save hours" }).click();
    await page.getByRole("button", { name: "Save mine over it" }).click();
    await toast(page, "Hours saved.");
    assert.deepEqual((await hours()).weekly, [{ day: "sun", start: "10:00", end: "12:00" }]);
  },

  async confirms_and_declines() {
    await book("asked", "Ada");
    await book("asked", "Bo");
    const page = await signedIn("#bookings");
    const row = (name) => page.locator(".row", { hasText: name });
    await row("Ada").getByRole("button", { name: "Confirm" }).click();
    await toast(page, "Confirmed.");
    await row("Bo").getByRole("button", { name: "Decline" }).click();
    await page.getByLabel("Reason (it is told)").fill("Away");
    await page.getByRole("dialog").getByRole("button", { name: "Decline" }).click();
    await toast(page, "Declined.");
    const { bookings } = await api("GET", "/api/bookings");
    const is = Object.fromEntries(bookings.map((b) => [b.invitee_name, [b.status, b.reason]]));
    assert.deepEqual(is, { Ada: ["confirmed", ""], Bo: ["declined", "Away"] });
  },

  async moves_and_cancels() {
    const before = await book();
    const page = await signedIn("#bookings");
    await page.getByRole("button", { name: /^Move/ }).click();
    await page.locator("dialog .slot").nth(2).click();
    await toast(page, "Moved.");
    let [now] = (await api("GET", "/api/bookings")).bookings;
    assert.deepEqual([now.id, now.status], [before.id, "confirmed"]);
    assert.notEqual(now.start_time, before.start_time);
    await page.getByRole("button", { name: /^Cancel meeting/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel the meeting" }).click();
    await toast(page, "Cancelled.");
    [now] = (await api("GET", "/api/bookings")).bookings;
    assert.equal(now.status, "cancelled");
  },

  async makes_a_type() {
    const page = await signedIn("#types");
    await page.getByRole("button", { name: "New meeting type" }).click();
    await page.getByLabel("Title").fill("A quick chat");
    assert.equal(await page.getByLabel("Name in the address").inputValue(), "a-quick-chat");
    await page.getByLabel("Minutes", { exact: true }).fill("20, 40");
    await page.getByText("Who may book, and what counts").click();
    await page.getByLabel("I confirm each booking first").check();
    await page.getByText("Questions to the invitee").click();
    await page.getByRole("button", { name: "Add a question" }).click();
    await page.getByLabel("Question", { exact: true }).fill("What about?");
    await page.getByRole("button", { name: "Save" }).click();
    await toast(page, "Saved.");
    let t = await api("GET", "/api/meeting-types/a-quick-chat");
    assert.deepEqual([t.title, t.durations, t.confirm, t.questions[0].text],
                     ["A quick chat", [20, 40], true, "What about?"]);
    await page.getByRole("button", { name: "Edit A quick chat" }).click();
    await page.getByText("Pauses and beginnings").click();
    await page.getByLabel("Minutes free after").fill("10");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    t = await api("GET", "/api/meeting-types/a-quick-chat");
    assert.deepEqual([t.buffer_after_minutes, t.durations, t.version], [10, [20, 40], 2]);
    await page.getByRole("button", { name: "Delete A quick chat" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await toast(page, "Deleted.");
    assert.equal((await api("GET", "/api/meeting-types/a-quick-chat")).status, 404);
  },

  async gives_a_link() {
    const page = await signedIn("#links");
    await page.getByRole("button", { name: "New link" }).click();
    await page.getByLabel("Note for yourself").fill("for Ivy");
    await page.getByRole("button", { name: "Make the link" }).click();
    const url = await page.locator("dialog code").innerText();
    assert.equal((await fetch(url)).status, 200);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Revoke for Ivy" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await toast(page, "Revoked.");
    assert.deepEqual((await api("GET", "/api/links")).links, []);
  },

  async checks_answers() {
    const page = await signedIn("#answers");
    const waits = page.locator("section.host-answers li.row");
    await waits.nth(1).waitFor();
    assert.equal(await waits.count(), 2);
    await page.getByText("guest@example.net accepts").first().waitFor();
    await page.getByRole("button", { name: "Take it in: An answer: Yes" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take it in" }).click();
    await toast(page, "Taken in.");
    await page.getByRole("button", { name: "Drop: An answer: No" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Drop" }).click();
    await toast(page, "Dropped.");
    await page.getByText("Nothing waits for you.").waitFor();
    assert.deepEqual((await api("GET", "/api/answers")).answers, []);
  },

  async gives_an_app_password() {
    const page = await signedIn("#devices");
    await page.getByRole("button", { name: "New app password" }).click();
    await page.getByLabel("What is it for?").fill("Telephone");
    await page.getByRole("button", { name: "Make it" }).click();
    const secret = await page.locator("dialog code").innerText();
    const look = () => dav(secret, "PROPFIND", "/dav/calendars/alice/", { Depth: "0" });
    assert.equal((await look()).status, 207);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("Apple Calendar").click();
    const [file] = await Promise.all([page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the Apple profile" }).click()]);
    assert.equal(file.suggestedFilename(), "fasti.mobileconfig");
    await page.getByRole("button", { name: "Revoke Telephone" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await toast(page, "Revoked.");
    assert.equal((await look()).status, 401);
  },

  // The provider is another site: the cookie does not come along from there.
  async connects_accounts() {
    const page = await signedIn("#connections");
    const one = async () => (await api("GET", "/api/connections")).connections[0];
    const chosen = async () => (await one()).calendars.map((c) => [c.title, c.counts, c.takes]);
    await page.getByRole("button", { name: "Connect Google Calendar" }).click();
    const card = page.locator(".calendar", { hasText: "alice@gmail.example" }).first();
    await card.getByText("Connected").waitFor();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, "/host#connections");
    assert.deepEqual(await chosen(), [["alice@gmail.example", true, true], ["Family", false, false],
      ["Holidays", false, false]]);
    await card.getByRole("button", { name: /^Read / }).click();
    await toast(page, "Read.");
    await card.getByText(/main calendar · bookings are written here · read /).waitFor();
    await card.getByRole("switch", { name: /Family/ }).press("Space");
    await toast(page, "Its time counts as busy.");
    await card.getByRole("checkbox", { name: /not answered.*alice@gmail/ }).check();
    await toast(page, "Invitations that you have not answered are left out.");
    assert.deepEqual((await one()).calendars.map((c) => c.skips_unanswered), [true, false, false]);
    await page.getByLabel("Bookings are written to").selectOption({ label: "Family (alice@gmail.example)" });
    await toast(page, "Saved.");
    assert.deepEqual(await chosen(), [["alice@gmail.example", true, false], ["Family", true, true],
      ["Holidays", false, false]]);
    await page.getByLabel("Bookings are written to").selectOption("");
    await page.waitForFunction(() => !document.body.innerText.includes("bookings are written here"));
    assert.deepEqual((await chosen()).map((c) => c[2]), [false, false, false]);
    await page.getByLabel(/Offer my times even while/).check();
    await page.waitForFunction(async () => (await (await fetch("/api/connections")).json()).trust_last_copy);
    await page.getByRole("button", { name: "Disconnect alice@gmail.example" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
    await toast(page, "Disconnected.");
    assert.equal(await one(), undefined);
  },

  // What comes back from elsewhere is used only for who is signed in and asked for it.
  async comes_back_in_vain() {
    const page = await signedIn("#connections");
    const { url } = await api("POST", "/api/connections", { provider: "google" });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You are signed out.").waitFor();
    await page.goto(url);
    await page.getByRole("heading", { name: "Sign in first" }).waitFor();
    await page.goto(base + "/oauth/google/callback?state=x&code=y");
    await page.getByRole("heading", { name: "This did not work" }).waitFor();
    await page.goto(base + "/oauth/google/callback?error=access_denied&state=%3Cb%3E");
    await page.getByRole("heading", { name: "Not connected" }).waitFor();
    await page.getByRole("link", { name: "To your page" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual((await api("GET", "/api/connections")).connections, []);
  },

  async shares_a_calendar() {
    const page = await signedIn("#sharing");
    const card = page.locator(".calendar").first();
    await card.getByLabel("User name").fill("nobody-here");
    await card.getByRole("button", { name: "Share" }).click();
    await card.getByText("There is no user nobody-here here.").waitFor();
    await card.getByLabel("User name").fill("bob");
    await card.getByRole("button", { name: "Share" }).click();
    await toast(page, "Shared.");
    const put = (n) => fetch(`${base}/dav/calendars/alice/calendar/${n}.ics`, { method: "PUT",
      headers: { "Content-Type": "text/calendar", Authorization: "Basic " + btoa("bob:correct horse") },
      body: ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", "BEGIN:VEVENT", `UID:${n}`,
             "DTSTAMP:20270101T000000Z", "DTSTART:20270118T090000Z", "DTEND:20270118T100000Z",
             "END:VEVENT", "END:VCALENDAR", ""].join("\r\n") });
    assert.ok((await put("a")).status >= 400, "bob only reads");
    await card.getByLabel("What bob may do").selectOption("write");
    await toast(page, "Changed.");
    assert.equal((await put("b")).status, 201);
    await card.getByRole("button", { name: /with bob any more/ }).click();
    await toast(page, "Not shared any more.");
    assert.ok((await put("c")).status >= 400);
  },
};

await play({ ...scenarios, ...rules, ...looks });
