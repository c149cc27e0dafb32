// The ledger: each claim next to its measurement, its figures, its seeds and its deviations. Read only.

import { address, ask } from "../shared/request.js";
import { count, element, number } from "../shared/text.js";

const at = (id) => document.getElementById(id);
const UNMEASURED = "not measured";
const DOCUMENTS = { paper: "The paper: Goodfellow et al. 2014", tutorial: "The tutorial: Goodfellow 2016" };
const verdictOf = (claim) => (claim.error ? "unreadable" : claim.record?.verdict ?? UNMEASURED);

async function show() {
  try {
    const { folder, claims } = await ask("paper");
    at("folder").textContent = folder;
    const made = claims.map((claim) => ({ group: claim.group, verdict: verdictOf(claim), card: card(claim) }));
    at("claims").replaceChildren(...Object.keys(DOCUMENTS).map((group) => documentOf(group, made.filter((one) => one.group === group))));
    choices(made);
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (error) {
    at("error").textContent = error.message;
  }
}

function documentOf(group, made) {
  return element("section", { id: group }, element("h2", { textContent: DOCUMENTS[group] }), ...made.map(({ card }) => card));
}

function choices(made) {
  const kinds = ["all", ...new Set(made.map(({ verdict }) => verdict))];
  const buttons = kinds.map((kind) => {
    const many = kind === "all" ? made.length : made.filter(({ verdict }) => verdict === kind).length;
    const button = element("button", { type: "button", textContent: `${kind} ${many}` });
    button.addEventListener("click", () => choose(kind));
    return button;
  });
  const choose = (kind) => {
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", kinds[i] === kind));
    made.forEach(({ verdict, card }) => { card.hidden = kind !== "all" && kind !== verdict; });
    for (const section of at("claims").children) section.hidden = !section.querySelector("article:not([hidden])");
  };
  at("verdicts").replaceChildren(...buttons);
  choose("all");
}

function card(claim) {
  const verdict = verdictOf(claim), words = verdict.replaceAll(" ", "-");
  const head = element("div", { className: "head" },
    element("h3", { textContent: claim.id }),
    element("span", { className: "small soft", textContent: claim.source }),
    element("span", { className: `verdict ${words}`, textContent: verdict }));
  return element("article", { className: "card claim", id: claim.id }, head,
    element("div", {}, element("p", { textContent: claim.claim }), facts(claim)),
    pictures(claim),
    claim.record ? details(claim.record) : null);
}

function facts(claim) {
  const pairs = claim.record ? measured(claim.record) : [["not measured yet", claim.error ?? `about ${claim.seeds} × ${number(claim.minutes, 0)} min`]];
  const published = claim.published ? [["published", `${claim.published.value}${claim.published.standard_error ? ` ± ${claim.published.standard_error}` : ""}`]] : [];
  const list = element("dl");
  for (const [name, value] of [...published, ...pairs]) list.append(element("dt", { textContent: name }), element("dd", {}, value));
  return element("div", {}, list, element("code", { className: "command", textContent: claim.record?.command ?? `advnets reproduce ${claim.id}` }));
}

function measured(record) {
  const { value, unit } = record.measured;
  const between = record.interval ? [["95 % interval", `${short(record.interval[0])} to ${short(record.interval[1])}`]] : [];
  return [
    ["measured", element("span", {}, element("b", { className: "numbers", textContent: short(value) }), ` ${unit}`)],
    ...between,
    ["seeds", `${record.seeds.length}${record.samples ? `, ${count(record.samples)} samples each` : ""}`],
  ];
}

function pictures(claim) {
  const shown = claim.figures.map((file) => element("img", { loading: "lazy", alt: `${claim.id}: ${claim.claim}`, src: address("paper/figure", { file }) }));
  return element("div", { className: "figures" }, ...shown);
}

function details(record) {
  const names = [...new Set(record.seeds.flatMap((seed) => Object.keys(seed).filter((name) => typeof seed[name] !== "object" || seed[name] === null)))];
  const table = element("table", {},
    element("tr", {}, ...names.map((name) => element("th", { scope: "col", textContent: name.replaceAll("_", " ") }))),
    ...record.seeds.map((seed) => element("tr", {}, ...names.map((name) => element("td", { textContent: short(seed[name]) })))));
  const checks = record.seeds.flatMap((seed) => Object.entries(seed.checks ?? {}).map(([words, holds]) =>
    element("li", { textContent: `${holds ? "holds" : "fails"} (seed ${seed.seed}): ${words}` })));
  const deviations = record.deviations.map((text) => element("li", { textContent: text }));
  return element("details", {}, element("summary", { textContent: "every seed, deviations, provenance" }),
    element("div", { className: "scroll" }, table),
    checks.length ? element("ul", {}, ...checks) : null,
    deviations.length ? element("ol", {}, ...deviations) : null,
    element("p", { className: "small soft", textContent: `at ${record.commit}, ${record.device}, ${count(Math.round(record.seconds))} s` }));
}

const short = (value) => (typeof value === "number" && !Number.isInteger(value) ? number(value, Math.abs(value) < 10 ? 4 : 2) : String(value ?? "–"));

show();
