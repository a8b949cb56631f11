// form.js - the questions of a meeting type as fields, their answers, and what is wrong with them

import { element, find } from "./page.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

let slot = null;

// By type: the control, what makes an answer of its value, and what is said where that fails.
const kinds = {
	text: { make: () => element("input", { maxLength: 500 }) },
	long: { make: () => element("textarea", { rows: 4, maxLength: 4000 }) },
	choice: { make: (q) => choice(q.choices) },
	yes_no: { make: () => choice([t("yes"), t("no")]), value: (text) => text === t("yes") },
	number: { make: () => element("input", { type: "number" }), value: Number, error: "needNumber" },
	phone: { make: () => element("input", { type: "tel", autocomplete: "tel", maxLength: 40,
		pattern: "\\+?[0-9 \\(\\)\\/.\\-]{4,}" }), error: "needPhone" },
};

function select(options) {
	return element("select", {}, ...options.map(([value, textContent]) =>
		element("option", { value, textContent })));
}

function choice(choices) {
	return select([["", t("pick")], ...choices.map((text) => [text, text])]);
}

function upTo(max, words) {
	return select(Array.from({ length: max }, (_, i) => [i + 1, words(i + 1)]));
}

// The host's clock counts the weeks, wherever the invitee is.
function lastOfSeries() {
	const first = times.dayIn(new Date(slot.start_time), data.timezone), count = number("series");
	find("series-hint").textContent = count < 2 ? ""
		: t("lastOn", { day: times.dateInWords(times.addDays(first, 7 * (count - 1))) });
}

const basics = [
	{ field: "name", text: t("name"), required: true, member: "invitee_name",
		make: () => element("input", { autocomplete: "name", maxLength: 100 }) },
	{ field: "email", text: t("email"), required: true, member: "invitee_email", error: "needEmail",
		hint: t("emailHint"),
		make: () => element("input", { type: "email", autocomplete: "email", maxLength: 254,
			spellcheck: false }) },
	{ field: "seats", text: t("places"), member: "seats", unless: data.seats < 2,
		make: () => upTo(Math.min(data.seats, 20), String) },
	{ field: "series", text: t("repeat"), member: "series", unless: data.series_max < 2 || data.seats > 1,
		make: () => upTo(data.series_max, (n) => n < 2 ? t("once") : t("weekly", { n })),
		onChange: lastOfSeries },
];

// Who is called has to say where: that one has no words of its host.
const asked = data.questions.map((q) => ({ ...kinds[q.type], ...q, text: q.text || t("phone"),
	field: "answer-" + q.id, member: "answers." + q.id }));

const fields = [...basics, ...asked].filter((f) => !f.unless);

function build(f) {
	const control = f.make(f);
	control.id = f.field;
	control.required = Boolean(f.required);
	control.setAttribute("aria-describedby", `${f.field}-hint ${f.field}-error`);
	control.addEventListener("input", () => {
		setError(f, "");
		f.onChange?.();
	});
	const mark = f.required ? element("span", { className: "mark", textContent: " *", ariaHidden: "true" })
		: f.id ? element("span", { className: "hint", textContent: ` (${t("optional")})` }) : "";
	return element("div", { className: "field" },
		element("label", { htmlFor: f.field }, f.text, mark), control,
		element("p", { className: "hint", id: f.field + "-hint", textContent: f.hint || "" }),
		element("p", { className: "error", id: f.field + "-error" }));
}

function setError(f, text) {
	find(f.field + "-error").textContent = text;
	if (text)
		find(f.field).setAttribute("aria-invalid", "true");
	else
		find(f.field).removeAttribute("aria-invalid");
}

function wrongIn(f) {
	const control = find(f.field), text = control.value.trim();
	return text && control.validity.valid || !text && !f.required && !control.validity.badInput
		? "" : t(f.error || "needAnswer");
}

export function buildFields() {
	find("fields").append(...fields.map(build));
}

// What depends on the chosen time; all that was filled in stays.
export function setSlot(chosen) {
	slot = chosen;
	for (const option of find("seats")?.options || [])
		option.disabled = option.value > (slot.seats_left || data.seats);
	if (find("seats")?.selectedOptions[0].disabled)
		find("seats").value = 1;
	if (find("series"))
		lastOfSeries();
}

// Whether it can be sent; else the first field that is wrong has the focus.
export function check() {
	for (const f of fields)
		setError(f, wrongIn(f));
	const wrong = document.querySelector("[aria-invalid]");
	if (wrong)
		wrong.focus();
	return !wrong;
}

// What the server says of a member belongs to its field; false where there is none.
export function blame(member) {
	const f = fields.find((each) => member === each.member);
	if (!f)
		return false;
	setError(f, t(find(f.field).value.trim() ? "badAnswer" : f.error || "needAnswer"));
	find(f.field).focus();
	return true;
}

function number(id) {
	return Number(find(id)?.value || 1);
}

export function values() {
	const answers = {}, count = number("series");
	for (const f of asked) {
		const text = find(f.field).value.trim();
		if (text)
			answers[f.id] = f.value ? f.value(text) : text;
	}
	return {
		invitee_name: find("name").value.trim(),
		invitee_email: find("email").value.trim(),
		...(asked.length && { answers }),
		...(data.seats > 1 && { seats: number("seats") }),
		...(count > 1 && { series: { count, every: "week" } }),
	};
}
