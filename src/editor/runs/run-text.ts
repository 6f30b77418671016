import * as vscode from 'vscode';
import type { RunStatus } from '../../core/runs/record';
import { ago } from '../common/format';
import { headline } from './figures';
import type { ListedRun } from './runs-store';

/** A run's status as this window sees it. */
export type ShownStatus = RunStatus | 'elsewhere';

export function shownStatus({ record, live }: Pick<ListedRun, 'record' | 'live'>): ShownStatus {
  const open = record.status === 'running' || record.status === 'paused';
  return open && !live ? 'elsewhere' : record.status;
}

export function statusWord(status: ShownStatus): string {
  const words: Record<ShownStatus, string> = {
    running: vscode.l10n.t('training'),
    paused: vscode.l10n.t('paused'),
    done: vscode.l10n.t('finished'),
    stopped: vscode.l10n.t('stopped'),
    early: vscode.l10n.t('stopped early'),
    failed: vscode.l10n.t('failed'),
    interrupted: vscode.l10n.t('interrupted'),
    elsewhere: vscode.l10n.t('running elsewhere'),
  };
  return words[status];
}

/** Name of a product icon, and of a theme colour where the status has one. */
export function statusIcon(status: ShownStatus): { icon: string; color?: string } {
  switch (status) {
    case 'running':
      return { icon: 'sync~spin' };
    case 'paused':
      return { icon: 'debug-pause' };
    case 'done':
    case 'early':
      return { icon: 'pass', color: 'testing.iconPassed' };
    case 'failed':
      return { icon: 'error', color: 'testing.iconFailed' };
    case 'stopped':
      return { icon: 'debug-stop' };
    case 'interrupted':
      return { icon: 'warning', color: 'list.warningForeground' };
    case 'elsewhere':
      return { icon: 'remote' };
  }
}

/** "1.62 nats · finished · 5 minutes ago". */
export function runDescription(run: ListedRun, now: number, language?: string): string {
  const { best, updated, recipe } = run.record;
  const figure = headline(recipe.task, best) ?? [];
  const time = Date.parse(updated);
  const when = run.live || Number.isNaN(time) ? [] : [ago(time, now, language)];
  return [figure, statusWord(shownStatus(run)), ...when].flat().join(' · ');
}

/** A run goes on only from this side when nobody else has it. */
export function canResume(run: ListedRun): boolean {
  const status = shownStatus(run);
  return !run.live && status !== 'elsewhere' && run.record.data !== undefined && !hasCounted(run);
}

/** What has counted to the end has nothing to go on with. */
function hasCounted({ record }: ListedRun): boolean {
  const kinds: readonly string[] = ['ngram', 'naive-bayes', 'logistic-regression'];
  return record.status === 'done' && kinds.includes(record.recipe.model.kind);
}
