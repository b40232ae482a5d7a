// One event, with all it holds and what became of it in every store, and the claims that name it.
const landings = (event) => {
  const head = make("tr", "");
  for (const title of ["Store", "Outcome", "Arrived (UTC)", "After", "Where"]) {
    const cell = make("th", "", title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = make("tbody", "", ...event.stores.map((landing) => {
    const store = make("th", "", landing.store);
    store.scope = "row";
    return make("tr", "", store,
      make("td", "outcome", fate(landing), ` ${landing.status.replace("-", " ")}`,
        ...(landing.detail ? [make("small", "", landing.detail)] : [])),
      make("td", "time", landing.arrived), make("td", "time", landing.delay), make("td", "location", landing.location));
  }));
  return make("table", "landings", make("thead", "", head), body);
};

const naming = (event) => {
  const named = claims.filter((claim) => [claim.summary, ...claim.evidence.flat()].some((text) => text.includes(event.id)));
  if (!named.length) return [];
  const items = named.slice(0, 20).map((claim) => {
    const query = { id: claim.id, account: claim.account, region: claim.region, store: claim.store };
    const item = make("li", "", make("span", `pill v-${claim.verdict.toLowerCase()}`, VERDICTS[claim.verdict].toLowerCase()), " ",
      link(claim.title, "claims", new URLSearchParams(query).toString()));
    return item;
  });
  return [make("h3", "", "Claims that name it"), make("ul", "naming", ...items)];
};

const startEvent = () => {
  const dialog = at("event");
  let current;

  const fill = (event) => {
    at("event-name").replaceChildren(event.name, " ", make("small", "", event.time, " UTC"));
    const known = [
      ["Event ID", event.id], ["Source", event.source], ["Account", event.account], ["Region", event.region],
      ["Who", event.who], ["Caller", event.kind], ["Mesh", event.mesh], ["Resource", event.resource],
      ["From", event.ip], ["User agent", event.agent], ["Access", event.access], ["Error", event.error],
    ];
    const body = [];
    if (event.gone) {
      body.push(make("p", "reason", make("b", "", "Fading"), ` Only Event history still holds it; it disappears on ${event.gone} UTC.`));
    }
    body.push(make("dl", "evidence", ...known.filter(([, value]) => value)
      .map(([label, value]) => pair(label, value, value.length > 48 ? "wide" : ""))));
    body.push(make("div", "scroll", landings(event)), ...naming(event));
    at("event-body").replaceChildren(...body);
    const found = view.lists.events.found();
    const place = found.indexOf(event);
    at("event-before").disabled = place <= 0;
    at("event-after").disabled = place < 0 || place === found.length - 1;
  };

  view.show = (id, { push = false } = {}) => {
    const event = id ? events.find((one) => one.id === id) : undefined;
    view.opened = event ? id : "";
    current = event;
    if (!event) {
      if (dialog.open) dialog.close();
      return;
    }
    fill(event);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    write("events", { push });
  };

  view.step = (by) => {
    const found = view.lists.events.found();
    const next = found[found.indexOf(current) + by];
    if (current && next) view.show(next.id);
  };

  at("event-before").addEventListener("click", () => view.step(-1));
  at("event-after").addEventListener("click", () => view.step(1));
  closable(dialog, at("event-close"), () => {
    if (!view.opened) return;
    view.opened = "";
    write("events");
  });
};
