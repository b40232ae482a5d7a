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
