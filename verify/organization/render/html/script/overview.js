// The whole organization at a glance: a column of the picture for each account, a line for each Region.
const startOverview = () => {
  const map = at("map");
  const pane = at("map-window");
  const frame = at("matrix-window");
  const looks = ["seen", "caught", "lost", "unknown", "idle", "not-enabled", "not-asked", "accepted"];

  // What the style says in the scheme that is on.
  const colors = () => {
    const probe = make("span", "");
    probe.hidden = true;
    document.body.append(probe);
    const read = looks.map((look) => {
      probe.style.color = `var(--s-${look})`;
      return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
    });
    probe.remove();
    return new Map(looks.map((look, index) => [look, read[index]]));
  };

  view.sketch = () => {
    const width = Math.max(view.rows.length, 1);
    const height = view.columns.length;
    map.width = width;
    map.height = height;
    map.style.height = `${Math.min(Math.max(height * 3, 24), 120)}px`;
    const picture = map.getContext("2d");
    const pixels = picture.createImageData(width, height);
    const palette = colors();
    view.rows.forEach((account, x) => view.columns.forEach((column, y) => {
      const [red, green, blue] = palette.get(lookOf(account, column));
      pixels.data.set([red, green, blue, 255], 4 * (y * width + x));
    }));
    picture.putImageData(pixels, 0, 0);
    view.moved();
  };

  view.moved = () => {
    const all = Math.max(view.rows.length * HEIGHT, 1);
    const room = Math.max(frame.clientHeight - at("cells-head").offsetHeight, 0);
    pane.style.left = `${(100 * Math.min(frame.scrollTop, all)) / all}%`;
    pane.style.width = `${100 * Math.min(room / all, 1)}%`;
    pane.hidden = room >= all;
  };

  const go = (event) => {
    const box = map.getBoundingClientRect();
    const line = Math.floor(((event.clientX - box.left) / box.width) * view.rows.length);
    frame.scrollTop = line * HEIGHT - frame.clientHeight / 2;
  };
  map.addEventListener("pointerdown", (event) => { map.setPointerCapture(event.pointerId); go(event); });
  map.addEventListener("pointermove", (event) => { if (event.buttons) go(event); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.sketch());
  at("theme").addEventListener("click", () => view.sketch());
};
