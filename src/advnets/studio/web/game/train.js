/** Training: G goes down its cost in (mean, log spread) while D stays at its optimum. */

import { html } from "./elements.js";
import { DATA, divergences, gradients } from "./mathematics.js";
import { signed } from "./numbers.js";
import { MEAN, SPREAD, change, held } from "./state.js";

const RATE = 0.08;
const LONGEST_STEP = 0.05; // a long gradient is cut, so that the bell does not jump over its aim
const AT_REST = 5e-5; // norm of the gradient
const EQUAL = 1e-6; // JSD in nats
const STEP_MILLISECONDS = 1000 / 60;
const MOST_STEPS = 4; // in one frame, after a late one

// for those who asked for less motion: two pictures a second
const LOOK_MILLISECONDS = 500;
const STEPS_PER_LOOK = 30;

/** One step of gradient descent: the new centre and spread, and the norm of the gradient before it. */
export function step(cost, data, mean, spread) {
  const [dMean, dLogSpread] = gradients(data, mean, spread)[cost];
  const norm = Math.hypot(dMean, dLogSpread);
  const rate = Math.min(RATE, LONGEST_STEP / norm);
  return { mean: held(mean - rate * dMean, MEAN), spread: held(spread * Math.exp(-rate * dLogSpread), SPREAD), norm };
}

/** Play while the model says so; el shows a line on how it goes. */
export function render({ model, el }) {
  const counted = html("span", { "aria-hidden": "true" });
  const said = html("span", { role: "status" });
  el.append(html("p", { class: "status" }, said, counted));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let [last, steps] = [0, 0];

  function advance(count) {
    let at = { mean: model.get("mean"), spread: model.get("spread"), norm: Infinity };
    for (let i = 0; i < count && at.norm > AT_REST; i += 1, steps += 1) at = step(model.get("cost"), DATA[model.get("data")], at.mean, at.spread);
    change(model, { mean: at.mean, spread: at.spread });
    return at.norm;
  }

  function frame(now) {
    if (!model.get("running") || !el.isConnected) return;
    requestAnimationFrame(frame);
    const elapsed = now - last;
    if (elapsed < (still.matches ? LOOK_MILLISECONDS : STEP_MILLISECONDS) - 1) return;
    last = now;
    const norm = advance(still.matches ? STEPS_PER_LOOK : Math.min(MOST_STEPS, Math.round(elapsed / STEP_MILLISECONDS)));
    counted.textContent = ` Step ${steps}, gradient ${signed(norm).slice(1)}.`;
    if (norm <= AT_REST) change(model, { running: false });
  }

  function ending() {
    const { jsd } = divergences(DATA[model.get("data")], model.get("mean"), model.get("spread"));
    const { norm } = step(model.get("cost"), DATA[model.get("data")], model.get("mean"), model.get("spread"));
    if (norm > AT_REST) return "Paused.";
    return jsd < EQUAL ? "At rest: G is the data, and D says ½ everywhere." : "At rest: the gradient of this cost is zero here.";
  }

  for (const name of ["data", "mean", "spread", "cost"]) {
    model.on(`change:${name}`, () => {
      if (!model.get("running")) said.textContent = counted.textContent = "";
    });
  }

  model.on("change:running", () => {
    if (!model.get("running")) {
      said.textContent = ending();
      return;
    }
    steps = 0;
    last = performance.now();
    said.textContent = "Training.";
    requestAnimationFrame(frame);
  });
}
