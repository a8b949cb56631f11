// host-api.js - what the host's pages ask of the server, as who is signed in

let word = "none"; // that goes with the session; other sites cannot know it

export class Refusal extends Error {
	constructor(status, problem) {
		super(problem.detail || (status ? "The server could not do this just now."
			: "The server cannot be reached. Nothing was changed."));
		this.status = status;
		this.member = problem.member;
	}
}

let signedOut = () => {};
export function onSignedOut(run) {
	signedOut = run;
}

async function send(method, path, body, headers) {
	try {
		return await fetch(path, {
			method,
			headers: { "Fasti-CSRF": word, ...headers },
			body,
			credentials: "same-origin",
			cache: "no-store",
		});
	} catch {
		throw new Refusal(0, {});
	}
}

async function refusal(answer) {
	let problem = {};
	try {
		problem = await answer.json();
	} catch { /* an answer without a body says enough by its status */ }
	if (answer.status === 401 && word !== "none") {
		word = "none";
		signedOut();
	}
	return new Refusal(answer.status, problem);
}

// version: what it was changed from, where the body does not say.
export async function ask(method, path, body, version) {
	const answer = await send(method, path, body && JSON.stringify(body), {
		...(body ? { "Content-Type": "application/json" } : {}),
		...(version ? { "If-Match": `"${version}"` } : {}) });
	if (!answer.ok)
		throw await refusal(answer);
	return answer.status === 204 ? null : answer.json();
}

export async function askText(method, path, body, headers) {
	const answer = await send(method, path, body, headers);
	if (!answer.ok)
		throw await refusal(answer);
	return answer.text();
}

// Who is signed in; null: nobody.
export async function whoAmI() {
	try {
		return remember(await ask("GET", "/api/session"));
	} catch (problem) {
		if (problem.status === 401)
			return null;
		throw problem;
	}
}

function remember(session) {
	word = session.csrf_token || "none";
	return session;
}

export async function signIn(name, password) {
	return remember(await ask("POST", "/api/session", { name, password }));
}

export async function signOut() {
	await ask("DELETE", "/api/session");
	word = "none";
}
