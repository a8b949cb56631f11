// host-connections.js - calendars elsewhere: accounts come and go, and which of their calendars count

import { ask } from "./host-api.js";
import { attempt, button, check, choice, confirm, dialog, element, field, heading, input, moment, onSubmit,
	toast } from "./host-ui.js";

const PROVIDERS = {
	google: ["Google Calendar", "Opens Google, where you say yes."],
	outlook: ["Outlook", "Microsoft 365 or Outlook.com; opens Microsoft, where you say yes."],
	caldav: ["Another calendar", "iCloud, Fastmail, Nextcloud, or any server that speaks CalDAV."],
};
const STATES = {
	works: ["Connected", "confirmed"],
	fails: ["Does not answer just now", "pending"],
	reconnect: ["Has to be connected again", "declined"],
};
const path = (c, more = "") => `/api/connections/${encodeURIComponent(c.id)}${more}`;

// ---- connecting ----

// Where the password is one of its own for this app, as all large providers of CalDAV want it.
function askCaldav(known, reload) {
	dialog(known ? `Connect ${known.account} again` : "Connect another calendar", (body, close, leave) => {
		const url = input("text", "", { required: true, maxLength: 2000, autocapitalize: "none", spellcheck: false,
			inputMode: "url", placeholder: "https://caldav.example.org/ or name@example.org" });
		const name = input("text", known?.account ?? "", { required: true, maxLength: 320, autocapitalize: "none",
			spellcheck: false, autocomplete: "off" });
		const password = input("password", "", { required: true, maxLength: 1024, autocomplete: "off" });
		const save = element("button", { type: "submit", className: "primary" }, "Connect");
		body.append(field("Address", url, "Of the server, or your mail address there", "url"),
			field("User name", name, null, "name"),
			field("Password", password, "Where your provider gives passwords for apps, make one for this", "password"),
			element("p", { className: "buttons" }, save, button("Cancel", leave)));
		onSubmit(body, save, async () => {
			await ask("POST", "/api/connections", { provider: "caldav", url: url.value.trim(), name: name.value.trim(),
				password: password.value, ...(known ? { connection: known.id } : {}) });
			close();
			toast("Connected.");
			await reload();
		});
	}, { guard: true });
}

async function connect(provider, known, reload) {
	if (provider === "caldav") {
		askCaldav(known, reload);
		return;
	}
	const { url } = await ask("POST", "/api/connections", { provider, ...(known ? { connection: known.id } : {}) });
	location.assign(url);
}

function offers(all, reload) {
	return element("ul", { className: "offers" }, ...all.providers.map((p) => element("li", { className: "offer" },
		element("strong", {}, PROVIDERS[p][0]), element("p", { className: "hint" }, PROVIDERS[p][1]),
		button("Connect", () => connect(p, null, reload), { "aria-label": `Connect ${PROVIDERS[p][0]}` }))));
}

// ---- one account ----

// What is not named stays as it is; but one alone takes bookings.
async function choose(c, calendar, what) {
	const others = what.takes ? c.calendars.filter((k) => k.takes && k !== calendar) : [];
	await ask("PUT", path(c), { calendars: [...others.map((k) => ({ id: k.id, counts: k.counts, takes: false })),
		{ id: calendar.id, counts: calendar.counts, takes: calendar.takes, ...what }] });
}

function whenRead(k, zone) {
	if (k.is_gone)
		return "not there any more";
	if (!k.counts)
		return "not read";
	const read = k.synced_at ? `read ${moment(k.synced_at, zone)}` : "not read yet";
	return k.last_error ? `${read} · ${k.last_error}` : read;
}

function notWritten(k) {
	const what = k.unwritten === 1 ? "1 booking does" : `${k.unwritten} bookings do`;
	return `${what} not stand here as booked: ${k.write_error}`;
}

