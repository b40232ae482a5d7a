// The table of events, its filters, and where each event landed in small.
const fate = ({ store, status }) => {
  const mark = make("span", `fate f-${status}`, make("span", "hidden", `${store} ${status} `));
  mark.title = `${store}: ${status}`;
  return mark;
};

const row = (event) => {
  const open = button("open", event.name, () => view.show(event.id, { push: true }));
  open.setAttribute("aria-haspopup", "dialog");
  const name = make("td", "", open);
  if (event.error) name.append(" ", make("small", "error", event.error));
  const made = make("tr", `w-${event.worst}`,
    make("td", "time", event.time), name,
    make("td", "", make("span", "who", event.who), " ", make("small", "", event.kind)),
    make("td", "", event.mesh, " ", make("small", "", event.resource)),
    make("td", "", event.region), make("td", "from", event.ip),
    make("td", "fates", ...event.stores.map(fate)));
  made.addEventListener("click", (click) => {
    if (!click.target.closest("button") && !String(getSelection())) open.click();
  });
  return made;
};

const WELL = new Set(["landed", "not-expected"]);

// With a store, the outcome there; without, the worst anywhere.
const outcome = (value, filters) => (event) => {
  const found = filters.has("store")
    ? event.stores.filter((one) => one.store === filters.get("store")).map((one) => one.status) : [event.worst];
  return found.some((status) => (value === "*" ? !WELL.has(status) : status === value));
};
outcome.values = (event) => [event.worst];

const inStore = (value) => (event) => event.stores.some((one) => one.store === value && one.status !== "not-expected");
inStore.values = (event) => event.stores.map((one) => one.store);

const from = (read) => (value) => (event) => read(event) !== "" && read(event) >= value;
const until = (read) => (value) => (event) => read(event) !== "" && read(event) < value;

const startEvents = () => startList({
  id: "events", noun: "event", items: events, page: 100, text: eventText, arrange: (found) => found,
  order: "newest first", render: (units) => units.map(row),
  names: { who: "Who", layer: "Kind", since: "From", until: "Before", gone_from: "Disappears from",
    gone_to: "Disappears before", ids: "Event" },
  tests: {
    name: equals((event) => event.name), account: equals((event) => event.account),
    region: equals((event) => event.region), kind: equals((event) => event.kind),
    access: equals((event) => event.access), who: equals((event) => event.who),
    layer: equals((event) => event.layer), outcome, store: inStore,
    since: from((event) => event.time), until: until((event) => event.time),
    gone_from: from((event) => event.gone), gone_to: until((event) => event.gone),
    ids: (value) => { const wanted = new Set(value.split(",")); return (event) => wanted.has(event.id); },
  },
});
