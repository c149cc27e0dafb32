/** Dragging the generator: the knob at its peak moves centre and spread, the body moves the centre. */

import { placeOf } from "./scale.js";
import { MEAN, SPREAD, change, held } from "./state.js";

const PEAK = 1 / Math.sqrt(2 * Math.PI); // of a bell with spread 1

/**
 * Let a pointer (mouse, pen, finger) drag the generator.
 *
 * @param densityAt the density at a height in pixels: a bell's peak is PEAK / spread, so the knob stays under the pointer.
 */
export function grabbable(model, drawing, knob, body, densityAt) {
  const place = (event) => {
    const box = drawing.getBoundingClientRect();
    return { x: placeOf(event.clientX - box.left, box.width), density: densityAt(event.clientY - box.top) };
  };

  function drag(element, follow) {
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      const start = place(event);
      const offset = model.get("mean") - start.x;
      const lift = PEAK / model.get("spread") - start.density;
      element.setPointerCapture(event.pointerId);
      drawing.classList.add("dragging");
      element.onpointermove = (moved) => {
        const { x, density } = place(moved);
        change(model, { running: false, ...follow(x + offset, density + lift) });
      };
    });
    element.addEventListener("lostpointercapture", () => {
      element.onpointermove = null;
      drawing.classList.remove("dragging");
    });
  }

  const centre = (x) => ({ mean: held(x, MEAN) });
  drag(body, centre);
  drag(knob, (x, density) => ({ ...centre(x), spread: held(PEAK / Math.max(density, 1e-3), SPREAD) }));
}
