import * as vscode from 'vscode';
import { clock, count, escapeMarkdown, lossText } from '../common/format';
import type { Ending, Job } from './jobs';

/** What the status bar shows. Texts only, so that they can be tested without a window. */
export interface StatusText {
  text: string;
  /** Markdown. */
  tooltip: string;
  error: boolean;
}

/** The running job: "1.62 nats · 2:31 left". */
export function jobStatus(job: Readonly<Job>): StatusText {
  return { text: `${icon(job)} ${figures(job)}`, tooltip: tooltip(job), error: false };
}

/** The job that has just ended: its best loss, or why it failed. */
export function endStatus({ label, result, failure }: Ending): StatusText {
  if (failure)
    return { text: `$(error) ${vscode.l10n.t('Training failed')}`, tooltip: escapeMarkdown(failure), error: true };
  const best = result?.finished.metrics.validationLoss;
  const name = escapeMarkdown(label);
  if (best === undefined) {
    return { text: `$(debug-stop) ${vscode.l10n.t('Training stopped')}`, tooltip: name, error: false };
  }
  return {
    text: `$(check) ${vscode.l10n.t('{0} nats', lossText(best))}`,
    tooltip: vscode.l10n.t('Trained on {0}: validation loss {1} nats, the best model is kept.', name, best.toFixed(3)),
    error: false,
  };
}

function icon(job: Readonly<Job>): string {
  if (job.stopping) return '$(debug-stop)';
  return job.paused ? '$(debug-pause)' : '$(sync~spin)';
}

function figures({ label, stopping, paused, reading, progress }: Readonly<Job>): string {
  if (stopping) return vscode.l10n.t('Stopping…');
  const { loss, secondsLeft } = progress;
  if (loss === undefined) {
    return reading === undefined
      ? vscode.l10n.t('Preparing {0}', short(label))
      : vscode.l10n.t('Reading {0} {1} %', short(label), Math.floor(reading * 100));
  }
  const nats = vscode.l10n.t('{0} nats', lossText(loss));
  if (paused) return `${nats} · ${vscode.l10n.t('paused')}`;
  return secondsLeft === undefined ? nats : `${nats} · ${vscode.l10n.t('{0} left', clock(secondsLeft))}`;
}

function tooltip({ label, record, progress }: Readonly<Job>): string {
  const { validationLoss, best, baseline, tokensPerSecond, step } = progress;
  const lines = [`**${escapeMarkdown(record?.name ?? label)}**`];
  if (validationLoss !== undefined) {
    lines.push(vscode.l10n.t('Validation loss {0} nats (best {1})', validationLoss.toFixed(3), lossText(best)));
  }
  if (baseline)
    lines.push(vscode.l10n.t('Baseline, {0}: {1} nats', escapeMarkdown(baseline.name), baseline.loss.toFixed(3)));
  if (step > 0) lines.push(vscode.l10n.t('Step {0}, {1} characters a second', count(step), count(tokensPerSecond)));
  lines.push(...progress.warnings.slice(-3).map((warning) => `$(warning) ${escapeMarkdown(warning)}`));
  return lines.join('\n\n');
}

function short(label: string): string {
  const most = 24;
  const name = label.length > most ? `${label.slice(0, most - 1)}…` : label;
  // "$(name)" in the status bar is an icon.
  return name.replaceAll('$(', '$ (');
}
