// api.js - asking the server; an answer that is none becomes a problem with a sentence

import { knows, t } from "./text.js";

// What is known of a problem in the reader's language; the server's own sentence is in English.
const sentences = { 0: "offline", 429: "tooMany", 409: "notOffered", 422: "badAnswer" };
const late = ["cancel_until", "move_until", "link-spent"];

export class Problem extends Error {
	constructor(status, body) {
		const word = (body.type || "").split("/").pop();
		const isLate = late.includes(body.reason) || late.includes(word);
		super(t(isLate ? "refused" : knows(body.reason) ? body.reason
			: word === "not-offered" ? "notOffered" : sentences[status] || "failed"));
		this.word = word;
		this.member = body.member || "";
		// The time cannot be had: whatever the reason, another one is to be chosen.
		this.isAboutTime = !isLate && ["slot-taken", "not-offered"].includes(word);
	}
}

async function ask(method, path, body, headers) {
	let answer, value = {};
	try {
		answer = await fetch(path, {
			method,
			headers: { ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
			body: body ? JSON.stringify(body) : undefined,
			credentials: "omit",
			cache: "no-store",
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

// What opens a type that is not offered to everybody, and a place that is kept meanwhile.
export const link = new URLSearchParams(location.search).get("link") || undefined;
let hold;

export function slots(typeId, from, to, zone, duration) {
	const query = { meeting_type_id: typeId, from, to, timezone: zone, duration_minutes: duration };
	if (link)
		query.link = link;
	return ask("GET", "/api/availability/slots?" + new URLSearchParams(query));
}

// Keep a time while the form is filled in. A server or type that keeps none books all the same.
export async function reserve(request) {
	await release();
	try {
		hold = (await ask("POST", "/api/holds", { ...request, link })).hold;
	} catch (problem) {
		if (problem.isAboutTime)
			throw problem;
	}
}

export async function release() {
	const old = hold;
	hold = undefined;
	if (old)
		await ask("DELETE", "/api/holds/" + encodeURIComponent(old)).catch(() => {});
}

export async function book(request, key) {
	const made = await ask("POST", "/api/bookings", { ...request, hold, link }, { "Idempotency-Key": key });
	hold = undefined;
	return made;
}

export function bookingPath(id, tail, token, more) {
	return `/api/bookings/${encodeURIComponent(id)}${tail}?` + new URLSearchParams({ token, ...more });
}

export function cancel(id, token, reason) {
	return ask("DELETE", bookingPath(id, "", token, { reason }));
}

export function move(id, token, request) {
	return ask("POST", bookingPath(id, "/reschedule", token), request);
}

export function booking(id, token) {
	return ask("GET", bookingPath(id, "", token));
}

// The same key for the same request, however often it is sent.
export function newKey() {
	return [...crypto.getRandomValues(new Uint8Array(16))]
		.map((b) => b.toString(16).padStart(2, "0")).join("");
}
