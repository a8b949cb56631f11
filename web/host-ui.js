// host-ui.js - the pieces that the host's pages are made of

import { isRight, markMember } from "./host-form.js";

export function find(id) {
	return document.getElementById(id);
}

// element("p", { className: "hint" }, "text", child); "aria-…" and "data-…" are attributes.
export function element(tag, properties = {}, ...children) {
	const e = document.createElement(tag);
	for (const [name, value] of Object.entries(properties))
		if (name.includes("-") || name === "role")
			e.setAttribute(name, value);
		else
			e[name] = value;
	e.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
	return e;
}

export function button(label, run, properties = {}) {
	const b = element("button", { type: "button", ...properties }, label);
	b.onclick = () => attempt(run, b);
	return b;
}

let timer;
export function toast(text) {
	const box = find("toast");
	// Over windows, too, which are above all that has no place there.
	box.popover = "manual";
	box.hidePopover?.();
	box.showPopover?.();
	box.textContent = text;
	box.classList.add("shown");
	clearTimeout(timer);
	timer = setTimeout(() => box.classList.remove("shown"), 5000);
}

// Do it once at a time; what goes wrong is said where the reader is looking. The control is not
// disabled meanwhile, as that would take the focus away from who uses a keyboard.
export async function attempt(run, control) {
	if (control?.getAttribute("aria-busy"))
		return undefined;
	control?.setAttribute("aria-busy", "true");
	try {
		return await run();
	} catch (problem) {
		if (problem.status === undefined)
			console.error(problem);
		complain(control, problem);
		return undefined;
	} finally {
		control?.removeAttribute("aria-busy");
		if (document.activeElement === document.body)
			find("main").focus({ preventScroll: true });
	}
}

function complain(control, problem) {
	const place = control && control.closest("dialog, form, section");
	const box = place && place.querySelector(".notice");
	if (place && markMember(place, problem.member, problem.message))
		return;
	if (!box) {
		toast(problem.message);
		return;
	}
	box.replaceChildren(problem.message);
	box.hidden = false;
	box.scrollIntoView({ block: "nearest" });
}

// What a form does once it is filled in rightly.
export function onSubmit(form, control, run) {
	form.noValidate = true;
	form.onsubmit = (event) => {
		const box = form.querySelector(".notice");
		event.preventDefault();
		if (box)
			box.hidden = true;
		if (isRight(form))
			attempt(run, control);
	};
}

// Somebody else was quicker: see what they made of it, or let one's own go over it.
export function changedElsewhere(form, { reread, overwrite }) {
	const box = form.querySelector(".notice");
	box.replaceChildren("This was changed elsewhere while you were at it. Nothing of yours is saved yet.",
		element("span", { className: "buttons" }, button("Show how it is now", reread),
			button("Save mine over it", overwrite)));
	box.hidden = false;
	box.scrollIntoView({ block: "nearest" });
}

export function noticeBox() {
	return element("p", { className: "notice", hidden: true, role: "alert" });
}

// A heading with what can be done beside it.
export function heading(text, hint, ...actions) {
	return element("div", { className: "head" },
		element("div", {}, element("h1", {}, text), hint && element("p", { className: "hint" }, hint)),
		element("div", { className: "actions" }, ...actions));
}

let fields = 0;
export function field(label, control, hint, member) {
	control.id ||= `field-${++fields}`;
	if (member)
		control.dataset.member = member;
	const p = element("p", { className: "field" }, element("label", { htmlFor: control.id }, label),
		control);
	if (hint) {
		const id = control.id + "-hint";
		p.append(element("span", { className: "hint", id }, hint));
		control.setAttribute("aria-describedby", id);
	}
	return p;
}

export function input(type, value, properties = {}) {
	const i = element("input", { type, ...properties });
	if (type === "checkbox")
		i.checked = Boolean(value);
	else
		i.value = value ?? "";
	return i;
}

export function choice(options, value, properties = {}) {
	const s = element("select", properties,
		...options.map(([v, label]) => element("option", { value: v }, label)));
	s.value = value;
	return s;
}

