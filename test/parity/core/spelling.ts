import type { Tokenizer } from '../../../src/core/text/tokenizer';

const TOKENS = ['<pad>', '<unk>', '<bos>', '<eos>', 'a', 'b', 'c'];

/** Three labels, each with a text of its own, eight times. */
export function spelling(): { tokenizer: Tokenizer; ids: Int32Array[]; labels: number[] } {
  const encode = (text: string) => Int32Array.from(text, (letter) => TOKENS.indexOf(letter));
  const tokenizer: Tokenizer = {
    unit: 'character',
    size: TOKENS.length,
    special: { pad: 0, unknown: 1, begin: 2, end: 3 },
    unknownId: 1,
    encode,
    decode: (ids) => Array.from(ids, (id) => (id < 4 ? '' : TOKENS[id])).join(''),
    token: (id) => TOKENS[id],
    unknownCount: () => 0,
    toJSON: () => ({}),
  };
  const texts = ['abc', 'cab', 'bbbb'];
  const numbers = Array.from({ length: 24 }, (_, n) => n % 3);
  return { tokenizer, labels: numbers, ids: numbers.map((n) => Int32Array.of(2, ...encode(texts[n]), 3)) };
}
