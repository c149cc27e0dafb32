/** The game as a widget: `render({ model, el })` draws it into el; the model holds data, mean, spread, cost and running. */

import { html } from "./elements.js";
import { render as renderControls } from "./controls.js";
import { render as renderPlot } from "./plot.js";
import { render as renderPushes } from "./pushes.js";
import { render as renderReadouts } from "./readouts.js";
import { render as renderTraining } from "./train.js";

export function render({ model, el }) {
  el.classList.add("game");
  for (const renderPart of [renderReadouts, renderPlot, renderControls, renderTraining, renderPushes]) {
    const part = html("div");
    el.append(part);
    renderPart({ model, el: part });
  }
}

export default { render };
