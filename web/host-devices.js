// host-devices.js - passwords for calendar apps, one each, and how to set these up

import { ask } from "./host-api.js";
import { button, choice, confirm, copyButton, dialog, element, field, heading, input, moment, onSubmit,
	toast } from "./host-ui.js";

const GUIDES = [
	["Apple Calendar (iPhone, iPad, Mac)", (me) => [
		["Download the profile with the button below, on the device itself."],
		["iPhone, iPad: Settings › Profile Downloaded › Install. Mac: open the file, then System Settings › "
			+ "General › Device Management."],
		["When asked, give the app password as the password. The user name is ", me.name, "."],
	], () => element("p", {}, element("a", { className: "button", href: "/host/apple.mobileconfig" },
		"Download the Apple profile"))],
	["Thunderbird", (me) => [
		["Calendar › New Calendar › On the Network."],
		["User name ", me.name, ", location ", location.origin + "/", "."],
		["Find Calendars, then give the app password. Choose the calendars to show, and Subscribe."],
	]],
	["Evolution (GNOME)", (me) => [
		["File › New › Calendar, of the type CalDAV."],
		["URL ", location.origin + "/", ", user ", me.name, ". Press Find Calendars."],
		["Give the app password, and keep it in the keyring."],
	]],
	["DAVx⁵ (Android)", (me) => [
		["Add account › Login with URL and user name."],
		["Base URL ", location.origin + "/", ", user name ", me.name, ", and the app password."],
		["Create the account, then choose which calendars to synchronise."],
	]],
	["Outlook (Windows)", (me) => [
		["Outlook speaks no CalDAV of itself: install the free add-in CalDav Synchronizer."],
		["Add a profile of the type Generic CalDAV, with the DAV URL ", location.origin + "/",
			" and the user name ", me.name, "."],
		["Give the app password, press Test or discover settings, and choose a calendar."],
	]],
	["Any other app", (me) => [
		["It has to speak CalDAV. Most find all by the address ", location.origin + "/", " and the user name ", me.name, "."],
		["If it asks for the address of the principal: ", `${location.origin}/dav/principals/users/${me.name}/`,
			", or of a calendar: ", `${location.origin}/dav/calendars/${me.name}/calendar/`, "."],
		["The password is the app password, with Basic authentication."],
	]],
];

// Every second part of a step is something to be typed.
function step(parts) {
	return element("li", {}, ...parts.map((p, i) => (i % 2 ? element("code", {}, p) : p)));
}

function guide([title, steps, more], me) {
	return element("details", { name: "guide" }, element("summary", {}, title),
		element("ol", {}, ...steps(me).map(step)), more && more());
}

function shown(made, me) {
	dialog("Your app password", (body, close) => {
		body.append(element("p", {}, `For “${made.label}”. It is shown this once; nobody has to remember it.`),
			element("dl", { className: "summary" }, element("dt", {}, "User name"), element("dd", {}, me.name),
				element("dt", {}, "Server"), element("dd", {}, location.origin + "/"),
				element("dt", {}, "Password"), element("dd", { className: "secret" },
					element("code", {}, made.secret), copyButton(made.secret))),
			element("p", { className: "buttons" }, button("Done", close, { className: "primary" })));
	});
}

function shownFeed(made) {
	dialog("Your subscription", (body, close) => {
		body.append(element("p", {}, "Whoever has this address can read along. It is shown this once."),
			element("p", { className: "secret" }, element("code", {}, made.url), copyButton(made.url)),
			element("p", { className: "buttons" }, button("Done", close, { className: "primary" })));
	});
}

function shownToken(made) {
	dialog("The program's token", (body, close) => {
		body.append(element("p", {}, "It goes into the program's settings, and is sent as “Authorization: Bearer …”. It is shown this once."),
			element("p", { className: "secret" }, element("code", {}, made.secret), copyButton(made.secret)),
			element("p", { className: "buttons" }, button("Done", close, { className: "primary" })));
	});
}

const showers = { dav: shown, feed: shownFeed, api: shownToken };

function make(me, done) {
	dialog("A new app password", (body, close) => {
		const label = input("text", "", { required: true, maxLength: 60, placeholder: "Telephone" });
		const what = choice([["dav", "A calendar app that reads and writes"],
			["feed full", "A subscription that only reads"],
			["feed busy", "A subscription that only sees busy times"],
			["api", "A program that minds bookings and hours"]], "dav");
		const save = element("button", { type: "submit", className: "primary" }, "Make it");
		body.append(field("What is it for?", label, null, "label"), field("What may it do?", what),
			element("p", { className: "buttons" }, save, button("Cancel", close)));
		onSubmit(body, save, async () => {
			const [scope, detail] = what.value.split(" ");
			const made = await ask("POST", "/api/tokens", { scope, label: label.value.trim(), detail });
			close();
			showers[scope](made, me);
			done();
		});
	});
}

function kind(t) {
	if (t.scope === "dav")
		return "Calendar app";
	if (t.scope === "api")
		return "Program";
	if (t.scope === "freebusy")
		return "Busy times, by token";
	return t.detail === "busy" ? "Subscription, busy times alone" : "Subscription";
}

function item(t, zone, load) {
	return element("li", { className: "row" },
		element("div", { className: "grow" }, element("strong", {}, t.label || "Without a name"),
			element("p", { className: "hint" }, `${kind(t)} · since ${moment(t.created_at, zone)}`)),
		button("Revoke", () => confirm("Revoke it?", "What uses it is shut out at once.", "Revoke", async () => {
			await ask("DELETE", "/api/tokens/" + t.id);
			toast("Revoked.");
			load();
		}), { "aria-label": `Revoke ${t.label || "it"}` }));
}

export async function devices(section, me) {
	const list = element("ul", { className: "rows" });
	// A new password of the account leaves these as they are: this is how to be rid of all of them.
	const revokeAll = button("Revoke all", () => confirm("Revoke all of them?", "Every app and subscription is shut out at once.",
		"Revoke all", async () => {
			for (const t of (await ask("GET", "/api/tokens")).tokens)
				await ask("DELETE", "/api/tokens/" + t.id);
			toast("Revoked.");
			load();
		}));
	const load = async () => {
		const all = (await ask("GET", "/api/tokens")).tokens;
		revokeAll.hidden = all.length < 2;
		list.replaceChildren(...all.map((t) => item(t, me.timezone || "UTC", load)));
		if (!all.length)
			list.append(element("li", { className: "empty" }, "There is no app password yet."));
	};
	section.append(heading("Apps and devices",
		"Each app has a password of its own that opens your calendars and nothing else.",
		revokeAll, button("New app password", () => make(me, load), { className: "primary" })), list,
	element("h2", {}, "Setting up an app"),
	element("p", { className: "hint" }, "First make an app password above."),
	...GUIDES.map((g) => guide(g, me)));
	await load();
}
