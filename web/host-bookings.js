// host-bookings.js - what is booked: confirmed, declined, moved, cancelled

import { ask } from "./host-api.js";
import { addDays, button, confirm, dayTitle, dialog, element, field, heading, input, lasting, moment, toast,
	wall } from "./host-ui.js";

const WORDS = { pending: "To be confirmed", confirmed: "Confirmed", cancelled: "Cancelled", declined: "Declined" };

const path = (b, tail = "") => `/api/bookings/${encodeURIComponent(b.id)}${tail}`;
const titleOf = (b) => b.title || "Meeting";
const minutes = (b) => (Date.parse(b.end_time) - Date.parse(b.start_time)) / 60000;
const isOver = (b) => Date.parse(b.end_time) < Date.now();

function facts(b, zone) {
	const rows = [
		["When", `${moment(b.start_time, zone)}, ${lasting(minutes(b))}`],
		["For them", b.invitee_timezone !== zone && `${moment(b.start_time, b.invitee_timezone)} (${b.invitee_timezone})`],
		["Who", `${b.invitee_name}, ${b.invitee_email}`],
		["Places", b.seats > 1 && String(b.seats)],
		["Where", b.join_url || b.location],
		["Repeats", b.recurrence],
		...Object.entries(b.answers).map(([question, answer]) => [question, String(answer)]),
		["Reason", b.reason],
	];
	return element("dl", { className: "summary" }, ...rows.filter(([, value]) => value)
		.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

// ---- what can be done ----

function end(b, done) {
	confirm("Cancel this meeting?", `${b.invitee_name} is told by mail, and the time is open again.`,
		"Cancel the meeting", async (reason) => {
			await ask("DELETE", path(b, reason ? "?" + new URLSearchParams({ reason }) : ""));
			toast("Cancelled.");
			done();
		}, { reason: true });
}

function decline(b, done) {
	confirm("Decline this request?", `${b.invitee_name} is told by mail.`, "Decline", async (reason) => {
		await ask("POST", path(b, "/decline"), { version: b.version, reason: reason || undefined });
		toast("Declined.");
		done();
	}, { reason: true });
}

async function accept(b, done) {
	await ask("POST", path(b, "/confirm"), { version: b.version });
	toast("Confirmed.");
	done();
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
		const choose = (slot) => button(slot.start, async () => {
			await ask("POST", path(b, "/reschedule"), { start_time: slot.start_time, duration_minutes: minutes(b),
				version: b.version, reason: reason.value || undefined });
			close();
			toast("Moved.");
			done();
		}, { className: "slot" });
		date.onchange = async () => {
			if (!date.value)
				return;
			const slots = await openTimes(b, zone, date.value).catch(() => []);
			times.replaceChildren(...(slots.length ? slots.map(choose)
				: [element("p", { className: "none" }, `Nothing is open on ${dayTitle(date.value)}.`)]));
		};
		body.onsubmit = (event) => event.preventDefault();
		body.append(element("p", {}, `${b.invitee_name} is told by mail when you choose a time.`),
			field("Day", date), field("Reason (it is told)", reason), times,
			element("p", { className: "buttons" }, button("Keep it as it is", close)));
		date.onchange();
	});
}

function actions(b, zone, done) {
	if (!["pending", "confirmed"].includes(b.status) || isOver(b))
		return [];
	return [
		b.status === "pending" && button("Confirm", () => accept(b, done), { className: "primary" }),
		b.status === "pending" && button("Decline", () => decline(b, done)),
		b.status === "confirmed" && button("Move", () => move(b, zone, done)),
		b.status === "confirmed" && button("Cancel", () => end(b, done)),
	].filter(Boolean);
}

export function showBooking(b, zone, redraw) {
	const shown = dialog(`${titleOf(b)} with ${b.invitee_name}`, (body, close) => {
		const done = () => {
			close();
			redraw();
		};
		body.append(element("p", { className: "state " + b.status }, WORDS[b.status]), facts(b, zone),
			element("p", { className: "buttons" }, ...actions(b, zone, done), button("Close", close)));
	});
	return shown;
}

// ---- the list ----

function item(b, zone, redraw) {
	return element("li", { className: "row " + b.status },
		element("div", { className: "grow" },
			element("strong", {}, b.invitee_name), " ",
			element("span", { className: "state " + b.status }, WORDS[b.status]),
			element("p", { className: "hint" }, `${moment(b.start_time, zone)}, ${lasting(minutes(b))} · ${titleOf(b)}`)),
		element("div", { className: "actions" }, ...actions(b, zone, redraw),
			button("Details", () => showBooking(b, zone, redraw),
				{ "aria-label": `Details of ${titleOf(b)} with ${b.invitee_name}` })));
}

function group(title, all, zone, redraw) {
	return all.length ? [element("h2", {}, title),
		element("ul", { className: "rows" }, ...all.map((b) => item(b, zone, redraw)))] : [];
}

export async function bookings(section, me) {
	const zone = me.timezone || "UTC", today = wall(Date.now(), zone).date;
	const body = element("div", {});
	const past = input("checkbox", false);
	const load = async () => {
		const from = past.checked ? addDays(today, -90) : today;
		const query = new URLSearchParams({ from, to: addDays(today, 365), limit: 500 });
		const all = (await ask("GET", "/api/bookings?" + query)).bookings;
		const is = (...words) => all.filter((b) => words.includes(b.status));
		const coming = is("confirmed").filter((b) => !isOver(b));
		body.replaceChildren(...group("Waiting for you", is("pending"), zone, load),
			...group("To come", coming, zone, load),
			...(past.checked ? group("Over, cancelled or declined",
				all.filter((b) => b.status !== "pending" && !coming.includes(b)).reverse(), zone, load) : []));
		if (!body.childElementCount)
			body.append(element("p", { className: "empty" }, "Nothing is booked yet."));
	};
	past.onchange = load;
	section.append(heading("Bookings", `Times are in ${zone.replace("_", " ")}.`,
		element("label", { className: "check" }, past, "The past, too")), body);
	await load();
}
