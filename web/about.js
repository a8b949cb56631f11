// about.js - what is said of a meeting and of a booking of it, on whichever page

import { bookingPath } from "./api.js";
import { element, find } from "./page.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

export function aboutType() {
	const where = place(data.location);
	find("description").textContent = data.description || "";
	find("place").textContent = where;
	find("place").hidden = !where;
	find("page").classList.toggle("tinted", Boolean(data.colour));
	find("page").style.setProperty("--mark", data.colour);
}

export function aboutTime(minutes, zone, start, end) {
	find("length").textContent = times.minutesInWords(minutes);
	find("zone-fact").textContent = times.zoneInWords(zone);
	find("when").hidden = !start;
	if (start)
		find("when").textContent = times.span(start, end, zone);
}

// Where it is, as far as it can be told before; "" where nothing is said.
function place(location) {
	switch (location && location.kind) {
	case "phone": return t("callYou");
	case "conference": return t("online");
	case "place": case "link": return location.value;
	default: return "";
	}
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

// Terms and what they are; both zones, where the host is in another one.
export function summary(booking, zone) {
	const start = new Date(booking.start_time), end = new Date(booking.end_time);
	const where = booking.join_url || booking.location || place(data.location);
	const rows = [
		[t("what"), t("withHost", { title: data.title || booking.title || "" })],
		[t("when"), ...timeWithZone(start, end, zone)],
	];
	if (times.clock(start, zone) !== times.clock(start, data.timezone) || zone !== data.timezone)
		rows.push([t("whenHost"), ...timeWithZone(start, end, data.timezone)]);
	if (where)
		rows.push([t("where"), asLink(where)]);
	rows.push([t("who"), `${booking.invitee_name}, ${booking.invitee_email}`]);
	find("summary").replaceChildren(...rows.flatMap(([term, ...rest]) =>
		[element("dt", {}, term), element("dd", {}, ...rest)]));
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
