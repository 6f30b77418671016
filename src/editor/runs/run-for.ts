import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { TaskName } from '../../core/recipe/schema';
import type { ListedRun, RunsStore } from './runs-store';

/** What a command needs a model for. */
export type Purpose = 'text' | 'labels' | 'series';

const tasks: Record<Purpose, readonly TaskName[]> = {
  text: ['language-model', 'label-to-sequence'],
  labels: ['classification', 'multi-label'],
  series: ['series'],
};

/**
 * The run that a command means: the given one, else the current one. Throws UserError that names the run to choose when
 * its model cannot do that.
 */
export async function runFor(runs: RunsStore, purpose: Purpose, folder?: string): Promise<ListedRun> {
  const all = await runs.list();
  const run = folder === undefined ? await runs.current() : all.find((listed) => listed.folder === folder);
  if (!run) {
    throw new UserError(
      folder === undefined
        ? vscode.l10n.t('There are no runs yet: open a text and train on it.')
        : vscode.l10n.t('{0} is not a run of this workspace.', folder),
    );
  }
  if (serves(run, purpose)) return run;
  const other = all.find((listed) => serves(listed, purpose) && listed.record.best) ?? all.find((listed) => serves(listed, purpose)); // prettier-ignore
  throw new UserError(refusal(run, purpose, other));
}

function serves({ record }: ListedRun, purpose: Purpose): boolean {
  return tasks[purpose].includes(record.recipe.task);
}

function refusal({ record }: ListedRun, purpose: Purpose, other: ListedRun | undefined): string {
  const [name, kind, wanted] = [record.name, kindOf(record.recipe.task), wantedKind(purpose)];
  if (other) {
    return vscode.l10n.t(
      '{0} is {1}, and this needs {2}: choose {3} with "Choose the Current Run".',
      name,
      kind,
      wanted,
      other.record.name,
    );
  }
  const data = {
    text: vscode.l10n.t('a text'),
    labels: vscode.l10n.t('a file with labels'),
    series: vscode.l10n.t('a table of numbers'),
  };
  return vscode.l10n.t('{0} is {1}, and this needs {2}: train one on {3} first.', name, kind, wanted, data[purpose]);
}

function kindOf(task: TaskName): string {
  switch (task) {
    case 'classification':
    case 'multi-label':
      return vscode.l10n.t('a classifier');
    case 'series':
      return vscode.l10n.t('a model of a series');
    case 'label-to-sequence':
      return vscode.l10n.t('a model that writes for a label');
    case 'embeddings':
      return vscode.l10n.t('a run of word vectors');
    default:
      return vscode.l10n.t('a language model');
  }
}

function wantedKind(purpose: Purpose): string {
  switch (purpose) {
    case 'text':
      return vscode.l10n.t('a model that writes');
    case 'labels':
      return vscode.l10n.t('a classifier');
    case 'series':
      return vscode.l10n.t('a model of a series');
  }
}
