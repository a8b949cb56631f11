// times.js - dates and instants in words, in the language of the page and a chosen zone

import { lang } from "./text.js";

// The reader's own region of that language, and the reader's own clock, of 12 hours or of 24,
// unless the language was asked for.
const own = navigator.languages && navigator.languages.length ? navigator.languages : [lang];
const locale = own.find((l) => l.split("-")[0] === lang) || lang;
const habits = new URLSearchParams(location.search).get("lang") ? locale : own[0];
const { hourCycle } = new Intl.DateTimeFormat(habits, { hour: "numeric" }).resolvedOptions();
const timeOfDay = { hour: hourCycle > "h2" ? "2-digit" : "numeric", minute: "2-digit", hourCycle };

// A formatter costs a hundred times more than a use of it.
const formatters = new Map();

function formatter(zone, options, language = locale) {
	const key = zone + language + JSON.stringify(options);
	if (!formatters.has(key))
		formatters.set(key, new Intl.DateTimeFormat(language, { ...options, timeZone: zone }));
	return formatters.get(key);
}

function format(instant, zone, options) {
	return formatter(zone, options).format(instant);
}

// ---- where clocks stand ----

const parts = (instant, zone, options) => Object.fromEntries(
	formatter(zone, options, "en-US-u-ca-gregory-nu-latn").formatToParts(instant)
		.map((p) => [p.type, p.value]));

// Milliseconds ahead of UTC.
function offset(instant, zone) {
	const name = parts(instant, zone, { timeZoneName: "longOffset" }).timeZoneName;
	const [, sign, hours, minutes] = /GMT(?:([+-])(\d+):(\d+))?/.exec(name);
	return sign ? (sign + 1) * (hours * 60 + Number(minutes)) * 60000 : 0;
}

// A label that another instant has as well, because clocks are set back between them.
function occursTwice(instant, zone) {
	const at = Number(instant), here = offset(at, zone), reach = 3 * 3600000;
	const back = offset(at - reach, zone) - offset(at + reach, zone);
	return back > 0 && (here - offset(at + back, zone) === back ||
			offset(at - back, zone) - here === back);
}

export function offsetInWords(instant, zone) {
	return formatter(zone, { timeZoneName: "shortOffset" }).formatToParts(instant)
		.find((p) => p.type === "timeZoneName").value;
}

function dayStart(day, zone) {
	const utc = dateOf(day).getTime();
	return utc - offset(utc - offset(utc, zone), zone);
}

// Where clocks change on a date: the offsets before and after, in words, and the hours that it
// has; else null.
export function clocksChange(day, zone) {
	const before = dayStart(day, zone) - 60000, after = dayStart(addDays(day, 1), zone) - 60000;
	return offset(before, zone) === offset(after, zone) ? null
		: { before: offsetInWords(before, zone), after: offsetInWords(after, zone),
			hours: unitInWords((after - before) / 3600000, "hour") };
}

// ---- instants ----

// With the offset for an hour that occurs twice.
export function clock(instant, zone) {
	return format(instant, zone, { ...timeOfDay,
		...(occursTwice(instant, zone) ? { timeZoneName: "shortOffset" } : {}) });
}

function longDay(instant, zone) {
	return format(instant, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

// "Monday, 18 January 2027, 09:00–09:30"; the line does not break at the dash.
export function span(start, end, zone) {
	const until = dayIn(start, zone) === dayIn(end, zone) ? "" : longDay(end, zone) + ", ";
	return `${longDay(start, zone)}, ${clock(start, zone)}\u2060–\u2060${until}${clock(end, zone)}`;
}

// ---- calendar dates: kept as "2027-01-18"; its Date is midnight UTC ----

function dateOf(day) {
	return new Date(day + "T00:00:00Z");
}

function dayOf(date) {
	return date.toISOString().slice(0, 10);
}

export function addDays(day, count) {
	const date = dateOf(day);
	date.setUTCDate(date.getUTCDate() + count);
	return dayOf(date);
}

export function addMonths(month, count) {
	const date = dateOf(month + "-01");
	date.setUTCMonth(date.getUTCMonth() + count);
	return dayOf(date).slice(0, 7);
}

export function lastOf(month) {
	return addDays(addMonths(month, 1) + "-01", -1);
}

export function dayInWords(day, weekday = "long") {
	return format(dateOf(day), "UTC", { weekday, day: "numeric", month: "long" });
}

export function dateInWords(day) {
	return longDay(dateOf(day), "UTC");
}

export function monthInWords(month) {
	return format(dateOf(month + "-01"), "UTC", { month: "long", year: "numeric" });
}

export function dayNumber(day) {
	return parts(dateOf(day), "UTC", { day: "numeric" }).day;
}

// The local date of an instant.
export function dayIn(instant, zone) {
	const p = parts(instant, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
	return `${p.year.padStart(4, "0")}-${p.month}-${p.day}`;
}

// ---- weeks ----

// 0 is Sunday, as in Date; Monday where the browser does not know.
function firstWeekday() {
	try {
		const l = new Intl.Locale(habits);
		return (l.getWeekInfo ? l.getWeekInfo() : l.weekInfo).firstDay % 7;
	} catch {
		return 1;
	}
}

export function columnOf(day) {
	return (dateOf(day).getUTCDay() - firstWeekday() + 7) % 7;
}

// Names of the week's days, beginning with the first.
export function weekdays(style) {
	return [...Array(7).keys()].map((i) =>
		format(dateOf(addDays("2027-01-03", (i + firstWeekday()) % 7)), "UTC", { weekday: style }));
}

// ---- zones and lengths ----

export function zoneOfBrowser() {
	return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function allZones(...more) {
	const known = Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : [];
	return [...new Set([...known, "UTC", ...more])].sort();
}

export function zoneInWords(zone) {
	return zone.replaceAll("_", " ");
}

function unitInWords(n, unit) {
	return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(n);
}

export function minutesInWords(minutes) {
	return minutes % 60 ? unitInWords(minutes, "minute")
		: minutes > 4320 && minutes % 1440 === 0 ? unitInWords(minutes / 1440, "day")
		: unitInWords(minutes / 60, "hour");
}
