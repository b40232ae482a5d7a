// The view is in the page's address: #events?name=CreateMesh&c.verdict=FAIL&event=<id>. Filters of events stand by
// their names, those of claims behind "c.", and `event` is the one that is open.
const view = { lists: {}, opened: "", show: () => {} };

const write = (section, { push = false } = {}) => {
  const query = new URLSearchParams();
  for (const [name, value] of view.lists.events?.filters ?? []) query.append(name, value);
  for (const [name, value] of view.lists.claims?.filters ?? []) query.append(`c.${name}`, value);
  if (view.opened) query.append("event", view.opened);
  const text = query.toString();
  const fragment = `#${section}${text ? `?${text}` : ""}`;
  if (fragment !== location.hash) history[push ? "pushState" : "replaceState"](null, "", fragment);
};

const section = () => location.hash.slice(1).split("?")[0] || "events";

const goTo = (id) => {
  const target = at(id);
  if (!target) return;
  target.scrollIntoView();
  const heading = target.querySelector("h1, h2") ?? target;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
};

// What the address says, from the start or after Back.
const read = () => {
  const [id, text = ""] = location.hash.slice(1).split("?");
  const given = [...new URLSearchParams(text)];
  view.lists.claims?.set(given.filter(([name]) => name.startsWith("c.")).map(([name, value]) => [name.slice(2), value]));
  view.lists.events?.set(given.filter(([name]) => !name.startsWith("c.") && name !== "event"));
  view.show(given.find(([name]) => name === "event")?.[1] ?? "");
  if (text && id) goTo(id);
};

const startAddress = () => {
  document.addEventListener("click", (click) => {
    const from = click.target.closest("a[href^='#']");
    if (!from || click.ctrlKey || click.metaKey || click.shiftKey) return;
    const id = from.getAttribute("href").slice(1);
    click.preventDefault();
    for (const kind of ["events", "claims"]) {
      if (from.dataset[kind] !== undefined) view.lists[kind]?.set([...new URLSearchParams(from.dataset[kind])]);
    }
    view.show("");
    write(id, { push: true });
    goTo(id);
  });
  addEventListener("popstate", read);
  read();
};
