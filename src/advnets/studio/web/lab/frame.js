// A frame of the lab as the engine sends it: a head, then arrays, little-endian.

const ARROWS = 60, CELLS = 64;

export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const map = new Uint8Array(buffer, buffer.byteLength - CELLS * CELLS);
  const arrowsAt = map.byteOffset - ARROWS * 8;
  const arrows = new Float32Array(buffer, arrowsAt, 2 * ARROWS);
  const samples = new Float32Array(buffer, 4 + length, (arrowsAt - 4 - length) / 4);
  return { ...head, samples, arrows, map, cells: CELLS };
}
