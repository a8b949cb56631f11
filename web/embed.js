// embed.js - a booking page on a page of your own; see docs/embedding.md

(() => {
const base = new URL(document.currentScript.src).origin;

function frame(path, title) {
	const url = new URL(path, base);
	url.searchParams.set("embed", "1");
	const f = document.createElement("iframe");
	Object.assign(f, { src: url, title: title || "Booking" });
	f.style.cssText = "width:100%;height:640px;border:0;display:block;color-scheme:normal";
	addEventListener("message", (e) => {
		if (e.source !== f.contentWindow || e.origin !== base)
			return;
		if (e.data.fasti === "height")
			f.style.height = Number(e.data.height) + "px";
		else if (e.data.fasti === "booked")
			f.dispatchEvent(new CustomEvent("fasti-booked", { bubbles: true }));
	});
	return f;
}

function popup(path, title) {
	const dialog = document.createElement("dialog");
	dialog.style.cssText = "width:min(1040px,96vw);max-height:94vh;padding:0;border:0;border-radius:18px;overflow:auto";
	dialog.append(frame(path, title));
	dialog.addEventListener("click", (e) => e.target === dialog && dialog.close());
	dialog.addEventListener("close", () => dialog.remove());
	document.body.append(dialog);
	dialog.showModal();
}

function start() {
	for (const e of document.querySelectorAll("[data-fasti]"))
		e.replaceChildren(frame(e.dataset.fasti, e.title));
	for (const e of document.querySelectorAll("[data-fasti-popup]"))
		e.addEventListener("click", () => popup(e.dataset.fastiPopup, e.textContent));
}

if (document.readyState === "loading")
	addEventListener("DOMContentLoaded", start);
else
	start();
})();
