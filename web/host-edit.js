// host-edit.js - hours changed by dragging, with the keyboard, or by typing them
//
// The editor holds the hours of seven days and shows them twice: as blocks in the columns of the
// week, and as a list of times. Both change the same thing, and onChange is told.

import { button, clock, element, minutesOf, toast } from "./host-ui.js";
import { DAY_NAMES, STEP, tidy } from "./host-hours.js";

const END = 1440, LEAST = 30;
const snap = (minutes) => Math.max(0, Math.min(END, Math.round(minutes / STEP) * STEP));

export class Editor {
	// columns: seven elements, each as high as a day, or none; list: where the times stand.
	constructor(columns, list, days, onChange) {
		Object.assign(this, { columns, list, days, onChange });
		columns.forEach((column, day) => {
			column.onpointerdown = (event) => this.draw(event, day);
		});
		this.render();
	}

	end() {
		for (const column of this.columns) {
			column.onpointerdown = null;
			column.querySelectorAll(".hours").forEach((b) => b.remove());
		}
		this.list.replaceChildren();
	}

	changed(focus) {
		this.days.forEach((day) => {
			day.segments = tidy(day.segments);
		});
		this.render(focus);
		this.onChange();
	}

	minutesAt(event, day) {
		const box = this.columns[day].getBoundingClientRect();
		return snap(((event.clientY - box.top) / box.height) * END);
	}

	// ---- dragging ----

	// On free ground a new block begins; on a block it is moved, or one of its edges.
	draw(event, day) {
		if (event.button !== 0)
			return;
		const block = event.target.closest(".hours");
		const from = this.minutesAt(event, day);
		if (block)
			this.take(event, day, this.days[day].segments[block.dataset.index], from);
		else
			this.follow(event, day, this.add(day, { start: from, end: from }), (s, at) => {
				s.start = Math.min(from, at);
				s.end = Math.max(from, at);
			});
	}

	add(day, segment) {
		this.days[day].segments.push(segment);
		return segment;
	}

	take(event, day, segment, from) {
		const edge = event.target.dataset.edge, was = { ...segment };
		this.follow(event, day, segment, (s, at) => {
			const by = at - from;
			if (edge === "start")
				s.start = Math.min(was.end - STEP, at);
			else if (edge === "end")
				s.end = Math.max(was.start + STEP, at);
			else
				Object.assign(s, slid(was, by));
		});
	}

	follow(event, day, segment, apply) {
		const column = this.columns[day], pointer = event.pointerId;
		event.preventDefault();
		column.setPointerCapture(pointer);
		column.onpointermove = (move) => {
			apply(segment, this.minutesAt(move, day));
			this.renderBlocks(day);
		};
		column.onpointerup = column.onpointercancel = () => {
			column.onpointermove = column.onpointerup = column.onpointercancel = null;
			this.changed({ day, start: segment.start });
		};
	}

	// ---- the keyboard ----

	key(event, day, index) {
		const s = this.days[day].segments[index], by = { ArrowUp: -STEP, ArrowDown: STEP }[event.key];
		if (event.key === "Delete" || event.key === "Backspace") {
			this.days[day].segments.splice(index, 1);
			toast("Removed.");
		} else if (by && event.shiftKey) {
			s.end = Math.max(s.start + STEP, snap(s.end + by));
		} else if (by && event.altKey) {
			s.start = Math.min(s.end - STEP, snap(s.start + by));
		} else if (by) {
			Object.assign(s, slid(s, by));
		} else {
			return;
		}
		event.preventDefault();
		this.changed({ day, start: s.start });
	}

	// ---- what is seen ----

	render(focus) {
		this.days.forEach((_, day) => this.renderBlocks(day));
		this.renderList();
		if (!focus)
			return;
		const i = this.days[focus.day].segments.findIndex((s) => s.start <= focus.start && s.end > focus.start);
		(this.columns[focus.day]?.querySelectorAll(".hours")[i] || this.list.querySelector("button"))?.focus();
	}

	renderBlocks(day) {
		const column = this.columns[day];
		if (!column)
			return;
		column.querySelectorAll(".hours").forEach((b) => b.remove());
		column.append(...this.days[day].segments.map((s, i) => this.block(day, s, i)));
	}

	block(day, s, index) {
		const times = `${clock(s.start)}–${clock(s.end)}`;
		const b = element("div", { className: "hours", tabIndex: 0, role: "button", "data-index": index,
			"aria-label": `${DAY_NAMES[day]}, ${times}`, "aria-describedby": "edit-keys" },
		element("span", { className: "edge", "data-edge": "start" }),
		element("span", { className: "label" }, times),
		element("span", { className: "edge bottom", "data-edge": "end" }));
		place(b, s.start, s.end);
		b.onkeydown = (event) => this.key(event, day, index);
		return b;
	}

	renderList() {
		this.list.replaceChildren(...this.days.map((d, day) =>
			element("fieldset", {}, element("legend", {}, DAY_NAMES[day]),
				...d.segments.map((s, i) => this.row(day, s, i)),
				!d.segments.length && element("span", { className: "none" }, "Closed"),
				button("Add hours", () => {
					const last = d.segments.at(-1), start = last ? Math.min(last.end + 60, END - 60) : 540;
					this.add(day, { start, end: Math.min(start + (last ? 60 : 480), END) });
					this.changed();
				}, { className: "small", "aria-label": `Add hours on ${DAY_NAMES[day]}` }))));
	}

	row(day, s, index) {
		const time = (which, label) => {
			const i = element("input", { type: "time", step: STEP * 60, required: true,
				value: clock(s[which] % END), "aria-label": `${DAY_NAMES[day]}, ${label}` });
			i.onchange = () => {
				const at = i.value ? minutesOf(i.value) : s[which];
				s[which] = which === "end" && at === 0 ? END : at;
				if (s.end <= s.start)
					s.end = Math.min(END, s.start + LEAST);
				this.changed();
			};
			return i;
		};
		return element("span", { className: "span" }, time("start", "from"), "–", time("end", "until"),
			button("×", () => {
				this.days[day].segments.splice(index, 1);
				this.changed();
			}, { className: "small cross", "aria-label": `Remove ${clock(s.start)} to ${clock(s.end)} on ${DAY_NAMES[day]}` }));
	}
}

function slid(s, by) {
	const length = s.end - s.start, start = Math.max(0, Math.min(END - length, snap(s.start + by)));
	return { start, end: start + length };
}

// Where a block stands in its column.
export function place(block, start, end) {
	block.style.top = `${(start / END) * 100}%`;
	block.style.height = `${((end - start) / END) * 100}%`;
}
