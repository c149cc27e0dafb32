/** What each cost tells G: pushes on samples and their expectation, the gradient, of the three costs side by side. */

import { html, set, svg } from "./elements.js";
import { DATA, gradients, pushOn } from "./mathematics.js";
import { signed } from "./numbers.js";
import { across } from "./scale.js";
import { change, drawn } from "./state.js";

const COSTS = {
  "zero-sum": { name: "zero-sum", formula: "log(1 − D)" },
  "non-saturating": { name: "non-saturating", formula: "−log D" },
  "maximum-likelihood": { name: "maximum likelihood", formula: "−D/(1 − D)" },
};
const Z = [-1.769, -1.198, -0.869, -0.615, -0.396, -0.194, 0, 0.194, 0.396, 0.615, 0.869, 1.198, 1.769]; // thirteen even shares of N(0, 1)
const LANES = [5, 13, 21]; // pixels from the top, in turn, so that neighbours do not cover each other
const HEIGHT = 26;
const LONGEST = 1.2; // of an arrow, on the axis
const LENGTH_PER_PUSH = 0.2;
const HEAD = 3.5; // pixels

/** The length of an arrow on the axis: proportional to a small push; a great one is shortened. */
function length(push) {
  return LONGEST * Math.tanh((LENGTH_PER_PUSH * push) / LONGEST);
}

/** Draw the three costs into el; each is also the button that chooses it. */
export function render({ model, el }) {
  const rows = Object.keys(COSTS).map((cost) => row(model, cost));
  const heading = html("div", { class: "head" }, html("span", { id: "cost" }, "G’s cost J and its pushes"));
  for (const name of ["∂J/∂centre", "∂J/∂log spread"]) heading.append(html("small", { "aria-hidden": "true" }, name));
  el.append(html("div", { class: "pushes", role: "radiogroup", "aria-labelledby": "cost" }, heading, ...rows.map(({ element }) => element)));

  function draw() {
    const [data, mean, spread] = [DATA[model.get("data")], model.get("mean"), model.get("spread")];
    const found = gradients(data, mean, spread);
    const width = el.clientWidth;
    for (const { cost, show } of rows) show(found[cost], Z.map((z) => mean + spread * z), (x) => pushOn(cost, data, mean, spread, x), width);
  }

  const ask = drawn(model, ["data", "mean", "spread"], draw);
  new ResizeObserver(ask).observe(el);
}

function row(model, cost) {
  const { name, formula } = COSTS[cost];
  const input = html("input", { type: "radio", name: "cost", value: cost });
  input.checked = model.get("cost") === cost;
  input.addEventListener("change", () => change(model, { cost }));
  const numbers = ["centre", "log spread"].map((of) => html("output", { "aria-label": `gradient in the ${of}`, "aria-live": "off" }));
  const arrows = svg("path", { class: "arrows" });
  const dots = svg("g", { class: "samples" }, ...Z.map((_, i) => svg("circle", { r: 2.5, cy: lane(i) })));
  const drawing = svg("svg", { height: HEIGHT, "aria-hidden": "true" }, arrows, dots);
  const label = html("label", {}, input, html("span", { class: "name" }, name), html("span", { class: "formula" }, formula));
  const element = html("div", { class: "push" }, html("div", { class: "head" }, label, ...numbers), drawing);

  function show(gradient, samples, push, width) {
    numbers.forEach((output, i) => {
      output.textContent = signed(gradient[i]);
      output.dataset.exact = JSON.stringify(gradient[i]);
    });
    const x = across(width);
    set(drawing, { width });
    set(arrows, { d: samples.map((place, i) => arrow(x(place), x(place + length(push(place))), lane(i))).join("") });
    [...dots.children].forEach((dot, i) => set(dot, { cx: x(samples[i]) }));
  }
  return { cost, element, show };
}

/** The height of a sample in its drawing. */
function lane(i) {
  return LANES[i % LANES.length];
}

/** A horizontal arrow as path data; nothing where it would be shorter than a dot. */
function arrow(from, to, y) {
  if (Math.abs(to - from) < HEAD) return "";
  const back = to - Math.sign(to - from) * HEAD;
  return `M${from} ${y}H${to}M${back} ${y - HEAD}L${to} ${y}L${back} ${y + HEAD}`;
}
