// picker.js - a month with its open days, the times of one day, and the zone they are shown in
//
// The month is a grid in the sense of ARIA: one day takes part in the Tab order,
// arrows go from day to day, Page Up and Page Down from month to month.

import * as api from "./api.js";
import { element, notice, say } from "./page.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

export class Picker {
	// o: duration, zone; onChoose(slot), onZone(zone)
	constructor(root, o) {
		this.o = o;
		this.duration = o.duration;
		this.token = o.token; // of a booking that is to be moved
		this.but = o.but; // where it stands
		this.zone = o.zone || times.zoneOfBrowser();
		this.open = new Map(); // day to slots, of the shown month; also those that are full
		this.barren = false; // there is nothing in any month
		this.failed = false; // nobody knows
		this.asked = 0;
		this.build(root);
		this.today = times.dayIn(Date.now(), this.zone);
		this.month = this.firstMonth();
		this.day = null;
	}

	// ---- what is shown ----

	build(root) {
		const arrow = (text, label, onclick) => element("button", {
			className: "arrow", textContent: text, ariaLabel: t(label), onclick });
		this.back = arrow("‹", "previous", () => this.turn(-1));
		this.forth = arrow("›", "next", () => this.turn(1));
		this.before = arrow("‹", "dayBefore", () => this.stepDay(-1));
		this.after = arrow("›", "dayAfter", () => this.stepDay(1));
		this.title = element("h3", { id: "month-title", ariaLive: "polite" });
		this.rows = element("tbody", {});
		this.table = element("table", { className: "month", role: "grid" },
				element("thead", {}, this.weekdayRow()), this.rows);
		this.table.setAttribute("aria-labelledby", "month-title");
		this.table.addEventListener("keydown", (e) => this.onKey(e));
		this.dayTitle = element("h3", { id: "day-title" });
		this.clocks = element("p", { className: "clocks" });
		this.list = element("ul", {});
		this.list.setAttribute("aria-labelledby", "day-title");
		this.select = this.zoneSelect();
		this.now = element("span", { className: "hint", id: "zone-now" });
		root.append(
			element("div", {},
				element("div", { className: "bar" }, this.title, this.back, this.forth), this.table),
			element("div", { className: "times" },
				element("div", { className: "bar" }, this.dayTitle, this.before, this.after),
				this.clocks, this.list),
			element("div", { className: "zone" },
				element("label", { htmlFor: "zone" }, t("zone")), this.select, this.now));
	}

	weekdayRow() {
		const long = times.weekdays("long");
		return element("tr", {}, ...times.weekdays("short").map((name, i) =>
			element("th", { scope: "col", ariaLabel: long[i] }, name)));
	}

	zoneSelect() {
		const select = element("select", { id: "zone" });
		select.setAttribute("aria-describedby", "zone-now");
		for (const zone of times.allZones(this.zone, data.timezone))
			select.append(element("option", { value: zone }, times.zoneInWords(zone)));
		select.value = this.zone;
		select.onchange = () => this.setZone(select.value);
		return select;
	}

	// Days of the window, which may be one of dates; somewhere it may be a day later already.
	firstMonth() {
		return [this.today, data.window_from || ""].sort()[1].slice(0, 7);
	}

	lastDay() {
		return [times.addDays(this.today, data.window_days + 1), data.window_to || "9"].sort()[0];
	}

	hasMonth(step) {
		const month = times.addMonths(this.month, step);
		return step < 0 ? month >= this.firstMonth() : month + "-01" <= this.lastDay();
	}

	openDays() {
		return [...this.open.keys()].sort();
	}

	freeOn(day) {
		return (this.open.get(day) || []).filter((slot) => slot.seats_left !== 0).length;
	}

	// That day, else the first where something can be booked, else waited for.
	firstDay(day) {
		const days = this.openDays();
		return this.open.has(day) ? day : days.find((d) => this.freeOn(d)) || days[0];
	}

