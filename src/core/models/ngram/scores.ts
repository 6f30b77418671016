import type { NgramLanguageModel, Position } from './model';

/** Fills `into` [V] with ln p(token | position) of every token, -Infinity where it is zero, and returns it. */
export function scoresOf(model: NgramLanguageModel, position: Position, into: Float32Array): Float32Array {
  if (model.description.smoothing === 'add-k') fillAdded(model, position, into);
  else fillBackedOff(model, position, into);
  for (let token = 0; token < into.length; token++) into[token] = Math.log(into[token]);
  return into;
}

/** From the single tokens up: each longer context weighs down all and replaces those that were seen after it. */
function fillBackedOff({ levels }: NgramLanguageModel, position: Position, into: Float32Array): void {
  const rows: number[] = [];
  for (let { length, row } = position; length > 0; length--) {
    rows.push(row);
    if (length > 1) row = levels[length - 1].suffix[row];
  }
  into.set(levels[0].probability);
  for (let length = 1; length <= position.length; length++) {
    const row = rows[position.length - length];
    const { first, backoff } = levels[length - 1];
    const { token, probability } = levels[length];
    const weight = backoff[row];
    for (let id = 0; id < into.length; id++) into[id] *= weight;
    for (let child = first[row]; child < first[row + 1]; child++) into[token[child]] = probability[child];
  }
}

/** add-k looks at one context only, and gives every token the same where that was never seen. */
function fillAdded(
  { levels, description }: NgramLanguageModel,
  { length, row, read }: Position,
  into: Float32Array,
): void {
  const { begin } = description;
  if (read === 0) {
    into.set(levels[0].probability);
    return;
  }
  const { first, backoff } = levels[length > 0 ? length - 1 : 0];
  const isSeen = length === read && first[row] < first[row + 1];
  into.fill(isSeen ? backoff[row] : 1 / (into.length - (begin === undefined ? 0 : 1)));
  if (begin !== undefined) into[begin] = 0;
  if (!isSeen) return;
  const { token, probability } = levels[length];
  for (let child = first[row]; child < first[row + 1]; child++) into[token[child]] = probability[child];
}
