// host-picture.js - the blocks of a week, and where they stand

import { addDays, clock, element, wall } from "./host-ui.js";
import { DAY_NAMES } from "./host-hours.js";
import { place } from "./host-edit.js";

const LEAST = 22; // minutes that a block is as high as, to be read

// Each day of the week on which something takes place, and from when until when on that day.
export function byDay(thing, zone, monday) {
	const from = wall(thing.start, zone), to = wall(thing.end, zone), out = [];
	for (let date = from.date, n = 0; date <= to.date && n < 40; date = addDays(date, 1), n++) {
		const start = date === from.date ? from.minutes : 0, end = date === to.date ? to.minutes : 1440;
		const day = Math.round((Date.parse(date) - Date.parse(monday)) / 86400000);
		if (day >= 0 && day < 7 && end > start)
			out.push({ day, start, end, thing });
	}
	return out;
}

// What overlaps stands side by side: each gets a lane, and how many there are.
export function lanes(pieces) {
	const out = [];
	let group = [], until = -1;
	const settle = () => {
		const count = Math.max(0, ...group.map((p) => p.lane)) + 1;
		group.forEach((p) => out.push({ ...p, lanes: count }));
		group = [];
	};
	for (const p of [...pieces].sort((a, b) => a.start - b.start || b.end - a.end)) {
		if (p.start >= until)
			settle();
		const taken = new Set(group.filter((g) => Math.max(g.end, g.start + LEAST) > p.start).map((g) => g.lane));
		let lane = 0;
		while (taken.has(lane))
			lane++;
		group.push({ ...p, lane });
		until = Math.max(until, p.end, p.start + LEAST);
	}
	settle();
	return out;
}

function stand(block, at) {
	place(block, at.start, Math.max(at.end, at.start + LEAST));
	if (at.lanes > 1) {
		block.style.left = `calc(8px + (100% - 13px) * ${at.lane / at.lanes})`;
		block.style.width = `calc((100% - 13px) / ${at.lanes} - 2px)`;
		block.style.right = "auto";
	}
	block.classList.toggle("short", at.end - at.start < 60);
	return block;
}

// Who comes: "Ivy", or of a meeting with places "3 invitees".
function guests(m) {
	return m.bookings.length > 1 ? `${m.bookings.length} invitees` : m.bookings[0].invitee_name;
}

export function meetingBlock(at, types, open) {
	const m = at.thing, [first] = m.bookings, pending = m.bookings.some((b) => b.status === "pending");
	const what = `${first.title || "Meeting"}${m.elsewhere ? `: ${m.hosts.join(", ")}` : ""}`;
	const colour = types.find((t) => t.id === first.meeting_type_id)?.colour;
	const block = element("button", { type: "button",
		className: "event" + (pending ? " pending" : "") + (m.elsewhere ? " elsewhere" : ""),
		title: `${clock(at.start)} ${what}: ${m.bookings.map((b) => b.invitee_name).join(", ")}` },
	element("strong", {}, guests(m)), element("span", {}, at.end - at.start < 60 ? what : `${clock(at.start)} ${what}`),
	element("span", { className: "status" }, `${DAY_NAMES[at.day]}, ${clock(at.start)} to ${clock(at.end)}${
		pending ? ", to be confirmed" : ""}`));
	if (colour)
		block.style.setProperty("--mark", colour);
	block.onclick = () => open(m);
	return stand(block, at);
}

export function eventBlock(at) {
	const e = at.thing, kind = e.free ? "free" : e.tentative ? "busy perhaps" : "busy";
	const words = e.free ? "does not take time" : e.tentative ? "perhaps" : "busy";
	const block = element("div", { className: kind, title: `${e.title} (${e.calendar}): ${words}`, role: "img",
		"aria-label": `${e.title}, ${DAY_NAMES[at.day]}, ${clock(at.start)} to ${clock(at.end)}, ${words}` },
	element("strong", {}, e.title), element("span", {}, clock(at.start)));
	return stand(block, at);
}

export function plain(className, at, label) {
	const block = element("div", { className, title: label, role: "img", "aria-label":
		`${label}, ${DAY_NAMES[at.day]}, ${clock(at.start)} to ${clock(at.end)}` });
	place(block, at.start, at.end);
	return block;
}

export function rail() {
	return element("div", { className: "rail", "aria-hidden": "true" },
		...Array.from({ length: 23 }, (_, i) => {
			const e = element("span", {}, clock((i + 1) * 60));
			e.style.top = `${((i + 1) / 24) * 100}%`;
			return e;
		}));
}
