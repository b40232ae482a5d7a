// Which accounts and Regions are shown, and in which order.
const view = { filters: new Map(), rows: [], columns: [], show: () => {} };

const kinds = {
  active: ["active", (account) => account.state === "ACTIVE"],
  unreached: ["not reached", (account) => !account.reached],
  new: ["joined within the window", (account) => account.isNew],
};
for (const state of new Set(accounts.map((account) => account.state))) {
  if (state !== "ACTIVE") {
    kinds[`is-${state}`] = [state.toLowerCase().replaceAll("_", " "), (account) => account.state === state];
  }
}

const matchesState = {
  trouble: (account, column) => isWrong(account, column),
  seen: (account, column) => account.seen[column] > 0,
  accepted: (account, column) => account.accepted[column],
};
for (const state of block.states) matchesState[state] = (account, column) => account.states[column] === state;

const byText = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const orders = {
  "": (one, other) => other.weight - one.weight || byText(one.id, other.id),
  id: (one, other) => byText(one.id, other.id),
  name: (one, other) => byText(one.name.toLowerCase(), other.name.toLowerCase()) || byText(one.id, other.id),
};

const choose = () => {
  const asked = (name) => view.filters.get(name) ?? "";
  const column = regions.indexOf(asked("region"));
  view.columns = column < 0 ? regions.map((_, index) => index) : [column];
  const words = asked("find").toLowerCase().split(/\s+/).filter(Boolean);
  const test = Object.hasOwn(matchesState, asked("state")) ? matchesState[asked("state")] : null;
  const kind = Object.hasOwn(kinds, asked("kind")) ? kinds[asked("kind")][1] : null;
  const order = Object.hasOwn(orders, asked("order")) ? orders[asked("order")] : orders[""];
  view.rows = accounts.filter((account) =>
    words.every((word) => account.text.includes(word))
    && (!asked("unit") || account.units.includes(asked("unit")))
    && (!kind || kind(account))
    && (!test || view.columns.some((one) => test(account, one)))).sort(order);
};

const label = () => {
  const some = view.rows.length < accounts.length ? `${number(view.rows.length)} of ` : "";
  let lost = 0, unknown = 0;
  for (const account of view.rows) {
    for (const column of view.columns) {
      if (!isWrong(account, column)) continue;
      if (account.states[column] === "lost") lost += 1;
      else unknown += 1;
    }
  }
  at("matrix-showing").textContent = view.rows.length
    ? `${some}${plural(accounts.length, "account")}, ${plural(view.columns.filter((column) => column < block.asked).length, "Region")}: ${plural(lost, "cell")} lost, ${number(unknown)} not told.`
    : "No account matches.";
  if (view.filters.size) {
    at("matrix-showing").append(" ", button("chip clear", "All of them", () => { view.set([]); write(); }));
  }
};

const startFilters = () => {
  const controls = new Map([...document.querySelectorAll("#matrix-filters [data-name]")].map((one) => [one.dataset.name, one]));
  const offer = (name, choices) => {
    controls.get(name).append(...choices.map(([value, text]) => {
      const option = make("option", "", text);
      option.value = value;
      return option;
    }));
  };
  const units = new Map();
  for (const account of accounts) for (const unit of account.units) units.set(unit, (units.get(unit) ?? 0) + 1);
  offer("unit", [...units].sort(([one], [other]) => byText(one, other)).map(([unit, count]) => [unit, `${unit} (${number(count)})`]));
  offer("region", regions.map((region) => [region, region]));
  offer("kind", Object.entries(kinds).filter(([, [, test]]) => accounts.some(test)).map(([value, [text]]) => [value, text]));

  view.set = (wanted) => {
    view.filters.clear();
    for (const [name, value] of wanted) if (value && controls.has(name)) view.filters.set(name, value);
    for (const [name, control] of controls) {
      const value = view.filters.get(name) ?? "";
      control.value = value;
      // A choice that does not exist asks for nothing.
      if (control.value !== value) {
        control.value = "";
        view.filters.delete(name);
      }
    }
    choose();
    label();
    view.show();
  };
  for (const [name, control] of controls) {
    control.addEventListener("input", () => {
      const next = new Map(view.filters);
      next.set(name, control.value);
      view.set([...next]);
      write();
    });
  }
  view.find = controls.get("find");
};
