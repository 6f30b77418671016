import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { CnnClassifier } from '../../src/core/models/cnn-classifier';
import { loadWeights } from '../../src/core/models/checkpoint-model';
import { Random } from '../../src/core/random';
import { hasModel } from '../../src/core/recipe/schema';
import { batchOf } from '../../src/core/text/sequence-batch';
import { RunFolder } from '../../src/worker/run-folder';
import { readAssets } from '../../src/worker/run-assets';
import { prepareLab, read, shareOf, train } from './lab';

prepareLab();

/** Where the two letters of the signal stand in the windows of each class, and what they are. */
const signals = { EI: { at: 30, letters: 'GT' }, IE: { at: 28, letters: 'AG' } } as const;

test('dna: filters find the signals of splice sites, which counts of nucleotides cannot', async () => {
  const { run, metrics, baselines } = await train('dna/splice-sites.tsv', 'dna/dna.recipe.json');
  const bag = baselines.get('naive Bayes, bag of words')?.accuracy ?? 1;
  expect(metrics.accuracy).toBeGreaterThan(0.85);
  expect(metrics.accuracy).toBeGreaterThan(bag + 0.25);

  const { model, labels, encode, widthOf } = await readModel(run);
  for (const [label, { at, letters }] of Object.entries(signals)) {
    const windows = examples(label).slice(0, 100);
    const batch = batchOf(
      { kind: 'ids', items: windows.map(encode) },
      windows.map((_, k) => k),
    );
    const { features, positions } = tf.tidy(() => {
      const fired = model.fire(batch);
      return { features: fired.features.arraySync(), positions: fired.positions.arraySync() };
    });
    const filter = mostTelling(features, outputOf(model), labels.indexOf(label));
    const spans = windows.map((text, k) => text.slice(positions[k][filter], positions[k][filter] + widthOf(filter)));
    const covers = shareOf(windows, (_, k) => {
      const from = positions[k][filter];
      return from <= at && at + 2 <= from + widthOf(filter);
    });
    expect(covers, `${label}: ${spans.slice(0, 5).join(' ')}`).toBeGreaterThan(0.6);
    expect(shareOf(spans, (span) => span.includes(letters))).toBeGreaterThan(0.8);
  }
  model.dispose();
});

function examples(label: string): string[] {
  const rows = read('dna/splice-sites.tsv')
    .trim()
    .split('\n')
    .map((row) => row.split('\t'));
  return rows.filter(([own]) => own === label).map(([, text]) => text);
}

async function readModel(run: string) {
  const folder = new RunFolder(run);
  const record = await folder.readRecord();
  const { tokenizer, labels } = await readAssets(folder, record);
  if (!tokenizer || !labels || !hasModel(record.recipe, 'cnn')) throw new Error('This is no run of a CNN on text.');
  await tf.setBackend('cpu');
  const shape = { ...record.recipe.model, vocabulary: tokenizer.size, classes: labels.length };
  const model = new CnnClassifier(shape, new Random(1));
  loadWeights(model, (await folder.readCheckpoint('best')).tensors);
  const { widths, filters } = shape;
  const widthOf = (filter: number) => widths[Math.floor(filter / filters)];
  return { model, labels, encode: (text: string) => tokenizer.encode(text), widthOf };
}

/** Rows of the output layer, one for each class. */
function outputOf({ parameters }: CnnClassifier): number[][] {
  const weight = parameters.find(({ name }) => name === 'output.weight')?.variable;
  if (!weight) throw new Error('The model has no output layer.');
  return weight.arraySync() as number[][];
}

/** The filter that adds most to a class's score in these windows, above what it adds to the others. */
function mostTelling(features: number[][], output: number[][], label: number): number {
  const others = output.filter((_, row) => row !== label);
  const gains = output[label].map((weight, filter) => {
    const rest = Math.max(...others.map((row) => row[filter]));
    return features.reduce((sum, row) => sum + row[filter], 0) * (weight - rest);
  });
  return gains.indexOf(Math.max(...gains));
}
