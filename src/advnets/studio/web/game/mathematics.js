/**
 * The game of two bells, exactly: densities, the optimal discriminator, values, divergences and gradients, in float64 and nats.
 *
 * p is the data's density, q the generator's: x = mean + spread z with z ~ N(0, 1). Integrals are trapezoid sums over an interval
 * that holds both densities to nine standard deviations; for smooth functions that vanish at both ends their error falls
 * exponentially in 1 / step. Sources: Goodfellow et al. 2014 (equations 1 to 6); Goodfellow 2016, section 3.2.
 */

/** The data one can choose: mixtures of bells with equal weights. */
export const DATA = {
  one: { means: [0], spread: 1 },
  two: { means: [-1.8, 1.8], spread: 0.6 },
};

/**
 * What G can pay per sample, f(a), by the logarithm of its push -df/da, where a is D's logit on the sample.
 *
 *   zero-sum            f = log(1 - D) = -softplus(a)     push = D                (2014, eq. 1)
 *   non-saturating      f = -log D     =  softplus(-a)    push = 1 - D            (2014, section 3)
 *   maximum likelihood  f = -exp(a)                       push = D / (1 - D)      (2016, section 3.2.4)
 *
 * The tutorial writes a factor 1/2 before each, which scales the step and nothing else.
 */
export const LOG_PUSH = {
  "zero-sum": (a) => -softplus(-a),
  "non-saturating": (a) => -softplus(a),
  "maximum-likelihood": (a) => a,
};

const LOG_ROOT_TAU = 0.5 * Math.log(2 * Math.PI);
const REACH = 9; // standard deviations; beyond them a density is below 1e-17
const NODES_PER_SPREAD = 8;

/** log(1 + exp(a)), for any a. */
export function softplus(a) {
  return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
}

/** 1 / (1 + exp(-a)), for any a. */
export function sigmoid(a) {
  return a < 0 ? Math.exp(a) / (1 + Math.exp(a)) : 1 / (1 + Math.exp(-a));
}

/** log N(x; mean, spread²). */
export function logBell(x, mean, spread) {
  return -0.5 * ((x - mean) / spread) ** 2 - Math.log(spread) - LOG_ROOT_TAU;
}

/** log p(x) of the data, by the largest of its terms. */
export function logData(data, x) {
  const terms = data.means.map((mean) => logBell(x, mean, data.spread));
  const largest = Math.max(...terms);
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0) / terms.length);
}

/** d log p(x) / dx: the pulls of the bells, weighted by their shares at x. */
export function slopeOfLogData(data, x) {
  const whole = logData(data, x) + Math.log(data.means.length);
  return data.means.reduce((sum, mean) => sum + (Math.exp(logBell(x, mean, data.spread) - whole) * (mean - x)) / data.spread ** 2, 0);
}

/** The logit of the optimal discriminator, a(x) = log p(x) - log q(x); D* = sigmoid(a) = p / (p + q) (Proposition 1, eq. 2). */
export function logit(data, mean, spread, x) {
  return logData(data, x) - logBell(x, mean, spread);
}

/** da/dx. */
export function slopeOfLogit(data, mean, spread, x) {
  return slopeOfLogData(data, x) + (x - mean) / spread ** 2;
}

/** Nodes of the trapezoid sum: an eighth of the narrower spread apart. */
export function nodes(data, mean, spread) {
  const low = Math.min(...data.means.map((centre) => centre - REACH * data.spread), mean - REACH * spread);
  const high = Math.max(...data.means.map((centre) => centre + REACH * data.spread), mean + REACH * spread);
  const count = Math.ceil(((high - low) / Math.min(spread, data.spread)) * NODES_PER_SPREAD);
  return { low, count, step: (high - low) / count };
}

/**
 * Value and divergences, with D at its optimum.
 *
 * @returns {{value: number, jsd: number, kl: number, reverseKl: number}} the value V(D*, G) = E_p[log D*] + E_q[log(1 - D*)] (eq. 4), at least
 *   -log 4; JSD(p, q) in [0, log 2]; KL(p‖q); KL(q‖p). In nats.
 */
export function divergences(data, mean, spread) {
  const { low, count, step } = nodes(data, mean, spread);
  const sums = { value: 0, jsd: 0, kl: 0, reverseKl: 0 };
  for (let i = 0; i <= count; i += 1) {
    const x = low + i * step;
    const logP = logData(data, x);
    const logQ = logBell(x, mean, spread);
    const [a, p, q] = [logP - logQ, Math.exp(logP), Math.exp(logQ)];
    const [logReal, logFake] = [-softplus(-a), -softplus(a)]; // log D*, log(1 - D*)
    sums.value += p * logReal + q * logFake;
    sums.jsd += 0.5 * (p * (Math.LN2 + logReal) + q * (Math.LN2 + logFake));
    sums.kl += p * a;
    sums.reverseKl -= q * a;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum * step]));
}

/**
 * The gradient of each cost in (mean, log spread), with D held fixed at D* for the look (Goodfellow 2014, arXiv:1412.6515).
 *
 *   dJ/dmean = -∫ q push a'(x) dx,    dJ/dlog spread = -∫ q push a'(x) (x - mean) dx
 *
 * It equals the gradient of 2 JSD (zero-sum), of KL(q‖p) - 2 JSD (non-saturating), of KL(p‖q) (maximum likelihood).
 *
 * @returns {Object<string, [number, number]>} by the cost's name, in nats per unit of the axis and nats per unit of log spread.
 */
export function gradients(data, mean, spread) {
  const { low, count, step } = nodes(data, mean, spread);
  const found = Object.fromEntries(Object.keys(LOG_PUSH).map((name) => [name, [0, 0]]));
  for (let i = 0; i <= count; i += 1) {
    const x = low + i * step;
    const logQ = logBell(x, mean, spread);
    const a = logData(data, x) - logQ;
    const slope = slopeOfLogit(data, mean, spread, x) * step;
    for (const name in found) {
      const share = Math.exp(logQ + LOG_PUSH[name](a)) * slope; // in one exponent: q alone may be too small for a float
      found[name][0] -= share;
      found[name][1] -= share * (x - mean);
    }
  }
  return found;
}

/** Where a step down a sample's cost moves the sample: -df/dx = push(a) a'(x), D fixed. */
export function pushOn(cost, data, mean, spread, x) {
  return Math.exp(LOG_PUSH[cost](logit(data, mean, spread, x))) * slopeOfLogit(data, mean, spread, x);
}

/** The least and the greatest D*(x) on an interval, looked for on a grid. */
export function rangeOfD(data, mean, spread, low, high, count = 240) {
  let [least, greatest] = [1, 0];
  for (let i = 0; i <= count; i += 1) {
    const D = sigmoid(logit(data, mean, spread, low + ((high - low) * i) / count));
    [least, greatest] = [Math.min(least, D), Math.max(greatest, D)];
  }
  return [least, greatest];
}
