// book.js - the booking page: a time, a name, an address, done

import * as api from "./api.js";
import * as times from "./times.js";
import { busy, find, notice, page, say, show } from "./page.js";
import { Picker } from "./picker.js";

const data = page.dataset;
const lengths = data.durations.split(",").map(Number);
let chosen = null; // the slot
let sent = null;   // the last request and its key

const picker = new Picker(find("picker"), {
  typeId: data.typeId,
  duration: lengths[0],
  timezone: data.timezone,
  windowDays: Number(data.windowDays),
  onChoose: choose,
  onZone: showFacts,
  onProblem: (problem) => notice(problem && problem.message),
  say,
});

function showFacts() {
  find("length").textContent = times.minutesInWords(picker.duration);
  find("zone-fact").textContent = times.zoneInWords(picker.zone);
  find("chosen").hidden = !chosen;
  if (chosen)
    find("chosen").textContent =
      times.span(new Date(chosen.start_time), new Date(chosen.end_time), picker.zone);
}

function offerLengths() {
  const options = document.createElement("div");
  options.className = "options";
  for (const minutes of lengths) {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), {
      type: "radio", name: "length", value: minutes, checked: minutes === lengths[0] });
    input.onchange = () => {
      chosen = null;
      show("step-time");
      picker.setDuration(minutes).then(showFacts);
    };
    label.append(input, times.minutesInWords(minutes));
    options.append(label);
  }
  find("lengths").append(options);
  find("lengths").hidden = lengths.length < 2;
}

function choose(slot) {
  chosen = slot;
  notice(null);
  showFacts();
  show("step-details");
  find("name").focus();
}

async function chooseAgain() {
  chosen = null;
  showFacts();
  show("step-time");
  await picker.reload();
}

// ---- the form ----

function fieldError(id, text) {
  find(id + "-error").textContent = text || "";
  if (text)
    find(id).setAttribute("aria-invalid", "true");
  else
    find(id).removeAttribute("aria-invalid");
}

function checkForm() {
  const name = find("name"), email = find("email");
  fieldError("name", name.value.trim() ? "" : "Please say who you are.");
  fieldError("email", email.value.trim() && email.validity.valid ? ""
    : "Please give an address like name@example.org.");
  const wrong = document.querySelector("[aria-invalid]");
  if (wrong)
    wrong.focus();
  return !wrong;
}

function request() {
  return {
    meeting_type_id: data.typeId,
    start_time: chosen.start_time,
    duration_minutes: picker.duration,
    invitee_name: find("name").value.trim(),
    invitee_email: find("email").value.trim(),
    invitee_timezone: picker.zone,
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
  if (!checkForm())
    return;
  notice(null);
  try {
    const body = request();
    done(await busy(find("submit"), () => api.book(body, keyOf(body))));
  } catch (problem) {
    await explain(problem);
  }
}

const fields = { invitee_name: "name", invitee_email: "email" };

async function explain(problem) {
  if (problem.word === "slot-taken" || problem.word === "not-offered") {
    const day = picker.day;
    await chooseAgain();
    notice(problem.word === "slot-taken"
      ? "Somebody was quicker: this time has just been taken. " + stillOpen(problem.slots, day)
      : problem.message);
  } else if (problem.member in fields) {
    fieldError(fields[problem.member], problem.message);
    find(fields[problem.member]).focus();
  } else {
    notice(problem.message);
  }
}

function stillOpen(slots, day) {
  if (!slots || !slots.length)
    return "Nothing is left on that day; please choose another.";
  picker.show(day);
  return "These times of that day are still open.";
}

// ---- done ----

function row(term, text) {
  const dt = document.createElement("dt"), dd = document.createElement("dd");
  dt.textContent = term;
  dd.textContent = text;
  find("summary").append(dt, dd);
}

function done(made) {
  const start = new Date(made.start_time), end = new Date(made.end_time);
  notice(null);
  find("done-text").textContent = `An invitation is on its way to ${made.invitee_email}.`;
  find("summary").replaceChildren();
  row("What", `${data.title} with ${data.hostName}`);
  row("When", times.span(start, end, picker.zone));
  row("Time zone", times.zoneInWords(picker.zone));
  row("Who", `${made.invitee_name}, ${made.invitee_email}`);
  find("lengths").hidden = true;
  find("manage-link").href = new URL(made.reschedule_url, location.href).pathname;
  show("step-done");
}

find("form").addEventListener("submit", submit);
find("back").addEventListener("click", chooseAgain);
for (const id of ["name", "email"])
  find(id).addEventListener("input", () => fieldError(id, ""));
offerLengths();
showFacts();
picker.start().then(showFacts);
