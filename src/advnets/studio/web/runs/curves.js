// A run's curves, and another's beside them. Lines that are new are added; a run that went back to a checkpoint is read again.

import { ask } from "../shared/request.js";
import { element } from "../shared/text.js";
import { Chart } from "./chart.js";

const at = (id) => document.getElementById(id);
const GROUPS = [
  { title: "costs, nats", names: (key) => key.startsWith("cost/") },
  { title: "what D says of data and of samples", names: (key) => key.startsWith("watch/D("), range: [0, 1], ruler: 0.5 },
  { title: "value V, nats", names: (key) => key === "watch/V", ruler: -Math.log(4) },
  { title: "gradient norms", names: (key) => key.startsWith("gradient/"), log: true },
  { title: "what the alarm measures", names: (key) => /^alarm\/(lost|crowded|duplicates)$/.test(key), range: [0, 1] },
  { title: "images a second", names: (key) => key === "images_per_second" },
];

class Lines {
  constructor(run) { [this.run, this.log, this.metrics, this.last] = [run, [], [], -1]; }

  async follow() {
    const now = await ask("run/curves", { run: this.run, after: this.last });
    if (now.last < this.last) {
      [this.log, this.metrics, this.last] = [[], [], -1];
      return this.follow();
    }
    this.log.push(...now.log);
    this.metrics.push(...now.metrics);
    this.last = now.last;
    return now.log.length + now.metrics.length > 0;
  }
}

export class Curves {
  constructor(run) {
    this.own = new Lines(run);
    this.other = null;
    this.charts = new Map();
    at("other").onchange = () => { this.other = at("other").value ? new Lines(at("other").value) : null; this.follow(true); };
    at("metric").onchange = () => this.draw();
  }

  async follow(changed = false) {
    const [own, other] = await Promise.all([this.own.follow(), this.other?.follow(), this.offer()]);
    if (own || other || changed) this.draw();
  }

  // The other runs that can be laid beside this one.
  async offer() {
    if (at("other").options.length > 1 && !document.hasFocus()) return;
    const { runs } = await ask("runs"), known = new Set([...at("other").options].map(({ value }) => value));
    const more = runs.filter(({ run, error }) => !error && run !== this.own.run && !known.has(run));
    at("other").append(...more.map(({ run }) => element("option", { value: run, textContent: run })));
  }

  draw() {
    const runs = [this.own, this.other].filter(Boolean);
    this.measured(runs);
    const metric = at("metric").value;
    const groups = metric ? [...GROUPS, { title: metric, of: "metrics", names: (key) => key === metric }] : GROUPS;
    for (const group of groups) {
      const lines = runs.flatMap((run, i) => traces(run[group.of ?? "log"], group, runs.length > 1 ? run.run : "", i));
      this.chart(group, lines);
    }
    for (const [title, { place }] of this.charts) if (!groups.some((group) => group.title === title)) { place.remove(); this.charts.delete(title); }
  }

  chart(group, lines) {
    if (!lines.length && !this.charts.has(group.title)) return;
    if (!this.charts.has(group.title)) this.charts.set(group.title, new Chart(at("charts"), group));
    this.charts.get(group.title).draw(lines);
  }

  measured(runs) {
    const names = [...new Set(runs.flatMap(({ metrics }) => metrics.flatMap(Object.keys)))].filter((name) => name !== "step");
    const select = at("metric"), before = select.value;
    select.parentElement.hidden = names.length === 0;
    if (names.length === select.options.length) return;
    select.replaceChildren(...names.map((name) => element("option", { textContent: name })));
    select.value = names.includes(before) ? before : names.find((name) => !/samples$/.test(name)) ?? "";
  }
}

function traces(lines, group, run, place) {
  const names = [...new Set(lines.flatMap(Object.keys))].filter(group.names);
  return names.map((name, i) => {
    const there = lines.filter((line) => name in line), short = name.split("/").at(-1);
    return { x: there.map(({ step }) => step), y: there.map((line) => line[name]), name: run ? `${short} · ${run}` : short, key: name, number: i, place };
  });
}
