// Light and dark, as the system says until the button says otherwise; and paper.
const startTheme = () => {
  const switched = at("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const label = () => { switched.textContent = dark() ? "Light" : "Dark"; };
  const turn = () => { root.dataset.theme = dark() ? "light" : "dark"; label(); };
  switched.addEventListener("click", turn);
  system.addEventListener("change", label);
  switched.hidden = false;
  label();
  return turn;
};

// Paper has nothing to unfold; afterwards everything is folded as it was.
const startPaper = () => {
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) {
      one.build?.();
      one.open = true;
    }
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
};
