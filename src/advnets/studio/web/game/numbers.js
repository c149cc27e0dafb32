/** Numbers as people read them: a true minus sign, a fixed number of digits. */

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/** With so many decimals; zero has no sign. */
export function fixed(value, decimals) {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** With three decimals and its sign, or as a power of ten where that would show nothing. */
export function signed(value) {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "+";
  if (size < 1e-12) return "0.000";
  if (size >= 0.001) return `${sign}${size.toFixed(size < 100 ? 3 : 1)}`;
  const [digits, power] = size.toExponential(1).split("e");
  return `${sign}${digits}·10${[...power].map((letter) => RAISED[letter]).join("")}`;
}
