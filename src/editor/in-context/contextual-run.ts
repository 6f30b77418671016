import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { ListedRun, RunsStore } from '../runs/runs-store';

/**
 * The run that knows words in context: the current one, else the newest that is not in training. Throws UserError that says
 * how to get one.
 */
export async function contextualRun(runs: Pick<RunsStore, 'current' | 'list'>): Promise<ListedRun> {
  const current = await runs.current();
  if (current && knowsContext(current)) return current;
  const found = (await runs.list()).find((run) => knowsContext(run) && !run.live);
  if (found) return found;
  throw new UserError(
    vscode.l10n.t(
      'No run knows words in context yet: train one with the recipe bilm on a text of one sentence a line.',
    ),
  );
}

function knowsContext({ record }: ListedRun): boolean {
  return record.recipe.task === 'contextual';
}
