import { z } from 'zod';

export const tokens = z
  .strictObject({
    unit: z
      .enum(['character', 'grapheme', 'word', 'bpe'])
      .default('character')
      .describe(
        'What one token is: a Unicode code point, a grapheme cluster, a word (Unicode segmentation), or a piece of a word learned from the file (byte-pair encoding).',
      ),
    lowercase: z.boolean().default(false).describe('Whether text is put in lower case first.'),
    minCount: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(1)
      .describe(
        'Tokens rarer than this in the training part become <unk>; for BPE the rarest pair that is merged; for word vectors 0 chooses by the length of the text.',
      ),
    maxVocabulary: z
      .int()
      .min(2)
      .max(262_144)
      .default(20_000)
      .describe('Largest vocabulary, special tokens included; the most frequent tokens are kept.'),
    maxLength: z
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .describe('Tokens of one example that are read; what is longer is cut off. Running text is never cut.'),
  })
  .describe('How text becomes tokens.');
