// host.js - the host's pages: signing in, and which page is shown

import * as api from "./host-api.js";
import { bookings } from "./host-bookings.js";
import { devices } from "./host-devices.js";
import { links } from "./host-links.js";
import { sharing } from "./host-sharing.js";
import { types } from "./host-types.js";
import { attempt, element, field, find, input, noticeBox, toast } from "./host-ui.js";
import { week } from "./host-week.js";

const pages = [
	["week", "Week", week],
	["bookings", "Bookings", bookings],
	["types", "Meeting types", types],
	["links", "Links", links],
	["devices", "Apps and devices", devices],
	["sharing", "Sharing", sharing],
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
	form.onsubmit = async (event) => {
		event.preventDefault();
		box.hidden = true;
		await attempt(async () => {
			try {
				me = await api.signIn(name.value.trim(), password.value);
			} catch (problem) {
				if (problem.status === 401)
					problem.message = "This name and password do not fit together.";
				throw problem;
			}
			await begin();
		}, submit);
		password.value = "";
	};
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

// The link to the content is no page.
addEventListener("hashchange", () => {
	if (me && location.hash !== "#main")
		showPage();
});

api.onSignedOut(() => {
	me = null;
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
