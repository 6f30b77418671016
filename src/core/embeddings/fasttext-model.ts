import { UserError } from '../errors';
import type { NamedTensor } from '../runs/safetensors';
import type { FastTextModel } from './fasttext-format';
import { SubwordTable, subwordRows } from './subwords';
import { rowWidth } from './vector-learner';

type Described = Pick<FastTextModel, 'words' | 'counts' | 'options'>;

/**
 * The whole model of a learner, to be written as fastText's .bin, from its saved state: rows of words and of n-grams, and
 * output rows. Throws UserError when the state does not fit the words and the options.
 * @param state of a SubwordLearner, or of a WordLearner, whose words have no n-grams
 */
export function fastTextModelOf(
  state: ReadonlyMap<string, NamedTensor>,
  { words, counts, options }: Described,
): FastTextModel {
  const { dimension } = options;
  const { used } = subwordRows(words, options);
  const input = rowsOf(state.get('input'), words.length + used.length, dimension);
  const output = rowsOf(state.get('output'), words.length, dimension);
  const subwords = new SubwordTable(options, dimension, used, (place) => input(words.length + place));
  const known = counts.reduce((sum, count) => sum + count, 0);
  return { words, counts, known, options, own: input, subwords, output };
}

/** The rows of a saved table, without what pads them. */
function rowsOf(table: NamedTensor | undefined, rows: number, dimension: number): (row: number) => Float32Array {
  const width = rowWidth(dimension);
  const { data, shape = [] } = table ?? {};
  if (!(data instanceof Float32Array) || shape.length !== 2 || shape[0] !== rows || shape[1] !== width)
    throw new UserError('The saved state of the run does not fit its words and its recipe: learn the vectors anew.');
  return (row) => data.subarray(row * width, row * width + dimension);
}
