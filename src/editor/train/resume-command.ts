import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { RunRecord } from '../../core/runs/record';
import type { ResumeJob, TrainResult } from '../../protocol/worker';
import { setting } from '../common/settings';
import { folderOf, pickRun } from '../runs/run-pick';
import { canResume } from '../runs/run-text';
import type { ListedRun, RunsStore } from '../runs/runs-store';
import type { Jobs } from './jobs';

/** Minutes that are offered to a run whose recipe says nothing of minutes. */
const MORE_MINUTES = 3;
const MOST_MINUTES = 100_000;

/** The command "Resume Training": goes on with an earlier run, with more time when its budget is used up. */
export class ResumeCommand {
  constructor(
    private readonly jobs: Jobs,
    private readonly runs: RunsStore,
    private readonly showDashboard: () => void,
  ) {}

  /**
   * @param argument `{ folder?, budget? }`; with a folder no run is asked for, with a budget no time
   * Resolves when the training has ended; undefined when it was not begun or failed. Throws UserError.
   */
  async run(argument?: unknown): Promise<TrainResult | undefined> {
    if (this.jobs.current)
      throw new UserError(vscode.l10n.t('{0} is training: stop it first.', this.jobs.current.label));
    const run = await this.choose(folderOf(argument));
    if (!run) return undefined;
    const budget = budgetOf(argument) ?? (run.record.status === 'done' ? await askMore(run.record) : {});
    if (!budget) return undefined;
    if (setting('openDashboard')) this.showDashboard();
    return this.jobs.resume({ run: run.folder, budget }, run.record.source.label);
  }

  private async choose(folder: string | undefined): Promise<ListedRun | undefined> {
    if (folder === undefined) {
      return pickRun(this.runs, {
        title: vscode.l10n.t('Resume Training'),
        none: vscode.l10n.t('There is no earlier run to go on with: train on a file first.'),
        filter: canResume,
      });
    }
    await this.runs.refresh();
    const run = (await this.runs.list()).find((listed) => listed.folder === folder);
    if (!run) throw new UserError(vscode.l10n.t('{0} is not a run of this workspace.', folder));
    return run;
  }
}

function budgetOf(argument: unknown): ResumeJob['budget'] {
  if (typeof argument !== 'object' || argument === null || !('budget' in argument)) return undefined;
  const { budget } = argument;
  return typeof budget === 'object' && budget !== null ? budget : undefined;
}

/** Asks how long a finished run shall go on; the answer is its new end. */
async function askMore({ recipe, time, name }: RunRecord): Promise<ResumeJob['budget']> {
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Resume {0}', name),
    prompt: vscode.l10n.t('Its budget is used up. How many more minutes shall it train?'),
    value: String(recipe.training.minutes ?? MORE_MINUTES),
    validateInput: (text) =>
      readMinutes(text) ? undefined : vscode.l10n.t('Write a number of minutes, such as 3 or 0.5.'),
  });
  const minutes = answer === undefined ? undefined : readMinutes(answer);
  return minutes === undefined ? undefined : { minutes: time / 60 + minutes };
}

/** Minutes as people write them, with a point or a comma; undefined when it is no time to train. */
export function readMinutes(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  const minutes = /^\d*\.?\d+$/.test(plain) ? Number(plain) : NaN;
  return minutes > 0 && minutes <= MOST_MINUTES ? minutes : undefined;
}
