import { z } from 'zod';
import { recipeSchema } from '../recipe/schema';

/** Schema of `run.json`, the description of a run. Version 1. */
export const RUN_SCHEMA_VERSION = 1;

export const runStatuses = ['running', 'paused', 'done', 'stopped', 'early', 'failed', 'interrupted'] as const;

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
      characters: z.number(),
      trainTokens: z.number(),
      validationTokens: z.number(),
      vocabulary: z.number(),
    })
    .optional(),
  parameters: z.number().optional(),
  best: z
    .object({
      step: z.number(),
      validationLoss: z.number(),
      perplexity: z.number(),
      bitsPerCharacter: z.number().optional(),
      accuracy: z.number().optional(),
    })
    .optional(),
  baseline: z
    .object({
      name: z.string(),
      validationLoss: z.number(),
      perplexity: z.number(),
      bitsPerCharacter: z.number().optional(),
    })
    .optional(),
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
