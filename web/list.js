// list.js - what a host or a team offers, one meeting after the other

import { data, element, find, notice } from "./page.js";
import { t } from "./text.js";
import * as times from "./times.js";

function card(type) {
  const link = element("a", { href: `/book/${encodeURIComponent(type.host)}/${encodeURIComponent(type.slug)}${location.search}` },
    element("strong", { textContent: type.title }),
    element("span", { className: "hint", textContent: type.durations.map(times.minutesInWords).join(" · ") }));
  if (type.description)
    link.append(element("span", { className: "text", textContent: type.description }));
  if (type.colour)
    link.style.setProperty("--mark", type.colour);
  return element("li", {}, link);
}

find("types").append(...data.map(card));
if (!data.length)
  notice(t("noMeetings"), true);
