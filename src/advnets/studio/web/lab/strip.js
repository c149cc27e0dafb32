// A strip: a few values over the steps, each with its own colour, dashes and name at its end.

import { colours, fitted } from "./canvas.js";

const MOST = 600; // points kept; beyond that every other one goes
const LEFT = 30, RIGHT = 46, TOP = 8, BOTTOM = 18;

export class History {
  constructor() { this.points = []; this.every = 1; this.seen = 0; }

  add(point) {
    if (this.seen++ % this.every) return;
    this.points.push(point);
    if (this.points.length > MOST) {
      this.points = this.points.filter((_, i) => i % 2 === 0);
      this.every *= 2;
    }
  }
}

// lines: [{name, of(point), colour, dash}]; range: [low, high] or null for what there is.
export function drawStrip(canvas, points, lines, range, ruler) {
  const context = fitted(canvas), ink = colours(canvas), width = canvas.clientWidth, height = canvas.clientHeight;
  context.clearRect(0, 0, width, height);
  const last = Math.max(1, points.at(-1)?.step ?? 1);
  const [low, high] = range ?? extent(points, lines, ruler);
  const across = (step) => LEFT + (step / last) * (width - LEFT - RIGHT);
  const up = (value) => TOP + (1 - (value - low) / (high - low)) * (height - TOP - BOTTOM);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  axes(context, ink, { low, high, last, across, up, width, height });
  if (ruler != null) rule(context, ink.soft, [2, 3], across(0), across(last), up(ruler));
  const names = [];
  for (const { name, of, colour, dash } of lines) {
    context.strokeStyle = context.fillStyle = ink[colour];
    context.setLineDash(dash);
    context.lineWidth = 1.6;
    context.beginPath();
    let end = null;
    for (const point of points) {
      const value = of(point);
      if (value == null) continue;
      end = up(Math.min(high, Math.max(low, value)));
      context.lineTo(across(point.step), end);
    }
    context.stroke();
    if (end != null) names.push({ name, colour: ink[colour], y: end });
  }
  context.setLineDash([]);
  context.textAlign = "left";
  for (const { name, colour, y } of apart(names, height - BOTTOM)) {
    context.fillStyle = colour;
    context.fillText(name, width - RIGHT + 6, y);
  }
}

// Names at the ends of their lines, a line of text apart, none below the floor.
function apart(names, floor) {
  const ordered = names.sort((a, b) => b.y - a.y);
  ordered.forEach((label, i) => { label.y = Math.min(label.y, i ? ordered[i - 1].y - 13 : floor); });
  return ordered;
}

function axes(context, ink, { low, high, last, across, up, width, height }) {
  context.fillStyle = ink.soft;
  for (const value of [low, (low + high) / 2, high]) {
    rule(context, ink.line, [], LEFT, width - RIGHT, up(value));
    context.textAlign = "right";
    context.fillText(value.toFixed(high - low < 5 ? 1 : 0), LEFT - 6, up(value));
  }
  context.textAlign = "left";
  context.fillText("0", across(0), height - 6);
  context.textAlign = "right";
  context.fillText(`${last.toLocaleString("en-US")} steps`, across(last), height - 6);
}

function rule(context, colour, dash, left, right, y) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(left, Math.round(y) + 0.5);
  context.lineTo(right, Math.round(y) + 0.5);
  context.stroke();
  context.setLineDash([]);
}

function extent(points, lines, ruler) {
  const values = points.flatMap((point) => lines.map(({ of }) => of(point))).filter((value) => value != null).sort((a, b) => a - b);
  if (ruler != null) values.push(ruler);
  const low = Math.min(0, ...values.slice(0, 1)), high = Math.max(1, 1.1 * (values[Math.floor(0.98 * (values.length - 1))] ?? 1));
  return [Math.floor(low), Math.ceil(2 * high) / 2];
}