	dayState(day) {
		const n = this.freeOn(day);
		return n ? t("open", { n }) : t(this.open.has(day) ? "full" : "noneOpen");
	}

	// ---- asking ----

	async load() {
		const turn = ++this.asked;
		this.table.classList.add("loading");
		this.table.ariaBusy = "true";
		try {
			const got = await api.slots(this.month + "-01", times.lastOf(this.month), this.zone,
				this.duration, this.token);
			if (turn !== this.asked)
				return false;
			this.open = new Map(got.days
				.map((d) => [d.date, d.slots.filter((s) => s.start_time !== this.but)])
				.filter(([, slots]) => slots.length));
			this.failed = false;
		} catch (problem) {
			if (turn !== this.asked)
				return false;
			this.open = new Map();
			this.failed = true;
			if (problem.word === "unknown_time_zone" && this.zone !== data.timezone)
				return this.setZone(data.timezone);
			notice(problem.message);
		}
		this.table.classList.remove("loading");
		this.table.ariaBusy = "false";
		this.draw();
		return true;
	}

	// To a day, or the first month with a free one, so that nobody has to search for it. Where there
	// is none in the whole window, its first month is shown again and says so.
	async seek(day) {
		let around = false, found = 0;
		this.month = Date.parse(day) > Date.now() ? day.slice(0, 7) : this.firstMonth();
		while (await this.load()) {
			found += this.open.size;
			this.barren = around && !found;
			if (this.open.has(day) || this.freeOn(this.firstDay()) || around || this.failed) {
				this.show(this.firstDay(day));
				return;
			}
			around = !this.hasMonth(1);
			this.month = around ? this.firstMonth() : times.addMonths(this.month, 1);
		}
	}

	// As before, unless the day is not open any more.
	async reload() {
		const loaded = await this.load();
		if (loaded)
			this.show(this.firstDay(this.day));
		return loaded;
	}

	async turn(step, day) {
		this.month = times.addMonths(this.month, step);
		if (!await this.reload())
			return;
		if (day)
			this.focusDay(day);
		say(`${times.monthInWords(this.month)}: ${t("openDays", { n: this.open.size })}`);
	}

	// The next open day in that direction, in whichever month.
	async stepDay(step) {
		const from = this.day;
		do {
			const days = this.openDays().filter((d) => !from || (step < 0 ? d < from : d > from));
			if (days.length) {
				this.show(days.at(step < 0 ? -1 : 0));
				this.sayDay();
				return;
			}
			if (!this.hasMonth(step))
				return;
			this.month = times.addMonths(this.month, step);
		} while (await this.load());
	}

	setZone(zone) {
		this.zone = this.select.value = zone;
		this.today = times.dayIn(Date.now(), zone);
		this.o.onZone(zone);
		return this.reload();
	}

	setDuration(duration) {
		this.duration = duration;
		this.barren = false;
		return this.reload();
	}

	// ---- drawing ----

	draw() {
		const lead = times.columnOf(this.month + "-01");
		const count = Number(times.lastOf(this.month).slice(8));
		this.title.textContent = times.monthInWords(this.month);
		this.back.disabled = !this.hasMonth(-1);
		this.forth.disabled = !this.hasMonth(1);
		this.now.textContent = t("nowThere", { time: times.clock(Date.now(), this.zone) });
		this.rows.replaceChildren();
		let row;
		for (let i = 0; i < lead + count; i++) {
			if (i % 7 === 0)
				this.rows.append(row = element("tr", {}));
			row.append(i < lead ? element("td", {}) : this.dayCell(
				`${this.month}-${String(i - lead + 1).padStart(2, "0")}`));
		}
		this.mark();
		this.drawTimes();
	}

