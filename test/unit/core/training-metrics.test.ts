import { expect, test } from 'vitest';
import { classificationFigures, multiLabelFigures } from '../../../src/core/training/metrics';

test('figures of one label an example, by hand', () => {
  // actual a a a b b c, predicted a a b b c b
  const { accuracy, f1, classes, confusion } = classificationFigures(
    [0, 0, 0, 1, 1, 2],
    [0, 0, 1, 1, 2, 1],
    ['a', 'b', 'c'],
  );
  expect(confusion).toEqual([
    [2, 1, 0],
    [0, 1, 1],
    [0, 1, 0],
  ]);
  expect(accuracy).toBe(3 / 6);
  expect(classes[0]).toEqual({ label: 'a', precision: 1, recall: 2 / 3, f1: 0.8, count: 3 });
  expect(classes[1]).toEqual({ label: 'b', precision: 1 / 3, recall: 1 / 2, f1: 0.4, count: 2 });
  expect(classes[2]).toEqual({ label: 'c', precision: 0, recall: 0, f1: 0, count: 1 });
  expect(f1).toBeCloseTo((0.8 + 0.4 + 0) / 3, 12);
});

test('a class that never occurs counts in the mean; nothing at all is zero and not NaN', () => {
  expect(classificationFigures([0, 0], [0, 0], ['a', 'b']).f1).toBe(0.5);
  expect(classificationFigures([], [], ['a'])).toEqual({
    accuracy: 0,
    f1: 0,
    classes: [{ label: 'a', precision: 0, recall: 0, f1: 0, count: 0 }],
    confusion: [[0]],
  });
});

test('figures of several labels an example, by hand', () => {
  // Decisions: 3 examples of 3 labels. Hits: a in the first, b in the third. Claims: 4. True labels: 4.
  const { accuracy, f1, classes } = multiLabelFigures([[0, 1], [], [1, 2]], [[0, 2], [0], [1]], ['a', 'b', 'c']);
  expect(f1).toBe((2 * 2) / (4 + 4));
  expect(accuracy).toBe(5 / 9);
  expect(classes.map(({ precision, recall, count }) => [precision, recall, count])).toEqual([
    [1 / 2, 1, 1],
    [1, 1 / 2, 2],
    [0, 0, 1],
  ]);
});

test('labels and lengths that do not fit are refused', () => {
  expect(() => classificationFigures([0], [], ['a'])).toThrow(RangeError);
  expect(() => classificationFigures([1], [0], ['a'])).toThrow(RangeError);
  expect(() => classificationFigures([0], [-1], ['a'])).toThrow(RangeError);
  expect(() => multiLabelFigures([[0]], [[0.5]], ['a'])).toThrow(RangeError);
});
