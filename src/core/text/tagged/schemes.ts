import { chunksOf, isChunkTag, type Chunk } from '../chunks';
import { lineError } from '../formats/format';

/** How tags say where chunks begin and end. */
export const chunkSchemes = ['iob1', 'bio', 'bioes'] as const;
export type ChunkScheme = (typeof chunkSchemes)[number];

/** Tags of a sentence, with the line and the column of each, from 1, for messages. */
export interface TagLines {
  tags: string[];
  lines: number[];
  columns: number[];
}

/**
 * The scheme of a file's tags; undefined where they are no chunks. S or E means BIOES. In IOB1 no B begins a chunk that
 * could begin with I, so a B behind O, at the beginning or behind another type means BIO.
 */
export function schemeOf(sentences: readonly { tags: readonly string[] }[]): ChunkScheme | undefined {
  let scheme: ChunkScheme | undefined;
  for (const { tags } of sentences) {
    for (const [at, tag] of tags.entries()) {
      if (!isChunkTag(tag)) return undefined;
      if (/^[ES]-/.test(tag)) scheme = 'bioes';
      else if (scheme !== 'bioes' && tag[0] === 'B' && !isOpen(tags[at - 1], tag)) scheme = 'bio';
      else if (tag !== 'O') scheme ??= 'iob1';
    }
  }
  return scheme ?? (sentences.length > 0 ? 'bio' : undefined);
}

/** Throws UserError, with the line, where a tag cannot stand behind the one before it in its scheme. */
export function refuseBroken(label: string, sentences: readonly TagLines[], scheme: ChunkScheme): void {
  if (scheme === 'iob1') return;
  for (const { tags, lines, columns } of sentences) {
    for (let at = 0; at <= tags.length; at++) {
      const fault = faultOf(tags[at - 1] ?? 'O', tags[at] ?? 'O', scheme);
      const where = Math.min(at, tags.length - 1);
      if (fault !== undefined) throw lineError(label, lines[where], fault, columns[where]);
    }
  }
}

/** The tags of chunks in a sentence of so many tokens. */
export function tagsOfChunks(chunks: readonly Chunk[], length: number, scheme: ChunkScheme): string[] {
  const tags = new Array<string>(length).fill('O');
  let before: Chunk | undefined;
  for (const chunk of chunks) {
    const { type, from, to } = chunk;
    const touches = before !== undefined && before.to === from && before.type === type;
    for (let at = from; at < to; at++) tags[at] = named(placeIn(chunk, at, scheme, touches), type);
    before = chunk;
  }
  return tags;
}

/** The same chunks in another scheme. */
export function convertTags(tags: readonly string[], scheme: ChunkScheme): string[] {
  return tagsOfChunks(chunksOf(tags), tags.length, scheme);
}

function placeIn({ from, to }: Chunk, at: number, scheme: ChunkScheme, touches: boolean): string {
  if (scheme === 'iob1') return touches && at === from ? 'B' : 'I';
  if (scheme === 'bio') return at === from ? 'B' : 'I';
  if (at === from) return to - from === 1 ? 'S' : 'B';
  return at === to - 1 ? 'E' : 'I';
}

function named(place: string, type: string): string {
  return type === '' ? place : `${place}-${type}`;
}

function typeOf(tag: string): string {
  return tag.slice(2);
}

/** Whether a chunk of the tag's type is open behind the tag before. */
function isOpen(before: string | undefined, tag: string): boolean {
  return before !== undefined && /^[BI]/.test(before) && typeOf(before) === typeOf(tag);
}

/** What is wrong with a tag behind another; O stands for the ends of a sentence. */
function faultOf(before: string, tag: string, scheme: ChunkScheme): string | undefined {
  const goesOn = /^[IE]/.test(tag);
  if (goesOn && !isOpen(before, tag)) {
    const begin = named('B', typeOf(tag));
    return `${tag} follows ${before === 'O' ? 'no entity' : before}, and an entity begins with B; write ${begin}`;
  }
  if (scheme === 'bioes' && /^[BI]/.test(before) && !(goesOn && isOpen(before, tag))) {
    return `${before} is followed by no I or E of its type; write E or S for the last token of an entity`;
  }
  return undefined;
}
