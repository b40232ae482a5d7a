if (at("claims-filters")) view.lists.claims = startClaims();
if (at("events-filters")) {
  view.lists.events = startEvents();
  startEvent();
}
startMatrix();
startAddress();
startKeys(startTheme());
startPaper();
root.dataset.ready = "true";
