// host-answers.js - mail that nobody vouches for: taken in, or dropped, by its host

import { ask } from "./host-api.js";
import { button, confirm, element, heading, moment, toast } from "./host-ui.js";

const path = (a, tail = "") => `/api/answers/${encodeURIComponent(a.id)}${tail}`;
const KINDS = { REPLY: "An answer", COUNTER: "A proposal", REQUEST: "An invitation", CANCEL: "A cancellation",
	ADD: "More dates", REFRESH: "A question", PUBLISH: "An announcement", DECLINECOUNTER: "A refusal" };
const ANSWERS = { ACCEPTED: "accepts", DECLINED: "declines", TENTATIVE: "accepts tentatively",
	"NEEDS-ACTION": "has not decided" };

const kindOf = (a) => KINDS[a.method] || "A message";
const titleOf = (a) => a.subject || "(no subject)";

// What it claims, in words.
function claim(says) {
	const answer = says.attendee && ANSWERS[(says.partstat || "").toUpperCase()];
	return answer ? `${says.attendee} ${answer}` : says.organizer && `Organized by ${says.organizer}`;
}

function facts(a, zone) {
	const rows = [
		["About", a.says.title],
		["When", a.says.start_time && moment(a.says.start_time, zone)],
		["It says", claim(a.says)],
		["Text", a.says.text],
	];
	return element("dl", { className: "summary" }, ...rows.filter(([, value]) => value)
		.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

function drop(a, load) {
	confirm("Drop this message?", "It is removed here. Whoever sent it is not told.", "Drop", async () => {
		await ask("DELETE", path(a));
		toast("Dropped.");
		load();
	});
}

// What it would change is decided when it is taken in: it may have been overtaken.
function accept(a, load) {
	confirm("Is this true?", `${kindOf(a)} by ${a.sender || "somebody unknown"} is taken in as though it was proved.`,
		"Take it in", async () => {
			const done = await ask("POST", path(a, "/accept"), {});
			toast(done.outcome === "applied" || done.outcome === "answered" ? "Taken in." : done.detail);
			load();
		});
}

function item(a, zone, load) {
	const about = `${kindOf(a)}: ${titleOf(a)}`;
	return element("li", { className: "row" },
		element("div", { className: "grow" }, element("strong", {}, about),
			element("p", { className: "hint" }, `${a.sender || "somebody unknown"} · ${moment(a.received_at, zone)}`),
			element("p", {}, a.reason), facts(a, zone)),
		a.says.has_calendar && button("Take it in", () => accept(a, load), { "aria-label": `Take it in: ${about}` }),
		button("Drop", () => drop(a, load), { "aria-label": `Drop: ${about}` }));
}

export async function answers(section, me) {
	const zone = me.timezone || "UTC", list = element("ul", { className: "rows" });
	const more = element("p", { className: "buttons" });
	const page = async (after) => {
		const got = await ask("GET", "/api/answers" + (after ? "?" + new URLSearchParams({ after }) : ""));
		const all = await Promise.all(got.answers.map((a) => ask("GET", path(a))));
		list.append(...all.map((a) => item(a, zone, load)));
		more.replaceChildren(...(got.next ? [button("Show older ones", () => page(got.next))] : []));
	};
	const load = async () => {
		list.replaceChildren();
		await page();
		if (!list.children.length)
			list.append(element("li", { className: "empty" }, "Nothing waits for you."));
	};
	section.append(heading("Answers to check", "Mail about your meetings that might not be from whom it says it is."),
		list, more);
	await load();
}
