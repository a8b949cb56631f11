// host-week.js - one week: when the host may be booked, what is booked, and what else takes time

import { ask, askText } from "./host-api.js";
import { showBooking } from "./host-bookings.js";
import { Editor, place } from "./host-edit.js";
import { DAY_NAMES, hoursOf, weekOf, withHours } from "./host-hours.js";
import { addDays, button, choice, clock, dayTitle, element, noticeBox, toast, wall,
	weekday } from "./host-ui.js";

const HOUR_PX = 46;

// ---- what takes time ----

function instant(text) { // "20270118T090000Z"
	return Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function duration(text) { // "PT1H30M"
	const [, d, h, m, s] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) || [];
	return (((Number(d || 0) * 24 + Number(h || 0)) * 60 + Number(m || 0)) * 60 + Number(s || 0)) * 1000;
}

// The busy periods of a VFREEBUSY (RFC 5545 §3.8.2.6); hours that are merely closed are none.
export function busyPeriods(text) {
	const out = [];
	for (const line of text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
		const found = /^FREEBUSY((?:;[^:]*)?):(.*)$/.exec(line);
		if (!found || /FBTYPE=(FREE|BUSY-UNAVAILABLE)/.test(found[1]))
			continue;
		for (const period of found[2].split(",")) {
			const [from, to] = period.split("/"), start = instant(from);
			out.push({ start, end: to.startsWith("P") ? start + duration(to) : instant(to),
				tentative: found[1].includes("TENTATIVE") });
		}
	}
	return out;
}

// What is left of a period without these.
function without(period, others) {
	let left = [period];
	for (const o of others)
		left = left.flatMap((p) => (o.end <= p.start || o.start >= p.end ? [p] : [
			{ ...p, end: o.start }, { ...p, start: o.end }].filter((x) => x.end > x.start)));
	return left;
}

async function load(me, monday) {
	const from = addDays(monday, -1), to = addDays(monday, 8);
	const [schedules, list, busy] = await Promise.all([
		ask("GET", "/api/schedules"),
		ask("GET", `/api/bookings?from=${from}&to=${to}&limit=500`),
		askText("GET", `/freebusy/${me.name}.ifb?start=${from}&end=${to}`),
	]);
	const schedule = schedules.schedules.find((s) => s.id === "default");
	const booked = list.bookings.filter((b) => ["pending", "confirmed"].includes(b.status))
		.map((b) => ({ ...b, start: Date.parse(b.start_time), end: Date.parse(b.end_time) }));
	return { schedule, booked, busy: busyPeriods(busy).flatMap((p) => without(p, booked)) };
}

// ---- the picture ----

// Each day on which something takes place, and from when until when on that day.
function byDay(thing, zone, monday) {
	const from = wall(thing.start, zone), to = wall(thing.end, zone), out = [];
	for (let date = from.date, n = 0; date <= to.date && n < 40; date = addDays(date, 1), n++) {
		const start = date === from.date ? from.minutes : 0, end = date === to.date ? to.minutes : 1440;
		const day = Math.round((Date.parse(date) - Date.parse(monday)) / 86400000);
		if (day >= 0 && day < 7 && end > start)
			out.push({ day, start, end });
	}
	return out;
}

function bookingBlock(b, at, zone, redraw) {
	const name = b.invitee_name, pending = b.status === "pending";
	const block = element("button", { type: "button", className: "event" + (pending ? " pending" : ""),
		title: `${b.title || "Meeting"} with ${name}` },
	element("strong", {}, name), element("span", {}, `${clock(at.start)} ${b.title || "Meeting"}`),
	element("span", { className: "status" }, `${DAY_NAMES[at.day]} until ${clock(at.end)}${
		pending ? ", to be confirmed" : ""}`));
	block.classList.toggle("short", at.end - at.start < 60);
	block.onclick = () => showBooking(b, zone, redraw);
	place(block, at.start, at.end);
	return block;
}

function plain(className, at, label) {
	const block = element("div", { className, title: label, role: "img", "aria-label":
		`${label}, ${DAY_NAMES[at.day]}, ${clock(at.start)} to ${clock(at.end)}` });
	place(block, at.start, at.end);
	return block;
}

function rail() {
	return element("div", { className: "rail", "aria-hidden": "true" },
		...Array.from({ length: 23 }, (_, i) => {
			const e = element("span", {}, clock((i + 1) * 60));
			e.style.top = `${((i + 1) / 24) * 100}%`;
			return e;
		}));
}

class Week {
	constructor(section, me) {
		Object.assign(this, { section, me });
		this.scroller = element("div", { className: "scroller", tabIndex: 0, role: "region",
			"aria-label": "The week, hour by hour" });
		this.below = element("div", { className: "below" });
		this.title = element("h1", {});
		this.bar = element("div", { className: "actions" });
		this.notice = noticeBox();
		const legend = element("ul", { className: "legend" },
			...[["open", "Open for booking"], ["event", "Booked"], ["event pending", "To be confirmed"],
				["busy", "Busy in your calendars"]].map(([c, label]) =>
				element("li", {}, element("i", { className: c }), label)));
		section.append(element("div", { className: "head" }, this.title, this.bar), this.notice,
			this.scroller, legend, this.below);
		section.addEventListener("shown", () => this.scrollToMorning());
	}

	async show(monday) {
		Object.assign(this, { monday }, await load(this.me, monday));
		this.zone = this.schedule.timezone;
		this.draw();
		this.actions();
		this.scrollToMorning();
	}

