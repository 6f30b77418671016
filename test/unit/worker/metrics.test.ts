import { expect, test } from 'vitest';
import { isBetter, type Best } from '../../../src/worker/metrics';

const best = (validationLoss: number, f1?: number): Best => ({ step: 1, validationLoss, f1 }) as Best;
const tagged = (loss: number, f1: number) => ({ loss, tokens: 100, f1, precision: f1, recall: f1 });

test('taggers of entities are judged by F1, and by the loss among equals', () => {
  expect(isBetter('tagging', tagged(0.5, 0.4), best(0.4, 0.3))).toBe(true);
  expect(isBetter('tagging', tagged(0.1, 0.3), best(0.4, 0.4))).toBe(false);
  expect(isBetter('tagging', tagged(0.3, 0.4), best(0.4, 0.4))).toBe(true);
});

test('classifiers are judged by accuracy, and by the loss among equals', () => {
  const told = (loss: number, accuracy: number) => ({ loss, tokens: 100, accuracy });
  const standing = { ...best(0.5), accuracy: 0.7 };
  expect(isBetter('classification', told(0.6, 0.8), standing)).toBe(true);
  expect(isBetter('classification', told(0.4, 0.6), standing)).toBe(false);
  expect(isBetter('classification', told(0.4, 0.7), standing)).toBe(true);
  expect(isBetter('classification', told(NaN, 0.9), standing)).toBe(false);
  expect(isBetter('language-model', told(0.6, 0.8), standing)).toBe(false);
});

test('entities that an untrained tagger finds by chance do not outweigh what was learned', () => {
  expect(isBetter('tagging', tagged(0.35, 0), best(2.03, 0.004))).toBe(true);
  expect(isBetter('tagging', tagged(1.9, 0), best(2.03, 0.004))).toBe(false);
});
