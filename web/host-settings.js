// host-settings.js - one's own name and zone, who may see busy times, and which programs are told

import { ask } from "./host-api.js";
import { zoneInput } from "./host-schedules.js";
import { button, check, choice, confirm, copyButton, dialog, element, field, heading, input, noticeBox, moment, onSubmit,
	toast } from "./host-ui.js";

const ACCESS = [["users", "Whoever has an account here"], ["nobody", "Nobody but me"],
	["token", "Whoever has an account here, or a token of mine"], ["public", "Everybody"]];
const EVENTS = [["created", "Booked"], ["requested", "Asked for"], ["confirmed", "Confirmed"], ["declined", "Declined"],
	["lapsed", "Lapsed"], ["rescheduled", "Moved"], ["cancelled", "Cancelled"], ["reassigned", "Given to another host"],
	["host_declined", "A host does not come"], ["invitee_declined", "The invitee does not come"]];

const LANGUAGES = [["", "As this server does"], ["en", "English"], ["de", "Deutsch"], ["fr", "Français"], ["es", "Español"]];
const NOTICES = [["booked", "Somebody books"], ["moved", "Somebody moves a booking"], ["cancelled", "Somebody cancels"],
	["to_confirm", "A booking waits for me to confirm it"], ["needs_host", "A team lacks a host"],
	["overlap", "Two bookings are at one time"], ["webhook", "A webhook is switched off"],
	["bounce", "Mail to an invitee does not arrive"], ["unverified", "An answer waits for me to look at it"],
	["reconnect", "A calendar account is to be connected again"]];

// ---- oneself ----

function aboutMe(now, me) {
	const title = input("text", now.title === now.name ? "" : now.title, { maxLength: 120, autocomplete: "name" });
	const zone = zoneInput(now.timezone), access = choice(ACCESS, now.free_busy);
	const language = choice(LANGUAGES, now.language);
	const boxes = NOTICES.map(([word, label]) => [word, label, input("checkbox", now.notices.includes(word))]);
	const save = element("button", { type: "submit", className: "primary" }, "Save");
	boxes[0][2].dataset.member = "notices";
	const form = element("form", { className: "calendar" }, noticeBox(),
		field("Name", title, `As invitees see it; nothing: ${now.name}`, "title"), field("Time zone", zone, null, "timezone"),
		field("Who may see when I am busy", access, "When, and nothing more", "free_busy"),
		element("p", { className: "hint" }, "Busy times as a file: ",
			element("code", {}, `${location.origin}/freebusy/${now.name}.ifb`)),
		field("Language of mail to me", language, "And to invitees who say none", "language"),
		element("fieldset", {}, element("legend", {}, "Mail me when"), ...boxes.map(([, label, box]) => check(label, box))),
		element("p", { className: "buttons" }, save));
	onSubmit(form, save, async () => {
		const next = await ask("PATCH", "/api/settings", { title: title.value.trim(), timezone: zone.value.trim(),
			free_busy: access.value, language: language.value,
			notices: boxes.filter(([, , box]) => box.checked).map(([word]) => word) });
		Object.assign(me, { title: next.title, timezone: next.timezone });
		document.getElementById("who").textContent = next.title;
		toast("Saved.");
	});
	return form;
}

// ---- webhooks ----

function shown(made) {
	dialog("Your webhook", (body, close) => {
		body.append(element("p", {}, "With this secret the program can tell that a message is from here (Standard Webhooks). "
			+ "It is shown this once."),
		element("p", { className: "secret" }, element("code", {}, made.secret), copyButton(made.secret)),
		element("p", { className: "buttons" }, button("Done", close, { className: "primary" })));
	});
}

function make(done) {
	dialog("A new webhook", (body, close, leave) => {
		const url = input("url", "", { required: true, maxLength: 2000, placeholder: "https://example.org/hook" });
		const boxes = EVENTS.map(([word, label]) => [word, label, input("checkbox", true)]);
		const save = element("button", { type: "submit", className: "primary" }, "Make it");
		boxes[0][2].dataset.member = "events";
		body.append(field("Address", url, "It is sent a signed POST for each of these", "url"),
			element("fieldset", {}, element("legend", {}, "Told of bookings that are"),
				...boxes.map(([, label, box]) => check(label, box))),
			element("p", { className: "buttons" }, save, button("Cancel", leave)));
		onSubmit(body, save, async () => {
			const made = await ask("POST", "/api/webhooks", { url: url.value.trim(),
				events: boxes.filter(([, , box]) => box.checked).map(([word]) => word) });
			close();
			shown(made);
			done();
		});
	}, { guard: true });
}

function item(h, zone, load) {
	const words = EVENTS.filter(([word]) => h.events.includes(word)).map(([, label]) => label.toLowerCase());
	return element("li", { className: "row" },
		element("div", { className: "grow" }, element("strong", {}, h.url),
			element("p", { className: "hint" }, `${words.length === EVENTS.length ? "all that happens" : words.join(", ")} · since ${
				moment(h.created_at, zone)}`)),
		button("Delete", () => confirm("Delete this webhook?", "The program is told nothing any more.", "Delete", async () => {
			await ask("DELETE", "/api/webhooks/" + encodeURIComponent(h.id));
			toast("Deleted.");
			load();
		}), { "aria-label": `Delete ${h.url}` }));
}

export async function settings(section, me) {
	const list = element("ul", { className: "rows" });
	const load = async () => {
		const all = (await ask("GET", "/api/webhooks")).webhooks;
		list.replaceChildren(...all.map((h) => item(h, me.timezone || "UTC", load)));
		if (!all.length)
			list.append(element("li", { className: "empty" }, "No program is told of your bookings."));
	};
	const now = await ask("GET", "/api/settings");
	section.append(heading("Settings", `The account ${now.name}${now.email ? `, ${now.email}` : ""}.`), aboutMe(now, me),
		element("div", { className: "head below-form" }, element("h2", {}, "Webhooks"),
			element("div", { className: "actions" }, button("New webhook", () => make(load)))), list);
	await load();
}