	again = () => this.show(this.monday);

	today() {
		const { date } = wall(Date.now(), this.zone);
		return { date, monday: addDays(date, -weekday(date)) };
	}

	actions() {
		const turn = (days) => () => this.show(addDays(this.monday, days));
		this.bar.replaceChildren(
			button("‹", turn(-7), { className: "arrow", "aria-label": "The week before" }),
			button("Today", () => this.show(this.today().monday)),
			button("›", turn(7), { className: "arrow", "aria-label": "The week after" }),
			this.schedule.readable
				? button("Edit hours", () => this.edit(), { className: "primary" })
				: element("span", { className: "hint" }, "Hours are set in your calendar app."));
	}

	heads() {
		const { date } = this.today();
		return element("div", { className: "heads" }, element("span", { className: "zone-name", title: this.zone },
			this.zone.split("/").at(-1).replaceAll("_", " ")), ...this.hours.map((d) =>
			element("div", { className: d.date === date ? "today" : "" },
				element("span", {}, dayTitle(d.date, { weekday: "short" })),
				element("b", {}, String(Number(d.date.slice(8)))),
				d.why && element("small", { title: d.why }, d.why))));
	}

	// hours: seven days, each with its segments.
	draw(hours = hoursOf(this.schedule, this.monday)) {
		this.hours = hours;
		const last = hours[6].date;
		this.title.textContent = `${dayTitle(this.monday, { day: "numeric", month: "short" })} – ${
			dayTitle(last, { day: "numeric", month: "short", year: "numeric" })}`;
		this.columns = hours.map((d) => element("div", { className: "column" }));
		const grid = element("div", { className: "grid" }, rail(), ...this.columns);
		grid.style.height = `${24 * HOUR_PX}px`;
		this.scroller.replaceChildren(this.heads(), grid);
		hours.forEach((d, day) => this.columns[day].append(
			...d.segments.map((s) => plain("open", { day, ...s }, "Open"))));
		this.drawTaken();
	}

	drawTaken() {
		for (const b of this.busy)
			for (const at of byDay(b, this.zone, this.monday))
				this.columns[at.day].append(plain("busy", at, b.tentative ? "Perhaps busy" : "Busy"));
		for (const b of this.booked)
			for (const at of byDay(b, this.zone, this.monday))
				this.columns[at.day].append(bookingBlock(b, at, this.zone, this.again));
		const now = wall(Date.now(), this.zone), day = this.hours.findIndex((d) => d.date === now.date);
		if (day >= 0) {
			const line = element("div", { className: "now" });
			place(line, now.minutes, now.minutes);
			this.columns[day].append(line);
		}
	}

	scrollToMorning() {
		const first = Math.min(...this.hours.flatMap((d) => d.segments.map((s) => s.start)), 540);
		const day = this.hours.findIndex((d) => d.date === this.today().date);
		this.scroller.scrollTop = Math.max(0, (first / 60 - 0.75) * HOUR_PX);
		this.scroller.scrollLeft = day > 0 ? this.columns[day - 1].offsetLeft - 58 : 0;
	}

	// ---- editing ----

	edit(everyWeek = true) {
		const before = everyWeek ? this.usual() : hoursOf(this.schedule, this.monday);
		const after = structuredClone(before);
		this.draw(before);
		this.section.classList.add("editing");
		const list = element("div", { className: "times-list" });
		const save = button("Save hours", () => this.save(before, after, everyWeek), { className: "primary",
			disabled: true });
		const scope = choice([["every", "Every week"], ["once", "Only this week"]], everyWeek ? "every" : "once",
			{ "aria-label": "When these hours hold" });
		scope.onchange = () => {
			this.editor.end();
			this.edit(scope.value === "every");
		};
		this.bar.replaceChildren(scope, button("Cancel", () => this.stop()), save);
		this.below.replaceChildren(
			element("p", { className: "hint", id: "edit-keys" }, "Drag over free ground for new hours, a block to "
				+ "move it, an edge to make it longer. By keyboard: arrows move a block, with Shift its end, "
				+ "with Alt its beginning; Delete removes it."), list);
		this.editor = new Editor(this.columns, list, after, () => {
			save.disabled = false;
		});
	}

	// The weekly hours under the dates that are shown, whatever is different this week.
	usual() {
		const days = weekOf(this.schedule);
		return hoursOf({ ...this.schedule, overrides: [], holidays: [] }, this.monday)
			.map((d) => ({ ...d, segments: days[weekday(d.date)] }));
	}

	stop() {
		this.section.classList.remove("editing");
		this.notice.hidden = true;
		this.below.replaceChildren();
		this.draw();
		this.actions();
	}

	async save(before, after, everyWeek) {
		const next = withHours(this.schedule, before, after, { everyWeek });
		if (next) {
			try {
				await ask("PUT", "/api/schedules/default", next);
			} catch (problem) {
				if (problem.status === 412)
					problem.message = "Your hours were changed elsewhere meanwhile. Cancel to see them.";
				throw problem;
			}
		}
		this.schedule = (await ask("GET", "/api/schedules")).schedules.find((s) => s.id === "default");
		this.stop();
		toast(next ? "Hours saved." : "Nothing was changed.");
	}
}

export async function week(section, me) {
	const { date } = wall(Date.now(), me.timezone || "UTC");
	await new Week(section, me).show(addDays(date, -weekday(date)));
}
