import * as vscode from 'vscode';
import type { RunRecord } from '../../core/runs/record';
import type { TrainResult } from '../../protocol/worker';
import { clock, count, escapeMarkdown, lossText } from '../common/format';
import { figures, headline } from '../runs/figures';
import type { Progress } from '../runs/progress';
import type { Ending, Job } from './jobs';

/** What the status bar shows. Texts only, so that they can be tested without a window. */
export interface StatusText {
  text: string;
  /** Markdown. */
  tooltip: string;
  error: boolean;
}

/** The running job: "1.62 nats · 2:31 left", "87.3 % right · 0:12 left". */
export function jobStatus(job: Readonly<Job>): StatusText {
  return { text: `${icon(job)} ${state(job)}`, tooltip: tooltip(job), error: false };
}

/** The job that has just ended: its best figure, or why it failed. */
export function endStatus({ label, result, failure }: Ending): StatusText {
  if (failure)
    return { text: `$(error) ${vscode.l10n.t('Training failed')}`, tooltip: escapeMarkdown(failure), error: true };
  const name = escapeMarkdown(label);
  const task = result?.record.recipe.task ?? 'language-model';
  const best = { ...result?.record.best, ...result?.finished.metrics };
  if (task === 'embeddings' && result) return vectorsEnd(result, name);
  const text = result && headline(task, best);
  if (text === undefined) {
    return { text: `$(debug-stop) ${vscode.l10n.t('Training stopped')}`, tooltip: name, error: false };
  }
  return {
    text: `$(check) ${text}`,
    tooltip: vscode.l10n.t('Trained on {0}: {1}, the best model is kept.', name, figures(task, best)),
    error: false,
  };
}

/** Word vectors are not measured: what counts is that they are there. */
function vectorsEnd({ record, finished }: TrainResult, name: string): StatusText {
  const words = count(record.data?.vocabulary ?? 0);
  const stopped = finished.reason === 'stopped';
  return {
    text: `${stopped ? '$(debug-stop)' : '$(check)'} ${vscode.l10n.t('{0} words have vectors', words)}`,
    tooltip: vscode.l10n.t('Learned from {0}.', name),
    error: false,
  };
}

function icon(job: Readonly<Job>): string {
  if (job.stopping) return '$(debug-stop)';
  return job.paused ? '$(debug-pause)' : '$(sync~spin)';
}

function state(job: Readonly<Job>): string {
  const { label, stopping, paused, reading, counting, progress } = job;
  if (stopping) return vscode.l10n.t('Stopping…');
  const standing = standingOf(progress);
  if (standing === undefined) {
    if (reading === undefined) return vscode.l10n.t('Preparing {0}', short(label));
    const share = Math.floor(reading * 100);
    return counting
      ? vscode.l10n.t('Counting pairs of words in {0} {1} %', short(label), share)
      : vscode.l10n.t('Reading {0} {1} %', short(label), share);
  }
  if (paused) return `${standing} · ${vscode.l10n.t('paused')}`;
  const { secondsLeft } = progress;
  return secondsLeft === undefined ? standing : `${standing} · ${vscode.l10n.t('{0} left', clock(secondsLeft))}`;
}

/** What is known of the model so far; undefined before it has begun to learn. */
function standingOf({ task, kind, share, loss, measured }: Progress): string | undefined {
  const figure = headline(task, measured);
  if (kind === 'counts') {
    return figure ?? (share > 0 ? vscode.l10n.t('Fitting {0} %', Math.floor(share * 100)) : undefined);
  }
  if (loss === undefined) return undefined;
  // The training loss of a language model says the same as its figure, and comes at every step.
  if (task === 'language-model' || task === 'label-to-sequence') return vscode.l10n.t('{0} nats', lossText(loss));
  return figure ?? vscode.l10n.t('loss {0}', lossText(loss));
}

function tooltip({ label, record, progress }: Readonly<Job>): string {
  const { task, kind, measured, best, baseline, tokensPerSecond, step } = progress;
  const lines = [`**${escapeMarkdown(record?.name ?? label)}**`];
  if (measured) {
    lines.push(vscode.l10n.t('Held-out data: {0} (best {1})', figures(task, measured), headline(task, best) ?? '–'));
  }
  const reference = headline(task, baseline);
  if (baseline && reference) lines.push(vscode.l10n.t('Baseline, {0}: {1}', escapeMarkdown(baseline.name), reference));
  if (step > 0 && kind === 'steps') lines.push(speed(count(step), count(tokensPerSecond), record));
  lines.push(...progress.warnings.slice(-3).map((warning) => `$(warning) ${escapeMarkdown(warning)}`));
  return lines.join('\n\n');
}

function speed(step: string, figure: string, record: Job['record']): string {
  if (record?.recipe.task === 'series') return vscode.l10n.t('Step {0}, {1} rows a second', step, figure);
  if (record && learnsWords(record)) return vscode.l10n.t('Step {0}, {1} words a second', step, figure);
  return record?.recipe.tokens.unit === 'character'
    ? vscode.l10n.t('Step {0}, {1} characters a second', step, figure)
    : vscode.l10n.t('Step {0}, {1} tokens a second', step, figure);
}

/** Whether what is learned is a vector for each word. */
function learnsWords({ recipe }: RunRecord): boolean {
  return recipe.task === 'embeddings' || recipe.task === 'contextual';
}

function short(label: string): string {
  const most = 24;
  const name = label.length > most ? `${label.slice(0, most - 1)}…` : label;
  // "$(name)" in the status bar is an icon.
  return name.replaceAll('$(', '$ (');
}
