import type { RunRecord } from '../core/runs/record';

/** What programs are told of a run in lists. */
export function brief(folder: string, record: RunRecord): object {
  const { id, name, status, created, step, time, best, baseline, baselines } = record;
  const metrics = metricsOf(record);
  return { run: folder, id, name, status, created, step, time, metrics, bestStep: best?.step, baseline, baselines };
}

function metricsOf({ best }: RunRecord): object {
  if (!best) return {};
  const { validationLoss, perplexity, bitsPerCharacter, accuracy, f1, precision, recall, rmse } = best;
  return { validationLoss, perplexity, bitsPerCharacter, accuracy, f1, precision, recall, rmse };
}
