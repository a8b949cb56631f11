// host-links.js - links by which a type is booked that is not for everybody, or once

import { ask } from "./host-api.js";
import { addDays, button, choice, confirm, copyButton, dialog, element, field, heading, input, instantOf, moment,
	onSubmit, toast } from "./host-ui.js";

function shown(made) {
	dialog("Your link", (body, close) => {
		body.append(element("p", {}, "Give it to who may book. It is shown this once."),
			element("p", { className: "secret" }, element("code", {}, made.url), copyButton(made.url)),
			element("p", { className: "buttons" }, button("Done", close, { className: "primary" })));
	});
}

// When that day is over at home.
function endOf(date, zone) {
	return new Date(instantOf(addDays(date, 1), 0, zone) - 1000).toISOString().replace(".000", "");
}

function make(types, zone, done) {
	dialog("A new link", (body, close) => {
		const type = choice(types.map((t) => [t.id, t.title]), types[0].id);
		const label = input("text", "", { maxLength: 200 });
		const uses = choice([["1", "Once"], ["10", "Ten times"], ["0", "As often as one likes"]], "1");
		const until = input("date", "");
		const save = element("button", { type: "submit", className: "primary" }, "Make the link");
		body.append(field("For", type), field("Note for yourself", label, null, "label"), field("May be used", uses),
			field("Until", until, "Nothing: it does not end", "expires_at"),
			element("p", { className: "buttons" }, save, button("Cancel", close)));
		onSubmit(body, save, async () => {
			const made = await ask("POST", "/api/links", { meeting_type_id: type.value, label: label.value.trim(),
				uses_max: Number(uses.value),
				...(until.value ? { expires_at: endOf(until.value, zone) } : {}) });
			close();
			shown(made);
			done();
		});
	});
}

function item(l, types, zone, load) {
	const type = types.find((t) => t.id === l.meeting_type_id);
	const used = l.uses_max ? `used ${l.uses} of ${l.uses_max}` : `used ${l.uses} times`;
	return element("li", { className: "row" },
		element("div", { className: "grow" }, element("strong", {}, l.label || (type ? type.title : "Deleted type")),
			element("p", { className: "hint" }, [type && type.title, used,
				l.expires_at && `until ${moment(l.expires_at, zone)}`].filter(Boolean).join(" · "))),
		button("Revoke", () => confirm("Revoke this link?", "Nobody can book with it any more.", "Revoke", async () => {
			await ask("DELETE", "/api/links/" + encodeURIComponent(l.id));
			toast("Revoked.");
			load();
		}), { "aria-label": `Revoke ${l.label || "the link"}` }));
}

export async function links(section, me) {
	const types = (await ask("GET", "/api/meeting-types")).meeting_types;
	const list = element("ul", { className: "rows" });
	const load = async () => {
		const all = (await ask("GET", "/api/links")).links;
		list.replaceChildren(...all.map((l) => item(l, types, me.timezone || "UTC", load)));
		if (!all.length)
			list.append(element("li", { className: "empty" }, "There is no link yet."));
	};
	section.append(heading("Links", "For types that are booked by link alone, or to let somebody book once.",
		types.length > 0 && button("New link", () => make(types, me.timezone || "UTC", load), { className: "primary" })), list);
	await load();
}
