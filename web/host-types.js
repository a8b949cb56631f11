// host-types.js - what may be booked: meeting types, made and changed

import { ask } from "./host-api.js";
import { typeForm } from "./host-type-form.js";
import { button, changedElsewhere, confirm, copyButton, dialog, element, heading, lasting, onSubmit, toast } from "./host-ui.js";

const NEW = { slug: "", title: "", durations: [30], schedule: "default", window_days: 60, colour: "#3b5bdb",
	location: { kind: "none" }, questions: [], limits: {}, pending_blocks: true, pending_hours: 48, tentative_blocks: true,
	working_elsewhere_blocks: true };

function edit(type, schedules, done) {
	const path = "/api/meeting-types" + (type.id ? "/" + type.id : "");
	dialog(type.id ? type.title : "A new meeting type", (body, close, leave) => {
		const form = typeForm(type, schedules);
		const save = element("button", { type: "submit", className: "primary" }, "Save");
		const store = async (wanted) => {
			try {
				await ask(type.id ? "PUT" : "POST", path, wanted);
			} catch (problem) {
				if (problem.status !== 412)
					throw problem;
				changedElsewhere(body, {
					reread: async () => {
						close();
						edit(await ask("GET", path), schedules, done);
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

// ---- the list ----

function tags(t) {
	return [lasting(t.durations[0]) + (t.durations.length > 1 ? " and others" : ""), t.confirm && "to be confirmed", t.confirm_address && "by confirmed addresses",
		t.hidden && "hidden", t.access === "link" && "by link alone", t.seats > 1 && `${t.seats} places`,
		t.team && t.team.mode !== "none" && "team"].filter(Boolean).join(" · ");
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
					await ask("DELETE", "/api/meeting-types/" + t.id, null, t.version);
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
