import type { Random } from '../../random';
import { principalComponents, type Rows } from './pca';

/** Words that are as good as neighbours of each word (van der Maaten and Hinton advise 5 to 50). */
const PERPLEXITY = 30;
/** The first rounds pull clusters together by exaggerated attraction, so that they can pass one another. */
const EXAGGERATION = 12;
const EXAGGERATED_ROUNDS = 250;
const ROUNDS = 750;
const START_SPREAD = 1e-4;

/**
 * Exact t-SNE (van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008) of rows in two dimensions. It starts at the
 * principal components, which keeps far groups where they belong (Kobak and Berens, 2019), shaken a little by `random`.
 * Time and memory grow with the square of the rows. Yields after each round; `onProgress` hears the share that is done.
 * @returns [count, 2]
 */
export function* tsne(rows: Rows, random: Random, onProgress?: (share: number) => void): Generator<void, Float64Array> {
  const { count } = rows;
  const affinities = yield* jointAffinities(rows, Math.min(PERPLEXITY, Math.max(1, (count - 1) / 3)));
  const places = yield* start(rows, random);
  const velocity = new Float64Array(count * 2);
  const gains = new Float64Array(count * 2).fill(1);
  const gradient = new Float64Array(count * 2);
  const work = new Float64Array(count * count);
  const rate = Math.max(count / EXAGGERATION / 4, 50);
  for (let round = 0; round < ROUNDS; round++) {
    const early = round < EXAGGERATED_ROUNDS;
    tsneGradient(affinities, places, early ? EXAGGERATION : 1, gradient, work);
    const momentum = early ? 0.5 : 0.8;
    for (let at = 0; at < places.length; at++) {
      // A coordinate that goes on downhill gains speed, one that has overshot loses it (Jacobs, 1988).
      const overshot = gradient[at] > 0 === velocity[at] > 0;
      gains[at] = Math.max(0.01, overshot ? gains[at] * 0.8 : gains[at] + 0.2);
      velocity[at] = momentum * velocity[at] - rate * gains[at] * gradient[at];
      places[at] += velocity[at];
    }
    recentre(places);
    onProgress?.((round + 1) / ROUNDS);
    yield;
  }
  return places;
}

/**
 * The gradient of KL(P || Q) by each coordinate: 4 Σ_j (e p_ij − q_ij) (y_i − y_j) / (1 + |y_i − y_j|²), where e exaggerates
 * the attraction.
 * @param affinities P, [count, count], symmetric, zero on the diagonal, sums to 1
 * @param places [count, 2]
 * @param gradient [count, 2], overwritten
 * @param work [count, count], overwritten: above the diagonal 1 / (1 + |y_i − y_j|²)
 */
export function tsneGradient(
  affinities: Float64Array,
  places: Float64Array,
  exaggeration: number,
  gradient: Float64Array,
  work: Float64Array,
): void {
  const count = places.length / 2;
  const normaliser = 1 / fillNearness(places, work);
  gradient.fill(0);
  for (let i = 0; i < count; i++) {
    const xi = places[2 * i];
    const yi = places[2 * i + 1];
    let gx = 0;
    let gy = 0;
    for (let j = i + 1, at = i * count + i + 1; j < count; j++, at++) {
      const near = work[at];
      const force = 4 * (exaggeration * affinities[at] - near * normaliser) * near;
      const fx = force * (xi - places[2 * j]);
      const fy = force * (yi - places[2 * j + 1]);
      gx += fx;
      gy += fy;
      gradient[2 * j] -= fx;
      gradient[2 * j + 1] -= fy;
    }
    gradient[2 * i] += gx;
    gradient[2 * i + 1] += gy;
  }
}

/** KL(P || Q) in nats of places in the plane; parameters as of `tsneGradient`. */
export function tsneDivergence(affinities: Float64Array, places: Float64Array, work: Float64Array): number {
  const count = places.length / 2;
  const sum = fillNearness(places, work);
  let divergence = 0;
  for (let i = 0; i < count; i++)
    for (let j = i + 1, at = i * count + i + 1; j < count; j++, at++)
      if (affinities[at] > 0) divergence += 2 * affinities[at] * Math.log((affinities[at] * sum) / work[at]);
  return divergence;
}

/** Writes 1 / (1 + |y_i − y_j|²) above the diagonal; the answer is its sum over all ordered pairs. */
function fillNearness(places: Float64Array, work: Float64Array): number {
  const count = places.length / 2;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const xi = places[2 * i];
    const yi = places[2 * i + 1];
    for (let j = i + 1, at = i * count + i + 1; j < count; j++, at++) {
      const dx = xi - places[2 * j];
      const dy = yi - places[2 * j + 1];
      const near = 1 / (1 + dx * dx + dy * dy);
      work[at] = near;
      sum += near;
    }
  }
  return 2 * sum;
}

/**
 * P of t-SNE: Gaussian affinities of each row whose width gives the wanted perplexity (found by bisection), made symmetric.
 * Yields now and then.
 * @returns [count, count]; sums to 1
 */
export function* jointAffinities(rows: Rows, perplexity: number): Generator<void, Float64Array> {
  const { count } = rows;
  const conditional = new Float64Array(count * count);
  const squared = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    squaredDistances(rows, i, squared);
    gaussianRow(squared, i, Math.log(perplexity), conditional.subarray(i * count, (i + 1) * count));
    if (i % 32 === 0) yield;
  }
  const joint = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      joint[i * count + j] = (conditional[i * count + j] + conditional[j * count + i]) / (2 * count);
  return joint;
}

function squaredDistances({ count, size, values }: Rows, i: number, out: Float64Array): void {
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += (values[i * size + k] - values[j * size + k]) ** 2;
    out[j] = sum;
  }
}

/** Finds the precision β with which exp(−β d²) has the wanted entropy (nats), and writes the normalised row. */
function gaussianRow(squared: Float64Array, self: number, entropy: number, row: Float64Array): void {
  let [low, high, beta] = [0, Infinity, 1];
  let nearest = Infinity;
  for (let j = 0; j < squared.length; j++) if (j !== self) nearest = Math.min(nearest, squared[j]);
  for (let trial = 0; trial < 64; trial++) {
    let sum = 0;
    let weighted = 0;
    for (let j = 0; j < squared.length; j++) {
      const excess = squared[j] - nearest;
      const value = j === self ? 0 : Math.exp(-beta * excess);
      row[j] = value;
      sum += value;
      weighted += value * excess;
    }
    for (let j = 0; j < row.length; j++) row[j] /= sum;
    const found = Math.log(sum) + (beta * weighted) / sum;
    if (Math.abs(found - entropy) < 1e-5) return;
    if (found > entropy) {
      low = beta;
      beta = high === Infinity ? beta * 2 : (beta + high) / 2;
    } else {
      high = beta;
      beta = (beta + low) / 2;
    }
  }
}

function* start(rows: Rows, random: Random): Generator<void, Float64Array> {
  const { places } = yield* principalComponents(rows);
  let squares = 0;
  for (let i = 0; i < rows.count; i++) squares += places[2 * i] ** 2;
  const scale = START_SPREAD / (Math.sqrt(squares / rows.count) || 1);
  return places.map((value) => value * scale + START_SPREAD * 0.01 * random.normal());
}

function recentre(places: Float64Array): void {
  for (let axis = 0; axis < 2; axis++) {
    let mean = 0;
    for (let at = axis; at < places.length; at += 2) mean += places[at] / (places.length / 2);
    for (let at = axis; at < places.length; at += 2) places[at] -= mean;
  }
}
