// Two pictures, a choice, and at once the answer. The page does not know which one is real until the choice was sent.

import { ask } from "../shared/request.js";
import { count, element } from "../shared/text.js";

const at = (id) => document.getElementById(id);
const SIDES = ["left", "right"];
const run = new URLSearchParams(location.search).get("run") ?? "";
let visit = "", pair = null; // the word of the pair that waits for its answer

async function tried(act) {
  try {
    at("error").textContent = "";
    await act();
  } catch (error) {
    at("error").textContent = error.message;
  }
}

async function show() {
  const about = await ask("quiz", { run });
  document.title = `Which one is real? ${run} · advnets studio`;
  Object.assign(at("run"), { textContent: run, href: `/run?run=${encodeURIComponent(run)}` });
  at("data").textContent = about.data;
  facts(about);
  score(null, about.all);
  at("content").hidden = false;
}

function facts({ step, weights }) {
  at("facts").textContent = `at step ${count(step)}, ${weights} weights`;
}

async function next() {
  at("next").disabled = at("begin").disabled = true;
  try {
    const asked = await ask("quiz/pair", { run, visit }, "POST");
    visit = asked.visit;
    facts(asked);
    await Promise.all(SIDES.map((side) => put(side, asked[side])));
    at("beginning").hidden = true;
    at("question").hidden = false;
    at("feedback").replaceChildren();
    pair = asked.pair;
    at("pair").focus({ preventScroll: true });
  } finally {
    at("begin").disabled = false;
    at("next").disabled = pair !== null;
  }
}

function put(side, png) {
  const [image, words] = at(side).children;
  Object.assign(at(side), { className: "choice", ariaDisabled: "false" });
  words.textContent = side;
  image.src = `data:image/png;base64,${png}`;
  return image.decode();
}

async function choose(side) {
  if (pair === null) return;
  const word = pair;
  pair = null;
  try {
    tell(side, await ask("quiz/answer", { pair: word, chosen: side }, "POST"));
  } finally {
    at("next").disabled = false;
    at("next").focus();
  }
}

function tell(chosen, { right, real, you, all }) {
  for (const side of SIDES) {
    const kind = side === real ? "real" : "drawn by G";
    Object.assign(at(side), { className: `choice ${side === real ? "real" : "drawn"}`, ariaDisabled: "true" });
    at(side).children[1].textContent = side === chosen ? `${kind}, your choice` : kind;
  }
  at("feedback").replaceChildren(element("b", { textContent: right ? "Right." : "No." }), `The ${real} one is real.`);
  score(you, all);
}

function score(you, all) {
  const rows = [bar("you, since you began", you), bar("all answers about this generator", all), bar("Salimans et al. 2016, digits", { share: 0.524, of: 2000 })];
  const scale = element("div", { className: "scale", ariaHidden: "true" }, ...["0 %", "50 %", "100 %"].map((text) => element("span", { textContent: text })));
  at("score").replaceChildren(...rows, scale);
}

function bar(label, found) {
  const track = element("div", { className: "track", ariaHidden: "true" }), of100 = (share) => `${(100 * share).toFixed(1)} %`;
  if (found?.low != null) Object.assign(track.appendChild(element("i")).style, { left: place(found.low), width: place(found.high - found.low) });
  track.append(element("s"));
  if (found) track.appendChild(element("b")).style.left = place(found.share);
  const between = found?.low == null ? "" : ` (${(100 * found.low).toFixed(1)} to ${of100(found.high)})`;
  const told = !found ? "no answer yet" : found.right == null ? `${of100(found.share)} of ${count(found.of)}` : `${count(found.right)} of ${count(found.of)}: ${of100(found.share)}${between}`;
  return element("div", {}, element("div", { className: "label" }, element("span", { textContent: label }), element("span", { className: "numbers", textContent: told })), track);
}

const place = (share) => `${100 * share}%`;

at("begin").onclick = at("next").onclick = () => tried(next);
for (const side of SIDES) at(side).onclick = () => tried(() => choose(side));
document.addEventListener("keydown", (event) => {
  const side = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
  if (!side || pair === null || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  tried(() => choose(side));
});

tried(show);
