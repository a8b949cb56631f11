// page.js - what all pages do: words, one section at a time, a notice, a word for screen readers

import { t } from "./text.js";

export const page = document.getElementById("page");

for (const e of document.querySelectorAll("[data-t]"))
	e.textContent = t(e.dataset.t);

export function find(id) {
	return document.getElementById(id);
}

export function on(id, run) {
	find(id).onclick = () => run();
}

export function element(tag, properties, ...children) {
	const e = Object.assign(document.createElement(tag), properties);
	e.append(...children);
	return e;
}

// Show one section; the focus follows, so that nobody is left behind on what is gone.
export function show(id) {
	for (const section of document.querySelectorAll(".work > section"))
		section.hidden = section.id !== id;
	const title = find(id).querySelector("h2");
	title.tabIndex = -1;
	title.focus();
}

export function notice(text, good) {
	const box = find("notice");
	box.hidden = !text;
	box.classList.toggle("good", Boolean(good));
	box.textContent = text || "";
	if (text)
		box.scrollIntoView({ block: "nearest" });
}

export function say(text) {
	find("status").textContent = text;
}

// A button that works on something cannot be pressed again meanwhile.
export async function busy(button, work) {
	const label = button.textContent;
	button.disabled = true;
	button.textContent = t("wait");
	try {
		return await work();
	} finally {
		button.disabled = false;
		button.textContent = label;
	}
}

// ---- in a frame of another page, which is told how high this one would be ----

export const framed = parent !== window;

export function tellFrame(what, more) {
	if (framed)
		parent.postMessage({ fasti: what, ...more }, "*");
}

document.documentElement.classList.toggle("framed", framed);
new ResizeObserver(() => tellFrame("height", {
	height: Math.ceil(page.getBoundingClientRect().height) })).observe(page);
