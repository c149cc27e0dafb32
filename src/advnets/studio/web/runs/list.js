// The list of runs, asked for again and again; a row is touched only if it has changed.

import { ask } from "../shared/request.js";
import { ago, count, element, number } from "../shared/text.js";

const EVERY = 3000; // milliseconds
const at = (id) => document.getElementById(id);
const shown = new Map(); // run -> {said, row}

async function look() {
  try {
    const { folder, runs } = await ask("runs");
    at("error").textContent = "";
    at("folder").textContent = folder;
    at("empty").hidden = runs.length > 0;
    at("rows").replaceChildren(...runs.map(row));
  } catch (error) {
    at("error").textContent = error.message;
  }
  setTimeout(look, document.hidden ? 5 * EVERY : EVERY);
}

function row(run) {
  const said = JSON.stringify(run), before = shown.get(run.run);
  if (before?.said === said) return before.row;
  const made = element("tr", {}, ...(run.error ? damaged(run) : cells(run)));
  if (before) before.row.replaceWith(made); // keeps the keyboard's place in the other rows
  shown.set(run.run, { said, row: made });
  return made;
}

const damaged = (run) => [cell("", run.run), element("td", { colSpan: 7, className: "error", textContent: run.error })];

function cells(run) {
  return [
    cell("", element("a", { href: `/run?run=${encodeURIComponent(run.run)}`, textContent: run.run })),
    cell("state", element("span", { className: `state ${run.state}`, textContent: run.state })),
    cell("recipe", run.recipe),
    cell("data", run.data),
    cell("step", `${count(run.step)} of ${count(run.rounds)}`, "right"),
    cell("images seen", count(run.images), "right"),
    cell("newest values", element("span", {}, ...values(run)), "values numbers"),
    cell("last word", ago(run.quiet_seconds), "when"),
  ];
}

function values({ metrics, watch }) {
  const found = Object.entries(Object.keys(metrics).length ? metrics : watch);
  return found.map(([name, value]) => element("div", {}, `${name.replace("watch/", "")} ${number(value)}`));
}

function cell(name, content, className = "") {
  const made = element("td", { className }, content);
  if (name) made.dataset.name = name;
  return made;
}

look();
