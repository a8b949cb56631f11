// host-questions.js - what an invitee is asked when booking

import { button, check, choice, element, field, input } from "./host-ui.js";

const KINDS = [["text", "One line"], ["long", "Several lines"], ["choice", "A choice"], ["yes_no", "Yes or no"],
	["number", "A number"], ["phone", "A phone number"]];

function questionRow(q, rows) {
	const text = input("text", q.text, { required: true, maxLength: 200, "data-member": "questions" });
	const type = choice(KINDS, q.type);
	const required = input("checkbox", q.required);
	const choices = element("textarea", { rows: 3, value: (q.choices || []).join("\n"), required: true });
	const row = element("li", { className: "line" }, field("Question", text), field("Answered by", type),
		field("Choices", choices, "One a line, two or more"), check("Has to be answered", required),
		button("×", () => {
			rows.delete(row);
			row.dispatchEvent(new Event("input", { bubbles: true }));
			row.remove();
		}, { className: "small cross", "aria-label": `Remove the question ${q.text}` }));
	type.onchange = () => {
		choices.closest(".field").hidden = type.value !== "choice";
	};
	type.onchange();
	// Answers go by it, so it stays whatever the question is called later.
	const id = q.id || "q" + Math.random().toString(36).slice(2, 10);
	rows.set(row, () => ({
		id, text: text.value.trim(), type: type.value, required: required.checked,
		...(type.value === "choice"
			? { choices: choices.value.split("\n").map((c) => c.trim()).filter(Boolean) } : {}),
	}));
	return row;
}

export function questionEditor(questions) {
	const rows = new Map(), list = element("ul", { className: "questions" },
		...questions.map((q) => questionRow(q, rows)));
	const add = button("Add a question", () => {
		list.append(questionRow({ text: "", type: "text", required: false }, rows));
		list.lastChild.querySelector("input").focus();
	}, { className: "small" });
	return { parts: [list, add], read: () => [...rows.values()].map((read) => read()) };
}
