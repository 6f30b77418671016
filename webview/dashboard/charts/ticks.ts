/** Steps between the marks of a time axis, in seconds. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];

/** Marks of a time axis between `min` and `max` seconds at round times, at most `most` of them. */
export function timeTicks(min: number, max: number, most: number): number[] {
  const wanted = (max - min) / Math.max(1, most);
  const step = timeSteps.find((one) => one >= wanted) ?? Math.ceil(wanted / 86400) * 86400;
  const ticks: number[] = [];
  for (let at = Math.ceil(min / step) * step; at <= max; at += step) ticks.push(at);
  return ticks;
}

/**
 * Marks of a logarithmic axis between two positive numbers: powers of ten alone over many decades, 1-2-5 over a few, and
 * evenly spread round numbers where the axis is shorter than a decade.
 */
export function logarithmicTicks(min: number, max: number): number[] {
  if (!(min > 0) || !(max > min)) return [];
  const decades = Math.log10(max / min);
  if (decades < 1) return roundTicks(min, max, 6);
  const leading = decades > 5 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    for (const lead of leading) {
      const value = Number((lead * 10 ** power).toPrecision(1));
      if (value >= min && value <= max) ticks.push(value);
    }
  }
  return ticks;
}

/** Round numbers between `min` and `max`, about `wanted` of them and not more than twice as many. */
export function roundTicks(min: number, max: number, wanted: number): number[] {
  if (!(max > min)) return Number.isFinite(min) ? [min] : [];
  const rough = (max - min) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  // A little under the wanted distance is better than far above it.
  const step = ([1, 2, 2.5, 5, 10].find((lead) => lead * power >= rough * 0.9) ?? 10) * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(min / step); i * step <= max; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}
