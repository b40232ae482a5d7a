const turn = startTheme();
startPaper();
if (at("matrix-view")) {
  at("matrix-view").hidden = false;
  startFilters();
  startGrid();
  startOverview();
  startDrill();
  startAddress();
  startKeys(turn);
}
root.dataset.ready = "true";
