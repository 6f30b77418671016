import type { Measures } from './events';
import type { RunRecord } from './record';

/** One line of "is it worth it": a run, or a baseline that runs were compared with. */
export interface WorthRow extends Partial<Measures> {
  kind: 'run' | 'baseline';
  name: string;
  /** Of a run. */
  id?: string;
  /** Runs and baselines with the same key were measured on the same held-out data. */
  heldOut: string;
  /** What of that a person calls the data. */
  source: string;
  task: string;
  /** What one token is; perplexities of different units do not compare, bits per character do. */
  unit: string;
  parameters?: number;
  seconds?: number;
}

/**
 * Every run and every baseline once, the best first, by the held-out data that they were measured on. A baseline that
 * several runs had is listed once for each unit of tokens.
 */
export function worthRows(records: RunRecord[]): WorthRow[] {
  const rows = new Map<string, WorthRow>();
  for (const record of records) {
    const common = { heldOut: heldOutKey(record), source: record.source.label, task: record.recipe.task };
    const unit = record.recipe.tokens.unit;
    const { best, parameters, time: seconds } = record;
    rows.set(`run ${record.id}`, {
      ...{ kind: 'run', name: record.name, id: record.id, ...common, unit },
      ...(best && measures(best)),
      ...{ parameters, seconds },
    });
    for (const baseline of record.baselines ?? (record.baseline ? [record.baseline] : [])) {
      const { name, parameters: size, seconds: took } = baseline;
      const key = JSON.stringify([common.heldOut, unit, name, baseline.validationLoss]);
      rows.set(key, {
        ...{ kind: 'baseline', name, ...common, unit, ...measures(baseline) },
        ...{ parameters: size, seconds: took },
      });
    }
  }
  return [...rows.values()].sort(
    (a, b) => (a.heldOut < b.heldOut ? -1 : a.heldOut > b.heldOut ? 1 : 0) || worth(a) - worth(b),
  );
}

/** What a measured part has in common: text, task, and how the held-out part was cut off. */
function heldOutKey({ source, recipe, data }: RunRecord): string {
  const { heldOut, split, folds, fold } = recipe.evaluation;
  const drawn = split === 'random' || recipe.task !== 'language-model' ? recipe.seed : 0;
  return JSON.stringify([
    ...[source.sha256, recipe.task, data?.format, data?.heldOutSha256],
    ...(data?.heldOutSha256 ? [] : [heldOut, split, folds, fold, drawn]),
  ]);
}

/** What a person compares by, less being better: bits per character where there are any, F1 of entities, else the loss. */
function worth({ bitsPerCharacter, validationLoss, precision, f1 }: WorthRow): number {
  if (precision !== undefined && f1 !== undefined) return 1 - f1;
  return bitsPerCharacter ?? validationLoss ?? Infinity;
}

function measures({
  validationLoss,
  perplexity,
  bitsPerCharacter,
  accuracy,
  f1,
  precision,
  recall,
  rmse,
}: Measures): Measures {
  return { validationLoss, perplexity, bitsPerCharacter, accuracy, f1, precision, recall, rmse };
}
