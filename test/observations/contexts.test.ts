import { expect, test } from 'vitest';
import { prepareLab, senses, train } from './lab';

prepareLab();

/** Of four seeds the least right was 87.5 %. */
test('"bank" of a river and of money lie apart in context, and nowhere else', async () => {
  const { run } = await train('bank/sentences.txt', 'bank/bank.recipe.json');
  const { inContext, alone } = await senses(run, 'bank', 'bank/bank.tsv');
  expect(inContext).toBeGreaterThanOrEqual(0.8);
  // All occurrences have the same letters, so one of the two senses is always said.
  expect(alone).toBe(0.5);
});
