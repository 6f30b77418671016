import { UserError } from '../core/errors';
import type { Examples } from '../core/text/examples';
import { CharacterCounter, CharacterTokenizer } from '../core/text/character-tokenizer';
import type { Recipe } from '../core/recipe/schema';
import type { Tokenizer } from '../core/text/tokenizer';

export interface TokenizerTrainer {
  push(text: string): void;
  finishInSlices(): Generator<number, Tokenizer>;
}

export function asTokenizer(tokenizer: CharacterTokenizer): Tokenizer {
  return Object.assign(tokenizer, {
    unit: 'character',
    special: { unknown: tokenizer.unknownId },
    stream: () => ({ push: (text: string) => tokenizer.encode(text), end: () => new Int32Array(0) }),
    decoder: () => ({ push: (ids: ArrayLike<number>) => tokenizer.decode(ids), end: () => '' }),
  } as const);
}

export function trainTokenizer(options: Recipe['tokens'], kind: 'stream' | 'examples'): TokenizerTrainer {
  void kind;
  const counter = new CharacterCounter();
  return {
    push: (text) => counter.add(text),
    *finishInSlices() {
      yield 1;
      return asTokenizer(counter.tokenizer(options));
    },
  };
}

export function tokenizerFromJson(json: unknown, where: string): Tokenizer {
  return asTokenizer(CharacterTokenizer.fromJSON(json, where));
}

export function* readExamples(
  text: string,
  source: Recipe['source'],
  task: Recipe['task'],
  label: string,
): Generator<void, Examples> {
  yield;
  void source;
  throw new UserError(`${label} cannot be read for ${task} (${text.length}).`);
}
