// list.js - what a host or a team offers, one meeting after the other

import { element, find } from "./page.js";
import { data, t } from "./text.js";
import * as times from "./times.js";

function card(type) {
	const link = element("a", { href: `/book/${type.host}/${type.slug}${location.search}` },
		element("strong", {}, type.title),
		element("span", {}, type.durations.map(times.minutesInWords).join(" · ")),
		element("span", { className: "text", textContent: type.description }));
	if (type.colour)
		link.style.setProperty("--mark", type.colour);
	return element("li", {}, link);
}

find("types").append(...data.map(card));
if (!data.length)
	find("types").append(t("noMeetings"));
