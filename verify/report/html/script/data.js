// The events and claims of the report, out of the page's data block: texts stand there once, rows name their places.
const held = JSON.parse(at("data").textContent);

const fields = (names, row, from) => {
  const made = {};
  for (let index = 0; index < names.length; index += 1) made[names[index]] = held.texts[row[from + index]];
  return made;
};

const events = held.events.map((row) => {
  const { event: own, landing } = held.columns;
  const event = fields(own, row, 0);
  event.stores = [];
  for (let from = own.length; from < row.length; from += landing.length) event.stores.push(fields(landing, row, from));
  return event;
});

const pairs = (places) => {
  const made = [];
  for (let from = 0; from < places.length; from += 2) made.push([held.texts[places[from]], held.texts[places[from + 1]]]);
  return made;
};

const claims = held.claims.map((row) => {
  const names = held.columns.claim;
  const claim = fields(names, row, 0);
  claim.evidence = pairs(row[names.length]);
  claim.requirements = pairs(row[names.length + 1]);
  return claim;
});

const claimText = (claim) => [claim.id, claim.title, claim.severity, claim.account, claim.region, claim.store,
  claim.subject, claim.summary, claim.reason, claim.remedy, claim.owner, claim.accepted,
  ...claim.evidence.flat(), ...claim.requirements.flat()].join("\n").toLowerCase();

const eventText = (event) => [event.time, event.name, event.who, event.kind, event.mesh, event.resource,
  event.account, event.region, event.ip, event.agent, event.id, event.error].join("\n").toLowerCase();
