// host-reminders.js - what is told before a meeting, and what its host says afterwards

import { button, choice, element, field, input } from "./host-ui.js";

const UNITS = [["M", "minutes"], ["H", "hours"], ["D", "days, at the same time of the day"]];
const WHOM = [["invitee", "The invitee, by mail"], ["host", "Me, by mail"], ["both", "Both, by mail"], ["webhook", "My webhooks"]];
const SPAN = /^P(?:(\d+)D|T(?:(\d+)H)?(?:(\d+)M)?)$/;

// "PT1H30M" is [90, "M"], "P1D" is [1, "D"]
function parts(span) {
	const [, days, hours, minutes] = SPAN.exec(span);
	if (days)
		return [Number(days), "D"];
	return minutes ? [60 * (hours || 0) + Number(minutes), "M"] : [Number(hours), "H"];
}

function spanEditor(span, label, member) {
	const [n, unit] = parts(span);
	const number = input("number", n, { min: 1, max: 44640, required: true, "data-member": member });
	const kind = choice(UNITS, unit);
	return { parts: [field(label, number), field("Of", kind)],
		read: () => (kind.value === "D" ? `P${number.value}D` : `PT${number.value}${kind.value}`) };
}

function reminderRow(r, rows, changed) {
	const span = spanEditor(r.before, "Before it begins", "reminders");
	const whom = choice(WHOM, r.by === "webhook" ? "webhook" : r.to || "invitee");
	const row = element("li", { className: "line" }, ...span.parts, field("Told", whom),
		button("×", () => {
			rows.delete(row);
			row.dispatchEvent(new Event("input", { bubbles: true }));
			row.remove();
			changed();
		}, { className: "small cross", "aria-label": `Remove the reminder ${r.before}` }));
	rows.set(row, () => ({ before: span.read(),
		...(whom.value === "webhook" ? { by: "webhook" } : { by: "mail", to: whom.value }) }));
	return row;
}

export function reminderEditor(type) {
	const rows = new Map(), list = element("ul", { className: "questions" });
	const add = button("Add a reminder", () => {
		list.append(reminderRow({ before: "PT24H" }, rows, changed));
		changed();
		list.lastChild.querySelector("input").focus();
	}, { className: "small" });
	const changed = () => {
		add.hidden = rows.size >= 5;
	};
	list.append(...(type.reminders || [{ before: "PT24H" }, { before: "PT1H" }]).map((r) => reminderRow(r, rows, changed)));
	changed();
	const after = spanEditor(type.follow_up?.after || "PT1H", "After it is over", "follow_up");
	const text = element("textarea", { rows: 3, value: type.follow_up?.text || "", maxLength: 1000 });
	return { parts: [list, add, field("What you say afterwards, by mail", text, "Empty: nothing", "follow_up"),
		element("div", { className: "pair" }, ...after.parts)],
		read: () => ({ reminders: [...rows.values()].map((read) => read()),
			follow_up: text.value.trim() ? { after: after.read(), text: text.value.trim() } : null }) };
}
