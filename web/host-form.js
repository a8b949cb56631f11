// host-form.js - what is wrong with a form is said beside the field that it is about

const WORDS = {
	valueMissing: () => "This is needed.",
	badInput: (c) => (c.type === "number" ? "This has to be a number." : "This is not complete."),
	typeMismatch: () => "This has to be a whole address, like https://example.org/.",
	patternMismatch: (c) => c.title || "This is written in another way.",
	rangeUnderflow: (c) => `This is too little: ${c.min} or more.`,
	rangeOverflow: (c) => `This is too much: ${c.max} or less.`,
	stepMismatch: () => "This has to be a whole number.",
	tooLong: (c) => `This is too long: ${c.maxLength} characters at most.`,
};

function wordsFor(control) {
	const [name] = Object.keys(WORDS).filter((n) => control.validity[n]);
	return name ? WORDS[name](control) : control.validationMessage;
}

function describe(control, id, add) {
	const ids = (control.getAttribute("aria-describedby") || "").split(" ").filter((x) => x && x !== id);
	if (add)
		ids.push(id);
	if (ids.length)
		control.setAttribute("aria-describedby", ids.join(" "));
	else
		control.removeAttribute("aria-describedby");
}

let marks = 0;

// Say what is wrong with a control, until somebody types there.
export function mark(control, text) {
	unmark(control);
	const error = document.createElement("span");
	error.className = "error";
	error.id = `error-${++marks}`;
	error.textContent = text;
	control.dataset.error = error.id;
	control.setAttribute("aria-invalid", "true");
	describe(control, error.id, true);
	(control.closest(".field, .question, .line, fieldset") || control.parentElement).append(error);
	control.addEventListener("input", () => unmark(control), { once: true });
}

function unmark(control) {
	const id = control.dataset.error;
	if (!id)
		return;
	delete control.dataset.error;
	control.removeAttribute("aria-invalid");
	describe(control, id, false);
	document.getElementById(id)?.remove();
}

// Where nobody sees it, nobody mends it.
export function reveal(control) {
	for (let d = control.closest("details"); d; d = d.parentElement.closest("details"))
		d.open = true;
	control.focus();
}

// Is all of it as it should be? What is not is marked, and the first one is gone to.
export function isRight(form) {
	const wrong = [...form.elements].filter((c) => c.willValidate && !c.closest("[hidden]") && !c.validity.valid);
	[...form.elements].forEach(unmark);
	wrong.forEach((c) => mark(c, wordsFor(c)));
	if (wrong.length)
		reveal(wrong[0]);
	return !wrong.length;
}

// Beside the control that is about this member of what was sent; false: there is none.
export function markMember(form, member, text) {
	const control = member && form.querySelector(`[data-member~="${CSS.escape(member)}"]`);
	if (!control)
		return false;
	mark(control, text);
	reveal(control);
	return true;
}
