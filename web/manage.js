// manage.js - the page behind the link in the mail: look, move, cancel

import { aboutTime, aboutType, calendarLinks, summary } from "./about.js";
import * as api from "./api.js";
import { busy, find, notice, on, page, show } from "./page.js";
import { Picker } from "./picker.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

const { id, token } = page.dataset;
let booking = null;
let picker = null;
let chosen = null;
let zone = times.zoneOfBrowser();

function showBooking() {
	const start = new Date(booking.start_time), end = new Date(booking.end_time);
	const gone = booking.status === "cancelled" || booking.status === "declined";
	const past = end.getTime() < Date.now();
	aboutTime((end - start) / 60000, zone, start, end);
	find("when").classList.toggle("struck", gone);
	find("cancel").hidden = gone || past;
	find("add").hidden = gone || past || booking.status === "pending";
	find("move").hidden = gone || past || !data.id;
	find("done-text").textContent = gone ? t("gone") : past ? t("over")
		: booking.status === "pending" ? t("pending") : "";
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
	if (problem.word === "precondition-failed" || problem.word === "cancelled") {
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

// ---- cancel ----

async function cancel() {
	try {
		await busy(find("cancel-yes"), () => api.cancel(id, token, find("reason").value.trim()));
		booking = await api.booking(id, token);
		showAgain(null);
	} catch (problem) {
		await explain(problem);
	}
}

// ---- move ----

function startMove() {
	notice(null);
	show("step-time");
	if (picker) {
		picker.reload();
		return;
	}
	picker = new Picker(find("picker"), {
		type: data,
		duration: (new Date(booking.end_time) - new Date(booking.start_time)) / 60000,
		zone,
		onChoose: choose,
		onZone: (z) => { zone = z; showBooking(); },
	});
	picker.seek();
}

function choose(slot) {
	chosen = slot;
	find("confirm-text").textContent =
		times.span(new Date(slot.start_time), new Date(slot.end_time), zone);
	show("step-confirm");
}

async function move() {
	try {
		booking = await busy(find("confirm-yes"), () => api.move(id, token, {
			start_time: chosen.start_time, version: booking.version }));
		showAgain(t("moved"), true);
	} catch (problem) {
		if (!problem.isAboutTime) {
			await explain(problem);
			return;
		}
		show("step-time");
		await picker.reload();
		notice(problem.word === "slot-taken" ? t("taken") : problem.message);
	}
}

on("move", startMove);
on("cancel", () => { notice(null); show("step-cancel"); });
on("cancel-yes", cancel);
on("cancel-no", () => showAgain(null));
on("keep", () => showAgain(null));
on("confirm-yes", move);
on("confirm-no", startMove);
on("print", () => print());
aboutType();
find("keep").hidden = false;
try {
	booking = await api.booking(id, token);
	showAgain(null);
} catch (problem) {
	notice(problem.message);
}
