// host.js - the host's pages: signing in, and which page is shown

import * as api from "./host-api.js";
import { answers } from "./host-answers.js";
import { bookings } from "./host-bookings.js";
import { connections } from "./host-connections.js";
import { devices } from "./host-devices.js";
import { links } from "./host-links.js";
import { schedules } from "./host-schedules.js";
import { settings } from "./host-settings.js";
import { sharing } from "./host-sharing.js";
import { types } from "./host-types.js";
import { attempt, confirm, element, field, find, input, isUnsaved, keepUnsaved, noticeBox, onSubmit,
	toast } from "./host-ui.js";
import { week } from "./host-week.js";

const pages = [
	["week", "Week", week],
	["bookings", "Bookings", bookings],
	["answers", "Answers to check", answers],
	["types", "Meeting types", types],
	["hours", "Hours", schedules],
	["links", "Links", links],
	["connections", "Connected calendars", connections],
	["devices", "Apps and devices", devices],
	["sharing", "Sharing", sharing],
	["settings", "Settings", settings],
];
const main = find("main");
let me = null;
let shown = 0; // how often a page was shown: what comes late for an old one is dropped

function signInForm(hint) {
	find("top").hidden = true;
	const name = input("text", "", { autocomplete: "username", required: true, autocapitalize: "none",
		spellcheck: false });
	const password = input("password", "", { autocomplete: "current-password", required: true });
	const submit = element("button", { type: "submit", className: "primary" }, "Sign in");
	const box = noticeBox();
	const form = element("form", { className: "sign-in" },
		element("img", { src: "/web/icon.svg", alt: "", width: 44, height: 44 }),
		element("h1", {}, "Sign in"),
		element("p", { className: "hint" }, hint || "With the name and password of your account."),
		box, field("User name", name), field("Password", password),
		element("p", { className: "buttons" }, submit));
	onSubmit(form, submit, async () => {
		try {
			me = await api.signIn(name.value.trim(), password.value);
		} catch (problem) {
			if (problem.status === 401)
				problem.message = "This name and password do not fit together.";
			throw problem;
		} finally {
			password.value = "";
		}
		await begin();
	});
	main.replaceChildren(form);
	name.focus();
}

function showNav(current) {
	find("nav").replaceChildren(...pages.map(([id, label]) => {
		const a = element("a", { href: "#" + id }, label);
		if (id === current)
			a.setAttribute("aria-current", "page");
		return a;
	}));
}

async function showPage() {
	const [id, label, render] = pages.find(([name]) => "#" + name === location.hash) || pages[0];
	const turn = ++shown;
	keepUnsaved(() => false);
	showNav(id);
	document.title = `${label} · Fasti`;
	const section = element("section", { className: "sheet host-" + id });
	await attempt(() => render(section, me));
	if (turn !== shown || !me)
		return;
	main.replaceChildren(section);
	main.focus({ preventScroll: true });
	section.dispatchEvent(new Event("shown"));
}

async function begin() {
	find("who").textContent = me.title;
	find("top").hidden = false;
	await showPage();
}

find("sign-out").onclick = () => attempt(async () => {
	await api.signOut();
	me = null;
	signInForm("You are signed out.");
}, find("sign-out"));

// The link to the content is no page; what is not saved is left only by who says so.
let here = location.hash;
addEventListener("hashchange", () => {
	const wanted = location.hash;
	if (!me || wanted === "#main" || wanted === here)
		return;
	const go = () => {
		here = wanted;
		history.replaceState(null, "", wanted);
		showPage();
	};
	if (!isUnsaved()) {
		go();
		return;
	}
	history.replaceState(null, "", here || "#week");
	confirm("Leave without saving?", "What you have changed here is lost.", "Leave", go, { stay: "Go on" });
});

addEventListener("beforeunload", (event) => {
	if (isUnsaved())
		event.preventDefault();
});

api.onSignedOut(() => {
	me = null;
	document.querySelectorAll("dialog").forEach((d) => d.close());
	keepUnsaved(() => false);
	signInForm("You were signed out. Sign in again to go on.");
});

try {
	me = await api.whoAmI();
	if (me)
		await begin();
	else
		signInForm();
} catch (problem) {
	signInForm();
	toast(problem.message);
}
