// Single keys, for who reads many reports; the help says which, and turns them off for who dictates.
const startKeys = (turn) => {
  const help = at("help");
  const enabled = at("keys-on");
  const commands = {
    "/": () => { view.find?.scrollIntoView({ block: "nearest" }); view.find?.focus(); },
    m: () => { at("matrix").scrollIntoView(); moveTo(grid.line, grid.column); },
    j: () => view.step(1), k: () => view.step(-1),
    x: () => { view.set([]); write(); },
    d: () => { turn(); view.sketch(); },
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (press) => {
    const typing = press.target.closest("input:not([type='checkbox']), select, textarea");
    if (typing || press.ctrlKey || press.metaKey || press.altKey || !enabled.checked || help.open) return;
    if (at("drill").open && !"jk".includes(press.key)) return;
    if (!Object.hasOwn(commands, press.key)) return;
    press.preventDefault();
    commands[press.key]();
  });
  at("help-open").addEventListener("click", () => help.showModal());
  at("help-close").addEventListener("click", () => help.close());
  at("help-open").hidden = false;
};
