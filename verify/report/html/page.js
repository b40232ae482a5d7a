// The filter box, the drill-down and the theme. Everything shown is set as text, never parsed as markup.
"use strict";
(() => {
  const PAGE = 100;
  const at = (id) => document.getElementById(id);
  const events = JSON.parse(at("data").textContent);
  const root = document.documentElement;

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  const fate = ({ store, status }) => {
    const mark = make("span", `fate f-${status}`, make("span", "hidden", `${store} ${status} `));
    mark.title = `${store}: ${status}`;
    return mark;
  };

  const pair = (label, value) =>
    make("div", value.length > 48 ? "wide" : "", make("dt", "", label), make("dd", "", value));

  const detail = (event) => {
    const facts = make("dl", "evidence");
    const known = [
      ["Event ID", event.id], ["Source", event.source], ["Account", event.account], ["Region", event.region],
      ["Who", event.who], ["Caller", event.kind], ["Mesh", event.mesh], ["Resource", event.resource],
      ["From", event.ip], ["User agent", event.agent], ["Access", event.access], ["Error", event.error],
    ];
    for (const [label, value] of known) if (value) facts.append(pair(label, value));
    const head = make("tr", "");
    for (const title of ["Store", "Outcome", "Arrived", "After", "Where"]) {
      const cell = make("th", "", title);
      cell.scope = "col";
      head.append(cell);
    }
    const body = make("tbody", "");
    for (const landing of event.stores) {
      body.append(make("tr", "",
        make("td", "", landing.store),
        make("td", "", fate(landing), ` ${landing.status}`, landing.detail ? `: ${landing.detail}` : ""),
        make("td", "time", landing.arrived), make("td", "time", landing.delay),
        make("td", "location", landing.location)));
    }
    const cell = make("td", "", facts, make("table", "landings", make("thead", "", head), body));
    cell.colSpan = 7;
    return make("tr", "detail", cell);
  };

  const row = (event) => {
    const open = make("button", "open", event.name);
    open.type = "button";
    open.setAttribute("aria-expanded", "false");
    const name = make("td", "", open);
    if (event.error) name.append(" ", make("small", "error", event.error));
    const line = make("tr", `w-${event.worst}`,
      make("td", "time", event.time), name,
      make("td", "", make("span", "who", event.who), " ", make("small", "", event.kind)),
      make("td", "", event.mesh, " ", make("small", "", event.resource)),
      make("td", "", event.region), make("td", "from", event.ip),
      make("td", "fates", ...event.stores.map(fate)));
    open.addEventListener("click", () => {
      const shown = open.getAttribute("aria-expanded") === "true";
      open.setAttribute("aria-expanded", String(!shown));
      if (shown) line.nextSibling.remove();
      else line.after(detail(event));
    });
    return line;
  };

  const startEvents = () => {
    const controls = ["find", "outcome", "region", "kind", "access"].map(at);
    const [find, outcome, region, kind, access] = controls;
    const options = (select, values) => {
      for (const value of [...new Set(values)].sort().slice(0, 200)) select.append(make("option", "", value));
    };
    options(outcome, events.map((event) => event.worst));
    options(region, events.map((event) => event.region));
    options(kind, events.map((event) => event.kind));
    const texts = events.map((event) => [event.time, event.name, event.who, event.kind, event.mesh, event.resource,
      event.account, event.region, event.ip, event.agent, event.id, event.error].join("\n").toLowerCase());

    let found = [];
    let shown = 0;
    const rows = at("rows");
    const more = at("more");
    const extend = () => {
      rows.append(...found.slice(shown, shown + PAGE).map(row));
      shown = Math.min(shown + PAGE, found.length);
      more.hidden = shown === found.length;
      const number = (count) => count.toLocaleString("en");
      at("showing").textContent = found.length === 0
        ? "No event matches."
        : `${number(shown)} of ${number(found.length)} ${found.length === 1 ? "event" : "events"}`
          + (found.length === events.length ? ", newest first." : ` that match, out of ${number(events.length)}.`);
    };
    const filter = () => {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      found = events.filter((event, index) =>
        words.every((word) => texts[index].includes(word))
        && (!outcome.value || (outcome.value === "*" ? event.worst !== "landed" : event.worst === outcome.value))
        && (!region.value || event.region === region.value)
        && (!kind.value || event.kind === kind.value)
        && (!access.value || event.access === access.value));
      shown = 0;
      rows.replaceChildren();
      extend();
    };
    for (const control of controls) control.addEventListener("input", filter);
    more.addEventListener("click", extend);
    for (const link of document.querySelectorAll("[data-filter]")) {
      link.addEventListener("click", () => {
        for (const control of controls) control.value = "";
        find.value = link.dataset.filter;
        filter();
      });
    }
    document.querySelector(".filters").hidden = false;
    filter();
  };

  const startTheme = () => {
    const button = at("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const dark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    const label = () => { button.textContent = dark() ? "Light" : "Dark"; };
    button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); });
    system.addEventListener("change", label);
    button.hidden = false;
    label();
  };

  // Paper has nothing to unfold.
  addEventListener("beforeprint", () => {
    for (const claim of document.querySelectorAll("details")) claim.open = true;
  });

  if (at("rows")) startEvents();
  startTheme();
  root.dataset.ready = "true";
})();
