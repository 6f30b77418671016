import { expect, test } from 'vitest';
import { isBetter, type Best } from '../../../src/worker/metrics';

const best = (validationLoss: number, f1?: number): Best => ({ step: 1, validationLoss, f1 }) as Best;
const tagged = (loss: number, f1: number) => ({ loss, tokens: 100, f1, precision: f1, recall: f1 });

test('taggers of entities are judged by F1, and by the loss among equals', () => {
  expect(isBetter(tagged(0.5, 0.4), best(0.4, 0.3))).toBe(true);
  expect(isBetter(tagged(0.1, 0.3), best(0.4, 0.4))).toBe(false);
  expect(isBetter(tagged(0.3, 0.4), best(0.4, 0.4))).toBe(true);
});

test('entities that an untrained tagger finds by chance do not outweigh what was learned', () => {
  expect(isBetter(tagged(0.35, 0), best(2.03, 0.004))).toBe(true);
  expect(isBetter(tagged(1.9, 0), best(2.03, 0.004))).toBe(false);
});
