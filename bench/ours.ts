// The contender "ours": the product's own trainer and sampler, from the same sources that are bundled into the extension.
//   node out/bench/ours.js ENGINE ALGORITHM THREADS
import * as tf from '@tensorflow/tfjs-core';
import { sampleTokens } from '../src/core/generation/sample';
import { RecurrentLayer } from '../src/core/layers/recurrent-layer';
import { languageModelShape, RecurrentLanguageModel } from '../src/core/models/language-model';
import { embedding } from '../src/core/ops/embedding';
import { Random } from '../src/core/random';
import { parseRecipe } from '../src/core/recipe/parse';
import { Trainer } from '../src/core/training/trainer';
import type { KernelBuild } from '../src/engine/modules';
import { startEngine } from './engine';
import { buildModel, type BenchModel } from './models';
import { serve, type Prepared } from './protocol';
import type { Algorithm } from './rows';
import { trainingStep } from './step';
import type { Work } from './works';

const [engine, algorithm, threads] = process.argv.slice(2) as [KernelBuild, Algorithm, string];
/** Passes over the text do not matter here, so it is short. */
const STEPS_OF_TEXT = 8;
const TEMPERATURE = 0.8;

/** Makes layers look their tokens up first and project every vector, as PyTorch does; the shipped way projects the table. */
function withoutInputTable(): void {
  const shipped = RecurrentLayer.prototype.forward;
  RecurrentLayer.prototype.forward = function (input, state, pass) {
    if (input instanceof tf.Tensor || 'oneHot' in input) return shipped.call(this, input, state, pass);
    const vectors = embedding(input.table, input.ids); // [T·B, E]
    const batch = state[0].shape[0];
    return shipped.call(this, tf.reshape(vectors, [vectors.shape[0] / batch, batch, vectors.shape[1]]), state, pass);
  };
}

function recipeOf({ model: cell, layers, hidden, embedding: size, batch, length }: Work) {
  const model = { cell, layers, hidden, embedding: size };
  return parseRecipe({ model, training: { batch, length, schedule: 'constant', warmup: 0, clip: 1, rate: 0.001 } }, '');
}

/** Measures whole steps of the trainer: batch, forward, backward, clip, Adam and the figures that charts show. */
function prepareTraining(work: Work): Prepared {
  const random = new Random(1);
  const length = work.batch * work.length * STEPS_OF_TEXT + 1;
  const train = Int32Array.from({ length }, () => random.integer(work.vocabulary));
  const trainer = new Trainer(recipeOf(work), { train, validation: new Int32Array(0), vocabulary: work.vocabulary });
  const { loss } = trainer.trainStep(0);
  const run = (count: number) => repeat(count, () => void trainer.trainStep(0));
  return { parameters: trainer.parameterCount, loss, run };
}

/** Measures whole steps of a model that the trainer does not have: batch, forward, backward, clip and Adam. */
function prepareSteps(work: Work, model: BenchModel): Prepared {
  const step = trainingStep(work, model);
  const parameters = model.variables.reduce((sum, { size }) => sum + size, 0);
  return { parameters, loss: step(), run: (count) => repeat(count, () => void step()) };
}

/** Measures drawing a text token by token, each including its choice; one measurement is the mean over `work.length`. */
function prepareSampling(work: Work): Prepared {
  const random = new Random(1);
  const model = new RecurrentLanguageModel(languageModelShape(recipeOf(work), work.vocabulary), random);
  const prompt = Int32Array.of(1);
  const options = { length: work.length, temperature: TEMPERATURE, random };
  const draw = () => {
    let surprise = 0;
    for (const { probability } of sampleTokens(model, prompt, options)) surprise -= Math.log(probability);
    return surprise / work.length;
  };
  const run = (count: number) => repeat(count, () => void draw()).map((milliseconds) => milliseconds / work.length);
  return { parameters: model.parameterCount, loss: draw(), run };
}

/** Milliseconds of each call. */
function repeat(count: number, body: () => void): number[] {
  return Array.from({ length: count }, () => {
    const start = performance.now();
    body();
    return performance.now() - start;
  });
}

/** A process has one engine, whatever it is asked. */
let started: Promise<string> | undefined;
const engineStarted = () => (started ??= startEngine(engine, Number(threads)));

void serve({
  async hello() {
    return { version: await engineStarted() };
  },
  async prepare(work) {
    await engineStarted();
    const model = buildModel(work, algorithm === 'as-shipped');
    if (model) return prepareSteps(work, model);
    if (algorithm === 'same-algorithm') withoutInputTable();
    return work.task === 'train' ? prepareTraining(work) : prepareSampling(work);
  },
}).then(() => process.exit());
