// host-type-form.js - the form of a meeting type: a table of what it says, and where that stands
//
// A row is [member, label, kind, more]. "limits.day" is a member of a member. What is said in hours
// is kept in minutes.

import { check, choice, element, field, input } from "./host-ui.js";
import { questionEditor } from "./host-questions.js";
import { reminderEditor } from "./host-reminders.js";
import { teamEditor } from "./host-team.js";

const PLACES = [["none", "Not said"], ["place", "At a place"], ["phone", "By phone: the invitee gives a number"],
	["link", "Behind a link"], ["conference", "In a conference room of its own"],
	["google_meet", "In Google Meet, by my connected calendar"], ["teams", "In Teams, by my connected calendar"]];
const VALUES = { place: ["Place or address", "Room 4, Long Lane 12"],
	link: ["Address of the link", "https://meet.example.org/me"],
	conference: ["Address, with {id} for what is new each time", "https://meet.example.org/{id}"] };

const SECTIONS = [
	["Pauses and beginnings", [
		["buffer_before_minutes", "Minutes free before", "number", { max: 1440 }],
		["buffer_after_minutes", "Minutes free after", "number", { max: 1440 }],
		["step_minutes", "Begins every … minutes", "number", { max: 1440, hint: "0: as long as the shortest length" }],
		["align_to_clock", "Beginnings are counted from the full hour", "check"],
		["shared_buffers", "Between two bookings the longer pause is enough", "check"],
		["buffers_inside_hours", "Pauses have to be within the open hours", "check"],
	]],
	["How early and how late", [
		["notice_minutes", "Hours of notice", "hours", { max: 8784 }],
		["notice_days", "Days of notice", "number", { max: 365, hint: "Whole days: 1 is from tomorrow on" }],
		["window_from", "Not before", "date"],
		["window_to", "Not after", "date"],
		["cancel_until_minutes", "Invitees may cancel until … hours before", "hours", { max: 8784, hint: "0: until it begins" }],
		["move_until_minutes", "Invitees may move it until … hours before", "hours", { max: 8784, hint: "0: until it begins" }],
		["window_days", "Days ahead", "number", { min: 1, max: 365 }],
	]],
	["Limits", [
		["limits.day", "Meetings a day", "number", { max: 1000, hint: "0: no limit" }],
		["limits.week", "Meetings a week", "number", { max: 1000 }],
		["limits.month", "Meetings a month", "number", { max: 1000 }],
		["limits.per_invitee", "To come for one invitee", "number", { max: 1000 }],
		["limits.minutes_day", "Hours a day", "hours", { max: 744 }],
		["limits.minutes_week", "Hours a week", "hours", { max: 744 }],
		["limits.minutes_month", "Hours a month", "hours", { max: 744 }],
	]],
	["Places and series", [
		["seats", "Places", "number", { min: 1, max: 1000, hint: "More than one: several share a meeting" }],
		["series.max", "Times in a row", "number", { min: 1, max: 60, hint: "More than one: invitees may book a series" }],
		["seats_show_others", "Invitees see who else comes", "check"],
		["waiting_list", "Who finds it full may wait for a place", "check"],
	]],
	["Who may book, and what counts", [
		["confirm", "I confirm each booking first", "check"],
		["confirm_address", "Invitees confirm their address by a link in a mail first", "check"],
		["pending_blocks", "What waits for that holds its time", "check"],
		["pending_hours", "It lapses after … hours", "number", { min: 1, max: 744 }],
		["hidden", "Not on my public page", "check"],
		["access", "Only with a link that I give", "check", { on: "link", off: "everybody" }],
		["tentative_blocks", "Events that are tentative take time", "check"],
		["working_elsewhere_blocks", "Days on which I work elsewhere take time", "check"],
	]],
];

// ---- values ----

const at = (o, member) => member.split(".").reduce((x, name) => x?.[name], o);

function put(o, member, value) {
	const names = member.split("."), last = names.pop();
	const inner = names.reduce((x, name) => (x[name] = { ...x[name] }), o);
	if (value === undefined)
		delete inner[last];
	else
		inner[last] = value;
}

const KINDS = {
	number: {
		make: (v, { min = 0, max }) => input("number", v ?? min, { min, max, required: true }),
		read: (c) => Number(c.value),
	},
	hours: {
		make: (v, { max }) => input("number", (v || 0) / 60, { min: 0, max, step: "any", required: true }),
		read: (c) => Math.round(c.value * 60),
	},
	date: {
		make: (v) => input("date", v || ""),
		read: (c) => c.value || undefined,
	},
	check: {
		make: (v, { on = true }) => input("checkbox", v === on),
		read: (c, { on = true, off = false }) => (c.checked ? on : off),
	},
};

