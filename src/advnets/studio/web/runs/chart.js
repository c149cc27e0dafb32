// One chart: Plotly, whose script comes from its package, in the page's colours.

/* global Plotly */

const DASHES = ["solid", "dash"]; // this run, the other one
const COLOURS = { "cost/G": "samples", "gradient/G": "samples", "watch/D(x)": "data", "watch/D(G(z))": "samples", images_per_second: "data" };
const CONFIG = { displayModeBar: false }; // its buttons would bring a style of their own into the page
const dark = matchMedia("(prefers-color-scheme: dark)");

export class Chart {
  constructor(parent, group) {
    this.group = group;
    this.place = document.createElement("div");
    parent.append(this.place);
    dark.addEventListener("change", () => this.draw(this.lines));
    new ResizeObserver(() => this.lines && Plotly.Plots.resize(this.place)).observe(this.place);
  }

  // lines: [{x, y, key, name, number, place}]; what is zoomed or hidden stays so.
  draw(lines) {
    this.lines = lines;
    const style = getComputedStyle(this.place), named = (name) => style.getPropertyValue(`--${name}`).trim();
    const data = lines.map(({ x, y, key, name, number, place }) => ({
      x, y, name, mode: x.length > 1 ? "lines" : "markers", hovertemplate: "%{y:.4g}",
      line: { color: named(COLOURS[key] ?? "judge"), width: place ? 1.3 : 1.8, dash: place ? DASHES[1] : number ? "longdashdot" : DASHES[0] },
    }));
    Plotly.react(this.place, data, this.layout(named, lines), CONFIG);
  }

  layout(named, lines) {
    const { title, range, ruler, log } = this.group;
    const axis = { gridcolor: named("line"), zerolinecolor: named("line"), linecolor: named("line") };
    const rule = { type: "line", xref: "paper", x0: 0, x1: 1, y0: ruler, y1: ruler, line: { color: named("soft"), width: 1, dash: "dot" } };
    return {
      title: { text: title, font: { size: 14 }, x: 0, xref: "paper", xanchor: "left", y: 0.97, yref: "container", yanchor: "top" },
      font: { family: "system-ui, sans-serif", size: 12, color: named("ink") },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 46, r: 8, t: 34, b: 52 }, hovermode: "x unified", hoverlabel: { bgcolor: named("card") }, showlegend: true,
      legend: { orientation: "h", x: 0, y: -0.16, yanchor: "top" }, uirevision: "kept", dragmode: "zoom",
      xaxis: { ...axis, rangemode: "tozero" }, yaxis: { ...axis, ...(log ? { type: "log", dtick: decades(lines) > 2 ? 1 : "D2" } : { nticks: 6 }), ...(range && { range }) },
      shapes: ruler == null ? [] : [rule],
    };
  }
}

// How many powers of ten the values span.
function decades(lines) {
  const values = lines.flatMap(({ y }) => y).filter((value) => value > 0);
  return values.length ? Math.log10(values.reduce((a, b) => Math.max(a, b)) / values.reduce((a, b) => Math.min(a, b))) : 0;
}
