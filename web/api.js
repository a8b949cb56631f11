// api.js - asking the server; an answer that is none becomes a problem with a sentence

export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || "The server cannot answer just now. Please try again.");
    this.status = status;
    this.word = (body.type || "").split("/").pop();
    this.reason = body.reason;
    this.member = body.member;
    this.slots = body.slots;
  }
}

async function ask(method, path, body, headers) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
      body: body ? JSON.stringify(body) : undefined,
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    throw new Problem(0, { detail: "The server cannot be reached. Are you online? Try again: nothing is booked twice." });
  }
  let value = {};
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

export function slots(typeId, from, to, zone, duration) {
  const query = new URLSearchParams({
    meeting_type_id: typeId, from, to, timezone: zone, duration_minutes: duration });
  return ask("GET", "/api/availability/slots?" + query);
}

export function book(request, key) {
  return ask("POST", "/api/bookings", request, { "Idempotency-Key": key });
}

function bookingPath(id, tail, token) {
  return `/api/bookings/${encodeURIComponent(id)}${tail}?` + new URLSearchParams({ token });
}

export function cancel(id, token) {
  return ask("DELETE", bookingPath(id, "", token));
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
