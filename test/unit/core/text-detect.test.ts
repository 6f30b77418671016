import { describe, expect, it } from 'vitest';
import { findBuiltIn } from '../../../src/core/recipe';
import { detectFormat } from '../../../src/core/text/detect';

describe('detectFormat', () => {
  it('says what it found, with figures', () => {
    const guess = detectFormat('abc😀'.repeat(500), 'play.txt');
    expect(guess).toEqual({
      format: 'text',
      recipe: 'character-lstm',
      reason: 'play.txt is plain text (4 different characters in 2,000), a language model fits.',
    });
    expect(findBuiltIn(guess.recipe).name).toBe('character-lstm');
    expect(detectFormat('', 'empty.txt').reason).toContain('0 different characters in 0');
  });
});
