// One cell, or one account, with everything that is known of it.
const startDrill = () => {
  const dialog = at("drill");
  const body = at("drill-body");

  const facts = (account) => [
    pair("Account", account.id, "id"), pair("Name", account.name || "(none)"),
    pair("State", account.state.toLowerCase().replaceAll("_", " ")),
    pair("Organizational units", account.units.join(" › ") || "(none)"),
    pair("Joined", account.joined ? `${account.joined} UTC${account.isNew ? ", within the window" : ""}` : "not told"),
    pair("Reached", account.reached ? "yes" : "no"),
  ];
  const told = (className, title, text) => (text ? [make("p", className, make("b", "", title), text)] : []);
  const count = (many) => (many < 0 ? "not read" : number(many));

  const ofCell = (account, column) => {
    const { why, remedy, waiver, catchers } = said(account, column);
    return [
      make("p", `found look s-${lookOf(account, column)}-ink`, cellText(account, column)),
      ...told("reason", "Why", why), ...told("waiver", "Waiver", waiver), ...told("remedy", "What to do", remedy),
      make("dl", "evidence",
        pair("Caught by", catchers.length ? catchers.join("; ") : "nothing", "wide"),
        pair("Seen in Event history", count(account.seen[column])),
        pair("Of these in a lasting store", count(account.landed[column])),
        ...facts(account)),
    ];
  };

  const ofAccount = (account) => {
    const groups = new Map();
    regions.forEach((region, column) => {
      const key = account.says[column];
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(column);
    });
    const rank = (columns) => ["lost", "unknown", "caught", "not-enabled", "not-asked"].indexOf(account.states[columns[0]]);
    return [
      ...told("reason", "Why it was not reached", account.why), ...told("waiver", "Waiver", account.waiver), ...told("remedy", "What to do", account.remedy),
      make("dl", "evidence", ...facts(account)),
      ...[...groups.values()].sort((one, other) => rank(one) - rank(other)).flatMap((columns) => {
        const { why, remedy, waiver, catchers } = said(account, columns[0]);
        return [
          make("h3", "", `${names[account.states[columns[0]]]}: ${plural(columns.length, "Region")}`),
          make("p", "", columns.map((column) => regions[column]).join(", ")),
          ...(why && why !== account.why ? told("reason", "Why", why) : []),
          ...told("waiver", "Waiver", waiver),
          ...(remedy && remedy !== account.remedy ? told("remedy", "What to do", remedy) : []),
          ...(catchers.length ? [make("p", "location", catchers.join("; "))] : []),
        ];
      }),
    ];
  };

  view.open = (line, column) => {
    const account = view.rows[line];
    if (!account) return;
    const place = view.columns[column];
    at("drill-title").replaceChildren(account.name || account.id, " ",
      make("small", "", place === undefined ? account.id : `${account.id} · ${regions[place]}`));
    const about = (place === undefined ? regions.map((_, index) => index) : [place]).filter((one) => isWrong(account, one));
    body.className = account.idle ? "v-not_applicable" : about.length === 0 ? "v-pass"
      : about.some((one) => account.states[one] === "lost") ? "v-fail" : "v-unverifiable";
    body.replaceChildren(...(place === undefined ? ofAccount(account) : ofCell(account, place)));
    view.opened = place === undefined ? account.id : `${account.id}/${regions[place]}`;
    if (!dialog.open) dialog.showModal();
    body.scrollTop = 0;
    write();
  };

  // The next cell where something is wrong, from the one that has the focus; around at the end.
  view.step = (by) => {
    const width = view.columns.length;
    const all = view.rows.length * width;
    const now = grid.line * width + grid.column;
    for (let steps = 1; steps <= all; steps += 1) {
      const place = (((now + by * steps) % all) + all) % all;
      const [line, column] = [Math.floor(place / width), place % width];
      if (isWrong(view.rows[line], view.columns[column])) {
        moveTo(line, column, { focus: !dialog.open });
        if (dialog.open) view.open(line, column);
        return;
      }
    }
  };
  at("drill-before").addEventListener("click", () => view.step(-1));
  at("drill-after").addEventListener("click", () => view.step(1));
  closable(dialog, at("drill-close"), () => {
    if (!view.opened) return;
    view.opened = "";
    write();
  });
  dialog.addEventListener("close", () => {
    if (!dialog.open) cellAt(grid.line, grid.column)?.focus({ preventScroll: true });
  });
};
