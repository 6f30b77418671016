import * as vscode from 'vscode';
import type { TaskName } from '../../core/recipe/schema';
import { lossText } from '../common/format';
import { headlineValue, type SomeMeasures } from './measures';

/**
 * What people look at first, by what is learned: "1.62 nats", "87.3 % right", "F1 0.81", "RMSE 2.31"; undefined when it
 * is not there.
 */
export function headline(task: TaskName, measures: SomeMeasures | undefined): string | undefined {
  const value = headlineValue(task, measures);
  if (value === undefined) return undefined;
  switch (task) {
    case 'classification':
      return vscode.l10n.t('{0} % right', (value * 100).toFixed(1));
    case 'multi-label':
    case 'tagging':
      return vscode.l10n.t('F1 {0}', value.toFixed(2));
    case 'series':
      return vscode.l10n.t('RMSE {0}', Number(value.toPrecision(3)));
    default:
      return vscode.l10n.t('{0} nats', lossText(value));
  }
}

/** Everything that was measured and that this task is judged by: "validation loss 1.618 nats", "87.3 % right, F1 0.86". */
export function figures(task: TaskName, measures: SomeMeasures): string {
  const { validationLoss, f1 } = measures;
  const loss = validationLoss === undefined ? [] : [vscode.l10n.t('validation loss {0}', validationLoss.toFixed(3))];
  switch (task) {
    case 'classification':
    case 'series':
      return [
        headline(task, measures) ?? [],
        f1 === undefined ? [] : vscode.l10n.t('F1 {0}', f1.toFixed(2)),
        headline(task, measures) === undefined ? loss : [],
      ]
        .flat()
        .join(', ');
    case 'multi-label':
    case 'tagging':
      return [headline(task, measures) ?? [], loss].flat().join(', ');
    default:
      return validationLoss === undefined ? '' : vscode.l10n.t('validation loss {0} nats', validationLoss.toFixed(3));
  }
}
