// The pictures over time, and a scrubber through them that stays at the newest one unless it is moved.

import { address } from "../shared/request.js";
import { count } from "../shared/text.js";

const at = (id) => document.getElementById(id);

export class Pictures {
  constructor(run) {
    this.run = run;
    this.all = [];
    at("time").oninput = () => this.draw();
  }

  show(all) {
    const time = at("time"), newest = Number(time.value) >= this.all.length - 1;
    this.all = all;
    at("picture").hidden = at("scrubber").hidden = all.length === 0;
    at("no-picture").hidden = all.length > 0;
    time.max = Math.max(0, all.length - 1);
    if (newest) time.value = time.max;
    if (all.length) this.draw();
  }

  draw() {
    const chosen = Number(at("time").value), picture = this.all[chosen], source = this.source(picture);
    at("picture-step").textContent = count(picture.step);
    at("time").setAttribute("aria-valuetext", `step ${picture.step}`);
    if (at("picture").getAttribute("src") === source) return;
    Object.assign(at("picture"), { src: source, alt: `Samples at step ${picture.step}, from fixed noise` });
    for (const near of [this.all[chosen - 1], this.all[chosen + 1]]) if (near) new Image().src = this.source(near);
  }

  source({ file, version }) {
    return address("run/picture.png", { run: this.run, file, v: version });
  }
}
