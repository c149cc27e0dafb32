// The lab's page: it asks, draws what comes, and asks for the next frame only when it has drawn the last.

import { token } from "../shared/request.js";
import { count, number, percent } from "../shared/text.js";
import { decode } from "./frame.js";
import { drawPlane } from "./plane.js";
import { drawStrip, History } from "./strip.js";

const at = (id) => document.getElementById(id);
const form = at("settings"), buttons = ["start", "step", "reset"].map(at);
let about = null, frame = null, history = new History(), running = false, spokenAt = 0;

const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/lab/play`, ["advnets", token]);
socket.binaryType = "arraybuffer";
const say = (words) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(words));

socket.onmessage = ({ data }) => {
  if (typeof data === "string") return hear(JSON.parse(data));
  frame = decode(data);
  if (frame.step) history.add(frame);
  requestAnimationFrame(() => { draw(); say({ do: "more" }); });
};
socket.onclose = () => {
  running = false;
  buttons.forEach((button) => { button.disabled = true; });
  show("the connection is lost; load the page again");
};

function hear(said) {
  at("error").textContent = said.error ?? "";
  if (said.error) return;
  running = said.running;
  if (said.about) begin(said.about);
  buttons.forEach((button) => { button.disabled = false; });
  show(running ? "playing" : said.step ? `paused at step ${count(said.step)}` : "ready");
}

function begin(told) {
  const first = about === null;
  [about, frame, history] = [told, null, new History()];
  at("command").textContent = about.command;
  draw();
  if (first) say({ do: "more" });
}

function show(words) {
  at("state").textContent = words;
  at("start").textContent = running ? "Pause" : "Start";
  at("start").setAttribute("aria-pressed", running);
}

function draw() {
  if (!about) return;
  drawPlane(at("plane"), frame, about);
  drawStrip(at("costs"), history.points, [
    { name: "D", of: (point) => point["cost/D"], colour: "judge", dash: [] },
    { name: "G", of: (point) => point["cost/G"], colour: "samples", dash: [7, 4] },
  ], null, null);
  drawStrip(at("coverage"), history.points, [
    { name: "modes", of: (point) => (point.modes ? point.covered / point.modes : null), colour: "judge", dash: [] },
    { name: "good", of: (point) => point.good, colour: "samples", dash: [7, 4] },
  ], [0, 1], null);
  if (frame) readOut(frame);
}

function readOut(now) {
  at("round").textContent = count(now.step);
  at("speed").textContent = running ? count(Math.round(now.rounds_per_second)) : "–";
  at("value").textContent = number(now["watch/V"]);
  at("says").textContent = `${number(now["watch/D(x)"], 2)}, ${number(now["watch/D(G(z))"], 2)}`;
  at("modes").textContent = now.modes ? `${now.covered} of ${now.modes}` : "none here";
  at("good").textContent = percent(now.good);
  if (now.diverged) {
    running = false;
    show(`diverged at step ${count(now.step)}`);
  }
  if (performance.now() - spokenAt > 5000 && now.step) {
    spokenAt = performance.now();
    at("spoken").textContent = `Step ${now.step}. ${now.modes ? `${now.covered} of ${now.modes} modes. ` : ""}${percent(now.good)} good samples.`;
  }
}

function chosen() {
  const values = Object.fromEntries(new FormData(form));
  if (values.dynamics !== "alternating") delete values["dynamics.k"];
  for (const { name, defaultValue, options } of form.elements) {
    if (values[name] === (options ? options[0].value : defaultValue)) delete values[name];
  }
  return values;
}

const restart = () => form.reportValidity() && say({ do: "reset", chosen: chosen() });
at("start").onclick = () => say({ do: running ? "pause" : "start" });
at("step").onclick = () => say({ do: "step" });
at("reset").onclick = restart;
form.onsubmit = (event) => { event.preventDefault(); restart(); };
form.onchange = () => {
  form.elements["dynamics.k"].disabled = form.elements.dynamics.value !== "alternating";
  restart();
};
addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
