// The matrix out of its block, once. A cell is a place in an account's lists; see data.py.
const block = JSON.parse(at("data").textContent);
const regions = block.regions;
const names = { caught: "caught", lost: "lost", unknown: "not told", "not-enabled": "Region not enabled", "not-asked": "Region not asked for" };

const accounts = block.accounts.map((row) => {
  const account = Object.fromEntries(block.columns.map((name, index) => [name, row[index]]));
  [account.says, account.seen, account.landed] = row.slice(block.columns.length);
  account.text = [account.id, account.name, ...account.units].join(" ").toLowerCase();
  account.accepted = account.says.map((place) => block.texts[block.says[place][3]] !== "");
  account.states = account.says.map((place) => block.states[block.says[place][0]]);
  return account;
});

const isWrong = (account, column) => !account.accepted[column]
  && (account.states[column] === "lost" || (account.states[column] === "unknown" && !account.idle));

// Which look a cell has: its state, and whether anything happened there.
const lookOf = (account, column) => {
  const state = account.states[column];
  if (account.accepted[column]) return "accepted";
  if (state === "unknown" && account.idle) return "idle";
  return state === "caught" && account.seen[column] > 0 ? "seen" : state;
};

// What is wrong first: lost before not told, more before less.
for (const account of accounts) {
  const wrong = (state) => account.states.filter((one, column) => one === state && isWrong(account, column)).length;
  account.weight = wrong("lost") * 1000 + (account.idle ? 0 : wrong("unknown"));
}

const said = (account, column) => {
  const [, why, remedy, waiver, ...catchers] = block.says[account.says[column]];
  return { why: block.texts[why], remedy: block.texts[remedy], waiver: block.texts[waiver], catchers: catchers.map((place) => block.texts[place]) };
};