function calendarRow(c, k, zone, reload) {
	const counts = input("checkbox", k.counts, { role: "switch", className: "switch" });
	const skips = input("checkbox", k.skips_unanswered);
	counts.onchange = () => attempt(async () => {
		try {
			await choose(c, k, { counts: counts.checked });
			toast(counts.checked ? "Its time counts as busy." : "It does not count any more.");
		} finally {
			await reload();
		}
	}, counts);
	skips.onchange = () => attempt(async () => {
		try {
			await choose(c, k, { skips_unanswered: skips.checked });
			toast(skips.checked ? "Invitations that you have not answered are left out." : "Invitations count until you decline them.");
		} finally {
			await reload();
		}
	}, skips);
	const which = () => element("span", { className: "unseen" }, `: ${k.title}`);
	return element("li", { className: "row" },
		element("div", { className: "grow" }, element("strong", {}, k.title || "Calendar"),
			element("p", { className: "hint" }, [k.is_primary && "main calendar", !k.may_write && "read only",
				k.takes && "bookings are written here", whenRead(k, zone)].filter(Boolean).join(" · ")),
			k.unwritten && element("p", { className: "hint" }, notWritten(k)),
			k.counts && element("label", { className: "check" }, skips, "Leave out invitations that I have not answered", which())),
		k.is_gone && !k.counts ? null : element("label", { className: "check" }, counts, "Counts as busy", which()));
}

function disconnect(c, reload) {
	confirm(`Disconnect ${c.account}?`, "What was read there is forgotten, and bookings are not written there any more. "
		+ "Those that stand there already stay.", "Disconnect", async () => {
		await ask("DELETE", path(c));
		toast("Disconnected.");
		await reload();
	});
}

function card(c, zone, reload) {
	const [words, look] = STATES[c.state];
	const again = c.state === "reconnect";
	return element("section", { className: "calendar" },
		element("h2", {}, element("span", { className: "account" }, c.account),
			element("span", { className: `state ${look}` }, words)),
		element("p", { className: "hint" }, `${PROVIDERS[c.provider][0]} · since ${moment(c.since, zone)}`),
		c.last_error && c.state !== "works" && element("p", { className: "hint" }, c.last_error),
		element("ul", { className: "rows" }, ...c.calendars.map((k) => calendarRow(c, k, zone, reload))),
		element("div", { className: "actions" },
			again ? null : button("Read it now", async () => {
				await ask("POST", path(c, "/refresh"), {});
				toast("Read.");
				await reload();
			}, { "aria-label": `Read it now: ${c.account}` }),
			button("Connect again", () => connect(c.provider, c, reload),
				{ className: again ? "primary" : "", "aria-label": `Connect again: ${c.account}` }),
			button("Disconnect", () => disconnect(c, reload), { "aria-label": `Disconnect ${c.account}` })));
}

// ---- for all of them ----

// One calendar takes the bookings. It is read as well, so that what is moved there is moved here.
function takerField(all, reload) {
	const open = all.connections.flatMap((c) => c.calendars.filter((k) => k.may_write && !k.is_gone).map((k) => [c, k]));
	const taker = open.find(([, k]) => k.takes);
	const keyOf = ([c, k]) => `${c.id} ${k.id}`;
	const where = choice([["", "Nowhere else"], ...open.map((x) => [keyOf(x), `${x[1].title} (${x[0].account})`])],
		taker ? keyOf(taker) : "");
	where.onchange = () => attempt(async () => {
		const next = open.find((x) => keyOf(x) === where.value);
		try {
			if (next)
				await choose(next[0], next[1], { counts: true, takes: true });
			else if (taker)
				await choose(taker[0], taker[1], { takes: false });
			toast("Saved.");
		} finally {
			await reload();
		}
	}, where);
	return field("Bookings are written to", where, "Beside your calendar here, and kept up to date in both");
}

function trustField(all) {
	const trust = input("checkbox", all.trust_last_copy);
	trust.onchange = () => attempt(async () => {
		try {
			await ask("PATCH", "/api/connections", { trust_last_copy: trust.checked });
			toast("Saved.");
		} catch (problem) {
			trust.checked = !trust.checked;
			throw problem;
		}
	}, trust);
	return element("div", {}, check("Offer my times even while an account cannot be read", trust),
		element("p", { className: "hint" }, "Otherwise nothing is offered once what was read last is too old, "
			+ "so that nobody books what is taken there."));
}

export async function connections(section, me) {
	const list = element("div", { className: "calendars" });
	const zone = me.timezone || "UTC";
	const reload = async () => {
		const all = await ask("GET", "/api/connections");
		list.replaceChildren(...all.connections.map((c) => card(c, zone, reload)),
			...(all.connections.length
				? [element("section", { className: "calendar" }, element("h2", {}, "For all of them"),
					takerField(all, reload), trustField(all)),
				element("h2", {}, "Connect another account")] : []),
			offers(all, reload));
	};
	section.append(heading("Connected calendars",
		"What you have elsewhere counts as busy here, and bookings appear there as well."), list);
	await reload();
}