function rowPart([member, label, kind, more = {}], type) {
	const control = KINDS[kind].make(at(type, member), more);
	control.dataset.member = member.replace(".", " ");
	return { element: kind === "check" ? check(label, control) : field(label, control, more.hint),
		write: (out) => put(out, member, KINDS[kind].read(control, more)) };
}

// ---- the form ----

function pair(...children) {
	return element("div", { className: "pair" }, ...children);
}

function basics(type, schedules) {
	const c = {
		title: input("text", type.title, { required: true, maxLength: 200 }),
		colour: input("color", type.colour || "#3b5bdb"),
		slug: input("text", type.slug, { required: true, pattern: "[a-z0-9][a-z0-9\\-]*", maxLength: 63,
			title: "Small letters, digits and hyphens, like intro-call.", autocapitalize: "none", spellcheck: false }),
		durations: input("text", type.durations.join(", "), { required: true, pattern: "[0-9]+([, ]+[0-9]+)*", inputMode: "numeric",
			title: "Minutes, with commas between several: 30, 60." }),
		description: element("textarea", { rows: 3, value: type.description || "", maxLength: 2000 }),
		schedule: choice(schedules.map((s) => [s.id, s.name]), type.schedule),
		kind: choice(PLACES, type.location.kind),
		value: input("text", type.location.value || "", { required: true, maxLength: 500 }),
	};
	const value = field("Place", c.value, null, "location");
	c.kind.onchange = () => {
		const [label, example] = VALUES[c.kind.value] || [];
		value.hidden = !label;
		value.querySelector("label").textContent = label || "Place";
		c.value.placeholder = example || "";
	};
	c.kind.onchange();
	c.title.oninput = () => {
		if (!type.id && !c.slug.dataset.typed)
			c.slug.value = c.title.value.toLowerCase().normalize("NFD").replace(/[^a-z0-9\s-]/g, "").trim().replace(/[\s-]+/g, "-");
	};
	c.slug.oninput = () => {
		c.slug.dataset.typed = "yes";
	};
	return { parts: [
		pair(field("Title", c.title, null, "title"), field("Colour", c.colour, null, "colour")),
		pair(field("Name in the address", c.slug, "Small letters and digits, like “intro”", "slug"),
			field("Minutes", c.durations, "One length, or several to choose from: 30, 60", "durations")),
		field("Description", c.description, null, "description"),
		pair(field("Where", c.kind), value),
		field("Hours", c.schedule, schedules.length > 1 ? null : "More of them are made under Hours", "schedule"),
	], write: (out) => Object.assign(out, {
		title: c.title.value.trim(), slug: c.slug.value.trim(), colour: c.colour.value, description: c.description.value.trim(),
		durations: c.durations.value.split(/[, ]+/).filter(Boolean).map(Number), schedule: c.schedule.value,
		location: { kind: c.kind.value, ...(VALUES[c.kind.value] ? { value: c.value.value.trim() } : {}) } }) };
}

function section(title, parts, open = false) {
	return element("details", { open }, element("summary", {}, title), ...parts);
}

// { parts, read }: what stands in the form, and the type that it says. Members that it does not show stay.
export function typeForm(type, schedules) {
	const first = basics(type, schedules), team = teamEditor(type.team), questions = questionEditor(type.questions || []), reminders = reminderEditor(type);
	const rows = SECTIONS.map(([title, list]) => [title, list.map((row) => [row[2], rowPart(row, type)])]);
	const of = (list, isCheck) => list.filter(([kind]) => (kind === "check") === isCheck).map(([, part]) => part.element);
	return {
		parts: [...first.parts,
			section("Questions to the invitee", questions.parts, (type.questions || []).length > 0),
			section("Reminders", reminders.parts),
			...rows.map(([title, list]) => section(title, [pair(...of(list, false)), ...of(list, true)])),
			section("Hosts", team.parts, Boolean(type.team && type.team.mode !== "none"))],
		read: () => {
			const out = structuredClone(type);
			first.write(out);
			rows.forEach(([, list]) => list.forEach(([, part]) => part.write(out)));
			Object.assign(out, { questions: questions.read(), team: team.read(), ...reminders.read() });
			for (const name of ["id", "host", "booking_url", "address"])
				delete out[name];
			return out;
		},
	};
}
