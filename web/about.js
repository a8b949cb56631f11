// about.js - what is said of a meeting and of a booking of it, on whichever page

import { bookingPath } from "./api.js";
import { element, find } from "./page.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

export function aboutType() {
	find("place").textContent = place(data.location);
	find("page").classList.toggle("tinted", Boolean(data.colour));
	find("page").style.setProperty("--mark", data.colour);
}

export function aboutTime(minutes, zone, start, end) {
	find("length").textContent = times.minutesInWords(minutes);
	find("zone-fact").textContent = times.zoneInWords(zone);
	find("when").textContent = start ? times.span(start, end, zone) : "";
}

// Where it is, as far as it can be told before; "" where nothing is said.
function place(location) {
	switch (location && location.kind) {
	case "phone": return t("callYou");
	case "link": case "conference": return t("online");
	case "place": return location.value;
	default: return "";
	}
}

// Until when it may be changed, where that is not until it starts.
export function policy() {
	return ["cancel", "move"].filter((what) => data[what + "_until_minutes"]).map((what) =>
		t(what + "Before", { time: times.minutesInWords(data[what + "_until_minutes"]) })).join(" ");
}

// ---- a booking ----

function link(href, text) {
	return element("a", { href, textContent: text, rel: "noopener noreferrer", target: "_blank" });
}

function asLink(text) {
	return /^https:\/\/[^\s]+$/.test(text) ? link(text, text) : text;
}

function timeWithZone(start, end, zone) {
	return [times.span(start, end, zone), element("small", {
		textContent: `${times.zoneInWords(zone)}, ${times.offsetInWords(start, zone)}` })];
}

// "RRULE:FREQ=WEEKLY;COUNT=5"; dates that are left out are counted in it, and follow.
function repetition(recurrence) {
	const [, every, count] = /FREQ=(\w+).*COUNT=(\d+)/.exec(recurrence) || [];
	const n = count - recurrence.split("EXDATE").length + 1;
	return count && t(every === "WEEKLY" ? "weekly" : "often", { n });
}

// Terms and what they are; both zones, where the host is in another one.
export function summary(booking, zone) {
	const start = new Date(booking.start_time), end = new Date(booking.end_time);
	const elsewhere = times.offsetInWords(start, zone) !== times.offsetInWords(start, data.timezone);
	// Who is not certain to come has no link yet.
	const where = booking.status !== "pending" && (booking.join_url || booking.location) ||
		place(data.location);
	const rows = [
		["what", t("withHost", { title: data.title || booking.title || "" })],
		["when", ...timeWithZone(start, end, zone)],
		["whenHost", ...(elsewhere ? timeWithZone(start, end, data.timezone) : [])],
		["repeat", repetition(booking.recurrence || "")],
		["where", where && asLink(where)],
		["who", `${booking.invitee_name}, ${booking.invitee_email}`],
		["places", booking.seats > 1 && booking.seats],
		["because", booking.reason],
	];
	find("summary").replaceChildren(...rows.filter((row) => row[1]).flatMap(([term, ...rest]) =>
		[element("dt", {}, t(term)), element("dd", {}, ...rest)]));
}

// "20270118T080000Z"
function basic(time) {
	return time.replace(/[-:]/g, "");
}

export function calendarLinks(booking, token) {
	const title = t("withHost", { title: data.title || "" });
	const where = booking.join_url || booking.location || "";
	const google = new URLSearchParams({ action: "TEMPLATE", text: title, location: where,
		dates: `${basic(booking.start_time)}/${basic(booking.end_time)}` });
	const outlook = new URLSearchParams({ path: "/calendar/action/compose", rru: "addevent",
		subject: title, location: where, startdt: booking.start_time, enddt: booking.end_time });
	find("calendars").replaceChildren(
		element("a", { href: bookingPath(booking.id, "/event.ics", token), textContent: ".ics" }),
		link("https://calendar.google.com/calendar/render?" + google, "Google"),
		link("https://outlook.live.com/calendar/0/deeplink/compose?" + outlook, "Outlook"),
		link("https://outlook.office.com/calendar/0/deeplink/compose?" + outlook, "Microsoft 365"));
}
