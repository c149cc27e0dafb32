// The plane: what D says as a wash of colour, data and samples as points, where G's cost falls as arrows.

import { colours, fitted } from "./canvas.js";

const LONGEST = 0.11; // of the half width: how long the longest arrow is drawn

export function drawPlane(canvas, frame, about) {
  const context = fitted(canvas), side = canvas.clientWidth, ink = colours(canvas);
  const place = (x) => ((x + about.half_width) / (2 * about.half_width)) * side;
  context.fillStyle = ink.card;
  context.fillRect(0, 0, side, side);
  if (frame) wash(context, frame, side);
  context.strokeStyle = ink.data;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  for (const [x, y] of about.real) ring(context, place(x), side - place(y), 2.4);
  if (!frame) return;
  context.globalAlpha = 0.8;
  context.fillStyle = ink.samples;
  const { samples, arrows } = frame;
  for (let i = 0; i < samples.length; i += 2) dot(context, place(samples[i]), side - place(samples[i + 1]), 1.9);
  context.globalAlpha = 1;
  context.strokeStyle = context.fillStyle = ink.judge;
  context.lineWidth = 1.6;
  const scale = (LONGEST * side) / 2 / longest(arrows);
  for (let i = 0; i < arrows.length; i += 2) {
    arrow(context, place(samples[i]), side - place(samples[i + 1]), scale * arrows[i], -scale * arrows[i + 1]);
  }
}

// D = 0 is orange, 1/2 is the paper, 1 is blue; stretched over the square without steps.
function wash(context, { map, cells }, side) {
  const image = new ImageData(cells, cells);
  for (let i = 0; i < map.length; i++) {
    const lean = (map[i] - 127.5) / 127.5;
    image.data.set(lean < 0 ? [230, 159, 0] : [0, 114, 178], 4 * i);
    image.data[4 * i + 3] = 150 * Math.abs(lean);
  }
  const small = new OffscreenCanvas(cells, cells);
  small.getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.globalAlpha = 1;
  context.drawImage(small, 0, 0, side, side);
}

function ring(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

// The ninetieth percentile of the lengths counts as the longest, so that one steep place does not hide the rest.
function longest(arrows) {
  const lengths = [];
  for (let i = 0; i < arrows.length; i += 2) lengths.push(Math.hypot(arrows[i], arrows[i + 1]));
  return lengths.filter(Number.isFinite).sort((a, b) => a - b)[Math.floor(0.9 * (lengths.length - 1))] || 1;
}

function arrow(context, x, y, dx, dy) {
  const stretch = Math.min(1, (0.1 * context.canvas.clientWidth) / Math.hypot(dx, dy));
  [dx, dy] = [dx * stretch, dy * stretch];
  const length = Math.hypot(dx, dy);
  if (!(length > 2)) return;
  const [ux, uy] = [dx / length, dy / length], head = Math.min(6, 0.5 * length);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + dx - head * ux, y + dy - head * uy);
  context.stroke();
  context.beginPath();
  context.moveTo(x + dx, y + dy);
  context.lineTo(x + dx - head * (ux + 0.5 * uy), y + dy - head * (uy - 0.5 * ux));
  context.lineTo(x + dx - head * (ux - 0.5 * uy), y + dy - head * (uy + 0.5 * ux));
  context.fill();
}
