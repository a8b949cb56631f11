// text.js - what the page is about, and its words in the language that the server chose

const page = document.getElementById("page");

export const lang = document.documentElement.lang;
export const data = JSON.parse(page.dataset.data);

// A key, a tab, what it says: one line each. "one|several" where a number decides.
const words = new Map(page.dataset.words.trim().split("\n").map((line) => line.split("\t")));
const plural = new Intl.PluralRules(lang);

export function t(key, values = {}) {
	const forms = words.get(key).split("|");
	const text = forms[forms.length > 1 && plural.select(values.n) !== "one" ? 1 : 0];
	return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? data.host_name);
}

export function knows(key) {
	return words.has(key);
}
