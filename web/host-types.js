// host-types.js - what may be booked: meeting types, made and changed

import { ask } from "./host-api.js";
import { attempt, button, check, choice, confirm, copyButton, dialog, element, field, heading, input, lasting,
	toast } from "./host-ui.js";

const NEW = { slug: "", title: "", durations: [30], schedule: "default", window_days: 60, colour: "#3b5bdb",
	location: { kind: "none" }, questions: [], limits: {} };

const PLACES = [["none", "Not said"], ["place", "At a place"], ["phone", "By phone"], ["link", "Behind a link"],
	["conference", "In a conference room of its own"]];
const KINDS = [["text", "One line"], ["long", "Several lines"], ["choice", "A choice"], ["yes_no", "Yes or no"],
	["number", "A number"], ["phone", "A phone number"]];

const number = (value, min = 0, max = 100000) => input("number", value ?? 0, { min, max, required: true });

// ---- questions ----

function questionRow(q, rows) {
	const text = input("text", q.text, { required: true, maxLength: 200, "aria-label": "Question" });
	const type = choice(KINDS, q.type, { "aria-label": "Answered by" });
	const required = input("checkbox", q.required);
	const choices = input("text", (q.choices || []).join(", "), { "aria-label": "Choices, with commas between",
		placeholder: "One, another, a third" });
	const row = element("li", { className: "question" }, text, type, choices, check("Needed", required),
		button("×", () => {
			rows.delete(row);
			row.remove();
		}, { className: "small cross", "aria-label": "Remove the question" }));
	type.onchange = () => {
		choices.hidden = type.value !== "choice";
	};
	type.onchange();
	// Answers go by it, so it stays whatever the question is called later.
	const id = q.id || "q" + Math.random().toString(36).slice(2, 10);
	rows.set(row, () => ({
		id, text: text.value.trim(), type: type.value, required: required.checked,
		...(type.value === "choice"
			? { choices: choices.value.split(",").map((c) => c.trim()).filter(Boolean) } : {}),
	}));
	return row;
}

function questionList(questions) {
	const rows = new Map(), list = element("ul", { className: "questions" },
		...questions.map((q) => questionRow(q, rows)));
	const add = button("Add a question", () => {
		list.append(questionRow({ text: "", type: "text", required: false }, rows));
		list.lastChild.querySelector("input").focus();
	}, { className: "small" });
	return { element: element("fieldset", {}, element("legend", {}, "Questions to the invitee"), list, add),
		read: () => [...rows.values()].map((read) => read()) };
}

// ---- the form ----

function parts(type, schedules) {
	const f = {
		title: input("text", type.title, { required: true, maxLength: 200 }),
		slug: input("text", type.slug, { required: true, pattern: "[a-z0-9][a-z0-9._\\-]*", maxLength: 63,
			autocapitalize: "none", spellcheck: false }),
		durations: input("text", type.durations.join(", "), { required: true, pattern: "[0-9, ]+",
			inputMode: "numeric" }),
		colour: input("color", type.colour || "#3b5bdb"),
		description: element("textarea", { rows: 3, value: type.description || "", maxLength: 2000 }),
		schedule: choice(schedules.map((s) => [s.id, s.name]), type.schedule),
		kind: choice(PLACES, type.location.kind),
		place: input("text", type.location.value || ""),
		before: number(type.buffer_before_minutes), after: number(type.buffer_after_minutes),
		step: number(type.step_minutes), notice: number((type.notice_minutes || 0) / 60),
		window: number(type.window_days, 1, 3650), day: number(type.limits.day), week: number(type.limits.week),
		seats: number(type.seats || 1, 1, 1000),
		confirm: input("checkbox", type.confirm), hidden: input("checkbox", type.hidden),
		link: input("checkbox", type.access === "link"),
		questions: questionList(type.questions || []),
	};
	f.kind.onchange = () => {
		f.place.closest(".field").hidden = ["none", "phone"].includes(f.kind.value);
	};
	return f;
}

// What the form does not show stays as it is.
function read(type, f) {
	const minutes = f.durations.value.split(/[, ]+/).filter(Boolean).map(Number);
	const told = !["none", "phone"].includes(f.kind.value);
	const out = { ...type, title: f.title.value.trim(), slug: f.slug.value.trim(), durations: minutes,
		colour: f.colour.value, description: f.description.value.trim(), schedule: f.schedule.value,
		location: { ...(told ? { value: f.place.value.trim() } : {}), kind: f.kind.value },
		buffer_before_minutes: Number(f.before.value), buffer_after_minutes: Number(f.after.value),
		step_minutes: Number(f.step.value), notice_minutes: Math.round(f.notice.value * 60),
		window_days: Number(f.window.value),
		limits: { ...type.limits, day: Number(f.day.value), week: Number(f.week.value) },
		seats: Number(f.seats.value), confirm: f.confirm.checked, hidden: f.hidden.checked,
		access: f.link.checked ? "link" : "everybody", questions: f.questions.read() };
	for (const name of ["id", "host", "booking_url"])
		delete out[name];
	return out;
}

