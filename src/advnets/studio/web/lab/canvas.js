// A canvas as sharp as its screen, in the colours of the page.

export function fitted(canvas) {
  const scale = window.devicePixelRatio || 1, width = Math.round(canvas.clientWidth * scale), height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}

export function colours(canvas) {
  const style = getComputedStyle(canvas), named = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: named("ink"), soft: named("soft"), line: named("line"), card: named("card"), data: named("data"), samples: named("samples"), judge: named("judge") };
}
