/**
 * The neural tagger in float64, a sentence at a time, its CRF by trying all sequences: the oracle of
 * neural-tagger.test.ts.
 */
import type { NeuralTaggerShape } from '../../../src/core/models/tagger/neural/neural-tagger';
import { recurrent } from './recurrent-reference';
import { dense, type Numbers } from './reference';
import { convolveMaxOverTime } from './reference-losses';
import { stack, type Named } from './reference-stack';

export interface ReferenceSentence {
  words: number[];
  spellings: number[][];
  shapes: number[];
  /** Inner tags. */
  tags: number[];
}

/** −ln P(tags), nats of the whole sentence. */
export function sentenceLoss(shape: NeuralTaggerShape, values: Named, sentence: ReferenceSentence): number {
  const rows = (name: string, ids: number[], width: number) =>
    ids.flatMap((id) => Array.from({ length: width }, (_, k) => values[name][id * width + k]));
  const { embedding: size, hidden, cell, scheme } = shape;
  const x = sentence.words.flatMap((word, t) => [
    ...rows('embedding.weight', [word], size),
    ...charactersOf(shape, values, rows('characters.embedding.weight', sentence.spellings[t], letterSize(shape))),
    ...rows('shapes.weight', [sentence.shapes[t]], shape.shapes ? 10 : 0),
  ]);
  const states: Named = {};
  for (let layer = 0; layer < (shape.recurrentLayers || shape.layers); layer++) {
    for (const end of shape.bidirectional === 'no' ? [''] : ['', '_reverse']) {
      for (const name of cell === 'lstm' ? ['h', 'c'] : ['h'])
        states[`${name}_l${layer}${end}`] = new Float64Array(hidden);
    }
  }
  const { y } = stack(shape, { ...values, ...states }, x, 1);
  const scores = dense(y, values['output.weight'], values['output.bias']);
  const count = scheme.inner.length;
  const own = (t: number) => Array.from({ length: count }, (_, k) => scores[t * count + k]);
  if (shape.head === 'softmax') {
    return sentence.tags.reduce((sum, tag, t) => sum + logSum(own(t)) - own(t)[tag], 0);
  }
  const scoreOf = (tags: number[]) =>
    tags.reduce(
      (sum, tag, t) => sum + own(t)[tag] + (t > 0 ? values['crf.transitions'][tags[t - 1] * count + tag] : 0),
      values['crf.start_transitions'][tags[0]] + values['crf.end_transitions'][tags[tags.length - 1]],
    );
  const all = everySequence(sentence.words.length, count).filter((tags) =>
    isBioes(tags.map((tag) => scheme.inner[tag])),
  );
  return logSum(all.map(scoreOf)) - scoreOf(sentence.tags);
}

function letterSize({ characters, characterEmbedding }: NeuralTaggerShape): number {
  return characters === 'none' ? 0 : characterEmbedding;
}

/** What a word's characters x [letters · E] give. */
function charactersOf(shape: NeuralTaggerShape, values: Named, x: number[]): number[] {
  const { characters, characterEmbedding: width, characterHidden } = shape;
  if (characters === 'none') return [];
  const count = x.length / width;
  if (characters === 'cnn') {
    const [filters, bias] = ['characters.filters.weight', 'characters.filters.bias'].map((name) => values[name]);
    return Array.from(convolveMaxOverTime(x, filters, bias, [count], { time: count, width, size: 3 }).y);
  }
  const units = characterHidden / 2;
  return ['', '_reverse'].flatMap((end) => {
    const of = (name: string) => values[`characters.rnn.${name}_l0${end}`];
    const state: Numbers[] = [new Float64Array(units), new Float64Array(units)];
    const weights = {
      weightIh: of('weight_ih'),
      weightHh: of('weight_hh'),
      biasIh: of('bias_ih'),
      biasHh: of('bias_hh'),
    };
    const [, h] = recurrent('lstm', x, { ...weights, state, norm: [] }, 1, { reversed: end !== '' }).outputs;
    return Array.from(h);
  });
}

function logSum(scores: number[]): number {
  const highest = Math.max(...scores);
  return highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
}

function everySequence(length: number, count: number): number[][] {
  if (length === 0) return [[]];
  return everySequence(length - 1, count).flatMap((tags) => Array.from({ length: count }, (_, tag) => [...tags, tag]));
}

/** Whether the tags read O, S-x, or B-x I-x … E-x all along. */
function isBioes(tags: string[]): boolean {
  return /^(O |S |B (I )*E )*$/.test(tags.map((tag) => `${tag[0]} `).join(''));
}
