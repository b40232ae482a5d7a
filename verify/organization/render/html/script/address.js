// The view is in the page's address: #matrix?state=lost&region=eu-west-1&cell=123456789012/eu-west-1
const write = () => {
  const query = new URLSearchParams([...view.filters]);
  if (view.opened) query.append("cell", view.opened);
  const text = query.toString();
  const fragment = text || location.hash ? `#matrix${text ? `?${text}` : ""}` : "";
  if (fragment !== location.hash) history.replaceState(null, "", fragment);
};

const goTo = (id) => {
  const target = at(id);
  if (!target) return;
  target.scrollIntoView();
  const heading = target.querySelector("h1, h2") ?? target;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
};

const read = () => {
  const [id, text = ""] = location.hash.slice(1).split("?");
  const given = [...new URLSearchParams(text)];
  view.set(given.filter(([name]) => name !== "cell"));
  const cell = given.find(([name]) => name === "cell")?.[1] ?? "";
  if (text && id) goTo(id);
  if (!cell) return;
  const [account, region] = cell.split("/");
  const line = view.rows.findIndex((one) => one.id === account);
  const column = region ? view.columns.indexOf(regions.indexOf(region)) : -1;
  if (line < 0 || (region && column < 0)) return;
  moveTo(line, column, { focus: false });
  view.open(line, column);
};

const startAddress = () => {
  document.addEventListener("click", (click) => {
    const from = click.target.closest("a[href^='#']");
    if (!from || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    if (from.dataset.matrix !== undefined) {
      view.set([...new URLSearchParams(from.dataset.matrix)]);
      write();
    }
    goTo(from.getAttribute("href").slice(1));
  });
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
  read();
};
