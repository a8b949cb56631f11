// host-week.js - one week: when the host may be booked, what is booked, and what else takes time

import { ask } from "./host-api.js";
import { showMeeting } from "./host-bookings.js";
import { Editor, place } from "./host-edit.js";
import { explain } from "./host-explain.js";
import { STEP, hoursOf, weekOf, withHours } from "./host-hours.js";
import { byDay, eventBlock, lanes, meetingBlock, plain, rail } from "./host-picture.js";
import { loadTaken } from "./host-taken.js";
import { addDays, button, changedElsewhere, choice, confirm, dayTitle, element, keepUnsaved, noticeBox, toast, wall,
	weekday } from "./host-ui.js";

const HOUR_PX = 46;

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
				["busy", "Busy in your calendars"], ["free", "In your calendars, and free"]].map(([c, label]) =>
				element("li", {}, element("i", { className: c }), label)));
		section.append(element("div", { className: "head" }, this.title, this.bar), this.notice,
			this.scroller, legend, this.below);
		section.addEventListener("shown", () => this.scrollToMorning());
	}

	// Until the week is there nothing of the old one can be pressed: what was begun would be drawn over.
	async show(monday) {
		this.bar.inert = true;
		try {
			await this.load(monday);
		} finally {
			this.bar.inert = false;
		}
	}

	async load(monday) {
		const [{ schedules }, types] = await Promise.all([ask("GET", "/api/schedules"), ask("GET", "/api/meeting-types")]);
		this.schedule = schedules.find((s) => s.id === "default");
		this.zone = this.schedule.timezone;
		Object.assign(this, { monday, types: types.meeting_types }, 
			await loadTaken(this.me, monday, this.zone, types.meeting_types));
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
		this.bar.replaceChildren(...[
			button("‹", turn(-7), { className: "arrow", "aria-label": "The week before" }),
			button("Today", () => this.show(this.today().monday)),
			button("›", turn(7), { className: "arrow", "aria-label": "The week after" }),
			this.types.length > 0 && button("Check a time", () => this.explain(this.shown(), 540),
				{ title: "Is it offered, and if not, why?" }),
			this.schedule.readable
				? button("Edit hours", () => this.edit(), { className: "primary" })
				: element("span", { className: "hint" }, "Hours are set in your calendar app."),
		].filter(Boolean));
	}

	// Today, where the week has it.
	shown() {
		const { date } = this.today();
		return this.hours.some((d) => d.date === date) ? date : this.monday;
	}

	explain(date, minutes) {
		explain(this.types, this.zone, date, minutes);
	}

	// Ground that is clicked on is asked about; the button "Check a time" does the same without a mouse.
	ask(event, day) {
		const box = this.columns[day].getBoundingClientRect();
		const minutes = Math.floor(((event.clientY - box.top) / box.height) * 1440 / STEP) * STEP;
		if (this.types.length && !this.editor && !event.target.closest("button"))
			this.explain(this.hours[day].date, minutes);
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
		this.columns = hours.map((_, day) => {
			const column = element("div", { className: "column" });
			column.onclick = (event) => this.ask(event, day);
			return column;
		});
		const grid = element("div", { className: "grid" }, rail(), ...this.columns);
		grid.style.height = `${24 * HOUR_PX}px`;
		this.scroller.replaceChildren(this.heads(), this.wholeDays(), grid);
		hours.forEach((d, day) => this.columns[day].append(
			...d.segments.map((s) => plain("open", { day, ...s }, "Open"))));
		this.drawTaken();
	}

	wholeDays() {
		const all = this.events.filter((e) => e.allDay).flatMap((e) => byDay(e, this.zone, this.monday));
		return element("div", { className: "whole-days", hidden: !all.length }, element("span", {}, "All day"),
			...this.hours.map((_, day) => element("div", {}, ...all.filter((at) => at.day === day).map(({ thing: e }) =>
				element("p", { className: e.free ? "free" : "busy", title: `${e.title} (${e.calendar})` }, e.title)))));
	}

	drawTaken() {
		const pieces = (list) => list.flatMap((x) => byDay(x, this.zone, this.monday));
		for (const at of pieces(this.busy))
			this.columns[at.day].append(plain("busy", at, at.thing.tentative ? "Perhaps busy" : "Busy"));
		const taken = pieces([...this.meetings, ...this.events.filter((e) => !e.allDay)]);
		for (let day = 0; day < 7; day++)
			for (const at of lanes(taken.filter((p) => p.day === day)))
				this.columns[day].append(at.thing.bookings
					? meetingBlock(at, this.types, (m) => showMeeting(m, this.types, this.zone, this.again))
					: eventBlock(at));
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
		this.scroller.scrollLeft = day > 0 ? this.columns[day].offsetLeft - 58 : 0;
	}

	// ---- editing ----

	edit(everyWeek = true) {
		const before = everyWeek ? this.usual() : hoursOf(this.schedule, this.monday);
		const after = structuredClone(before);
		this.changed = false;
		keepUnsaved(() => this.changed && this.section.isConnected);
		this.draw(before);
		this.section.classList.add("editing");
		const list = element("div", { className: "times-list" });
		const save = button("Save hours", () => this.save(before, after, everyWeek), { className: "primary",
			disabled: true });
		const scope = choice([["every", "Every week"], ["once", "Only this week"]], everyWeek ? "every" : "once",
			{ "aria-label": "When these hours hold" });
		scope.onchange = () => {
			const wanted = scope.value;
			scope.value = everyWeek ? "every" : "once";
			this.leave(() => {
				this.editor.end();
				this.edit(wanted === "every");
				this.bar.querySelector("select").focus();
			});
		};
		this.bar.replaceChildren(scope, button("Cancel", () => this.leave(() => this.stop())), save);
		this.below.replaceChildren(
			element("p", { className: "hint by-hand", id: "edit-keys" }, "Drag over free ground for new hours, a block to "
				+ "move it, an edge to make it longer. By keyboard: arrows move a block, with Shift its end, "
				+ "with Alt its beginning; Delete removes it."), list);
		this.editor = new Editor(this.columns, list, after, () => {
			save.disabled = false;
			this.changed = true;
		});
	}

	leave(then) {
		if (this.changed)
			confirm("Leave without saving?", "The hours that you have changed are as before.", "Leave", then, { stay: "Go on" });
		else
			then();
	}

	// The weekly hours under the dates that are shown, whatever is different this week.
	usual() {
		const days = weekOf(this.schedule);
		return hoursOf({ ...this.schedule, overrides: [], holidays: [] }, this.monday)
			.map((d) => ({ ...d, segments: days[weekday(d.date)] }));
	}

	stop() {
		this.editor = null;
		this.changed = false;
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
				if (problem.status !== 412)
					throw problem;
				changedElsewhere(this.section, {
					reread: async () => {
						this.stop();
						await this.again();
					},
					overwrite: async () => {
						this.schedule = await ask("GET", "/api/schedules/default");
						await this.save(before, after, everyWeek);
					},
				});
				return;
			}
		}
		this.stop();
		await this.again();
		toast(next ? "Hours saved." : "Nothing was changed.");
	}
}

export async function week(section, me) {
	const { date } = wall(Date.now(), me.timezone || "UTC");
	await new Week(section, me).show(addDays(date, -weekday(date)));
}
