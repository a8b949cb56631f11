// book.js - the booking page: a time, a name, an address, done

import { aboutTime, aboutType, calendarLinks, policy, summary } from "./about.js";
import * as api from "./api.js";
import * as form from "./form.js";
import { busy, element, find, framed, notice, on, show, tellFrame } from "./page.js";
import { Picker } from "./picker.js";
import { data, lang, t } from "./text.js";
import * as times from "./times.js";

let chosen = null; // the slot
let sent = null;   // the last request and its key

const picker = new Picker(find("picker"), {
	duration: data.durations[0],
	onChoose: choose,
	onZone: showFacts,
});

function showFacts() {
	aboutTime(picker.duration, picker.zone, chosen && new Date(chosen.start_time),
		chosen && new Date(chosen.end_time));
}

function offerLengths() {
	const options = data.durations.map((minutes, i) => {
		const input = element("input", { type: "radio", name: "length", value: minutes, checked: !i });
		input.onchange = () => chooseAgain(() => picker.setDuration(minutes));
		return element("label", {}, input, times.minutesInWords(minutes));
	});
	find("lengths").append(element("div", { className: "options" }, ...options));
	find("lengths").hidden = options.length < 2;
}

// All its places are taken: who chooses it waits for one.
function isFull() {
	return chosen.seats_left === 0;
}

async function choose(slot) {
	chosen = slot;
	notice(null);
	showFacts();
	form.setSlot(slot);
	find("submit").textContent = t(isFull() ? "join" : data.confirm ? "request" : "book");
	find("form-hint").textContent = isFull() ? `${t("full")} ${t("joinHint")}`
		: data.confirm ? t("confirmHint") : "";
	show("step-details");
	find("name").focus();
	try {
		await api.reserve({ meeting_type_id: data.id, start_time: slot.start_time,
			duration_minutes: picker.duration });
	} catch (problem) {
		if (chosen === slot)
			await explain(problem);
	}
}

async function chooseAgain(load = () => picker.reload()) {
	chosen = null;
	await api.release();
	showFacts();
	show("step-time");
	await load();
	showFacts();
}

function request() {
	return {
		meeting_type_id: data.id,
		start_time: chosen.start_time,
		duration_minutes: picker.duration,
		invitee_timezone: picker.zone,
		language: lang,
		...form.values(),
	};
}

// Sent again after a broken connection, the same request has the same key.
function keyOf(body) {
	const text = JSON.stringify(body);
	if (!sent || sent.text !== text)
		sent = { text, key: api.newKey() };
	return sent.key;
}

async function submit(event) {
	event.preventDefault();
	if (!form.check())
		return;
	notice(null);
	const body = request();
	try {
		if (isFull())
			waiting(body, await busy(find("submit"), () => api.wait(body)));
		else
			done(await busy(find("submit"), () => api.book(body, keyOf(body))));
	} catch (problem) {
		await explain(problem);
	}
}

async function explain(problem) {
	if (problem.isAboutTime) {
		const day = picker.day;
		await chooseAgain();
		notice(`${problem.message} ${stillOpen(day)}`);
	} else if (problem.clashes) {
		notice(t("clashes", { days: problem.clashes.map((clash) => times.dayInWords(
			times.dayIn(new Date(clash.start_time), picker.zone))).join("; ") }));
	} else if (!form.blame(problem.member)) {
		notice(problem.message);
	}
}

function stillOpen(day) {
	return t(picker.day === day ? "stillOpen" : "noneLeft");
}

function finish(title, text, booking) {
	notice(null);
	find("step-done-title").textContent = t(title);
	find("done-text").textContent = text;
	summary(booking, picker.zone);
	find("lengths").hidden = true;
	show("step-done");
}

function done(made) {
	const token = made.cancel_url.split("/").pop();
	const confirmed = made.status === "confirmed", mail = made.waits_for === "invitee";
	finish(mail ? "look" : confirmed ? "booked" : "requested",
		t(mail ? "byMail" : confirmed ? "invited" : "hear", { email: made.invitee_email }), made);
	find("manage-link").href = `/manage/${token}?lang=${lang}`;
	find("manage-link").target = framed ? "_blank" : "";
	find("tick").hidden = find("manage-link").hidden = false;
	find("add").hidden = !confirmed;
	calendarLinks(made, token);
	tellFrame("booked");
}

function waiting(body, made) {
	const leave = find("cancel");
	finish("waits", t("inLine", { n: made.place, email: body.invitee_email }), { ...chosen, ...body });
	leave.hidden = false;
	leave.textContent = t("leave");
	leave.onclick = () => busy(leave, () => api.waitNoMore(made.id))
		.then(() => chooseAgain(), (problem) => notice(problem.message));
}

find("form").addEventListener("submit", submit);
on("back", () => chooseAgain());
on("print", () => print());
addEventListener("pagehide", () => api.release());
find("policy").textContent = policy();
form.buildFields();
aboutType();
offerLengths();
showFacts();
find("step-time").hidden = false;
picker.seek(new URLSearchParams(location.search).get("date"));
