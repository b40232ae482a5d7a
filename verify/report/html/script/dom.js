// Making elements. Everything shown is set as text, never parsed as markup.
const root = document.documentElement;
const at = (id) => document.getElementById(id);

const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
};

const button = (className, text, press) => {
  const made = make("button", className, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
};

// Lets a dialog be closed by its button, beside it and by Escape. `close` comes some time after the dialog has closed, when
// the address may have been read, or something else opened in it: so what is closed is forgotten at once.
const closable = (dialog, closer, forget) => {
  const close = () => {
    forget();
    dialog.close();
  };
  closer.addEventListener("click", close);
  dialog.addEventListener("click", (click) => { if (click.target === dialog) close(); });
  dialog.addEventListener("cancel", forget);
  dialog.addEventListener("close", () => { if (!dialog.open) forget(); });
};

// A link that the page itself follows, to events or claims; see address.js.
const link = (text, kind, query) => {
  const made = make("a", "", text);
  made.href = `#${kind}`;
  made.dataset[kind] = query;
  return made;
};

const pair = (label, value, className = "") =>
  make("div", className, make("dt", "", label), make("dd", "", value));

const number = (count) => count.toLocaleString("en");
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
