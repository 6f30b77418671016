import { describe, expect, it } from 'vitest';
import { exampleLine, sameLabels } from '../../../src/editor/classify/example-line';

const labels = ['positive', 'negative'];

describe('exampleLine', () => {
  it('takes the label off, so that the model does not read the answer', () => {
    expect(exampleLine('negative\tnot good', labels)).toEqual({ text: 'not good', truth: ['negative'] });
    expect(exampleLine('negative\ta\tb', labels)).toEqual({ text: 'a\tb', truth: ['negative'] });
    expect(exampleLine('__label__negative __label__x not good', labels)).toEqual({
      text: 'not good',
      truth: ['negative', 'x'],
    });
    expect(exampleLine('positive;negative\tso so', labels, ';').truth).toEqual(['positive', 'negative']);
  });

  it('leaves other text as it is', () => {
    for (const line of ['not good', 'unknown\tnot good', 'negative not good', ''])
      expect(exampleLine(line, labels)).toEqual({ text: line });
  });

  it('compares labels as sets', () => {
    expect(sameLabels(['a', 'b'], ['b', 'a'])).toBe(true);
    expect(sameLabels(['a'], ['a', 'b'])).toBe(false);
    expect(sameLabels(['a', 'b'], ['a', 'c'])).toBe(false);
  });
});