function layOut(f) {
	const pair = (...children) => element("div", { className: "pair" }, ...children);
	return [
		pair(field("Title", f.title), field("Colour", f.colour)),
		pair(field("Name in the address", f.slug, "Small letters and digits, like “intro”"),
			field("Minutes", f.durations, "One length, or several to choose from: 30, 60")),
		field("Description", f.description),
		pair(field("Where", f.kind), field("Place or address", f.place)),
		field("Hours", f.schedule),
		element("details", {}, element("summary", {}, "Pauses, notice and limits"),
			pair(field("Minutes free before", f.before), field("Minutes free after", f.after)),
			pair(field("Hours of notice", f.notice), field("Days ahead", f.window)),
			pair(field("At most a day", f.day, "0: no limit"), field("At most a week", f.week, "0: no limit")),
			pair(field("Begins every … minutes", f.step, "0: as long as the shortest length"),
				field("Places", f.seats, "More than one: several may book the same time"))),
		element("fieldset", {}, element("legend", {}, "Who may book"),
			check("I confirm each booking first", f.confirm), check("Not on my public page", f.hidden),
			check("Only with a link that I give", f.link)),
		f.questions.element,
	];
}

function edit(type, schedules, done) {
	dialog(type.id ? type.title : "A new meeting type", (body, close) => {
		const f = parts(type, schedules);
		const save = element("button", { type: "submit", className: "primary" }, "Save");
		body.append(...layOut(f), element("p", { className: "buttons" }, save, button("Cancel", close)));
		f.kind.onchange();
		f.title.oninput = () => {
			if (!type.id && !f.slug.dataset.typed)
				f.slug.value = f.title.value.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
		};
		f.slug.oninput = () => {
			f.slug.dataset.typed = "yes";
		};
		body.onsubmit = (event) => {
			event.preventDefault();
			attempt(async () => {
				const at = "/api/meeting-types" + (type.id ? "/" + type.id : "");
				await ask(type.id ? "PUT" : "POST", at, read(type, f));
				close();
				toast("Saved.");
				done();
			}, save);
		};
	}, { wide: true });
}

// ---- the list ----

function tags(t) {
	return [lasting(t.durations[0]) + (t.durations.length > 1 ? " and others" : ""), t.confirm && "to be confirmed",
		t.hidden && "hidden", t.access === "link" && "by link alone", t.seats > 1 && `${t.seats} places`,
		t.team && "team"].filter(Boolean).join(" · ");
}

function item(t, schedules, load) {
	const mark = element("i", { className: "dot" });
	mark.style.background = t.colour || "";
	return element("li", { className: "row" }, mark,
		element("div", { className: "grow" }, element("strong", {}, t.title),
			element("p", { className: "hint" }, tags(t)),
			element("a", { href: t.booking_url, target: "_blank", rel: "noopener" }, t.booking_url.replace(/^https?:\/\//, ""))),
		element("div", { className: "actions" }, copyButton(t.booking_url, "Copy address"),
			button("Edit", () => edit(t, schedules, load), { "aria-label": `Edit ${t.title}` }),
			button("Delete", () => confirm(`Delete “${t.title}”?`, "Nobody can book it any more. What is booked stays.",
				"Delete", async () => {
					await ask("DELETE", "/api/meeting-types/" + t.id);
					toast("Deleted.");
					load();
				}), { "aria-label": `Delete ${t.title}` })));
}

export async function types(section) {
	const { schedules } = await ask("GET", "/api/schedules");
	const list = element("ul", { className: "rows" });
	const load = async () => {
		const all = (await ask("GET", "/api/meeting-types")).meeting_types;
		list.replaceChildren(...all.map((t) => item(t, schedules, load)));
		if (!all.length)
			list.append(element("li", { className: "empty" }, "Nothing can be booked yet. Make a meeting type to begin."));
	};
	section.append(heading("Meeting types", "What others may book with you.",
		button("New meeting type", () => edit(NEW, schedules, load), { className: "primary" })), list);
	await load();
}
