// host-schedules.js - named schedules: weekly hours, single dates, holidays, journeys, the zone

import { ask, askText } from "./host-api.js";
import { Editor } from "./host-edit.js";
import { DAYS, DAY_NAMES, weekOf, weeklyOf } from "./host-hours.js";
import { button, changedElsewhere, check, choice, clock, confirm, dayTitle, dialog, element, field, heading, input,
	onSubmit, toast } from "./host-ui.js";

// As `pattern` has it: a hyphen in brackets is escaped there.
const HOURS = "\\s*\\d\\d:\\d\\d\\s*[\\-–]\\s*\\d\\d:\\d\\d\\s*";
const READ_ONLY = ["id", "set_by", "readable"];

const zones = Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : [];
const placeOf = (zone) => zone.replaceAll("_", " ");

// Any name may be typed: the server knows more of them than a browser lists.
export function zoneInput(value, properties = {}) {
	if (zones.length && !document.getElementById("zones"))
		document.body.append(element("datalist", { id: "zones" },
			...["UTC", ...zones].map((z) => element("option", { value: z }))));
	const i = input("text", value, { required: true, spellcheck: false, autocapitalize: "none", ...properties });
	i.setAttribute("list", "zones");
	return i;
}

// ---- lists of dates ----

// Rows of controls that can be added and removed: make(item) gives { parts, read }.
function rowList(items, make, empty, label) {
	const rows = new Map(), list = element("ul", {});
	const add = (item) => {
		const { parts, read } = make(item);
		const row = element("li", { className: "line" }, ...parts, button("×", () => {
			rows.delete(row);
			row.dispatchEvent(new Event("input", { bubbles: true }));
			row.remove();
		}, { className: "small cross", "aria-label": "Remove this line" }));
		rows.set(row, read);
		list.append(row);
		return row;
	};
	items.forEach(add);
	return { parts: [list, button(label, () => add(empty).querySelector("input").focus(), { className: "small" })],
		read: () => [...rows.values()].map((read) => read()) };
}

function overrideLine(o) {
	const date = input("date", o.date, { required: true, "data-member": "overrides" });
	const hours = input("text", o.windows.map((w) => `${w.start}-${w.end}`).join(", "), {
		pattern: `(${HOURS}(,${HOURS})*)?`, placeholder: "closed", title: "Hours like 09:00-12:00, 13:00-17:30; nothing is closed." });
	return { parts: [field("Date", date), field("Open", hours, "Like 09:00-12:00, 13:00-17:30; nothing: closed")],
		read: () => ({ date: date.value, windows: hours.value.split(",").map((w) => w.trim()).filter(Boolean)
			.map((w) => w.split(/\s*[-–]\s*/)).map(([start, end]) => ({ start, end })) }) };
}

function holidayLine(h) {
	const date = input("date", h.date, { required: true, "data-member": "holidays" });
	const name = input("text", h.name, { required: true, maxLength: 200 });
	return { parts: [field("Date", date), field("Name", name)],
		read: () => ({ date: date.value, name: name.value.trim() }) };
}

function travelLine(t) {
	const from = input("date", t.from, { required: true, "data-member": "travel" });
	const to = input("date", t.to, { required: true }), zone = zoneInput(t.timezone);
	return { parts: [field("From", from), field("To", to), field("Time zone", zone)],
		read: () => ({ from: from.value, to: to.value, timezone: zone.value.trim() }) };
}

// ---- the form ----

function scheduleForm(s, body) {
	const name = input("text", s.name, { required: true, maxLength: 100 });
	const zone = zoneInput(s.timezone);
	const follow = input("checkbox", s.follow_host);
	const start = choice(DAYS.map((d, i) => [d, DAY_NAMES[i]]), s.week_start || "mon");
	const days = weekOf(s).map((segments) => ({ segments })), list = element("div", { className: "times-list" });
	const weekly = new Editor([], list, days, () => body.dispatchEvent(new Event("input")));
	const overrides = rowList(s.overrides, overrideLine, { date: "", windows: [] }, "Add a date");
	const holidays = rowList(s.holidays, holidayLine, { date: "", name: "" }, "Add a holiday");
	const travel = rowList(s.travel, travelLine, { from: "", to: "", timezone: "" }, "Add a journey");
	const part = (title, count, ...parts) => element("details", {},
		element("summary", {}, title, count > 0 && element("span", { className: "hint" }, ` ${count}`)), ...parts);
	follow.onchange = () => {
		zone.disabled = follow.checked;
	};
	follow.onchange();
	return {
		parts: [element("div", { className: "pair" }, field("Name", name, null, "name"), field("Time zone", zone, null, "timezone")),
			check("Always my own time zone, as it stands in Settings", follow),
			element("details", { open: true }, element("summary", {}, "Every week"),
				s.readable ? list : element("p", { className: "hint" }, "These hours are set in your calendar app, which "
					+ "says more than fits here. Change them there.")),
			part("Other hours on single dates", s.overrides.length, ...overrides.parts),
			part("Holidays", s.holidays.length, element("p", { className: "hint" }, "Closed, unless a single date says else."),
				...holidays.parts),
			part("Journeys", s.travel.length, element("p", { className: "hint" }, "On these days the hours go by the clock there."),
				...travel.parts),
			part("Weeks", 0, field("A week begins on", start, "Limits a week are counted so"))],
		read: () => {
			const out = { ...s, name: name.value.trim(), timezone: zone.value.trim(), follow_host: follow.checked,
				week_start: start.value, overrides: overrides.read(), holidays: holidays.read(), travel: travel.read(),
				weekly: s.readable ? weeklyOf(weekly.days.map((d) => d.segments)) : s.weekly };
			READ_ONLY.forEach((n) => delete out[n]);
			return out;
		},
	};
}

