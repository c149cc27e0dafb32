/** The horizontal axis that the plot and the arrows below it share, in pixels of the page. */

import { AXIS } from "./state.js";

export const LEFT = 40;
export const RIGHT = 40;

/** Pixels of a place on the axis, in a drawing so wide. */
export function across(width) {
  return (x) => LEFT + ((x - AXIS[0]) / (AXIS[1] - AXIS[0])) * (width - LEFT - RIGHT);
}

/** The place on the axis of a pixel. */
export function placeOf(pixel, width) {
  return AXIS[0] + ((pixel - LEFT) / (width - LEFT - RIGHT)) * (AXIS[1] - AXIS[0]);
}

/** A line through a function's values, a point every so many pixels, as SVG path data. */
export function pathOf(height, width, every = 2) {
  const count = Math.ceil((width - LEFT - RIGHT) / every);
  const x = across(width);
  const points = Array.from({ length: count + 1 }, (_, i) => {
    const place = AXIS[0] + ((AXIS[1] - AXIS[0]) * i) / count;
    return `${x(place).toFixed(1)} ${height(place).toFixed(2)}`;
  });
  return `M${points.join("L")}`;
}
