import { UserError } from '../../../errors';
import type { NamedVariable } from '../../../layers/parameters';
import { setValues } from '../../../ops/variables';
import type { NamedTensor } from '../../../runs/safetensors';
import type { TaggerVocabulary } from '../../../text/tagged/vocabulary';
import { OPTIMIZER_PREFIX, STATE_PREFIX } from '../../checkpoint-model';
import type { NeuralTagger } from './neural-tagger';
import type { TagScheme } from './tag-scheme';

/** A tagger that another one starts from. */
export interface EarlierTagger {
  /** Its tensors by name. */
  tensors: Map<string, NamedTensor>;
  vocabulary: TaggerVocabulary;
  scheme: TagScheme;
}

/** For each index of a dimension its place in the earlier tensor, −1 where that has none. */
type Places = ArrayLike<number>;

/**
 * Gives a new tagger the weights of an earlier one: rows of words and characters that both know, rows, columns and
 * transitions of tags that both have, all else as a whole. What the earlier one lacks keeps its first values. Throws
 * UserError, and changes nothing, where sizes of layers differ.
 */
export function startFrom(model: NeuralTagger, vocabulary: TaggerVocabulary, earlier: EarlierTagger): void {
  const { scheme } = model.shape;
  const { words, characters } = vocabulary.placesIn(earlier.vocabulary);
  const inner = placesOf(scheme.inner, earlier.scheme.inner);
  const outer = placesOf(scheme.outer, earlier.scheme.outer);
  const named: Record<string, Places[]> = {
    'embedding.weight': [words],
    'characters.embedding.weight': [characters],
    'output.weight': [inner],
    'output.bias': [inner],
    'forward.weight': [outer],
    'forward.bias': [outer],
    'crf.transitions': [inner, inner],
    'crf.start_transitions': [inner],
    'crf.end_transitions': [inner],
  };
  refuseOthers(model.parameters, earlier.tensors);
  const values = model.parameters.map((parameter) => {
    const tensor = earlier.tensors.get(parameter.name);
    return tensor && transferred(parameter, tensor, named[parameter.name] ?? []);
  });
  model.parameters.forEach(({ variable }, k) => {
    const fresh = values[k];
    if (fresh) setValues(variable, fresh);
  });
}

/** A head can be added or left out, layers cannot. */
function refuseOthers(parameters: NamedVariable[], tensors: Map<string, NamedTensor>): void {
  const head = /^(crf|forward)\./;
  const own = parameters.map(({ name }) => name).filter((name) => !head.test(name));
  const theirs = [...tensors.keys()].filter(
    (name) => !head.test(name) && !name.startsWith(OPTIMIZER_PREFIX) && !name.startsWith(STATE_PREFIX),
  );
  if (own.length !== theirs.length || !own.every((name) => tensors.has(name))) throw mismatch();
}

function transferred({ name, variable }: NamedVariable, { shape, data }: NamedTensor, places: Places[]): Float32Array {
  const fits = variable.shape.every((size, axis) => axis < places.length || size === shape[axis]);
  if (shape.length !== variable.shape.length || !fits || !(data instanceof Float32Array)) throw mismatch();
  if (!data.every(Number.isFinite)) {
    throw new UserError(`"${name}" of the earlier run has values that are not numbers: choose another run.`);
  }
  if (places.length === 0) return data;
  const values = Float32Array.from(variable.dataSync());
  const [rows, columns = 1] = variable.shape;
  const width = shape[1] ?? 1;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [r, c] = [places[0][row], places.length > 1 ? places[1][column] : column];
      if (r >= 0 && c >= 0) values[row * columns + column] = data[r * width + c];
    }
  }
  return values;
}

function placesOf(names: readonly string[], others: readonly string[]): number[] {
  return names.map((name) => others.indexOf(name));
}

function mismatch(): UserError {
  return new UserError('The earlier run has a model of other sizes: train with its recipe, or start from nothing.');
}
