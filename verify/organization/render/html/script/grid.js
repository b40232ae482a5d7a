// The table: only the rows in sight are there, so that thirty thousand cells scroll as three hundred do.
const HEIGHT = 26;
const SPARE = 10;
const FEW = 6;
const PAPER = 200;
const glyphs = { seen: "✓", caught: "·", lost: "✕", unknown: "?", idle: "?", "not-enabled": "–", "not-asked": "", accepted: "~" };
const grid = { line: 0, column: -1, first: 0, last: 0, lines: new Map(), printed: false };

const cellText = (account, column) => {
  const look = lookOf(account, column);
  const events = account.seen[column] > 0 ? `, ${plural(account.seen[column], "event")} seen` : "";
  const state = look === "idle" ? "account not active" : names[account.states[column]];
  return `${regions[column]}: ${state}${look === "accepted" ? ", accepted" : ""}${events}`;
};

const makeLine = (account, index) => {
  const line = make("tr", account.weight ? "wrong" : "");
  const head = make("th", "", make("span", "id", account.id), make("span", "name", account.name));
  head.scope = "row";
  head.title = `${account.id} ${account.name}`;
  if (account.state !== "ACTIVE") head.append(make("span", "tag", account.state.toLowerCase().replaceAll("_", " ")));
  else if (!account.reached) head.append(account.waiver ? make("span", "tag", "not reached, accepted") : make("span", "tag warn", "not reached"));
  else if (account.isNew) head.append(make("span", "tag", "new"));
  line.append(head);
  for (const column of view.columns) {
    const look = lookOf(account, column);
    const cell = make("td", `cell s-${look}`, glyphs[look]);
    cell.setAttribute("role", "gridcell");
    cell.title = cellText(account, column);
    cell.setAttribute("aria-label", cell.title);
    line.append(cell);
  }
  [...line.cells].forEach((cell, place) => { cell.tabIndex = -1; cell.dataset.place = place - 1; });
  line.setAttribute("aria-rowindex", index + 2);
  line.dataset.line = index;
  return line;
};

const space = (lines) => {
  const line = make("tr", "space", make("td", ""));
  line.setAttribute("aria-hidden", "true");
  line.firstChild.colSpan = view.columns.length + 1;
  line.firstChild.style.height = `${lines * HEIGHT}px`;
  return line;
};

const cellAt = (line, column) => grid.lines.get(line)?.cells[column + 1];

// Draws the rows from `first` to `last`, and nothing where they are drawn already.
const draw = (again = false) => {
  const frame = at("matrix-window");
  const body = at("cells-body");
  if (grid.printed) return;
  const first = Math.max(0, Math.floor(frame.scrollTop / HEIGHT) - SPARE);
  const last = Math.min(view.rows.length, Math.ceil((frame.scrollTop + frame.clientHeight) / HEIGHT) + SPARE);
  view.moved?.();
  if (!again && first >= grid.first && last <= grid.last && first - grid.first < SPARE && grid.last - last < SPARE) return;
  const focused = body.contains(document.activeElement);
  const kept = again ? new Map() : grid.lines;
  grid.lines = new Map();
  for (let index = first; index < last; index += 1) grid.lines.set(index, kept.get(index) ?? makeLine(view.rows[index], index));
  [grid.first, grid.last] = [first, last];
  const lines = [...grid.lines.values()];
  if (first > 0) lines.unshift(space(first));
  if (last < view.rows.length) lines.push(space(view.rows.length - last));
  body.replaceChildren(...lines);
  const stop = cellAt(grid.line, grid.column) ?? grid.lines.get(first)?.cells[0];
  if (stop) stop.tabIndex = 0;
  if (focused) cellAt(grid.line, grid.column)?.focus({ preventScroll: true });
};

// One stop for Tab; arrows do the rest.
const moveTo = (line, column, { focus = true } = {}) => {
  if (!view.rows.length) return;
  const frame = at("matrix-window");
  for (const one of at("cells-body").querySelectorAll("[tabindex='0']")) one.tabIndex = -1;
  grid.line = Math.min(Math.max(line, 0), view.rows.length - 1);
  grid.column = Math.min(Math.max(column, -1), view.columns.length - 1);
  const top = grid.line * HEIGHT;
  const room = frame.clientHeight - at("cells-head").offsetHeight;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (top + HEIGHT > frame.scrollTop + room) frame.scrollTop = top + HEIGHT - room;
  draw();
  const cell = cellAt(grid.line, grid.column);
  if (!cell) return;
  cell.tabIndex = 0;
  if (focus) cell.focus({ preventScroll: true });
};

// Paper has no scroll bar: it gets every row that is shown or, of many, those where something is wrong.
const paper = () => {
  const rows = view.rows.length > PAPER ? view.rows.filter((account) => account.weight).slice(0, PAPER) : view.rows;
  const rest = view.rows.length - rows.length;
  grid.printed = true;
  at("cells-body").replaceChildren(...rows.map(makeLine));
  at("paper-note").textContent = rest === 0 ? ""
    : `${plural(rest, "account")} more ${rest === 1 ? "is" : "are"} not printed. A filter that leaves ${PAPER} or fewer prints all of them.`;
};

const startGrid = () => {
  const frame = at("matrix-window");
  const head = at("cells-head");
  view.show = () => {
    const corner = make("th", "", "Account");
    corner.scope = "col";
    head.replaceChildren(corner, ...view.columns.map((column) => {
      const made = make("th", "", make("span", "", regions[column]));
      made.scope = "col";
      if (view.rows.some((account) => account.states[column] === "lost" && isWrong(account, column))) made.className = "wrong";
      return made;
    }));
    at("cells").setAttribute("aria-rowcount", view.rows.length + 1);
    at("cells").setAttribute("aria-colcount", view.columns.length + 1);
    at("cells").classList.toggle("few", view.columns.length <= FEW);
    [grid.line, grid.column] = [0, -1];
    frame.scrollTop = 0;
    draw(true);
    view.sketch?.();
  };
  frame.addEventListener("scroll", () => requestAnimationFrame(() => draw()), { passive: true });
  addEventListener("resize", () => draw(true));
  at("cells-body").addEventListener("keydown", (press) => {
    const page = Math.max(1, Math.floor(frame.clientHeight / HEIGHT) - 3);
    const steps = {
      ArrowUp: [grid.line - 1, grid.column], ArrowDown: [grid.line + 1, grid.column],
      ArrowLeft: [grid.line, grid.column - 1], ArrowRight: [grid.line, grid.column + 1],
      PageUp: [grid.line - page, grid.column], PageDown: [grid.line + page, grid.column],
      Home: [press.ctrlKey ? 0 : grid.line, -1], End: [press.ctrlKey ? view.rows.length : grid.line, view.columns.length],
    };
    const step = steps[press.key];
    if (step) moveTo(...step);
    else if (press.key === "Enter" || press.key === " ") view.open(grid.line, grid.column);
    else return;
    press.preventDefault();
  });
  at("cells-body").addEventListener("click", (click) => {
    const cell = click.target.closest("[data-place]");
    if (!cell) return;
    moveTo(Number(cell.parentElement.dataset.line), Number(cell.dataset.place));
    view.open(grid.line, grid.column);
  });
  addEventListener("beforeprint", paper);
  addEventListener("afterprint", () => {
    grid.printed = false;
    draw(true);
  });
};
