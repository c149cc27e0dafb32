// The page of one run: what it is, and how it stands, asked for again as long as it goes on.

import { ask, address } from "../shared/request.js";
import { ago, count, element } from "../shared/text.js";
import { Curves } from "./curves.js";
import { Generator } from "./generator.js";
import { Pictures } from "./pictures.js";

const EVERY = 2000; // milliseconds
const at = (id) => document.getElementById(id);
const name = new URLSearchParams(location.search).get("run") ?? "";
const pictures = new Pictures(name), generator = new Generator(name), curves = new Curves(name);
let before = null;

async function look() {
  let wait = EVERY;
  try {
    const run = await ask("run", { run: name });
    if (run.error) throw new Error(run.error);
    at("error").textContent = "";
    at("content").hidden = false;
    show(run);
    await curves.follow();
    if (run.state !== "running") wait = 5 * EVERY;
  } catch (error) {
    at("error").textContent = error.message;
  }
  setTimeout(look, document.hidden ? 5 * EVERY : wait);
}

function show(run) {
  document.title = `${run.run} · advnets studio`;
  at("name").textContent = run.run;
  Object.assign(at("state"), { className: `state ${run.state}`, textContent: run.state });
  at("facts").textContent = `step ${count(run.step)} of ${count(run.rounds)} · ${count(run.images)} images seen · last word ${ago(run.quiet_seconds)}`;
  pictures.show(run.pictures);
  generator.show(run);
  nearest(run);
  at("report").hidden = run.report == null;
  at("report").href = address("run/report.html", { run: name, v: run.report });
  at("stop").hidden = !(run.state === "running" && run.here);
  at("resume").textContent = run.resume;
  at("resume").hidden = at("resume-note").hidden = run.state === "done";
  if (run.state !== "running") at("stop-note").textContent = "";
  alarms(run.alarms);
  if (!before) record(run.record);
  before = run;
}

// What the alarm sees now, as a line each; what is over, below.
function alarms(spells) {
  const said = JSON.stringify(spells);
  if (at("alarms").dataset.said === said) return;
  at("alarms").dataset.said = said;
  at("alarms").hidden = spells.length === 0;
  const now = spells.filter(({ end }) => end == null), past = spells.filter(({ end }) => end != null);
  at("alarms-now").replaceChildren(...now.map(({ name, words, start }) => element("li", { className: "seen", textContent: `${name}: ${words} (since step ${count(start)})` })));
  at("alarms-past").replaceChildren(...past.map(({ name, words, start, end }) =>
    element("li", { textContent: `step ${count(start)} to ${count(end)}, ${name}: ${words}` })));
}

function nearest(run) {
  const there = run.nearest != null, source = address("run/nearest.png", { run: name, v: run.nearest });
  at("nearest-link").hidden = !there;
  at("nearest-note").textContent = there
    ? "Odd rows: samples. Even rows: the training images nearest to them, in pixels."
    : "Drawn with the report, for pictures that stay in memory.";
  if (there && before?.nearest !== run.nearest) at("nearest-link").href = at("nearest").src = source;
}

function record({ experiment, data, means, versions, started, commit, command }) {
  const facts = {
    recipe: experiment.recipe,
    data: `${data.name}${data.rows ? `, ${count(data.rows)}` : ""}, ${data.shape.length > 1 ? data.shape.join("×") : `points of ${data.shape[0]} numbers`}`,
    batch: `${experiment.batch_size}, seed ${experiment.seed}`,
    computed: `on ${means.device}, ${means.precision}, threads: ${means.threads}`,
    started: started && new Date(started).toLocaleString(),
    versions: versions && Object.entries(versions).map((pair) => pair.join(" ")).join(", "),
    commit: commit?.slice(0, 12),
    command: command?.join(" "),
  };
  at("record").replaceChildren(...Object.entries(facts).filter(([, value]) => value).map(([key, value]) =>
    element("tr", {}, element("th", { scope: "row", textContent: key }), element("td", { textContent: value }))));
  at("json").textContent = JSON.stringify({ experiment, data, means, versions, started, commit, command }, null, 2);
}

at("stop").onclick = async () => {
  at("stop").disabled = true;
  at("stop-note").textContent = "asked to stop; it finishes its round and saves";
  try {
    await ask("run/stop", { run: name }, "POST");
  } catch (error) {
    at("stop-note").textContent = error.message;
  }
  at("stop").disabled = false;
};

look();
