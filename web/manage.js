// manage.js - the page behind the link in the mail: look, move, cancel

import * as api from "./api.js";
import * as times from "./times.js";
import { busy, find, notice, page, say, show } from "./page.js";
import { Picker } from "./picker.js";

const data = page.dataset;
let booking = {
  status: data.status,
  version: Number(data.version),
  start_time: data.start,
  end_time: data.end,
};
let picker = null;
let chosen = null;
let zone = times.isKnownZone(data.zone) ? data.zone : times.zoneOfBrowser();

function showBooking() {
  const start = new Date(booking.start_time), end = new Date(booking.end_time);
  const gone = booking.status === "cancelled" || booking.status === "declined";
  const past = end.getTime() < Date.now();
  find("when").textContent = times.span(start, end, zone);
  find("when").classList.toggle("struck", gone);
  find("length").textContent = times.minutesInWords((end - start) / 60000);
  find("zone-fact").textContent = times.zoneInWords(zone);
  find("buttons").hidden = gone || past;
  find("move").hidden = !data.typeId;
  find("show-text").textContent = gone ? "This booking is cancelled."
    : past ? "This meeting is over."
    : `You meet ${data.hostName} at this time.`;
}

function showAgain(text, good) {
  showBooking();
  notice(text, good);
  show("step-show");
}

// Somebody else changed it: show what stands there now.
async function explain(problem) {
  if (problem.word === "precondition-failed" || problem.word === "cancelled") {
    try {
      booking = await api.booking(data.id, data.token);
      showAgain("The booking was changed meanwhile; this is how it stands now.");
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
    booking = await busy(find("cancel-yes"), () => api.cancel(data.id, data.token));
    showAgain("The booking is cancelled.", true);
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
    typeId: data.typeId,
    duration: Number(data.durations),
    timezone: data.timezone,
    windowDays: Number(data.windowDays),
    zone,
    onChoose: choose,
    onZone: (z) => { zone = z; showBooking(); },
    onProblem: (problem) => notice(problem && problem.message),
    say,
  });
  picker.start();
}

function choose(slot) {
  chosen = slot;
  find("confirm-text").textContent =
    times.span(new Date(slot.start_time), new Date(slot.end_time), zone);
  show("step-confirm");
}

async function move() {
  try {
    booking = await busy(find("confirm-yes"), () => api.move(data.id, data.token, {
      start_time: chosen.start_time, version: booking.version }));
    showAgain("The booking is moved. A new invitation is on its way.", true);
  } catch (problem) {
    if (problem.word !== "slot-taken" && problem.word !== "not-offered") {
      await explain(problem);
      return;
    }
    show("step-time");
    await picker.reload();
    notice(problem.message + " Your booking stays as it is; please choose another time.");
  }
}

find("move").addEventListener("click", startMove);
find("cancel").addEventListener("click", () => { notice(null); show("step-cancel"); });
find("cancel-yes").addEventListener("click", cancel);
find("cancel-no").addEventListener("click", () => showAgain(null));
find("back").addEventListener("click", () => showAgain(null));
find("confirm-yes").addEventListener("click", move);
find("confirm-no").addEventListener("click", startMove);
showBooking();
