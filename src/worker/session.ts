import type { RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type { Prepared } from '../core/training/learner';
import type { Budget } from './budget';
import type { Units } from './metrics';
import type { MetricsFile } from './metrics-file';
import type { RunFolder } from './run-folder';

/** Everything that a training job works with. */
export interface Session {
  folder: RunFolder;
  record: RunRecord;
  prepared: Prepared;
  units: Units;
  /** When a model that learns in steps is done; undefined for one that learns in one pass. */
  budget: Budget | undefined;
  log: MetricsFile;
  /** Events of earlier sittings up to the checkpoint; empty for a new run. */
  history: RunEvent[];
  /** Seconds trained in earlier sittings. */
  time: number;
  /** What a resumed run must find again: SHA-256 of the run's copy of its text, or the fingerprint of a large file. */
  sourceSha256: string;
  /** Sentences to show and log at the start. */
  warnings: string[];
  /** Closes what is read while it trains. */
  close?: () => void;
}

/** Frees all models of a session. */
export function disposePrepared({ model, baselines }: Prepared): void {
  model.dispose();
  for (const baseline of baselines) baseline.dispose();
}

/** The run was stopped before its first step; its folder says so. */
export class StoppedEarly extends Error {
  constructor(
    readonly folder: RunFolder,
    readonly record: RunRecord,
  ) {
    super('stopped');
  }
}
