// host-looks.mjs - how the host's pages look: to axe, and to people

import { api, book, event, folder, go, noViolations, open, signIn, signedIn, stamp } from "./host-kit.mjs";

const PAGES = ["bookings", "answers", "types", "hours", "links", "connections", "devices", "sharing", "settings"];
const PHONE = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true };

// What a window keeps unsaved is let go of with its event, a moment later.
async function close(page) {
  await page.evaluate(() => document.querySelectorAll("dialog").forEach((d) => d.close()));
  await page.waitForFunction(() => !document.querySelector("dialog"));
}
const unfold = (page) => page.evaluate(() => document.querySelectorAll("dialog details").forEach((d) => { d.open = true; }));

// What opens a window over the page: the page, its name, and how.
const WINDOWS = [
  ["week", "a time", async (p) => {
    await p.getByRole("button", { name: "Check a time" }).click();
    await p.getByLabel("Day", { exact: true }).fill(new Date(Date.now() + 3 * 86400000).toISOString().slice(0, 10));
    await p.getByLabel("Begins at").fill("07:00");
    await p.keyboard.press("Enter");
    await p.getByText("outside of the hours").waitFor();
  }],
  ["bookings", "a booking", (p) => p.getByRole("button", { name: /^Details of Intro/ }).click()],
  ["bookings", "a team's booking", (p) => p.getByRole("button", { name: /^Details of Support/ }).click()],
  ["bookings", "a meeting of several", (p) => p.getByRole("button", { name: /^Details of Workshop/ }).click()],
  ["bookings", "moving", (p) => p.getByRole("button", { name: /^Move Intro/ }).click()],
  ["types", "a type", async (p) => {
    await p.getByRole("button", { name: "Edit Support" }).click();
    await unfold(p);
    await p.getByRole("button", { name: "Add a question" }).click();
    await p.getByRole("button", { name: "Save" }).click();
    await p.getByText("This is needed.").first().waitFor();
  }],
  ["hours", "a schedule", async (p) => {
    await p.getByRole("button", { name: "Edit Working hours" }).click();
    await unfold(p);
    for (const name of ["Add a date", "Add a holiday", "Add a journey"])
      await p.getByRole("button", { name }).click();
  }],
  ["links", "a link", (p) => p.getByRole("button", { name: "New link" }).click()],
  ["connections", "an account", (p) => p.getByRole("button", { name: "Connect Another calendar" }).click()],
  ["devices", "an app password", (p) => p.getByRole("button", { name: "New app password" }).click()],
  ["settings", "a webhook", (p) => p.getByRole("button", { name: "New webhook" }).click()],
];

// An account in each state.
const calendar = (id, title, more) => ({ id, title, is_primary: false, may_write: true, is_gone: false, counts: false,
  takes: false, synced_at: null, last_error: null, ...more });
const account = (id, provider, name, state, calendars, more) => ({ id, provider, account: name, state,
  since: "2027-01-04T08:00:00Z", created: "2027-01-04T08:00:00Z", last_error: null, calendars, ...more });
const ACCOUNTS = [
  account("a", "google", "alice@gmail.example", "works", [
    calendar(1, "alice@gmail.example", { is_primary: true, counts: true, takes: true, synced_at: "2027-01-04T08:10:00Z" }),
    calendar(2, "Family", { counts: true, synced_at: "2027-01-04T08:11:00Z" }),
    calendar(3, "Holidays in Germany", { may_write: false })]),
  account("b", "outlook", "alice@contoso.example", "reconnect", [
    calendar(4, "Calendar", { is_primary: true, counts: true, synced_at: "2027-01-04T06:00:00Z" })],
  { last_error: "The provider gave no token: invalid_grant." }),
  account("c", "caldav", "alice", "fails", [
    calendar(5, "Club", { counts: true, synced_at: "2027-01-04T07:00:00Z", last_error: "There was no answer." }),
    calendar(6, "Old one", { is_gone: true })], { last_error: "There was no answer." })];

async function withAccounts(page) {
  await page.route("**/api/connections", (route) => route.fulfill({ json: {
    providers: ["google", "outlook", "caldav"], trust_last_copy: false, connections: ACCOUNTS } }));
}

// A week as hosts have them.
async function live() {
  await api("POST", "/api/meeting-types", { slug: "workshop", title: "Workshop", durations: [60], seats: 3,
    colour: "#7048e8", waiting_list: true });
  await api("POST", "/api/meeting-types", { slug: "support", title: "Support call", durations: [30],
    colour: "#1098ad", team: { mode: "round_robin", hosts: [{ name: "alice" }, { name: "bob" }] } });
  await book("asked", "Ada Lovelace");
  for (const name of ["Grace Hopper", "Noor"])
    await book("workshop", name);
  await book("support", "Sue");
  await book();
  for (const [days, hour, title, ...extra] of [
    [-3, 8, "Stand-up"], [-3, 13, "Accounts"], [-2, 11, "Lunch with Dana"], [-1, 13, "Board"], [0, 9, "Dentist"],
    [0, 18, "Theatre"], [1, 13, "Planning"], [2, 15, "Perhaps gym", "STATUS:TENTATIVE"],
    [3, 10, "Ferry", "TRANSP:TRANSPARENT"]])
    await event(`e${days}-${hour}`, stamp(days, hour), title, extra);
}

export const looks = {
  async accessible() {
    await live();
    for (const options of [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", ...PHONE }]) {
      const name = options.isMobile ? "on a phone" : options.colorScheme;
      const page = await open("/host", { ...options, bypassCSP: true, reducedMotion: "reduce" });
      await withAccounts(page);
      await noViolations(page, "signing in, " + name);
      await signIn(page);
      await page.waitForSelector("section.host-week");
      await noViolations(page, "week, " + name);
      await page.getByRole("button", { name: "Edit hours" }).click();
      await noViolations(page, "editing, " + name);
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      for (const id of PAGES) {
        await go(page, id);
        await noViolations(page, `${id}, ${name}`);
      }
      for (const [id, what, show] of WINDOWS) {
        await go(page, id);
        await show(page);
        await page.waitForSelector("dialog[open]");
        await noViolations(page, `${what}, ${name}`);
        await close(page);
      }
    }
  },

  async screenshots() {
    await live();
    const shot = (page, name) => page.screenshot({ path: `${folder}/host-${name}.png` });
    for (const [scheme, tail] of [["light", ""], ["dark", "-dark"]]) {
      const page = await open("/host", { colorScheme: scheme });
      await withAccounts(page);
      await shot(page, "sign-in" + tail);
      await signIn(page);
      await page.waitForSelector("section.host-week");
      await shot(page, "week" + tail);
      await page.getByRole("button", { name: "Edit hours" }).click();
      await shot(page, "editing" + tail);
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      for (const id of PAGES) {
        await go(page, id);
        await shot(page, id + tail);
      }
      for (const [id, what, show] of WINDOWS) {
        await go(page, id);
        await show(page);
        await page.waitForSelector("dialog[open]");
        await shot(page, what.replace(/\W+/g, "-") + tail);
        await close(page);
      }
    }
    await shot(await signedIn("", PHONE), "phone");
    const phone = await open("/host", PHONE);
    await withAccounts(phone);
    await signIn(phone);
    await phone.waitForSelector("section.host-week");
    await go(phone, "connections");
    await shot(phone, "connections-phone");
  },
};
