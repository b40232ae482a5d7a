// The claims: gathered under their verdicts, unfolded one by one. What the template writes without the script, this
// writes again from the data, so that it can be filtered; a body is made when it is first unfolded.
const VERDICTS = { FAIL: "Failed", UNVERIFIABLE: "Could not be verified", PASS: "Passed", NOT_APPLICABLE: "Not applicable" };

const places = (same) => {
  const named = same.map((claim) => [claim.account === held.home ? "" : claim.account, claim.region, claim.store]);
  const distinct = [0, 1, 2].map((part) => [...new Set(named.map((one) => one[part]).filter(Boolean))]);
  const combined = distinct.reduce((product, parts) => product * Math.max(parts.length, 1), 1);
  if (new Set(named.map((one) => one.join("\n"))).size !== combined) return `${number(same.length)} times`;
  return distinct.filter((parts) => parts.length).map((parts) => parts.join(", ")).join(" · ");
};

const finding = (claim) => {
  const made = [make("p", "found", claim.summary)];
  if (claim.owner) {
    made.push(make("p", "waiver", make("b", "", `Accepted until ${claim.expires} by ${claim.owner}`), " ", claim.accepted));
  }
  if (claim.reason) made.push(make("p", "reason", make("b", "", "Why"), " ", claim.reason));
  if (claim.remedy) made.push(make("p", "remedy", make("b", "", "What to do"), " ", claim.remedy));
  if (claim.behind) made.push(make("p", "behind", link("The events behind it", "events", claim.behind)));
  const facts = make("dl", "evidence", ...claim.evidence.map(([label, value]) => pair(label, value)));
  if (claim.subject) facts.append(pair("Subject", claim.subject));
  if (claim.requirements.length) {
    const standards = new Map();
    for (const [standard, id] of claim.requirements) standards.set(standard, [...(standards.get(standard) ?? []), id]);
    facts.append(pair("Helps to meet", [...standards].map(([standard, ids]) => `${standard}: ${ids.join(", ")}`).join("; ")));
  }
  facts.append(pair("Claim", claim.id));
  made.push(facts);
  if (claim.unlisted) {
    made.push(make("p", "more", `and ${claim.unlisted} fact${claim.unlisted === "1" ? "" : "s"} more, all in report.json`));
  }
  return made;
};

const unfolding = (same, open) => {
  const [claim] = same;
  const summary = make("summary", "", make("span", "title", claim.title), " ", make("span", "where", places(same)), " ");
  if (claim.owner) summary.append(make("span", "severity accepted", "accepted"), " ");
  summary.append(make("span", `severity s-${claim.severity}`, claim.severity));
  const body = make("div", "body");
  const made = make("details", `claim v-${claim.verdict.toLowerCase()}${claim.owner ? " is-accepted" : ""}`, summary, body);
  made.build = () => {
    if (body.childElementCount) return;
    for (const one of same) {
      if (same.length > 1) body.append(make("h4", "", places([one])));
      body.append(...finding(one));
    }
  };
  // Before the fold opens, so that it never opens empty.
  summary.addEventListener("click", made.build);
  made.addEventListener("toggle", made.build);
  made.open = open;
  if (open) made.build();
  return made;
};

const gathered = (found) => {
  const groups = new Map();
  for (const claim of found) {
    if (!groups.has(claim.group)) groups.set(claim.group, []);
    groups.get(claim.group).push(claim);
  }
  return [...groups.values()];
};

const startClaims = () => {
  const required = (claim) => claim.requirements;
  const standard = (value) => (claim) => required(claim).some(([name]) => name === value);
  standard.values = (claim) => required(claim).map(([name]) => name);
  const requirement = (value, filters) => (claim) => required(claim).some(([name, id]) =>
    id === value && (!filters.has("standard") || name === filters.get("standard")));
  let opened = 0;
  return startList({
    id: "claims", noun: "claim", items: claims, page: 100, text: claimText, arrange: gathered, order: "the worst first",
    names: { requirement: "Control", id: "Claim" },
    tests: {
      verdict: equals((claim) => claim.verdict), severity: equals((claim) => claim.severity),
      account: equals((claim) => claim.account), region: equals((claim) => claim.region),
      store: equals((claim) => claim.store), id: equals((claim) => claim.id),
      accepted: equals((claim) => (claim.owner ? "yes" : "no")), standard, requirement,
    },
    render: (units, before, found) => {
      if (!before) opened = 0;
      let verdict = before?.[0].verdict;
      const alone = found.length === 1;
      return units.flatMap((same) => {
        const made = [];
        const [claim] = same;
        if (claim.verdict !== verdict) {
          verdict = claim.verdict;
          const count = number(found.filter((one) => one.verdict === verdict).length);
          made.push(make("h3", `v-${verdict.toLowerCase()}`, VERDICTS[verdict], " ", make("span", "count", count)));
        }
        const open = alone || (verdict === "FAIL" && !claim.owner && opened < 10);
        opened += open;
        made.push(unfolding(same, open));
        return made;
      });
    },
  });
};
