// picker.js - a month with its open days, the times of one day, and the zone they are shown in
//
// The month is a grid in the sense of ARIA: one day takes part in the Tab order,
// arrows go from day to day, Page Up and Page Down from month to month.

import * as api from "./api.js";
import * as times from "./times.js";

function element(tag, properties, ...children) {
  const e = Object.assign(document.createElement(tag), properties);
  e.append(...children);
  return e;
}

export class Picker {
  // o: typeId, duration, timezone (the host's), windowDays; onChoose(slot), onZone(zone),
  // onProblem(problem or null), say(text)
  constructor(root, o) {
    this.o = o;
    this.duration = o.duration;
    this.zone = o.zone && times.isKnownZone(o.zone) ? o.zone : times.zoneOfBrowser();
    this.open = new Map(); // day to slots, of the shown month
    this.asked = 0;
    this.build(root);
    this.today = times.dayIn(Date.now(), this.zone);
    this.month = this.today.slice(0, 7);
    this.day = null;
  }

  // ---- what is shown ----

  build(root) {
    const arrow = (text, label, step) => element("button", {
      type: "button", className: "arrow", textContent: text, ariaLabel: label,
      onclick: () => this.turn(step) });
    this.back = arrow("‹", "Previous month", -1);
    this.forth = arrow("›", "Next month", 1);
    this.title = element("h3", { id: "month-title" });
    this.title.setAttribute("aria-live", "polite");
    const head = element("tr", {});
    const long = times.weekdays("long");
    times.weekdays("short").forEach((name, i) => {
      const th = element("th", { scope: "col", textContent: name });
      th.setAttribute("aria-label", long[i]);
      head.append(th);
    });
    this.rows = element("tbody", {});
    this.table = element("table", { className: "month" }, element("thead", {}, head), this.rows);
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-labelledby", "month-title");
    this.table.addEventListener("keydown", (e) => this.onKey(e));
    this.dayTitle = element("h3", { id: "day-title" });
    this.list = element("ul", {});
    this.list.setAttribute("aria-labelledby", "day-title");
    this.select = this.zoneSelect();
    root.append(
      element("div", {}, element("div", { className: "month-bar" }, this.title, this.back,
                                 this.forth), this.table),
      element("div", { className: "times" }, this.dayTitle, this.list),
      element("div", { className: "zone" },
              element("label", { htmlFor: "zone", textContent: "Times are shown in" }),
              this.select));
  }

  zoneSelect() {
    const select = element("select", { id: "zone" });
    for (const zone of times.allZones(this.zone, this.o.timezone))
      select.append(element("option", { value: zone, textContent: times.zoneInWords(zone) }));
    select.value = this.zone;
    select.onchange = () => this.setZone(select.value);
    return select;
  }

  lastDay() {
    return times.addDays(this.today, this.o.windowDays + 1);
  }

  // ---- asking ----

  async load() {
    const turn = ++this.asked;
    const first = this.month + "-01";
    const last = times.addDays(times.addMonths(this.month, 1) + "-01", -1);
    this.table.classList.add("loading");
    this.table.setAttribute("aria-busy", "true");
    try {
      const got = await api.slots(this.o.typeId, first, last, this.zone, this.duration);
      if (turn !== this.asked)
        return false;
      this.open = new Map(got.days.filter((d) => d.slots.length).map((d) => [d.date, d.slots]));
      this.o.onProblem(null);
    } catch (problem) {
      if (turn !== this.asked)
        return false;
      this.open = new Map();
      if (problem.word === "unknown-time-zone" && this.zone !== this.o.timezone)
        return this.setZone(this.o.timezone);
      this.o.onProblem(problem);
    }
    this.table.classList.remove("loading");
    this.table.removeAttribute("aria-busy");
    this.draw();
    return true;
  }

  // The first month with an open day, so that nobody has to search for it.
  async start() {
    while (await this.load()) {
      if (this.open.size || times.addMonths(this.month, 1) + "-01" > this.lastDay())
        break;
      this.month = times.addMonths(this.month, 1);
    }
    const first = [...this.open.keys()].sort()[0];
    if (first)
      this.show(first);
  }

  async reload() {
    if (await this.load())
      this.show(this.day);
  }

  async turn(step, day) {
    this.month = times.addMonths(this.month, step);
    this.day = null;
    if (!await this.load())
      return;
    if (day)
      this.focusDay(day);
    this.o.say(`${times.monthInWords(this.month)}: ${this.open.size} days with open times`);
  }

  async setZone(zone) {
    this.zone = this.select.value = zone;
    this.today = times.dayIn(Date.now(), zone);
    this.o.onZone(zone);
    const loaded = await this.load();
    if (loaded)
      this.show(this.open.has(this.day) ? this.day : [...this.open.keys()].sort()[0]);
    return loaded;
  }

