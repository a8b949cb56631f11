// host-sharing.js - who else reads or writes a calendar
//
// This is access control as calendar apps know it (RFC 3744): the list is read by PROPFIND and
// written by ACL. Entries that this page cannot show are sent back as they came.

import { askText } from "./host-api.js";
import { attempt, button, choice, element, field, heading, input, noticeBox, onSubmit, toast } from "./host-ui.js";

const DAV = "DAV:", CALDAV = "urn:ietf:params:xml:ns:caldav", APPLE = "http://apple.com/ns/ical/";
const USERS = "/dav/principals/users/";
const XML = { "Content-Type": "application/xml; charset=utf-8" };
const ROLES = [["busy", "See when it is busy"], ["read", "Read"], ["write", "Read and write"]];
const GRANTS = { busy: ["C:read-free-busy"], read: ["D:read"], write: ["D:read", "D:write"] };

const PROPS = `<D:propfind xmlns:D="DAV:" xmlns:C="${CALDAV}" xmlns:A="${APPLE}"><D:prop><D:displayname/>`
	+ "<D:resourcetype/><A:calendar-color/><D:acl/></D:prop></D:propfind>";

const all = (e, ns, name) => [...e.getElementsByTagNameNS(ns, name)];
const first = (e, ns, name) => e.getElementsByTagNameNS(ns, name)[0];
const textOf = (e) => (e ? e.textContent.trim() : "");

function escaped(text) {
	return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

// ---- entries ----

function nameOf(ace) {
	const principal = first(ace, DAV, "principal"), href = principal && textOf(first(principal, DAV, "href"));
	const found = href && /^\/dav\/principals\/users\/([^/]+)\/$/.exec(new URL(href, location.origin).pathname);
	return found ? decodeURIComponent(found[1]) : null;
}

function roleOf(ace) {
	const grant = first(ace, DAV, "grant");
	if (!grant)
		return null;
	const has = (ns, name) => all(grant, ns, name).length > 0;
	if (has(DAV, "write") || has(DAV, "all"))
		return "write";
	if (has(DAV, "read"))
		return "read";
	return has(CALDAV, "read-free-busy") ? "busy" : null;
}

function readEntry(ace) {
	const name = nameOf(ace), role = roleOf(ace);
	if (name && role)
		return { name, role };
	return { raw: new XMLSerializer().serializeToString(ace) };
}

function writeEntry(e) {
	if (e.raw)
		return e.raw;
	const grants = GRANTS[e.role].map((p) => `<D:privilege><${p}/></D:privilege>`).join("");
	return `<D:ace><D:principal><D:href>${escaped(USERS + encodeURIComponent(e.name))}/</D:href></D:principal>`
		+ `<D:grant>${grants}</D:grant></D:ace>`;
}

function readCalendar(response) {
	const own = (ace) => !first(ace, DAV, "protected") && !first(ace, DAV, "inherited");
	return {
		href: textOf(first(response, DAV, "href")),
		name: textOf(first(response, DAV, "displayname")),
		colour: textOf(first(response, APPLE, "calendar-color")).slice(0, 7),
		isCalendar: all(response, CALDAV, "calendar").length > 0,
		entries: all(response, DAV, "ace").filter(own).map(readEntry),
	};
}

async function load(me) {
	const text = await askText("PROPFIND", `/dav/calendars/${me.name}/`, PROPS, { ...XML, Depth: "1" });
	const tree = new DOMParser().parseFromString(text, "application/xml");
	return all(tree, DAV, "response").map(readCalendar).filter((c) => c.isCalendar
		&& c.href.startsWith(`/dav/calendars/${me.name}/`));
}

async function store(calendar, entries) {
	await askText("ACL", calendar.href, `<D:acl xmlns:D="DAV:" xmlns:C="${CALDAV}">`
		+ entries.map(writeEntry).join("") + "</D:acl>", XML);
}

// ---- the page ----

function person(calendar, e, save) {
	const role = choice(ROLES, e.role, { "aria-label": `What ${e.name} may do` });
	role.onchange = () => attempt(() => save(calendar.entries.map((x) => (x === e ? { ...e, role: role.value } : x)),
		"Changed."), role);
	return element("li", { className: "row" }, element("strong", { className: "grow" }, e.name), role,
		button("Remove", () => save(calendar.entries.filter((x) => x !== e), "Not shared any more."),
			{ "aria-label": `Do not share ${calendar.name} with ${e.name} any more` }));
}

function addForm(calendar, save) {
	const name = input("text", "", { required: true, autocapitalize: "none", spellcheck: false, maxLength: 63 });
	const role = choice(ROLES, "read"), add = element("button", { type: "submit" }, "Share");
	const form = element("form", { className: "inline" }, noticeBox(), field("User name", name, null, "name"), field("May", role), add);
	onSubmit(form, add, async () => {
		const who = name.value.trim().toLowerCase();
		try {
			await save([...calendar.entries.filter((e) => e.name !== who), { name: who, role: role.value }], "Shared.");
		} catch (problem) {
			if (problem.status === 403) {
				problem.message = `There is no user ${who} here.`;
				problem.member = "name";
			}
			throw problem;
		}
	});
	return form;
}

function card(calendar, reload) {
	const save = async (entries, told) => {
		await store(calendar, entries);
		toast(told);
		await reload();
	};
	const others = calendar.entries.filter((e) => e.raw).length;
	const dot = element("i", { className: "dot" });
	dot.style.background = calendar.colour;
	return element("section", { className: "calendar" },
		element("h2", {}, dot, calendar.name),
		element("ul", { className: "rows" }, ...calendar.entries.filter((e) => e.name).map((e) => person(calendar, e, save))),
		!calendar.entries.length && element("p", { className: "none" }, "Yours alone."),
		others > 0 && element("p", { className: "hint" }, `${others} more set by a calendar app, for groups or everybody.`),
		addForm(calendar, save));
}

export async function sharing(section, me) {
	const list = element("div", { className: "calendars" });
	const reload = async () => {
		list.replaceChildren(...(await load(me)).map((c) => card(c, reload)));
	};
	section.append(heading("Sharing", "Who else sees your calendars, and who may change them."), list);
	await reload();
}
