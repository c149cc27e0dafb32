/** The plot: the data's bell, the generator's bell, and the optimal discriminator between 0 and 1. */

import { html, set, svg } from "./elements.js";
import { DATA, logBell, logData, logit, sigmoid } from "./mathematics.js";
import { grabbable } from "./grab.js";
import { LEFT, RIGHT, across, pathOf } from "./scale.js";
import { drawn } from "./state.js";

const [TOP, BOTTOM] = [26, 26];
const SHOULDER = 0.9; // in spreads from the centre: where the data's label stands beside its bell

/** Heights in pixels of densities and of probabilities, both from 0 to 1, in a drawing so high; and back. */
function heights(height) {
  const inner = height - TOP - BOTTOM;
  return {
    pixel: (value) => height - BOTTOM - value * inner,
    value: (pixel) => (height - BOTTOM - pixel) / inner,
  };
}

/** Axes with their numbers; density on the left, D on the right. */
function axes(width, height) {
  const x = across(width);
  const y = heights(height);
  const [left, right, floor] = [LEFT, width - RIGHT, height - BOTTOM];
  const text = (content, at, kind = "") => svg("text", { class: `tick ${kind}`, ...at }, content);
  return [
    svg("line", { class: "axis", x1: left, x2: right, y1: floor, y2: floor }),
    svg("line", { class: "half", x1: left, x2: right, y1: y.pixel(0.5), y2: y.pixel(0.5) }),
    ...[-6, -4, -2, 0, 2, 4, 6].map((n) => text(`${n}`.replace("-", "−"), { x: x(n), y: floor + 18, "text-anchor": "middle" })),
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((n) => text(n.toFixed(1), { x: left - 8, y: y.pixel(n) + 4, "text-anchor": "end" })),
    ...[[0, "0"], [0.5, "½"], [1, "1"]].map(([n, name]) => text(name, { x: right + 8, y: y.pixel(n) + 4 }, "chance")),
    text("density", { x: 2, y: 12 }),
    text("D*(x)", { x: width - 2, y: 12, "text-anchor": "end" }, "chance"),
  ];
}

/** Draw the plot into el, and let its generator be dragged. */
export function render({ model, el }) {
  const part = (name, kind) => svg(name, { class: kind });
  const ground = svg("g");
  const [dataArea, dataLine] = [part("path", "data area"), part("path", "data line")];
  const [fakeArea, fakeLine, judge] = [part("path", "fake area"), part("path", "fake line"), part("path", "judge line")];
  const handle = svg("g", { class: "handle" }, svg("circle", { class: "reach", r: 26 }), svg("circle", { class: "knob", r: 8 }));
  const labels = { data: "data", fake: "generator", judge: "D*(x)" };
  const label = Object.fromEntries(Object.entries(labels).map(([kind, text]) => [kind, svg("text", { class: `label ${kind}` }, text)]));
  const drawing = svg(
    "svg",
    { role: "img", "aria-label": "Density of the data, density of the generator, and the optimal discriminator. The numbers stand above the plot." },
    ground, dataArea, dataLine, fakeArea, fakeLine, judge, ...Object.values(label), handle,
  );
  const frame = html("div", { class: "plot" }, drawing);
  el.append(frame);
  let size = { width: 0, height: 0 };

  function resize() {
    const width = frame.clientWidth;
    size = { width, height: Math.round(Math.min(400, Math.max(290, width * 0.4))) };
    set(drawing, { viewBox: `0 0 ${size.width} ${size.height}`, width: size.width, height: size.height });
    ground.replaceChildren(...axes(size.width, size.height));
  }

  function draw() {
    const { width, height } = size;
    if (width <= LEFT + RIGHT) return;
    const [data, mean, spread] = [DATA[model.get("data")], model.get("mean"), model.get("spread")];
    const [x, y] = [across(width), heights(height)];
    const density = (log) => pathOf((place) => y.pixel(Math.exp(log(place))), width);
    const closed = (path) => `${path}L${width - RIGHT} ${y.pixel(0)}L${LEFT} ${y.pixel(0)}Z`;
    const [real, fake] = [density((place) => logData(data, place)), density((place) => logBell(place, mean, spread))];
    const D = (place) => sigmoid(logit(data, mean, spread, place));
    for (const [path, d] of [[dataLine, real], [dataArea, closed(real)], [fakeLine, fake], [fakeArea, closed(fake)]]) set(path, { d });
    set(judge, { d: pathOf((place) => y.pixel(D(place)), width) });

    const peak = { x: x(mean), y: y.pixel(Math.exp(logBell(mean, mean, spread))) };
    set(handle, { transform: `translate(${peak.x} ${peak.y})` });
    set(label.fake, { x: Math.min(width - RIGHT - 40, Math.max(LEFT + 40, peak.x)), y: peak.y - 13, "text-anchor": "middle" });

    const side = mean < 0 ? 1 : -1; // away from the generator
    const outer = side * Math.max(...data.means) + side * SHOULDER * data.spread;
    set(label.data, { x: x(outer) + side * 8, y: y.pixel(Math.exp(logData(data, outer))), "text-anchor": side < 0 ? "end" : "start" });
    const edge = side * 5.8;
    const judged = D(edge);
    set(label.judge, { x: x(edge), y: y.pixel(judged) + (judged > 0.4 ? 22 : -12), "text-anchor": side < 0 ? "start" : "end" });
  }

  resize();
  const ask = drawn(model, ["data", "mean", "spread"], draw);
  new ResizeObserver(() => {
    resize();
    ask();
  }).observe(frame);
  grabbable(model, drawing, handle, fakeArea, (pixel) => heights(size.height).value(pixel));
}
