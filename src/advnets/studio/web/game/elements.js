/** Elements by name, attributes and children. */

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. */
export function html(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** An SVG element. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Set attributes of an element, SVG or HTML. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** Radio buttons that look like one control: the label of each option stands on its button. */
export function choice(legend, name, options, chosen, choose) {
  const buttons = Object.entries(options).map(([value, label]) => {
    const input = html("input", { type: "radio", name, value });
    input.checked = value === chosen;
    input.addEventListener("change", () => choose(value));
    return html("label", {}, input, html("span", {}, label));
  });
  return html("fieldset", { class: "choice" }, html("legend", {}, legend), html("div", { class: "options" }, ...buttons));
}

function filled(element, attributes, children) {
  set(element, attributes);
  element.append(...children);
  return element;
}
