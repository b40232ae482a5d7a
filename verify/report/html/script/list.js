// A list with filters: all of it is searched, and as much as fits a screen or two is there.
const startList = ({ id, noun, items, page, tests, names, text, arrange, render, order }) => {
  const form = at(`${id}-filters`);
  const showing = at(`${id}-showing`);
  const list = at(`${id}-list`);
  const more = at(`${id}-more`);
  const chips = make("p", "chips");
  const filters = new Map();
  const controls = new Map([...form.querySelectorAll("[data-name]")].map((one) => [one.dataset.name, one]));
  let texts;
  let found = [];
  let units = [];
  let shown = 0;

  const keep = () => {
    const words = (filters.get("find") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) texts ??= items.map(text);
    const asked = [...filters].filter(([name]) => name !== "find").map(([name, value]) => tests[name](value, filters));
    return items.filter((item, index) =>
      words.every((word) => texts[index].includes(word)) && asked.every((test) => test(item)));
  };

  const extend = () => {
    list.append(...render(units.slice(shown, shown + page), units[shown - 1], found));
    shown = Math.min(shown + page, units.length);
    more.hidden = shown === units.length;
  };

  const label = () => {
    const many = `${number(found.length)} ${noun}${found.length === 1 ? "" : "s"}`;
    showing.textContent = found.length === 0 ? `No ${noun} matches.`
      : found.length === items.length ? `${many}, ${order}.`
        : `${many} that ${found.length === 1 ? "matches" : "match"}, out of ${number(items.length)}.`;
    chips.replaceChildren();
    for (const [name, value] of filters) {
      if (controls.has(name)) continue;
      const said = value.length > 60 ? `${value.slice(0, 60)}…` : value;
      const chip = button("chip", `${names[name]}: ${said} ×`, () => { filters.delete(name); apply(); write(id); });
      chip.setAttribute("aria-label", `without ${names[name]} ${said}`);
      chips.append(chip);
    }
    if (filters.size) chips.append(button("chip clear", "All of them", () => { set([]); write(id); }));
  };

  const apply = () => {
    found = keep();
    units = arrange(found);
    shown = 0;
    list.replaceChildren();
    extend();
    label();
  };

  const set = (wanted) => {
    filters.clear();
    for (const [name, value] of wanted) if (value && (name === "find" || Object.hasOwn(tests, name))) filters.set(name, value);
    for (const [name, control] of controls) {
      const value = filters.get(name) ?? "";
      if (control.options && ![...control.options].some((option) => option.value === value)) {
        control.append(make("option", "", value));
      }
      control.value = value;
    }
    apply();
  };

  for (const [name, control] of controls) {
    if (control.options && control.options.length === 1 + control.querySelectorAll("[value='*']").length) {
      const values = new Set(items.flatMap((item) => tests[name].values(item)));
      values.delete("");
      control.append(...[...values].sort().slice(0, 500).map((value) => make("option", "", value)));
      if (values.size < 2 && !control.querySelector("[value='*']")) control.parentElement.hidden = true;
    }
    control.addEventListener("input", () => {
      if (control.value) filters.set(name, control.value);
      else filters.delete(name);
      apply();
      write(id);
    });
  }
  more.addEventListener("click", extend);
  showing.after(chips);
  showing.hidden = false;
  form.hidden = false;
  return { filters, set, find: controls.get("find"), found: () => found, extend, list };
};

// A filter that compares one field, whose values can be chosen.
const equals = (read) => {
  const test = (value) => (item) => read(item) === value;
  test.values = (item) => [read(item)];
  return test;
};
