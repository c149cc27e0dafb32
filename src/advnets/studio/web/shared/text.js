// Numbers and times as one reads them, and elements with text in them. Text is never taken for markup.

export const count = (n) => (n == null ? "–" : n.toLocaleString("en-US"));

export function number(x, digits = 3) {
  if (x == null) return "–";
  if (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e6)) return x.toExponential(digits - 1).replace("-", "−");
  return x.toFixed(digits).replace("-", "−");
}

export const percent = (share) => (share == null ? "–" : `${Math.round(100 * share)} %`);

export function ago(seconds) {
  if (seconds < 90) return "just now";
  const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"]].find(([size]) => seconds >= 1.5 * size || size === 60);
  const many = Math.round(seconds / size);
  return `${many} ${unit}${many === 1 ? "" : "s"} ago`;
}

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child != null));
  return made;
}
