import { z } from 'zod';
import { recipeSchema } from '../recipe/schema';

/** Schema of `run.json`, the description of a run. Version 1. */
export const RUN_SCHEMA_VERSION = 1;

export const runStatuses = ['running', 'paused', 'done', 'stopped', 'early', 'failed', 'interrupted'] as const;

/** Most labels, columns and the like that a run of ours has; more is not one. */
const MOST_NAMES = 100_000;
const LONGEST_NAME = 10_000;
const names = z.array(z.string().max(LONGEST_NAME)).max(MOST_NAMES);
const numbers = z.array(z.number()).max(MOST_NAMES);

/** Figures on held-out data; what a task does not have is missing. */
const measures = z.object({
  validationLoss: z.number(),
  perplexity: z.number().optional(),
  bitsPerCharacter: z.number().optional(),
  accuracy: z.number().optional(),
  f1: z.number().optional(),
  precision: z.number().optional(),
  recall: z.number().optional(),
  rmse: z.number().optional(),
});
/** Shares of the layers of a biLM that the model reads, its characters first, and what their mix is multiplied with. */
const mix = { mixWeights: z.array(z.number()).max(16).optional(), mixScale: z.number().optional() };
const baseline = measures.extend({
  name: z.string(),
  parameters: z.number().optional(),
  /** Seconds that counting and measuring took. */
  seconds: z.number().optional(),
});

/** A file that is too large to be copied: where it is, and what tells that it is still the same. */
const reference = z.object({
  path: z.string(),
  bytes: z.number(),
  modified: z.number(),
  /** SHA-256 of its size, its beginning, its end and samples between. */
  fingerprint: z.string(),
});
export type SourceReference = z.output<typeof reference>;

export const runRecordSchema = z.object({
  schemaVersion: z.literal(RUN_SCHEMA_VERSION),
  /** Folder name: sortable time and a short random part, e.g. "20261122-153012-k3f9". */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: z.string(),
  /** "interrupted": the process that owned the run ended without saying so. */
  status: z.enum(runStatuses),
  /** One sentence when the status is "failed". */
  message: z.string().optional(),
  /** ISO 8601. */
  created: z.string(),
  updated: z.string(),
  recipe: recipeSchema,
  source: z.object({
    /** What a person would call it: file name or "Untitled-1". */
    label: z.string(),
    /** Where it was; absent for text that was never saved. */
    uri: z.string().optional(),
    /** UTF-8 bytes. */
    bytes: z.number(),
    sha256: z.string(),
  }),
  /** Id of the run whose weights the model began with. */
  from: z.string().max(200).optional(),
  environment: z.object({
    version: z.string(),
    backend: z.string(),
    build: z.string().optional(),
    threads: z.number(),
    node: z.string(),
    platform: z.string(),
  }),
  data: z
    .object({
      /** Characters, of running text and of the texts of examples; 0 where there are none. */
      characters: z.number(),
      trainTokens: z.number(),
      validationTokens: z.number(),
      vocabulary: z.number(),
      /** Characters of the held-out text, for bits per character. */
      validationCharacters: z.number().optional(),
      /** Examples, where the data are examples. */
      examples: z.number().optional(),
      /** Share of the held-out tokens that the vocabulary lacks. */
      unknown: z.number().optional(),
      /** How the file was read, and why. */
      format: z.string().max(40).optional(),
      formatReason: z.string().max(1000).optional(),
      /** Names of classes, by id. */
      labels: names.optional(),
      /** Names of a series' columns, and what makes their values comparable. */
      columns: names.optional(),
      scaling: z.object({ mean: numbers, deviation: numbers }).optional(),
      /** SHA-256 of the held-out text, where it came from a file of its own. */
      heldOutSha256: z.string().optional(),
      /** Set when the run folder holds no copy of the text. */
      reference: reference.optional(),
    })
    .optional(),
  parameters: z.number().optional(),
  best: measures.extend({ step: z.number(), ...mix }).optional(),
  /** The best of the baselines. */
  baseline: baseline.optional(),
  /** All of them. */
  baselines: z.array(baseline).max(100).optional(),
  step: z.number(),
  /** Seconds of training. */
  time: z.number(),
  parent: z.string().optional(),
  notes: z.string().optional(),
  star: z.boolean().optional(),
  /** Process and thread that own a running run, so that another can see whether it still lives. */
  owner: z.object({ pid: z.number(), host: z.string(), started: z.string() }).optional(),
});
export type RunRecord = z.output<typeof runRecordSchema>;
export type RunStatus = RunRecord['status'];

/** Names inside a run folder; one place for writer and readers. */
export const RUN_FILES = {
  record: 'run.json',
  metrics: 'metrics.jsonl',
  tokenizer: 'tokenizer.json',
  /** Words and characters of a neural tagger. */
  taggerVocabulary: 'tagger-vocabulary.json',
  /** The biLM that the model reads: its shape and its characters. */
  contextual: 'contextual.json',
  /** Of a run that learned word vectors: its words with their counts, in the order of the vectors. */
  vocabulary: 'vocabulary.txt',
  best: 'checkpoints/best.safetensors',
  last: 'checkpoints/last.safetensors',
  samples: 'samples',
  /** The text that was trained, kept so that a run of an unsaved or since changed document can resume exactly. */
  source: 'source.txt',
  /** Held-out text that came from a file of its own; absent when a share of the source is held out. */
  validation: 'validation.txt',
} as const;

/** Folder that holds the runs of a workspace, relative to it. */
export const RUNS_FOLDER = '.sequence-lab/runs';
