import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import { storedKeys } from '../common/ids';
import type { ListedRun } from '../runs/runs-store';

/** Asks what a label-to-sequence model shall write about; remembers the answer, which then comes first. */
export class LabelChoice {
  constructor(private readonly memory: vscode.Memento) {}

  /**
   * The label for a run: undefined for a run that has none, `given` where a script names one. Answers "cancelled" when
   * the person thought better of it. Throws UserError.
   */
  async of({ record }: ListedRun, given?: string): Promise<{ label?: string } | 'cancelled'> {
    if (record.recipe.task !== 'label-to-sequence') return {};
    const labels = record.data?.labels ?? [];
    if (given !== undefined && !labels.includes(given))
      throw new UserError(vscode.l10n.t('{0} knows no label "{1}": choose one of its labels.', record.name, given));
    const label = given ?? (await this.ask(labels, record.name));
    if (label === undefined) return 'cancelled';
    await this.memory.update(storedKeys.lastLabel, label);
    return { label };
  }

  private async ask(labels: readonly string[], name: string): Promise<string | undefined> {
    const last = this.memory.get<string>(storedKeys.lastLabel);
    const known = labels.filter((label) => label === last);
    const items = [...known, ...labels.filter((label) => label !== last)].map((label) => ({
      label,
      description: label === last ? vscode.l10n.t('last time') : undefined,
    }));
    const title = vscode.l10n.t('Label to Write For');
    const placeHolder = vscode.l10n.t('{0} writes a text for a label', name);
    return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.label;
  }
}

/** The label that a script's `{ label }` names. */
export function labelOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { label } = argument as Record<string, unknown>;
  return typeof label === 'string' ? label : undefined;
}
