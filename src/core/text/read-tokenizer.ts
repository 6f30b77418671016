import { UserError } from '../errors';
import { byteAlphabet } from './bpe/alphabet';
import { BpeTokenizer } from './bpe/bpe-tokenizer';
import { CharacterTokenizer } from './character-tokenizer';
import { foreignWords, graphemes, words, type Segmenter } from './segmenters';
import { named, readNormalizer } from './text-rules';
import type { SpecialTokens, Tokenizer } from './tokenizer';
import { isObject, readTokens, specialOf, Vocabulary } from './vocabulary';
import { WordLevelTokenizer } from './word-level-tokenizer';

type Fail = (what: string) => never;

/** Names of special tokens in foreign files. */
const FOREIGN_NAMES: Record<keyof SpecialTokens, string[]> = {
  pad: ['<pad>', '[PAD]'],
  unknown: ['<unk>', '[UNK]'],
  begin: ['<bos>', '<s>', '[CLS]', '[BOS]'],
  end: ['<eos>', '</s>', '[SEP]', '[EOS]'],
};

/**
 * Reads `tokenizer.json`: what the tokenizers here write, and of Hugging Face `tokenizers` the models BPE over bytes
 * (ByteLevel) and WordLevel. Added special tokens are tokens of the vocabulary, but are not looked for in the text, where
 * a person who writes "<s>" means three characters; post-processors are not applied. Throws UserError for anything else.
 *
 * @param where what the file is called in that sentence
 */
export function tokenizerFromJson(json: unknown, where = 'tokenizer.json'): Tokenizer {
  const fail: Fail = (what) => {
    throw new UserError(`${where} is not a tokenizer that can be read here (${what}): choose another run or file.`);
  };
  const file = isObject(json) ? json : fail('it is not a JSON object');
  const model = isObject(file.model) ? file.model : fail('it has no model');
  if (isCharacterFile(file)) return CharacterTokenizer.fromJSON(json, where);
  if (model.type === 'WordLevel') return readWordLevel(file, model, fail);
  // Old files name no type.
  if (model.type === 'BPE' || (model.type === undefined && Array.isArray(model.merges)))
    return readBpe(file, model, fail);
  return fail(`its model ${named(model.type)} is neither WordLevel nor BPE`);
}

function isCharacterFile(file: Record<string, unknown>): boolean {
  const pre = file.pre_tokenizer;
  return isObject(pre) && pre.type === 'Split' && isObject(pre.pattern) && pre.pattern.Regex === '[\\s\\S]';
}

function readWordLevel(file: Record<string, unknown>, model: Record<string, unknown>, fail: Fail): Tokenizer {
  const segmenter = readSegmenter(file.pre_tokenizer, fail);
  const rules = readNormalizer(file.normalizer, fail);
  const tokens = readTokens(model.vocab, file.added_tokens, fail);
  const unknown = typeof model.unk_token === 'string' ? tokens.indexOf(model.unk_token) : -1;
  if (unknown < 0) fail('its vocab lacks its unk_token');
  const special = { ...readSpecial(file, tokens, fail), unknown };
  const joiner = isEmpty(file.decoder) ? ' ' : '';
  if (joiner === '') refuseDecoder(file.decoder, rules.prefix === 'always', fail);
  return new WordLevelTokenizer(new Vocabulary(tokens, special), segmenter, rules, joiner);
}

function readSegmenter(pre: unknown, fail: Fail): Segmenter {
  const wanted = JSON.stringify(pre ?? null);
  const found = [words, graphemes, ...foreignWords].find(({ preTokenizer }) => sameFields(preTokenizer, pre));
  if (found !== undefined) return found;
  return fail(`its pre_tokenizer ${wanted.slice(0, 60)} is not known here`);
}

/** Whether the second has all that the first has; what else it has may be written by newer versions. */
function sameFields(known: unknown, given: unknown): boolean {
  if (!isObject(known)) return known === given;
  return isObject(given) && Object.entries(known).every(([key, value]) => sameFields(value, given[key]));
}

function refuseDecoder(decoder: unknown, stripped: boolean, fail: Fail): void {
  const fuse = { type: 'Fuse' };
  const strip = { type: 'Strip', content: ' ', start: 1, stop: 0 };
  if (!stripped && sameFields(fuse, decoder)) return;
  const list =
    isObject(decoder) && decoder.type === 'Sequence' && Array.isArray(decoder.decoders) ? decoder.decoders : [];
  if (stripped && list.length === 2 && sameFields(fuse, list[0]) && sameFields(strip, list[1])) return;
  fail('its decoder is not known here');
}

function readSpecial(file: Record<string, unknown>, tokens: string[], fail: Fail): SpecialTokens {
  if (isEmpty(file.added_tokens)) return specialOf(tokens);
  const special: SpecialTokens = {};
  for (const entry of file.added_tokens as Record<string, unknown>[]) {
    if (entry.special !== true) fail('it has added_tokens that are not special');
    const kind = (Object.keys(FOREIGN_NAMES) as (keyof SpecialTokens)[]).find((name) =>
      FOREIGN_NAMES[name].includes(entry.content as string),
    );
    if (kind !== undefined) special[kind] = tokens.indexOf(entry.content as string);
  }
  return special;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function readBpe(file: Record<string, unknown>, model: Record<string, unknown>, fail: Fail): Tokenizer {
  const pre = file.pre_tokenizer;
  if (!isObject(pre) || pre.type !== 'ByteLevel' || pre.use_regex === false) fail('its pre_tokenizer is not ByteLevel');
  if (!isObject(file.decoder) || file.decoder.type !== 'ByteLevel') fail('its decoder is not ByteLevel');
  for (const key of ['continuing_subword_prefix', 'end_of_word_suffix', 'dropout', 'byte_fallback']) {
    if (model[key]) fail(`its ${key} is set`);
  }
  const rules = readNormalizer(file.normalizer, fail);
  if (isObject(pre) && pre.add_prefix_space === true) {
    if (rules.prefix !== 'never') fail('it puts a space before the text twice');
    rules.prefix = 'unless';
  }
  const tokens = readTokens(model.vocab, file.added_tokens, fail);
  const known = new Set(tokens);
  if (!byteAlphabet.every((byte) => known.has(byte))) fail('it lacks some of the 256 bytes');
  const merges = (Array.isArray(model.merges) ? (model.merges as unknown[]) : fail('it has no merges')).map((merge) => {
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (!Array.isArray(pair) || pair.length !== 2) return fail('a merge is not two tokens');
    const [a, b] = pair as unknown[];
    const valid = typeof a === 'string' && typeof b === 'string' && [a, b, a + b].every((token) => known.has(token));
    return valid ? ([a, b] as [string, string]) : fail('a merge has a token that the vocab lacks');
  });
  const vocabulary = new Vocabulary(tokens, readSpecial(file, tokens, fail));
  return new BpeTokenizer({ vocabulary, merges, rules, ignoreMerges: model.ignore_merges === true });
}
