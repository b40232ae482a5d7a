// Single keys, for who reads many reports; the help says which, and turns them off for who dictates.
const startMatrix = () => {
  const table = document.querySelector(".matrix");
  if (!table) return;
  const grid = [...table.tBodies[0].rows].map((line) => [...line.cells]);
  const links = [...table.querySelectorAll("tbody a")];
  // One stop for Tab; arrows do the rest.
  links.forEach((one, index) => { one.tabIndex = index ? -1 : 0; });
  table.addEventListener("keydown", (press) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[press.key];
    const cell = press.target.closest("td, tbody th");
    if (!step || !cell) return;
    press.preventDefault();
    let line = cell.parentElement.sectionRowIndex + step[0];
    let column = cell.cellIndex + step[1];
    while (grid[line]?.[column] && !grid[line][column].querySelector("a")) {
      line += step[0];
      column += step[1];
    }
    const next = grid[line]?.[column]?.querySelector("a");
    if (!next) return;
    for (const one of links) one.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
};

const startKeys = (turn) => {
  const help = at("help");
  const enabled = at("keys-on");
  const focus = (element) => { element?.scrollIntoView({ block: "nearest" }); element?.focus(); };
  const move = (by) => {
    if (at("event").open) { view.step(by); return; }
    const shown = [...document.querySelectorAll("#events-list .open")];
    const place = shown.indexOf(document.activeElement);
    focus(place < 0 ? shown[0] : shown[place + by]);
  };
  const commands = {
    "/": () => focus(view.lists.events?.find), c: () => focus(view.lists.claims?.find),
    m: () => focus(document.querySelector(".matrix a[tabindex='0']")), j: () => move(1), k: () => move(-1),
    x: () => { for (const list of Object.values(view.lists)) list.set([]); write(section()); },
    d: turn, "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (press) => {
    const typing = press.target.closest("input:not([type='checkbox']), select, textarea");
    if (typing || press.ctrlKey || press.metaKey || press.altKey || !enabled.checked || help.open) return;
    if (at("event").open && !"jk".includes(press.key)) return;
    const command = commands[press.key];
    if (!command) return;
    press.preventDefault();
    command();
  });
  at("help-open").addEventListener("click", () => help.showModal());
  at("help-close").addEventListener("click", () => help.close());
  at("help-open").hidden = false;
};
