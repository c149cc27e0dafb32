// Playing with a run's generator: samples, two of them, the way between.

import { address, ask } from "../shared/request.js";
import { element } from "../shared/text.js";

const at = (id) => document.getElementById(id);
const fields = ["at", "weights", "count", "seed", "from", "to"];

export class Generator {
  constructor(run) {
    this.run = run;
    this.known = "";
    this.next = "from";
    for (const field of fields) at(field).onchange = () => this.draw();
    at("resample").onclick = () => { at("seed").value = Number(at("seed").value) + 1; this.draw(); };
    at("samples").onclick = (event) => this.choose(event);
  }

  show({ checkpoints, averaged, shape }) {
    const now = JSON.stringify([checkpoints, averaged]);
    at("generator").hidden = checkpoints.length === 0;
    at("no-generator").hidden = checkpoints.length > 0;
    if (now === this.known || checkpoints.length === 0) return;
    const latest = at("at").selectedIndex <= 0;
    this.known = now;
    this.points = shape.length !== 3;
    Object.assign(at("quiz"), { hidden: this.points, href: `/quiz?run=${encodeURIComponent(this.run)}` });
    if (this.points && at("count").value === "36") at("count").value = 256;
    offer(at("at"), checkpoints.toReversed().map((step) => [step, `step ${step}`]), latest);
    offer(at("weights"), averaged ? [["averaged", "averaged"], ["raw", "raw"]] : [["raw", "raw"]], false);
    this.draw();
  }

  // A click in the grid chooses a sample by its place; first the one, then the other.
  choose({ offsetX, offsetY, detail }) {
    if (this.points || detail === 0) return;
    const image = at("samples").firstElementChild, count = Number(at("count").value);
    const columns = Math.ceil(Math.sqrt(count)), rows = Math.ceil(count / columns);
    const scale = Math.min(image.clientWidth / image.naturalWidth, image.clientHeight / image.naturalHeight);
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    const x = (offsetX - (image.clientWidth - width) / 2) / width, y = (offsetY - (image.clientHeight - height) / 2) / height;
    const number = Math.floor(y * rows) * columns + Math.floor(x * columns);
    if (x < 0 || x >= 1 || number < 0 || number >= count) return;
    at(this.next).value = number;
    this.next = this.next === "from" ? "to" : "from";
    this.draw();
  }

  async draw() {
    const count = Math.min(256, Math.max(2, Number(at("count").value) || 2));
    at("count").value = count;
    for (const end of ["from", "to"]) at(end).value = Math.min(count - 1, Math.max(0, Number(at(end).value) || 0));
    const wanted = { run: this.run, at: at("at").value, weights: at("weights").value, count, seed: at("seed").value || 0 };
    const file = `${this.run.replaceAll("/", "-")}-step-${wanted.at}-seed-${wanted.seed}`;
    Object.assign(at("png"), { href: address("run/samples.png", wanted), download: `${file}.png` });
    Object.assign(at("npz"), { href: address("run/samples.npz", wanted), download: `${file}.npz` });
    this.put(at("samples").firstElementChild, "run/samples.png", wanted);
    this.put(at("walk"), "run/walk.png", { ...wanted, from: at("from").value, to: at("to").value });
  }

  put(image, path, query) {
    image.onerror = () => ask(path, query).catch((error) => { at("error").textContent = error.message; });
    image.src = address(path, query);
  }
}

function offer(select, options, first) {
  const before = select.value;
  select.replaceChildren(...options.map(([value, textContent]) => element("option", { value, textContent })));
  if (!first && options.some(([value]) => String(value) === before)) select.value = before;
}
