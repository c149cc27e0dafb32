/** What the page can show, and a model that tells who listens when it changes, in the manner of anywidget's models. */

export const AXIS = [-6, 6];
export const MEAN = { min: -5, max: 5, step: 0.05 };
export const SPREAD = { min: 0.5, max: 3, step: 0.05 };
export const START = { data: "one", mean: 2.5, spread: 0.6, cost: "zero-sum", running: false };

/** A number held within a range. */
export function held(value, { min, max }) {
  return Math.min(max, Math.max(min, value));
}

/** A model: get, set, on("change:name", callback), save_changes. */
export function createModel(state) {
  const values = { ...state };
  const listeners = new Map();
  return {
    get: (name) => values[name],
    set(name, value) {
      if (Object.is(values[name], value)) return;
      values[name] = value;
      for (const listener of listeners.get(`change:${name}`) ?? []) listener();
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    save_changes() {}, // a notebook would send the values to its kernel
  };
}

/** Set several values and save them. */
export function change(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** Draw now, and once a frame after any of the named values changed. Returns the function that asks for a frame. */
export function drawn(model, names, draw) {
  let waiting = false;
  const ask = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
  for (const name of names) model.on(`change:${name}`, ask);
  draw();
  return ask;
}
