import { expect, test } from 'vitest';
import { prepareLab, train } from './lab';

prepareLab();

test('series: the network foretells load and weather better than the last value and than a line through a day', async () => {
  const { metrics, baselines } = await train('series/load.csv', 'series/load.recipe.json');
  const [last, linear] = ['last value again', 'linear autoregression over 24 steps'].map((name) => baselines.get(name));
  expect(linear?.rmse).toBeLessThan(last?.rmse ?? 0);
  expect(metrics.rmse).toBeLessThan(0.8 * (linear?.rmse ?? 0));
});

test('activity: frames in their order tell what was done', async () => {
  const { metrics, baselines } = await train('activity/activity.csv', 'activity/activity.recipe.json');
  expect(baselines.get('most frequent label')?.accuracy).toBeLessThan(0.4);
  // Winding and unwinding have the same frames: whoever does not see their order is wrong in a quarter of all clips.
  expect(metrics.accuracy).toBeGreaterThan(0.9);
});
