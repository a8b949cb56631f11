// form.js - the questions of a meeting type as fields, their answers, and what is wrong with them

import { element, find } from "./page.js";
import { data, t } from "./text.js";

// By type: the control, what makes its value a answer, and what is said where that fails.
const kinds = {
	text: { make: () => element("input", { maxLength: 500 }) },
	long: { make: () => element("textarea", { rows: 4, maxLength: 4000 }) },
	choice: { make: (q) => choice(q.choices) },
	yes_no: { make: () => choice([t("yes"), t("no")]), value: (text) => text === t("yes") },
	number: { make: () => element("input", { type: "number", step: "any" }), value: Number },
	phone: { make: () => element("input", { type: "tel", autocomplete: "tel", maxLength: 40,
		pattern: "\\+?[0-9 ()\\/.\\-]{4,}" }), error: "needPhone" },
};

function choice(choices) {
	return element("select", {}, element("option", { value: "", textContent: t("pick") }),
		...choices.map((text) => element("option", { value: text, textContent: text })));
}

const basics = [
	{ field: "name", text: t("name"), required: true, member: "invitee_name",
		make: () => element("input", { autocomplete: "name", maxLength: 100 }) },
	{ field: "email", text: t("email"), required: true, member: "invitee_email", error: "needEmail",
		hint: t("emailHint"),
		make: () => element("input", { type: "email", autocomplete: "email", maxLength: 254,
		spellcheck: false }) },
];

function questions() {
	return (data.questions || []).map((q) => ({ ...kinds[q.type], ...q, error: kinds[q.type].error,
		field: "answer-" + q.id, member: "answers." + q.id }));
}

const fields = [...basics, ...questions()];

function build(f) {
	const control = f.make(f);
	control.id = f.field;
	control.required = Boolean(f.required);
	control.setAttribute("aria-describedby", `${f.field}-hint ${f.field}-error`);
	control.addEventListener("input", () => setError(f, ""));
	const mark = f.required
		? element("span", { className: "mark", textContent: " *", ariaHidden: "true" })
		: element("span", { className: "hint", textContent: ` (${t("optional")})` });
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
	if (!text && (f.required || control.validity.badInput))
		return t(f.error || "needAnswer");
	return text && !control.validity.valid ? t(f.error || "needAnswer") : "";
}

export function buildFields() {
	find("fields").append(...fields.map(build));
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

export function values() {
	const answers = {};
	for (const f of fields.slice(basics.length)) {
		const text = find(f.field).value.trim();
		if (text)
			answers[f.id] = f.value ? f.value(text) : text;
	}
	return {
		invitee_name: find("name").value.trim(),
		invitee_email: find("email").value.trim(),
		...(Object.keys(answers).length ? { answers } : {}),
	};
}