function edit(s, done) {
	const path = "/api/schedules" + (s.id ? "/" + encodeURIComponent(s.id) : "");
	dialog(s.id ? s.name : "A new schedule", (body, close, leave) => {
		const form = scheduleForm(s, body);
		const save = element("button", { type: "submit", className: "primary" }, "Save");
		const store = async (wanted) => {
			try {
				await ask(s.id ? "PUT" : "POST", path, wanted);
			} catch (problem) {
				if (problem.status !== 412)
					throw problem;
				changedElsewhere(body, {
					reread: async () => {
						close();
						edit(await ask("GET", path), done);
					},
					overwrite: async () => store({ ...wanted, version: (await ask("GET", path)).version }),
				});
				return;
			}
			close();
			toast("Saved.");
			done();
		};
		body.append(...form.parts, element("p", { className: "buttons" }, save, button("Cancel", leave)));
		onSubmit(body, save, () => store(form.read()));
	}, { wide: true, guard: true });
}

// ---- holidays from a file ----

function takeHolidays(s, done) {
	dialog("Holidays from a file", (body, close) => {
		const file = input("file", "", { accept: ".ics,text/calendar", required: true });
		const save = element("button", { type: "submit", className: "primary" }, "Take them over");
		body.append(element("p", {}, `The holidays of “${s.name}” are replaced by the whole days of the next three years in `
			+ "this file: any calendar of holidays will do."), field("An .ics file", file),
		element("p", { className: "buttons" }, save, button("Cancel", close)));
		onSubmit(body, save, async () => {
			const answer = await askText("PUT", `/api/schedules/${encodeURIComponent(s.id)}/holidays`, await file.files[0].text(),
				{ "Content-Type": "text/calendar; charset=utf-8", "If-Match": `"${s.version}"` });
			close();
			const { length } = JSON.parse(answer).holidays;
			toast(length === 1 ? "One holiday." : `${length} holidays.`);
			done();
		});
	});
}

// ---- the page ----

function hoursOfDay(segments) {
	return segments.map((x) => `${clock(x.start)}–${clock(x.end)}`).join(", ") || "closed";
}

// Days of the same hours in one line: "Mon–Fri 09:00–17:00".
function summary(s) {
	const short = DAY_NAMES.map((d) => d.slice(0, 3)), out = [];
	weekOf(s).forEach((segments, day) => {
		const hours = hoursOfDay(segments), last = out.at(-1);
		if (last && last.hours === hours)
			last.to = day;
		else
			out.push({ from: day, to: day, hours });
	});
	return out.map((g) => element("li", {}, element("span", {}, g.from === g.to ? short[g.from]
		: `${short[g.from]}–${short[g.to]}`), ` ${g.hours}`));
}

function card(s, load) {
	const today = new Date().toISOString().slice(0, 10);
	const coming = [...s.holidays.map((h) => ({ date: h.date, what: h.name })),
		...s.overrides.map((o) => ({ date: o.date, what: o.windows.length
			? o.windows.map((w) => `${w.start}–${w.end}`).join(", ") : "closed" })),
		...s.travel.map((t) => ({ date: t.from, what: `in ${placeOf(t.timezone)}` }))]
		.filter((x) => x.date >= today).sort((a, b) => (a.date < b.date ? -1 : 1));
	return element("section", { className: "calendar" },
		element("h2", {}, s.name, s.id === "default" && element("span", { className: "state" }, "Default")),
		element("p", { className: "hint" }, placeOf(s.timezone), s.follow_host && ", as my own",
			!s.readable && ", set in a calendar app"),
		element("ul", { className: "week-hours" }, ...summary(s)),
		coming.length > 0 && element("p", { className: "hint" }, "Next: ", coming.slice(0, 3).map((x) =>
			`${dayTitle(x.date, { day: "numeric", month: "short" })} ${x.what}`).join(" · "),
		coming.length > 3 && `, and ${coming.length - 3} more`),
		element("p", { className: "actions" }, button("Edit", () => edit(s, load), { "aria-label": `Edit ${s.name}` }),
			button("Holidays from a file", () => takeHolidays(s, load), { "aria-label": `Holidays from a file for ${s.name}` }),
			s.id !== "default" && button("Delete", () => confirm(`Delete “${s.name}”?`, "No meeting type may go by it.", "Delete",
				async () => {
					await ask("DELETE", `/api/schedules/${encodeURIComponent(s.id)}`, null, s.version);
					toast("Deleted.");
					load();
				}), { "aria-label": `Delete ${s.name}` })));
}

export async function schedules(section, me) {
	const list = element("div", {});
	const load = async () => {
		list.replaceChildren(...(await ask("GET", "/api/schedules")).schedules.map((s) => card(s, load)));
	};
	const fresh = { name: "", timezone: me.timezone || "UTC", readable: true, overrides: [], holidays: [], travel: [],
		weekly: DAYS.slice(0, 5).map((day) => ({ day, start: "09:00", end: "17:00" })) };
	section.append(heading("Hours", "When you may be booked. A meeting type goes by one of these.",
		button("New schedule", () => edit(fresh, load), { className: "primary" })), list);
	await load();
}
