// host-taken.js - what takes time in a week: bookings, events of one's own calendars, and the rest
//
// Events come by calendar-query (RFC 4791 §7.8), their instances expanded by the server. What is
// busy and is none of these - a hold of a team, a calendar that cannot be told apart - is known from
// free-busy alone, and has no name.

import { ask, askText } from "./host-api.js";
import { hostsOf } from "./host-team.js";
import { addDays, instantOf } from "./host-ui.js";

const DAY = 86400000;

// ---- values of iCalendar ----

// "20270118T090000Z", or a local time or date on the wall of the zone.
function instant(text, zone) {
	const [, y, m, d, hh = "00", mm = "00", ss = "00", utc] =
		/^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(text) || [];
	return utc ? Date.parse(`${y}-${m}-${d}T${hh}:${mm}:${ss}Z`)
		: instantOf(`${y}-${m}-${d}`, Number(hh) * 60 + Number(mm), zone || "UTC");
}

function duration(text) { // "PT1H30M"
	const [, w, d, h, m, s] = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) || [];
	const days = Number(w || 0) * 7 + Number(d || 0);
	return (((days * 24 + Number(h || 0)) * 60 + Number(m || 0)) * 60 + Number(s || 0)) * 1000;
}

// Lines unfolded, as { name, parameters, value }.
function lines(text) {
	return text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)
		.map((line) => /^([A-Z-]+)((?:;[^:;"]*(?:"[^"]*")?)*):(.*)$/i.exec(line)).filter(Boolean)
		.map(([, name, parameters, value]) => ({ name: name.toUpperCase(), parameters, value }));
}

// The busy periods of a VFREEBUSY (RFC 5545 §3.8.2.6); hours that are merely closed are none.
export function busyPeriods(text) {
	const out = [];
	for (const l of lines(text)) {
		if (l.name !== "FREEBUSY" || /FBTYPE=(FREE|BUSY-UNAVAILABLE)/.test(l.parameters))
			continue;
		for (const period of l.value.split(",")) {
			const [from, to] = period.split("/"), start = instant(from);
			out.push({ start, end: to.startsWith("P") ? start + duration(to) : instant(to),
				tentative: l.parameters.includes("TENTATIVE") });
		}
	}
	return out;
}

function eventOf(found, zone) {
	const start = instant(found.DTSTART, zone), allDay = found.DTSTART.length === 8;
	const end = found.DTEND ? instant(found.DTEND, zone)
		: start + (found.DURATION ? duration(found.DURATION) : allDay ? DAY : 0);
	return { start, end, allDay, uid: found.UID, tentative: found.STATUS === "TENTATIVE",
		free: found.TRANSP === "TRANSPARENT" || found.STATUS === "CANCELLED",
		title: (found.SUMMARY || "").replace(/\\[nN]/g, " ").replace(/\\(.)/g, "$1") || "Without a title" };
}

// The events of a calendar object, without what stands inside of them (alarms).
export function eventsOf(text, zone) {
	const out = [];
	let found = null, depth = 0;
	for (const { name, value } of lines(text)) {
		if (name === "BEGIN" && value === "VEVENT")
			[found, depth] = [{}, 0];
		else if (name === "BEGIN")
			depth++;
		else if (name === "END" && value === "VEVENT" && found) {
			if (found.DTSTART)
				out.push(eventOf(found, zone));
			found = null;
		} else if (name === "END")
			depth--;
		else if (found && depth === 0)
			found[name] ??= value;
	}
	return out;
}

// ---- asking ----

const stamp = (at) => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");

async function readCalendar(calendar, from, to, zone) {
	const range = `start="${stamp(from)}" end="${stamp(to)}"`;
	const text = await askText("REPORT", calendar.path,
		'<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data>'
		+ `<C:expand ${range}/></C:calendar-data></D:prop><C:filter><C:comp-filter name="VCALENDAR">`
		+ `<C:comp-filter name="VEVENT"><C:time-range ${range}/></C:comp-filter></C:comp-filter></C:filter>`
		+ "</C:calendar-query>", { "Content-Type": "application/xml; charset=utf-8", Depth: "1" });
	const tree = new DOMParser().parseFromString(text, "application/xml");
	return [...tree.getElementsByTagNameNS("urn:ietf:params:xml:ns:caldav", "calendar-data")]
		.flatMap((data) => eventsOf(data.textContent, zone))
		.map((e) => ({ ...e, calendar: calendar.title, free: e.free || !calendar.counts_as_busy }));
}

async function readEvents(from, to, zone) {
	const { calendars } = await ask("GET", "/api/calendars");
	const all = await Promise.all(calendars.filter((c) => c.components.includes("VEVENT"))
		.map((c) => readCalendar(c, from, to, zone)));
	return all.flat();
}

// What is left of a period without these.
function without(period, others) {
	let left = [period];
	for (const o of others)
		left = left.flatMap((p) => (o.end <= p.start || o.start >= p.end ? [p] : [
			{ ...p, end: o.start }, { ...p, start: o.end }].filter((x) => x.end > x.start)));
	return left;
}

// Bookings of one event are one meeting, however many have a place in it.
export function meetingsOf(bookings) {
	const byEvent = new Map();
	for (const b of bookings) {
		const key = `${b.calendar_event_id} ${b.start_time}`;
		if (!byEvent.has(key))
			byEvent.set(key, { start: Date.parse(b.start_time), end: Date.parse(b.end_time), bookings: [] });
		byEvent.get(key).bookings.push(b);
	}
	return [...byEvent.values()];
}

// Of a team's meetings it is told who comes; one that others have is not one's own time.
async function findHosts(me, meetings, types) {
	await Promise.all(meetings.map(async (m) => {
		const type = types.find((t) => t.id === m.bookings[0].meeting_type_id);
		if (!type?.team || type.team.mode === "none")
			return;
		const coming = (await hostsOf(m.bookings[0])).filter((h) => h.comes);
		m.hosts = coming.map((h) => h.title);
		m.elsewhere = !coming.some((h) => h.name === me.name);
	}));
}

export async function loadTaken(me, monday, zone, types) {
	const from = instantOf(monday, 0, zone), to = instantOf(addDays(monday, 7), 0, zone);
	const range = new URLSearchParams({ from: addDays(monday, -1), to: addDays(monday, 8) });
	const [list, events, busy] = await Promise.all([
		ask("GET", `/api/bookings?${range}&limit=500`),
		readEvents(from, to, zone),
		askText("GET", `/freebusy/${encodeURIComponent(me.name)}.ifb?start=${addDays(monday, -1)}&end=${addDays(monday, 8)}`),
	]);
	const booked = list.bookings.filter((b) => ["pending", "confirmed"].includes(b.status));
	const meetings = meetingsOf(booked), uids = new Set(booked.map((b) => b.calendar_event_id));
	// Of a series a booking tells its first time; the other ones are events.
	const starts = new Set(meetings.map((m) => `${m.bookings[0].calendar_event_id} ${m.start}`));
	const own = events.filter((e) => !(uids.has(e.uid) && starts.has(`${e.uid} ${e.start}`)));
	await findHosts(me, meetings, types);
	const known = [...meetings, ...own.filter((e) => !e.free)];
	return { meetings, events: own, busy: busyPeriods(busy).flatMap((p) => without(p, known)) };
}
