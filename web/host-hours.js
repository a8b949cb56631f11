// host-hours.js - weekly hours as segments of a day, and a schedule made of them again
//
// A segment is { start, end } in minutes of its day, 0 to 1440. Hours past midnight are two
// segments here, and one window again in the schedule.

import { addDays, clock, minutesOf, weekday } from "./host-ui.js";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const DAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const STEP = 15;
const END = 1440;

function parts(window) {
	const start = minutesOf(window.start), end = minutesOf(window.end);
	return end > start ? [{ start, end }] : [{ start, end: END }, end > 0 && { start: 0, end }];
}

// Ascending, and what touches or overlaps joined.
export function tidy(segments) {
	const out = [];
	for (const s of [...segments].sort((a, b) => a.start - b.start))
		if (out.length && s.start <= out.at(-1).end)
			out.at(-1).end = Math.max(out.at(-1).end, s.end);
		else if (s.end > s.start)
			out.push({ ...s });
	return out;
}

export function weekOf(schedule) {
	const days = DAYS.map(() => []);
	for (const w of schedule.weekly) {
		const day = DAYS.indexOf(w.day), [here, next] = parts(w);
		days[day].push(here);
		if (next)
			days[(day + 1) % 7].push(next);
	}
	return days.map(tidy);
}

function windowsOf(segments) {
	return segments.map((s) => ({ start: clock(s.start), end: clock(s.end) }));
}

// What runs to midnight and goes on after it is one window of the evening.
export function weeklyOf(days) {
	const rest = days.map((segments) => segments.map((s) => ({ ...s }))), out = [];
	rest.forEach((segments, day) => {
		const last = segments.at(-1), next = rest[(day + 1) % 7][0];
		if (last && next && last.end === END && last.start > 0 && next.start === 0 && next.end < last.start) {
			last.end = next.end;
			rest[(day + 1) % 7].shift();
		}
	});
	rest.forEach((segments, day) => windowsOf(segments)
		.forEach((w) => out.push({ day: DAYS[day], ...w })));
	return out;
}

// The hours of the days of a week that begins on this date: an override goes before a holiday, and
// both before the weekly hours.
export function hoursOf(schedule, monday) {
	const usual = weekOf(schedule), byDate = new Map();
	for (const h of schedule.holidays)
		byDate.set(h.date, { windows: [], why: h.name });
	for (const o of schedule.overrides)
		byDate.set(o.date, { windows: o.windows, why: "Other hours" });
	return DAYS.map((_, i) => {
		const date = addDays(monday, i), other = byDate.get(date);
		return { date, why: other && other.why,
			segments: other ? tidy(other.windows.map((w) => parts(w)[0])) : usual[weekday(date)] };
	});
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The schedule with these hours every week, or (dates) in one week alone.
export function withHours(schedule, before, after, { everyWeek }) {
	const changed = after.filter((day, i) => !same(day.segments, before[i].segments));
	const out = structuredClone(schedule);
	for (const name of ["id", "set_by", "readable"])
		delete out[name];
	if (everyWeek) {
		out.weekly = weeklyOf(after.map((d) => d.segments));
	} else {
		const dates = new Set(changed.map((d) => d.date));
		out.overrides = [...out.overrides.filter((o) => !dates.has(o.date)),
			...changed.map((d) => ({ date: d.date, windows: windowsOf(d.segments) }))]
			.sort((a, b) => (a.date < b.date ? -1 : 1));
	}
	return changed.length ? out : null;
}