  setDuration(duration) {
    this.duration = duration;
    return this.reload();
  }

  // ---- drawing ----

  draw() {
    const lead = (times.dateOf(this.month + "-01").getUTCDay() - times.firstWeekday() + 7) % 7;
    const count = Number(times.addDays(times.addMonths(this.month, 1) + "-01", -1).slice(8));
    this.title.textContent = times.monthInWords(this.month);
    this.back.disabled = this.month <= this.today.slice(0, 7);
    this.forth.disabled = times.addMonths(this.month, 1) + "-01" > this.lastDay();
    this.rows.replaceChildren();
    this.buttons = new Map();
    let row;
    for (let i = 0; i < lead + count; i++) {
      if (i % 7 === 0)
        this.rows.append(row = element("tr", {}));
      row.append(i < lead ? element("td", {}) : this.dayCell(
        `${this.month}-${String(i - lead + 1).padStart(2, "0")}`));
    }
    this.setTabStop(this.day || [...this.open.keys()].sort()[0] || this.month + "-01");
    this.drawTimes();
  }

  dayCell(day) {
    const slots = this.open.get(day);
    const button = element("button", { type: "button", textContent: times.dayNumber(day) });
    const cell = element("td", {}, button);
    cell.setAttribute("role", "gridcell");
    cell.setAttribute("aria-selected", String(day === this.day));
    button.tabIndex = -1;
    button.dataset.day = day;
    button.classList.toggle("open", Boolean(slots));
    button.classList.toggle("today", day === this.today);
    button.setAttribute("aria-label", times.dayInWords(day) + (slots
      ? `, ${slots.length} open` : ", nothing open"));
    button.setAttribute("aria-disabled", String(!slots));
    button.onclick = () => slots && this.choose(day);
    this.buttons.set(day, button);
    return cell;
  }

  drawTimes() {
    const slots = this.open.get(this.day) || [];
    this.list.replaceChildren();
    this.dayTitle.textContent = this.day ? times.dayInWords(this.day) : "";
    if (!slots.length) {
      this.list.append(element("li", { className: "none", textContent: this.open.size
        ? "Choose one of the marked days." : "Nothing is open in this month." }));
      return;
    }
    const labels = slots.map((s) => times.clock(new Date(s.start_time), this.zone));
    slots.forEach((slot, i) => {
      const twice = labels.indexOf(labels[i]) !== labels.lastIndexOf(labels[i]);
      const label = twice ? times.clockWithOffset(new Date(slot.start_time), this.zone) : labels[i];
      const button = element("button", { type: "button", className: "slot", textContent: label,
                                         onclick: () => this.o.onChoose(slot) });
      button.dataset.start = slot.start_time;
      this.list.append(element("li", {}, button));
    });
  }

  setTabStop(day) {
    for (const [name, button] of this.buttons)
      button.tabIndex = name === day ? 0 : -1;
  }

  show(day) {
    this.day = this.open.has(day) ? day : null;
    for (const [name, button] of this.buttons)
      button.parentElement.setAttribute("aria-selected", String(name === this.day));
    if (this.day)
      this.setTabStop(this.day);
    this.drawTimes();
  }

  // Onward to the times: that is what a chosen day is for.
  choose(day) {
    this.show(day);
    this.o.say(`${times.dayInWords(day)}: ${this.open.get(day).length} open times`);
    this.list.scrollTop = 0;
    this.list.querySelector("button").focus({ preventScroll: false });
  }

  // ---- the keyboard ----

  focusDay(day) {
    const button = this.buttons.get(day);
    if (!button)
      return;
    this.setTabStop(day);
    button.focus();
  }

  onKey(e) {
    const day = e.target.dataset.day;
    if (!day)
      return;
    const column = (times.dateOf(day).getUTCDay() - times.firstWeekday() + 7) % 7;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7,
                    Home: -column, End: 6 - column };
    if (e.key in steps)
      this.goTo(times.addDays(day, steps[e.key]));
    else if (e.key === "PageUp" && !this.back.disabled)
      this.turn(-1, times.addMonths(this.month, -1) + "-01");
    else if (e.key === "PageDown" && !this.forth.disabled)
      this.turn(1, times.addMonths(this.month, 1) + "-01");
    else
      return;
    e.preventDefault();
  }

  goTo(day) {
    if (day.startsWith(this.month))
      this.focusDay(day);
    else if (day < this.month ? !this.back.disabled : !this.forth.disabled)
      this.turn(day < this.month ? -1 : 1, day);
  }
}
