import type { TaskName } from '../../core/recipe/schema';
import type { Measures } from '../../core/runs/events';

/** Figures of which some may be missing. */
export type SomeMeasures = Partial<Measures>;

/** Whether `one` is better than `other` in what people look at first. */
export function isBetter(task: TaskName, one: SomeMeasures, other: SomeMeasures | undefined): boolean {
  const [value, standing] = [headlineValue(task, one), headlineValue(task, other)];
  if (value === undefined || standing === undefined) return standing === undefined;
  const isShare = task === 'classification' || task === 'multi-label' || task === 'tagging';
  return isShare ? value > standing : value < standing;
}

/** The measure that a task is judged by; undefined when it is not there. */
export function headlineValue(task: TaskName, measures: SomeMeasures | undefined): number | undefined {
  switch (task) {
    case 'classification':
      return measures?.accuracy;
    case 'multi-label':
    case 'tagging':
      return measures?.f1;
    case 'series':
      return measures?.rmse;
    default:
      return measures?.validationLoss;
  }
}
