/** Sliders for the generator, the choice of data, and the buttons that train it. */

import { choice, html } from "./elements.js";
import { fixed } from "./numbers.js";
import { MEAN, SPREAD, START, change, drawn } from "./state.js";

/** Draw the controls into el. */
export function render({ model, el }) {
  el.append(
    html(
      "div",
      { class: "controls" },
      slider(model, "mean", "centre of the generator", MEAN),
      slider(model, "spread", "spread of the generator", SPREAD),
      choice("data", "data", { one: "data: one bell", two: "data: two bumps" }, model.get("data"), (data) => change(model, { data })),
      buttons(model),
    ),
  );
}

function slider(model, name, label, range) {
  const input = html("input", { type: "range", ...range });
  const output = html("span", { class: "amount", "aria-hidden": "true" });
  input.addEventListener("input", () => change(model, { running: false, [name]: Number(input.value) }));
  drawn(model, [name], () => {
    input.value = model.get(name);
    output.textContent = fixed(model.get(name), 2);
    input.setAttribute("aria-valuetext", fixed(model.get(name), 2));
  });
  return html("label", { class: "slider" }, html("span", {}, label), output, input);
}

function buttons(model) {
  const train = html("button", { type: "button", class: "train" });
  const reset = html("button", { type: "button" }, "Reset");
  train.addEventListener("click", () => change(model, { running: !model.get("running") }));
  reset.addEventListener("click", () => change(model, { running: false, mean: START.mean, spread: START.spread }));
  drawn(model, ["running"], () => {
    train.textContent = model.get("running") ? "Pause" : "Train";
  });
  return html("div", { class: "buttons" }, train, reset);
}
