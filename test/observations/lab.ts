import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, vi } from 'vitest';
import type { TaggedText } from '../../src/protocol/worker';
import { buildThreads, root, run } from '../helpers/cli';
import { temporaryFolder } from '../helpers/temporary';

/** The command line on the samples, as a person uses it: WebAssembly, two threads, the seeds of the recipes. */

interface Figures {
  validationLoss: number;
  accuracy: number;
  f1: number;
  rmse: number;
}

interface Trained {
  /** The run's folder. */
  run: string;
  metrics: Figures;
  parameters: number;
  /** Figures of the baselines by name. */
  baselines: Map<string, Figures>;
}

const runs = temporaryFolder();

/** Builds the command line before the tests of a file, and takes the kernels that every machine has. */
export function prepareLab(): void {
  vi.setConfig({ testTimeout: 300_000 }); // seconds where nothing else runs
  beforeAll(async () => {
    process.env.SEQUENCE_LAB_ENGINE_BUILD = 'plain';
    await buildThreads();
  }, 300_000);
}

/** A file of a sample: "dna/splice-sites.tsv". */
export function sample(file: string): string {
  return path.join(root, 'samples', file);
}

export function read(file: string): string {
  return readFileSync(sample(file), 'utf8');
}

const known = new Map<string, Promise<Trained>>();

/**
 * Trains a sample with a recipe: a file among the samples, or a built-in one. `more` is what `train` takes. The same
 * wish within a test file is one run.
 */
export function train(file: string, recipe: string, more: string[] = []): Promise<Trained> {
  const key = JSON.stringify([file, recipe, more]);
  const run = known.get(key) ?? trainAnew(file, recipe, more);
  known.set(key, run);
  return run;
}

async function trainAnew(file: string, recipe: string, more: string[]): Promise<Trained> {
  const which = recipe.endsWith('.json') ? sample(recipe) : recipe;
  const quiet = ['--set', 'evaluation.sampleLength=0', '--threads', '2', '--runs', runs];
  const lines = await answers(['train', sample(file), '--recipe', which, ...quiet, ...more]);
  const last = lines.at(-1) as { run: string; metrics: Figures };
  const started = lines.find(({ event }) => event === 'started') as { parameters: number };
  const baselines = lines.filter(({ event }) => event === 'baseline') as unknown as (Figures & { name: string })[];
  return { ...last, parameters: started.parameters, baselines: new Map(baselines.map((each) => [each.name, each])) };
}

interface Scored {
  logProbability: number;
  tokens: { token: string; logProbability: number }[];
}

/** Log-probabilities of texts, one line each. */
async function score(folder: string, texts: string[]): Promise<Scored[]> {
  return (await answers(['score', folder], texts)) as unknown as Scored[];
}

/** Probability of the last token of each text. */
export async function lastProbability(folder: string, texts: string[]): Promise<number[]> {
  return (await score(folder, texts)).map(({ tokens }) => Math.exp(tokens[tokens.length - 1].logProbability));
}

/** The alternatives of a text with braces, the most probable first. */
export async function rank(folder: string, pattern: string): Promise<string[]> {
  return (await answers(['rank', folder, pattern])).map(({ text }) => String(text));
}

interface Said {
  chosen: string[];
  labels: { label: string; probability: number }[];
}

export async function classify(folder: string, texts: string[]): Promise<Said[]> {
  return (await answers(['classify', folder, '--top', '100'], texts)) as unknown as Said[];
}

/** Spans that a tagger finds in texts, one line each. */
export async function tag(folder: string, texts: string[]): Promise<TaggedText[]> {
  return (await answers(['tag', folder], texts)) as unknown as TaggedText[];
}

/**
 * Shares of a word's senses that the nearest centroid tells in lines of label, tab, text: in context, and by its
 * letters alone.
 */
export async function senses(
  folder: string,
  word: string,
  file: string,
): Promise<{ inContext: number; alone: number }> {
  const [{ senses: shares }] = await answers(['embeddings', 'contexts', folder, word, sample(file)]);
  return shares as { inContext: number; alone: number };
}

/** What a question about word vectors is answered with: `embeddings` with these arguments. */
export function askVectors(...question: string[]): Promise<Record<string, unknown>[]> {
  return answers(['embeddings', ...question]);
}

/** Texts that a model writes, with their labels where it has some. */
export async function write(folder: string, more: string[]): Promise<{ text: string; label: string }[]> {
  return (await answers(['sample', folder, '--seed', '1', ...more])) as { text: string; label: string }[];
}

async function answers(args: string[], lines: string[] = []): Promise<Record<string, unknown>[]> {
  const answer = await run([...args, '--json'], { cwd: root, input: lines.map((line) => `${line}\n`).join('') });
  expect([answer.code, answer.stderr]).toEqual([0, '']);
  return answer.lines();
}

/** Share of a list that passes. */
export function shareOf<T>(items: readonly T[], passes: (item: T, index: number) => boolean): number {
  return items.filter(passes).length / items.length;
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
