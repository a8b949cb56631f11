// host-bookings.js - what is booked: confirmed, declined, moved, cancelled

import { ask } from "./host-api.js";
import { meetingsOf } from "./host-taken.js";
import { hostsOf, reassign } from "./host-team.js";
import { addDays, attempt, button, choice, confirm, dayTitle, dialog, element, field, heading, input, lasting, moment,
	onSubmit, toast, wall } from "./host-ui.js";

const WORDS = { pending: "To be confirmed", confirmed: "Confirmed", cancelled: "Cancelled", declined: "Declined" };

const path = (b, tail = "") => `/api/bookings/${encodeURIComponent(b.id)}${tail}`;
const titleOf = (b) => b.title || "Meeting";
const minutes = (b) => (Date.parse(b.end_time) - Date.parse(b.start_time)) / 60000;
const isOver = (b) => Date.parse(b.end_time) < Date.now();

// A question may be gone from the type; what was answered is shown all the same.
function asked(type, id) {
	return type?.questions?.find((q) => q.id === id)?.text || id;
}

function facts(b, zone, type) {
	const rows = [
		["When", `${moment(b.start_time, zone)}, ${lasting(minutes(b))}`],
		["For them", b.invitee_timezone !== zone && `${moment(b.start_time, b.invitee_timezone)} (${b.invitee_timezone})`],
		["Who", `${b.invitee_name}, ${b.invitee_email}`],
		["Places", b.seats > 1 && String(b.seats)],
		["Where", b.join_url || b.location],
		["Repeats", b.recurrence],
		...Object.entries(b.answers).map(([id, answer]) => [asked(type, id),
			answer === true ? "Yes" : answer === false ? "No" : String(answer)]),
		["Hosts", (b.hosts || []).filter((h) => h.comes).map((h) => h.title).join(", ")],
		["Waits for", b.waits_for === "invitee" && "the invitee, who was sent a link to confirm the address"],
		["Reason", b.reason],
	];
	return element("dl", { className: "summary" }, ...rows.filter(([, value]) => value)
		.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

// ---- what can be done ----

// Of a booking that was changed meanwhile nothing is done: how it is now is shown first.
async function act(done, told, ...request) {
	try {
		await ask(...request);
	} catch (problem) {
		if (![409, 412].includes(problem.status))
			throw problem;
		toast(problem.status === 412 ? "It was changed meanwhile; this is how it is now." : problem.message);
		done();
		return;
	}
	toast(told);
	done();
}

function end(b, done) {
	confirm("Cancel this meeting?", `${b.invitee_name} is told by mail, and the time is open again.`,
		"Cancel the meeting", (reason) => act(done, "Cancelled.", "DELETE",
			path(b, "?" + new URLSearchParams({ version: b.version, ...(reason ? { reason } : {}) }))), { reason: true });
}

function decline(b, done) {
	confirm("Decline this request?", `${b.invitee_name} is told by mail.`, "Decline", (reason) =>
		act(done, "Declined.", "POST", path(b, "/decline"), { version: b.version, reason: reason || undefined }),
	{ reason: true });
}

function accept(b, done) {
	return act(done, "Confirmed.", "POST", path(b, "/confirm"), { version: b.version });
}

async function openTimes(b, zone, date) {
	const query = new URLSearchParams({ meeting_type_id: b.meeting_type_id, from: date, to: date, timezone: zone,
		duration_minutes: minutes(b) });
	const got = await ask("GET", "/api/availability/slots?" + query);
	return got.days.flatMap((day) => day.slots);
}

function move(b, zone, done) {
	dialog("Another time", (body, close) => {
		const reason = input("text", "", { maxLength: 500 });
		const date = input("date", wall(Date.parse(b.start_time), zone).date, { required: true });
		const times = element("div", { className: "open-times", role: "group", "aria-label": "Open times" });
		const choose = (slot) => button(slot.start, () => act(() => {
			close();
			done();
		}, "Moved.", "POST", path(b, "/reschedule"), { start_time: slot.start_time, duration_minutes: minutes(b),
			version: b.version, reason: reason.value.trim() || undefined }), { className: "slot" });
		let turn = 0; // what comes late is of another day
		const show = async () => {
			const mine = ++turn, day = date.value;
			const slots = await openTimes(b, zone, day);
			if (mine === turn)
				times.replaceChildren(...(slots.length ? slots.map(choose)
					: [element("p", { className: "none" }, `Nothing is open on ${dayTitle(day)}.`)]));
		};
		date.onchange = () => date.value && attempt(show);
		onSubmit(body, times, show);
		body.append(element("p", {}, `${b.invitee_name} is told by mail when you choose a time.`),
			field("Day", date), field("Reason (it is told)", reason), times,
			element("p", { className: "buttons" }, button("Keep it as it is", close)));
		date.onchange();
	});
}

// Of several buttons of one name each says which booking it is about. Who comes as a host only does not decide.
function actions(b, zone, done) {
	if (!["pending", "confirmed"].includes(b.status) || isOver(b) || !b.cancel_url)
		return [];
	const does = (label, run, properties) => button(label, run, { ...properties, "aria-label": `${label} ${titleOf(b)} with ${
		b.invitee_name}` });
	return [
		b.status === "pending" && does("Confirm", () => accept(b, done), { className: "primary" }),
		b.status === "pending" && does("Decline", () => decline(b, done)),
		b.status === "confirmed" && !b.recurrence && does("Move", () => move(b, zone, done)),
		b.status === "confirmed" && does("Cancel meeting", () => end(b, done)),
	].filter(Boolean);
}

// ---- one booking ----

const STEPS = { made: "Booked", requested: "Asked for", confirmed: "Confirmed", declined: "Declined", lapsed: "Lapsed",
	rescheduled: "Moved", cancelled: "Cancelled", reassigned: "Given to another host",
	host_declined: "A host does not come", invitee_declined: "Does not come" };
const WHO = { invitee: "by the invitee", host: "by the host", calendar: "in a calendar app", server: "by itself" };

function story(b, zone) {
	const list = element("ol", { className: "story" });
	const details = element("details", {}, element("summary", {}, "What became of it"), list);
	details.ontoggle = () => details.open && attempt(async () => {
		const { history } = await ask("GET", path(b, "/history"));
		list.replaceChildren(...history.map((s) => element("li", {},
			element("strong", {}, STEPS[s.what]), ` ${WHO[s.who]}, ${moment(s.at, zone)}`,
			element("span", { className: "hint" }, `for ${moment(s.start_time, zone)}${s.reason ? `: ${s.reason}` : ""}`))));
	}, details);
	return details;
}

export function showBooking(b, zone, redraw, type) {
	return dialog(`${titleOf(b)} with ${b.invitee_name}`, (body, close) => {
		const done = () => {
			close();
			redraw();
		};
		const buttons = element("p", { className: "buttons" }, ...actions(b, zone, done), button("Close", close));
		const about = element("div", {}, facts(b, zone, type));
		body.append(element("p", { className: "state " + b.status }, WORDS[b.status]),
			...(b.overlaps ? [element("p", { className: "error" }, "Something else stands in your calendar at this time.")] : []),
			...(b.mail_fault ? [element("p", { className: "error" }, `Mail to ${b.invitee_email} does not arrive (${b.mail_fault}).`)] : []),
			about, story(b, zone), buttons);
		if (b.part || (type?.team && type.team.mode !== "none"))
			attempt(async () => {
				const hosts = await hostsOf(b);
				about.replaceChildren(facts({ ...b, hosts }, zone, type));
				if (b.status === "confirmed" && !isOver(b) && hosts.some((h) => h.comes) && hosts.some((h) => !h.comes))
					buttons.prepend(button("Another host", () => reassign(b, hosts, done)));
			}, about);
	});
}

// ---- a meeting of several ----

async function waitingFor(m) {
	const [b] = m.bookings;
	return (await ask("GET", "/api/waiting?" + new URLSearchParams({ meeting_type_id: b.meeting_type_id,
		start_time: b.start_time }))).waiting;
}

function waitingList(all, reload) {
	return [element("h3", {}, "Waiting for a place"), element("ol", { className: "rows" }, ...all.map((w) =>
		element("li", { className: "row" }, element("span", { className: "grow" }, element("strong", {}, w.invitee_name),
			element("span", { className: "hint" }, ` ${w.invitee_email}${w.seats > 1 ? `, ${w.seats} places` : ""}`)),
		button("Remove", async () => {
			await ask("DELETE", `/api/waiting/${encodeURIComponent(w.id)}`);
			toast("Removed from the list.");
			await reload();
		}, { "aria-label": `Remove ${w.invitee_name} from the list` }))))];
}

function showSeats(m, type, zone, redraw) {
	const [first] = m.bookings, taken = m.bookings.reduce((n, b) => n + b.seats, 0);
	return dialog(`${titleOf(first)}, ${moment(first.start_time, zone)}`, (body, close) => {
		const done = () => {
			close();
			redraw();
		};
		const queue = element("div", {});
		const load = async () => {
			const all = await waitingFor(m);
			queue.replaceChildren(...(all.length ? waitingList(all, load) : []));
		};
		body.append(element("p", { className: "hint" }, `${taken} of ${type.seats} places are taken.`),
			element("ul", { className: "rows" }, ...m.bookings.map((b) => element("li", { className: "row" },
				element("span", { className: "grow" }, element("strong", {}, b.invitee_name),
					element("span", { className: "hint" }, ` ${b.invitee_email}${b.seats > 1 ? `, ${b.seats} places` : ""}`)),
				button("Details", () => showBooking(b, zone, done, type),
					{ "aria-label": `Details of ${titleOf(b)} with ${b.invitee_name}` })))),
			queue, element("p", { className: "buttons" }, button("Close", close)));
		attempt(load, queue);
	});
}

// What stands in the week: one booking, or one meeting with several of them.
export function showMeeting(m, types, zone, redraw) {
	const [first] = m.bookings, type = types.find((t) => t.id === first.meeting_type_id);
	return type?.seats > 1 ? showSeats(m, type, zone, redraw) : showBooking(first, zone, redraw, type);
}

// ---- the list ----

function item(m, types, zone, redraw) {
	const [b] = m.bookings, type = types.find((t) => t.id === b.meeting_type_id), seats = type?.seats > 1;
	const names = m.bookings.map((x) => x.invitee_name).join(", ");
	const mark = element("i", { className: "dot" });
	mark.style.background = type?.colour || "";
	return element("li", { className: "row " + b.status }, mark,
		element("div", { className: "grow" },
			element("strong", {}, names), " ",
			element("span", { className: "state " + b.status }, WORDS[b.status]),
			element("p", { className: "hint" }, `${moment(b.start_time, zone)}, ${lasting(minutes(b))} · ${titleOf(b)}${
				seats ? ` · ${m.bookings.reduce((n, x) => n + x.seats, 0)} of ${type.seats} places` : ""}`),
			b.reason && element("p", { className: "hint" }, `“${b.reason}”`)),
		element("div", { className: "actions" }, ...(seats ? [] : actions(b, zone, redraw)),
			button("Details", () => showMeeting(m, types, zone, redraw),
				{ "aria-label": `Details of ${titleOf(b)} with ${names}` })));
}

function group(title, all, types, zone, redraw) {
	return all.length ? [element("h2", {}, title),
		element("ul", { className: "rows" }, ...meetingsOf(all).map((m) => item(m, types, zone, redraw)))] : [];
}

async function readAll(query) {
	const all = [];
	for (let cursor = ""; cursor !== undefined && all.length < 5000;) {
		const page = await ask("GET", "/api/bookings?" + new URLSearchParams({ ...query, ...(cursor ? { cursor } : {}) }));
		all.push(...page.bookings);
		cursor = page.next_cursor;
	}
	return all;
}

export async function bookings(section, me) {
	const zone = me.timezone || "UTC", today = wall(Date.now(), zone).date;
	const types = (await ask("GET", "/api/meeting-types")).meeting_types;
	const body = element("div", {}), past = input("checkbox", false);
	const only = choice([["", "All meeting types"], ...types.map((t) => [t.slug, t.title])], "",
		{ "aria-label": "Which meeting types" });
	const load = async () => {
		const all = await readAll({ from: past.checked ? addDays(today, -90) : today, to: addDays(today, 365), limit: 500,
			...(only.value ? { type: only.value } : {}) });
		const pending = all.filter((b) => b.status === "pending" && !isOver(b));
		const coming = all.filter((b) => b.status === "confirmed" && !isOver(b));
		const rest = all.filter((b) => !pending.includes(b) && !coming.includes(b)).reverse();
		body.replaceChildren(...group("Waiting for you", pending, types, zone, load),
			...group("To come", coming, types, zone, load),
			...(past.checked ? group("Over, cancelled or declined", rest, types, zone, load) : []));
		if (!body.childElementCount)
			body.append(element("p", { className: "empty" }, "Nothing is booked."));
	};
	past.onchange = () => attempt(load, past);
	only.onchange = () => attempt(load, only);
	section.append(heading("Bookings", `Times are in ${zone.replaceAll("_", " ")}.`,
		types.length > 1 && only, element("label", { className: "check" }, past, "The past, too")), body);
	await load();
}
