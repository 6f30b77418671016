import type { TaskName } from './schema';

/**
 * What is known of a task by its name alone; apart from the schema, so that pages can use it without the schema's
 * library.
 */

/** Whether the task's data are made from the seed, so that there is no file. */
export function isGenerated(task: TaskName): task is 'adding-problem' | 'copy-memory' {
  return task === 'adding-problem' || task === 'copy-memory';
}

/** Whether the loss is a squared error and not a surprise in nats. */
export function hasSquaredError(task: TaskName): boolean {
  return task === 'series' || task === 'adding-problem';
}
