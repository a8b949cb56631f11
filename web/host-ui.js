// host-ui.js - the pieces that the host's pages are made of

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
	box.textContent = text;
	box.classList.add("shown");
	clearTimeout(timer);
	timer = setTimeout(() => box.classList.remove("shown"), 5000);
}

// Do it once; what goes wrong is said where the reader is looking.
export async function attempt(run, control) {
	if (control)
		control.disabled = true;
	try {
		return await run();
	} catch (problem) {
		if (!problem.status && problem.name !== "Refusal" && !("member" in problem))
			console.error(problem);
		complain(control, problem.message);
		return undefined;
	} finally {
		if (control)
			control.disabled = false;
	}
}

function complain(control, text) {
	const place = control && control.closest("dialog, form, section");
	const box = place && place.querySelector(".notice");
	if (!box) {
		toast(text);
		return;
	}
	box.textContent = text;
	box.hidden = false;
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
export function field(label, control, hint) {
	control.id ||= `field-${++fields}`;
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

// A window over the page: fill(body, close) puts something in; it goes with Escape as well.
export function dialog(title, fill, { wide } = {}) {
	const d = element("dialog", { className: wide ? "wide" : "" });
	const name = `dialog-${++fields}`;
	const body = element("form", { method: "dialog", noValidate: false });
	d.setAttribute("aria-labelledby", name);
	body.append(element("h2", { id: name }, title), noticeBox());
	d.append(body);
	d.onclose = () => d.remove();
	fill(body, () => d.close());
	document.body.append(d);
	d.showModal();
	return d;
}

// Ask before something is gone. `run` gets the reason, where one is asked for.
export function confirm(title, text, label, run, { reason, danger = true } = {}) {
	dialog(title, (body, close) => {
		const why = reason && input("text", "", { maxLength: 500 });
		const yes = element("button", { type: "submit", className: danger ? "danger" : "primary" }, label);
		body.append(element("p", {}, text), why ? field("Reason (it is told)", why) : "",
			element("p", { className: "buttons" }, yes, button("Keep", close)));
		body.onsubmit = async (event) => {
			event.preventDefault();
			await attempt(async () => {
				await run(why ? why.value : undefined);
				close();
			}, yes);
		};
	});
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

export function moment(instant, zone) {
	return new Date(instant).toLocaleString(undefined, { timeZone: zone, weekday: "short",
		day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

export function lasting(minutes) {
	const h = Math.floor(minutes / 60), m = minutes % 60;
	return [h && `${h} h`, (m || !h) && `${m} min`].filter(Boolean).join(" ");
}