	dayCell(day) {
		const isOpen = this.open.has(day);
		const button = element("button", {
			textContent: times.dayNumber(day),
			ariaLabel: `${times.dayInWords(day)}, ${this.dayState(day)}`,
			ariaDisabled: String(!isOpen), onclick: () => isOpen && this.choose(day) });
		button.dataset.day = day;
		button.classList.toggle("open", isOpen);
		button.classList.toggle("today", day === this.today);
		return element("td", { role: "gridcell" }, button);
	}

	drawTimes() {
		const slots = this.open.get(this.day) || [];
		const change = this.day && times.clocksChange(this.day, this.zone);
		this.dayTitle.textContent = this.day ? times.dayInWords(this.day, "short") : "";
		this.dayTitle.parentElement.hidden = !this.day;
		this.before.disabled = this.day === this.openDays()[0] && !this.hasMonth(-1);
		this.after.disabled = this.day === this.openDays().at(-1) && !this.hasMonth(1);
		this.clocks.hidden = !change;
		this.clocks.textContent = change ? t("clocks", change) : "";
		this.list.replaceChildren(...(slots.length ? slots.map((s) => this.slotItem(s))
			: this.open.size ? [] : this.nothing()));
		this.list.hidden = !this.list.children.length;
	}

	slotItem(slot) {
		const n = slot.seats_left;
		const button = element("button", { className: "slot",
			textContent: times.clock(new Date(slot.start_time), this.zone),
			onclick: () => this.o.onChoose(slot) });
		button.dataset.start = slot.start_time;
		button.classList.toggle("full", n === 0);
		if (n >= 0)
			button.append(element("small", {}, n ? t("left", { n }) : t("fullWait")));
		return element("li", {}, button);
	}

	nothing() {
		if (this.failed)
			return [];
		const item = (className, ...content) => element("li", { className }, ...content);
		if (this.barren)
			return [item("none", t("nothingUntil", { day: times.dateInWords(this.lastDay()) }))];
		return [item("none", t("emptyMonth")), item("", element("button", {
			textContent: t("firstOpen"), onclick: async () => {
				await this.seek();
				this.focusDay(this.day);
				this.sayDay();
			} }))];
	}

	sayDay() {
		say(this.day ? `${times.dayInWords(this.day)}: ${this.dayState(this.day)}`
			: this.list.textContent);
	}

	buttonOf(day) {
		return this.rows.querySelector(`[data-day="${day}"]`);
	}

	// One day is where Tab comes to, and one is shown.
	mark(day = [this.day, this.firstDay(), this.month + "-01"].find((d) => this.buttonOf(d))) {
		for (const button of this.rows.querySelectorAll("button")) {
			button.tabIndex = button.dataset.day === day ? 0 : -1;
			button.parentElement.ariaSelected = String(button.dataset.day === this.day);
		}
	}

	show(day) {
		this.day = this.open.has(day) ? day : null;
		this.mark();
		this.drawTimes();
		this.list.scrollTop = 0;
	}

	// Onward to the times: that is what a chosen day is for.
	choose(day) {
		this.show(day);
		this.sayDay();
		this.list.querySelector("button").focus();
	}

	// ---- the keyboard ----

	focusDay(day) {
		const button = this.buttonOf(day);
		if (button)
			this.mark(day);
		button?.focus();
	}

	onKey(e) {
		const day = e.target.dataset.day;
		if (!day)
			return;
		const column = times.columnOf(day);
		const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7,
				Home: -column, End: 6 - column };
		if (e.key in steps)
			this.goTo(times.addDays(day, steps[e.key]));
		else if (e.key === "PageUp" && this.hasMonth(-1))
			this.turn(-1, times.addMonths(this.month, -1) + "-01");
		else if (e.key === "PageDown" && this.hasMonth(1))
			this.turn(1, times.addMonths(this.month, 1) + "-01");
		else
			return;
		e.preventDefault();
	}

	goTo(day) {
		const step = day < this.month ? -1 : 1;
		if (day.startsWith(this.month))
			this.focusDay(day);
		else if (this.hasMonth(step))
			this.turn(step, day);
	}
}
