// times.js - dates and instants in words, in the reader's language and a chosen zone

const locale = navigator.languages && navigator.languages.length ? navigator.languages : undefined;

// A formatter costs a hundred times more than a use of it.
const formatters = new Map();

function format(instant, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formatters.has(key))
    formatters.set(key, new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }));
  return formatters.get(key).format(instant);
}

export function clock(instant, zone) {
  return format(instant, zone, { hour: "numeric", minute: "2-digit" });
}

// With the offset: for the hour that occurs twice when clocks are set back.
export function clockWithOffset(instant, zone) {
  return format(instant, zone, { hour: "numeric", minute: "2-digit", timeZoneName: "shortOffset" });
}

export function longDay(instant, zone) {
  return format(instant, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

// "Monday, 18 January 2027, 09:00–09:30"; the line does not break at the dash.
export function span(start, end, zone) {
  return `${longDay(start, zone)}, ${clock(start, zone)}\u2060–\u2060${clock(end, zone)}`;
}

// A calendar date is kept as "2027-01-18"; its Date is midnight UTC.
export function dateOf(day) {
  return new Date(day + "T00:00:00Z");
}

export function dayOf(date) {
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

export function dayInWords(day) {
  return format(dateOf(day), "UTC", { weekday: "long", day: "numeric", month: "long" });
}

export function monthInWords(month) {
  return format(dateOf(month + "-01"), "UTC", { month: "long", year: "numeric" });
}

export function dayNumber(day) {
  return format(dateOf(day), "UTC", { day: "numeric" });
}

// The local date of an instant.
export function dayIn(instant, zone) {
  const parts = {};
  const f = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  for (const part of f.formatToParts(instant))
    parts[part.type] = part.value;
  return `${parts.year.padStart(4, "0")}-${parts.month}-${parts.day}`;
}

// 0 is Sunday, as in Date; Monday where the browser does not know.
export function firstWeekday() {
  try {
    const l = new Intl.Locale((locale && locale[0]) || navigator.language || "en-GB");
    const info = l.getWeekInfo ? l.getWeekInfo() : l.weekInfo;
    return info.firstDay % 7;
  } catch {
    return 1;
  }
}

// Names of the week's days, beginning with the first.
export function weekdays(style) {
  const sunday = new Date("2027-01-03T00:00:00Z");
  return [...Array(7).keys()].map((i) => {
    const day = new Date(sunday.getTime() + ((i + firstWeekday()) % 7) * 86400000);
    return format(day, "UTC", { weekday: style });
  });
}

export function zoneOfBrowser() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function isKnownZone(zone) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export function allZones(...more) {
  const known = Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : [];
  return [...new Set([...known, "UTC", ...more])].sort();
}

export function zoneInWords(zone) {
  return zone.replaceAll("_", " ");
}

export function minutesInWords(minutes) {
  const units = minutes % 60 ? [minutes, "minute"] : [minutes / 60, "hour"];
  return new Intl.NumberFormat(locale, { style: "unit", unit: units[1], unitDisplay: "long" })
    .format(units[0]);
}
