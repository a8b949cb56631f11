// manage.js - the page behind the link in the mail: look, move, cancel

import { aboutTime, aboutType, calendarLinks, policy, summary } from "./about.js";
import * as api from "./api.js";
import { busy, find, notice, on, page, show } from "./page.js";
import { Picker } from "./picker.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

const { id, token, proof } = page.dataset;
let booking = null;
let picker = null;
let chosen = null;
let zone = times.zoneOfBrowser();

// It may be too late for one and not for the other.
function isLate(what) {
	const minutes = data[what + "_until_minutes"];
	return minutes > 0 && Date.now() > new Date(booking.start_time) - minutes * 60000;
}

function showBooking() {
	const start = new Date(booking.start_time), end = new Date(booking.end_time);
	const gone = ["cancelled", "declined"].includes(booking.status), past = end < Date.now();
	const noCancel = isLate("cancel"), noMove = isLate("move");
	aboutTime((end - start) / 60000, zone, start, end);
	find("when").classList.toggle("struck", gone);
	find("cancel").hidden = gone || past || noCancel;
	find("add").hidden = gone || past || booking.status === "pending";
	const unread = booking.waits_for === "invitee";
	find("confirm").hidden = !unread || !proof;
	find("move").hidden = unread || gone || past || noMove || !data.id || Boolean(booking.recurrence);
	find("done-text").textContent = gone ? t(booking.status) : past ? t("over")
		: [booking.status === "pending" && t(!unread ? "pending" : proof ? "proof" : "byMail",
			{ email: booking.invitee_email }), booking.recurrence && t("series"), policy(),
			noCancel && t("cancel_until"), noMove && t("move_until")].filter(Boolean).join(" ");
	summary(booking, zone);
	calendarLinks(booking, token);
}

function showAgain(text, good) {
	showBooking();
	notice(text, good);
	show("step-done");
}

// Somebody else changed it: show what stands there now.
async function explain(problem) {
	if (problem.word === "precondition_failed" || problem.word === "cancelled") {
		try {
			booking = await api.booking(id, token);
			showAgain(t("changed"));
			return;
		} catch (other) {
			problem = other;
		}
	}
	notice(problem.message);
}

// A question, the button that does it, and the one that does not.
function ask(what, text, yes, no) {
	notice(null);
	find("ask-title").textContent = t(what + "Ask");
	find("ask-text").textContent = text;
	find("yes").className = what === "cancel" ? "danger" : "primary";
	find("yes").textContent = t(what + "Yes");
	find("no").textContent = t(what + "No");
	on("yes", yes);
	on("no", no);
	show("step-ask");
}

// ---- confirm, cancel ----

async function act(button, work) {
	try {
		booking = await busy(find(button), work);
		showAgain(booking.status === "confirmed" && t("booked"), true);
	} catch (problem) {
		await explain(problem);
	}
}

function cancel() {
	return act("yes", () => api.cancel(id, token, find("reason").value.trim()));
}

// ---- move ----

function startMove() {
	notice(null);
	show("step-time");
	if (picker) {
		picker.but = booking.start_time;
		picker.reload();
		return;
	}
	picker = new Picker(find("picker"), {
		duration: (new Date(booking.end_time) - new Date(booking.start_time)) / 60000,
		zone,
		token,
		but: booking.start_time,
		onChoose: choose,
		onZone: (z) => { zone = z; showBooking(); },
	});
	picker.seek();
}

function choose(slot) {
	const span = (of) => times.span(new Date(of.start_time), new Date(of.end_time), zone);
	chosen = slot;
	ask("move", `${span(booking)}\n→ ${span(slot)}`, move, startMove);
}

async function move() {
	try {
		booking = await busy(find("yes"), () => api.change(id, token, "reschedule", {
			version: booking.version, start_time: chosen.start_time,
			reason: find("reason").value.trim() }));
		showAgain(t("moved"), true);
	} catch (problem) {
		if (!problem.isAboutTime) {
			await explain(problem);
			return;
		}
		show("step-time");
		await picker.reload();
		notice(problem.message);
	}
}

on("confirm", () => act("confirm", () => api.change(id, token, "confirm-address", {})));
on("move", startMove);
on("cancel", () => ask("cancel", t("cancelText"), cancel, () => showAgain(null)));
on("keep", () => showAgain(null));
on("print", () => print());
aboutType();
find("keep").hidden = false;
try {
	booking = await api.booking(id, token);
	showAgain(null);
} catch (problem) {
	notice(problem.message);
}
