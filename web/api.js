// api.js - asking the server; an answer that is none becomes a problem with a sentence

import { data, knows, lang, t } from "./text.js";

// The server's own sentence is in English; the reader's is that of the reason, of the problem, of
// what is in conflict, or of the status.
const sentences = { 0: "offline", 422: "badAnswer", 429: "tooMany" };

class Problem extends Error {
	constructor(status, { type = "", reason, member, clashes }) {
		const word = type.split("/").pop().replaceAll("-", "_");
		const keys = [reason, word, word === "conflict" && member, sentences[status], "failed"];
		super(t(keys.find(knows)));
		this.word = word;
		this.member = member || "";
		this.clashes = clashes;
		// The time cannot be had: whatever the reason, another one is to be chosen.
		this.isAboutTime = ["slot_taken", "not_offered"].includes(word) && !clashes &&
			!/_until$/.test(reason);
	}
}

async function ask(method, path, body, headers) {
	let answer, value = {};
	try {
		answer = await fetch(path, {
			method,
			headers: { "Accept-Language": lang, ...(body && { "Content-Type": "application/json" }),
				...headers },
			body: body ? JSON.stringify(body) : undefined,
			credentials: "omit",
			cache: "no-store",
			keepalive: method === "DELETE", // what is given back is, also by who leaves the page
		});
	} catch {
		throw new Problem(0, {});
	}
	if (answer.status === 204)
		return null;
	try {
		value = await answer.json();
	} catch {
		if (answer.ok)
			throw new Problem(answer.status, {});
	}
	if (!answer.ok)
		throw new Problem(answer.status, value);
	return value;
}

// What opens a type that is not offered to everybody.
const link = new URLSearchParams(location.search).get("link") || undefined;

export function slots(from, to, timezone, duration_minutes, token) {
	const query = { meeting_type_id: data.id, from, to, timezone, duration_minutes,
		...(token && { token }), ...(link && { link }), ...(data.waiting_list && { full: true }) };
	return ask("GET", "/api/availability/slots?" + new URLSearchParams(query));
}

// The token of a time that is kept while the form is filled in, or of none, once that is known.
let held = Promise.resolve();

// Places and teams are booked without; what else is refused is so, too, unless the time is gone.
export async function reserve(request) {
	await release();
	if (data.seats > 1 || data.team)
		return;
	const asked = ask("POST", "/api/holds", { ...request, link });
	held = asked.then((made) => made.hold, () => undefined);
	await asked.catch((problem) => {
		if (problem.isAboutTime)
			throw problem;
	});
}

export async function release() {
	const token = await held;
	held = Promise.resolve();
	if (token)
		await ask("DELETE", "/api/holds/" + encodeURIComponent(token)).catch(() => {});
}

export async function book(request, key) {
	const made = await ask("POST", "/api/bookings", { ...request, hold: await held, link },
		{ "Idempotency-Key": key });
	held = Promise.resolve();
	return made;
}

export function wait(request) {
	return ask("POST", "/api/waiting", { ...request, link });
}

export function waitNoMore(id) {
	return ask("DELETE", "/api/waiting/" + id);
}

export function bookingPath(id, tail, token, more) {
	return `/api/bookings/${encodeURIComponent(id)}${tail}?` + new URLSearchParams({ token, ...more });
}

export function cancel(id, token, reason) {
	return ask("DELETE", bookingPath(id, "", token, { reason }));
}

export function change(id, token, what, request) {
	return ask("POST", bookingPath(id, "/" + what, token), request);
}

export function booking(id, token) {
	return ask("GET", bookingPath(id, "", token));
}

// The same key for the same request, however often it is sent.
export function newKey() {
	return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
