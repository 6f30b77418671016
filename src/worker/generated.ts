import { createHash } from 'node:crypto';
import { isGenerated } from '../core/recipe';
import type { Recipe } from '../core/recipe/schema';
import type { Reading } from './material';

/**
 * What a run reads whose data come from its seed: nothing, whatever its source is. The hash tells which data they are.
 * Undefined for tasks that read.
 */
export function generatedReading({ task, seed, training }: Recipe): Reading | undefined {
  if (!isGenerated(task)) return undefined;
  const sha256 = createHash('sha256')
    .update(JSON.stringify([task, seed, training.length]))
    .digest('hex');
  return {
    material: { kind: 'generated' },
    data: {
      ...{ format: 'generated', formatReason: `The data of the task ${task} are made from the seed.` },
      ...{ characters: 0, trainTokens: 0, validationTokens: 0, vocabulary: 0 },
    },
    source: { label: `seed ${seed}`, uri: undefined, bytes: 0, sha256 },
    sourceSha256: sha256,
    warnings: [],
  };
}
