// page.js - what both pages do: one section at a time, a notice, a word for screen readers

export const page = document.getElementById("page");

export function find(id) {
  return document.getElementById(id);
}

// Show one section; the focus follows, so that nobody is left behind on what is gone.
export function show(id) {
  for (const section of document.querySelectorAll(".work > section"))
    section.hidden = section.id !== id;
  const title = find(id + "-title");
  if (title && title.tabIndex === -1)
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
  button.textContent = "One moment …";
  try {
    return await work();
  } finally {
    button.disabled = false;
    button.textContent = label;
  }
}