export function check(label, control) {
	return element("label", { className: "check" }, control, label);
}

// A window over the page: fill(body, close, leave) puts something in. What was typed there is lost
// only to who says so: leave() asks, and so does Escape.
export function dialog(title, fill, { wide, guard } = {}) {
	const d = element("dialog", { className: wide ? "wide" : "" });
	const name = `dialog-${++fields}`;
	const body = element("form", { method: "dialog" });
	const close = () => d.close();
	const leave = () => {
		if (guard && d.dataset.changed)
			confirm("Leave without saving?", "What you have changed here is lost.", "Leave", close,
				{ stay: "Go on" });
		else
			close();
	};
	d.setAttribute("aria-labelledby", name);
	body.append(element("h2", { id: name }, title), noticeBox());
	d.append(body);
	d.onclose = () => d.remove();
	d.oncancel = (event) => {
		event.preventDefault();
		leave();
	};
	body.oninput = () => {
		d.dataset.changed = "yes";
	};
	fill(body, close, leave);
	document.body.append(d);
	d.showModal();
	return d;
}

// Ask before something is gone. `run` gets the reason, where one is asked for.
export function confirm(title, text, label, run, { reason, danger = true, stay = "Keep" } = {}) {
	dialog(title, (body, close) => {
		const why = reason && input("text", "", { maxLength: 500 });
		const yes = element("button", { type: "submit", className: danger ? "danger" : "primary" }, label);
		body.append(element("p", {}, text), why ? field("Reason (it is told)", why) : "",
			element("p", { className: "buttons" }, yes, button(stay, close)));
		onSubmit(body, yes, async () => {
			await run(why ? why.value.trim() : undefined);
			close();
		});
	});
}

// ---- what is not saved yet ----

let unsaved = () => false;
export function keepUnsaved(test) {
	unsaved = test;
}

export function isUnsaved() {
	return unsaved() || Boolean(document.querySelector("dialog[data-changed]"));
}

// Put it on the clipboard, or show it to be copied by hand.
export function copyButton(text, label = "Copy") {
	return button(label, async () => {
		await navigator.clipboard.writeText(text);
		toast("Copied.");
	}, { className: "small" });
}

// ---- times ----

const DAY = 86400000;
const formats = new Map();

function format(zone) {
	if (!formats.has(zone))
		formats.set(zone, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23",
			year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }));
	return formats.get(zone);
}

// What the clock on the wall shows: { date: "2027-01-18", minutes: 540 }.
export function wall(instant, zone) {
	const p = Object.fromEntries(format(zone).formatToParts(instant).map((x) => [x.type, x.value]));
	return { date: `${p.year}-${p.month}-${p.day}`, minutes: Number(p.hour) * 60 + Number(p.minute) };
}

// When the clock on that wall shows it; where it never does, as long after the gap as it stands in it.
export function instantOf(date, minutes, zone) {
	const wanted = Date.parse(date) + minutes * 60000;
	let at = wanted;
	for (let i = 0; i < 2; i++) {
		const shown = wall(at, zone);
		at += wanted - Date.parse(shown.date) - shown.minutes * 60000;
	}
	return at;
}

export function addDays(date, days) {
	return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
}

export function weekday(date) { // 0: Monday
	return (new Date(date).getUTCDay() + 6) % 7;
}

export function clock(minutes) {
	return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export function minutesOf(text) {
	const [h, m] = text.split(":").map(Number);
	return h * 60 + m;
}

export function dayTitle(date, options = { weekday: "long", day: "numeric", month: "long" }) {
	return new Date(date).toLocaleDateString(undefined, { timeZone: "UTC", ...options });
}

export function spanTitle(start, end, zone) {
	return `${moment(start, zone)} – ${clock(wall(end, zone).minutes)}`;
}

export function moment(instant, zone) {
	return new Date(instant).toLocaleString(undefined, { timeZone: zone, weekday: "short",
		day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

export function lasting(minutes) {
	const h = Math.floor(minutes / 60), m = minutes % 60;
	return [h && `${h} h`, (m || !h) && `${m} min`].filter(Boolean).join(" ");
}
