// host-team.js - who hosts a meeting: the hosts of a type, and of one booking

import { ask } from "./host-api.js";
import { button, check, choice, dialog, element, field, input, onSubmit, toast } from "./host-ui.js";

const MODES = [["none", "Myself"], ["round_robin", "One of several, in turn"], ["collective", "All of them together"],
	["pools", "So many out of each group"]];

// ---- the hosts of a type ----

function hostRow(h, rows, mode) {
	const name = input("text", h.name, { required: true, maxLength: 63, autocapitalize: "none", spellcheck: false });
	const weight = input("number", h.weight ?? 1, { min: 1, max: 100, required: true });
	const priority = input("number", h.priority ?? 0, { min: -100, max: 100, required: true });
	const optional = input("checkbox", h.optional);
	const turn = element("span", { className: "turn" }, field("Weight", weight), field("Priority", priority));
	const row = element("li", { className: "line" }, field("User name", name), turn,
		check("Optional", optional), button("×", () => {
			rows.delete(row);
			row.dispatchEvent(new Event("input", { bubbles: true }));
			row.remove();
		}, { className: "small cross", "aria-label": `Remove ${h.name || "this host"}` }));
	turn.hidden = mode === "collective";
	rows.set(row, () => ({ name: name.value.trim().toLowerCase(), weight: Number(weight.value),
		priority: Number(priority.value), optional: optional.checked }));
	return row;
}

function hostList(hosts, mode, label) {
	const rows = new Map(), list = element("ul", {}, ...hosts.map((h) => hostRow(h, rows, mode)));
	const add = button(label, () => {
		list.append(hostRow({ name: "" }, rows, mode));
		list.lastChild.querySelector("input").focus();
	}, { className: "small" });
	return { parts: [list, add], read: () => [...rows.values()].map((read) => read()) };
}

function poolPart(pool, number) {
	const need = input("number", pool.need ?? 1, { min: 1, max: 200, required: true });
	const hosts = hostList(pool.hosts, "pools", "Add a host to this group");
	return { parts: [element("h3", {}, `Group ${number}`), field("How many of them are needed", need), ...hosts.parts],
		read: () => ({ need: Number(need.value), hosts: hosts.read() }) };
}

function poolsPart(pools) {
	const all = [], place = element("div", {});
	const add = (pool) => {
		const part = poolPart(pool, all.length + 1), box = element("div", { className: "pool" }, ...part.parts);
		box.append(button("Remove this group", () => {
			all.splice(all.indexOf(part), 1);
			box.dispatchEvent(new Event("input", { bubbles: true }));
			box.remove();
		}, { className: "small" }));
		all.push(part);
		place.append(box);
	};
	pools.forEach(add);
	return { parts: [place, button("Add a group", () => add({ need: 1, hosts: [{ name: "" }] }), { className: "small" })],
		read: () => all.map((p) => p.read()) };
}

// Which hosts there are is asked anew for each way in which they share the work.
export function teamEditor(team) {
	const mode = choice(MODES, team?.mode || "none"), place = element("div", {}), hint = element("p", { className: "hint" });
	const read = { none: () => undefined };
	const show = (now) => {
		const hosts = now.hosts || (now.pools || []).flatMap((p) => p.hosts);
		const known = hosts.length ? hosts : [{ name: "" }];
		const part = mode.value === "none" ? { parts: [] }
			: mode.value === "pools" ? poolsPart(now.pools || [{ need: 1, hosts: known }])
				: hostList(known, mode.value, "Add a host");
		hint.textContent = { none: "", round_robin: "Whoever was booked least comes next; twice the weight is twice as often. "
			+ "The highest priority is asked first. Who is optional comes along, and is not waited for.",
		collective: "Only times at which all of them are free, but for who is optional.",
		pools: "Of each group so many as are needed have to be free." }[mode.value];
		read.now = part.read;
		place.replaceChildren(...part.parts);
	};
	const value = () => {
		if (mode.value === "none")
			return undefined;
		return mode.value === "pools" ? { mode: "pools", pools: read.now() } : { mode: mode.value, hosts: read.now() };
	};
	let last = team || { mode: "none" };
	mode.onchange = () => {
		const was = { pools: read.now?.() };
		if (was.pools)
			last = was.pools[0]?.hosts ? was : { hosts: was.pools };
		show(last);
	};
	show(last);
	return { parts: [field("Who hosts it", mode, null, "team"), hint, place], read: value };
}

// ---- the hosts of a booking ----

export async function hostsOf(b) {
	return (await ask("GET", `/api/bookings/${encodeURIComponent(b.id)}/hosts`)).hosts;
}

const titled = (hosts) => hosts.map((h) => [h.name, h.title === h.name ? h.name : `${h.title} (${h.name})`]);

// Whoever comes to what another owns hands on nobody's part but their own: there is nobody to choose.
export function reassign(b, hosts, done) {
	const here = hosts.filter((h) => h.comes && !h.optional), others = hosts.filter((h) => !h.comes);
	dialog("Give it to another host", (body, close) => {
		const from = choice(titled(here), here[0].name, { "data-member": "from" });
		const to = choice(titled(others), others[0].name, { "data-member": "to" });
		const reason = input("text", "", { maxLength: 500 });
		const save = element("button", { type: "submit", className: "primary" }, "Give it away");
		body.append(element("p", {}, "The time stays as it is; whoever had it is free at once."),
			...(b.cancel_url ? [field("From", from)] : []), field("To", to), field("Reason", reason),
			element("p", { className: "buttons" }, save, button("Keep", close)));
		onSubmit(body, save, async () => {
			await ask("POST", `/api/bookings/${encodeURIComponent(b.id)}/reassign`, { from: b.cancel_url ? from.value : undefined,
				to: to.value, version: b.version, reason: reason.value.trim() || undefined });
			close();
			toast("It has another host now.");
			done();
		});
	});
}
