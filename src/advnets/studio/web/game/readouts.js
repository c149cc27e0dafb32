/** The numbers above the plot; spoken, when they have come to rest for a moment. */

import { html } from "./elements.js";
import { DATA, divergences, rangeOfD } from "./mathematics.js";
import { fixed } from "./numbers.js";
import { AXIS, drawn } from "./state.js";

const QUIET = 1500; // milliseconds without a change

/** Draw the read-outs into el. */
export function render({ model, el }) {
  const readout = (name, title, below) => {
    const output = html("output", { "data-readout": name });
    return { output, card: html("div", { class: "readout" }, html("span", { class: "title" }, title), output, html("small", {}, below)) };
  };
  const shown = {
    value: readout("value", "value V(D*, G)", "≥ −log 4 = −1.3863"),
    jsd: readout("jsd", "JSD(data, G)", "≤ log 2 = 0.6931"),
    kl: readout("kl", "KL(data‖G)", "0 where equal"),
    range: readout("range", "D*(x) on the axis", "½ where D cannot tell"),
  };
  const spoken = html("p", { class: "unseen", "aria-live": "polite" });
  el.append(html("div", { class: "readouts" }, ...Object.values(shown).map(({ card }) => card)), spoken);

  let timer = null;
  function announce() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const [value, jsd, , range] = Object.values(shown).map(({ output }) => output.textContent);
      spoken.textContent = `Value ${value}. Jensen–Shannon divergence ${jsd} nats. D from ${range}.`;
    }, QUIET);
  }

  function write(output, text, values) {
    output.textContent = text;
    output.dataset.exact = JSON.stringify(values);
  }

  drawn(model, ["data", "mean", "spread"], () => {
    const [data, mean, spread] = [DATA[model.get("data")], model.get("mean"), model.get("spread")];
    const { value, jsd, kl } = divergences(data, mean, spread);
    const [least, greatest] = rangeOfD(data, mean, spread, ...AXIS);
    write(shown.value.output, fixed(value, 4), value);
    write(shown.jsd.output, fixed(jsd, 4), jsd);
    write(shown.kl.output, fixed(kl, 4), kl);
    write(shown.range.output, `${fixed(least, 3)} to ${fixed(greatest, 3)}`, [least, greatest]);
  });
  for (const name of ["data", "mean", "spread"]) model.on(`change:${name}`, announce);
}
