// host-explain.js - why a time is offered or not, asked of the function that decides

import { ask } from "./host-api.js";
import { attempt, button, choice, clock, dayTitle, dialog, element, field, input, instantOf, lasting, minutesOf,
	onSubmit, spanTitle } from "./host-ui.js";

// What a host can do about it.
const ADVICE = {
	duration: "Lengths are set with the meeting type.",
	too_soon: "Notice is set with the meeting type, under “How early and how late”.",
	too_late: "How far ahead it may be booked is set with the meeting type, under “How early and how late”.",
	closed: "Look at other hours and holidays of these dates, under Hours, and at who belongs to the team.",
	outside_hours: "Choose “Edit hours” in the week to open this time.",
	not_on_grid: "Starts are counted from the beginning of open hours; how far apart they are is set with the type.",
	calendar_stale: "A calendar from elsewhere was not read for too long.",
	full: "More places are set with the meeting type; or let others wait for one.",
	held: "Move or cancel that booking to open this time.",
	limit: "Limits are set with the meeting type.",
	busy: "Move that event, or show it as free in your calendar app.",
	buffer: "Pauses before and after are set with the meeting type.",
};

function obstacle(o, zone) {
	const what = o.kind === "event" ? o.title || "An event" : "A booking";
	return element("li", {}, element("strong", {}, what), ` ${spanTitle(Date.parse(o.start_time),
		Date.parse(o.end_time), zone)}`);
}

function shown(answer, zone) {
	const open = answer.reason === "open";
	return [
		element("p", {}, element("span", { className: "state " + (open ? "confirmed" : "declined") },
			open ? "Offered" : "Not offered"), " ", answer.detail),
		answer.because_of && !answer.obstacles.length && element("p", { className: "hint" },
			`Because of ${spanTitle(Date.parse(answer.because_of.start_time), Date.parse(answer.because_of.end_time), zone)}.`),
		answer.obstacles.length > 0 && element("ul", { className: "obstacles" },
			...answer.obstacles.map((o) => obstacle(o, zone))),
		ADVICE[answer.reason] && element("p", { className: "hint" }, ADVICE[answer.reason]),
	].filter(Boolean);
}

export function explain(types, zone, date, minutes) {
	dialog("Is this time offered?", (body, close) => {
		const type = choice(types.map((t) => [t.id, t.title]), types[0].id), length = choice([], "");
		const day = input("date", date, { required: true });
		const time = input("time", clock(minutes), { required: true });
		const answer = element("div", { className: "answer", role: "status" });
		const lengths = () => {
			const { durations } = types.find((t) => t.id === type.value);
			length.replaceChildren(...durations.map((d) => element("option", { value: d }, lasting(d))));
			length.closest(".field").hidden = durations.length < 2;
		};
		let turn = 0; // an answer that comes late is of another question
		const look = async () => {
			const mine = ++turn;
			const at = new Date(instantOf(day.value, minutesOf(time.value), zone)).toISOString().replace(".000", "");
			const got = await ask("GET", "/api/availability/explain?" + new URLSearchParams({
				meeting_type_id: type.value, start_time: at, duration_minutes: length.value }));
			if (mine === turn)
				answer.replaceChildren(element("h3", {}, `${dayTitle(day.value)}, ${time.value}`), ...shown(got, zone));
		};
		const go = element("button", { type: "submit", className: "primary" }, "Look");
		body.append(field("Meeting type", type), field("Length", length),
			element("div", { className: "pair" }, field("Day", day), field("Begins at", time)), answer,
			element("p", { className: "buttons" }, go, button("Close", close)));
		type.onchange = () => {
			lengths();
			attempt(look);
		};
		onSubmit(body, go, look);
		lengths();
		attempt(look);
	});
}
