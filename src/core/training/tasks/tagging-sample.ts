import { chunksOf, isChunkTag, type Chunk } from '../../text/chunks';
import type { TaggedText } from '../../text/tagged/tagged-text';

/** Tokens that are shown of a sentence. */
const MOST = 60;

/**
 * A held-out sentence with the tags that a model gave, for people. Entities stand in brackets, "[Harry person]", with ✗ where
 * they are wrong, and those that were missed follow; other tags stand behind their tokens: "dog/NOUN", "run/NOUN✗VERB".
 */
export function shownSentence({ tokens, tags }: TaggedText, given: readonly string[]): string {
  const all = tokens.length > MOST;
  const [words, gold, said] = [tokens.slice(0, MOST), tags.slice(0, MOST), given.slice(0, MOST)];
  const right = gold.every((tag, at) => tag === said[at]);
  const chunks = [...gold, ...said].every(isChunkTag);
  const text = chunks ? withEntities(words, chunksOf(gold), chunksOf(said)) : withTags(words, gold, said);
  return `${right ? '✓' : '✗'} ${text}${all ? ' …' : ''}`;
}

function withTags(words: string[], gold: string[], said: readonly string[]): string {
  return words.map((word, at) => `${word}/${said[at]}${said[at] === gold[at] ? '' : `✗${gold[at]}`}`).join(' ');
}

function withEntities(words: string[], gold: Chunk[], said: Chunk[]): string {
  const nameOf = ({ type, from, to }: Chunk) => `${from} ${to} ${type}`;
  const [there, found] = [new Set(gold.map(nameOf)), new Set(said.map(nameOf))];
  const shown = words.slice();
  for (const chunk of said) {
    shown[chunk.from] = `[${shown[chunk.from]}`;
    shown[chunk.to - 1] += ` ${chunk.type}${there.has(nameOf(chunk)) ? '' : ' ✗'}]`;
  }
  const missed = gold.filter((chunk) => !found.has(nameOf(chunk)));
  const list = missed.map(({ type, from, to }) => `${words.slice(from, to).join(' ')} (${type})`);
  return shown.join(' ') + (list.length > 0 ? ` – missed: ${list.join(', ')}` : '');
}
