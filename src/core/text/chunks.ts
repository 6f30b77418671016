/** A span of tokens with a type: an entity, a phrase. */
export interface Chunk {
  type: string;
  /** Index of the first token. */
  from: number;
  /** Index behind the last token. */
  to: number;
}

/** A tag of a token: its place in a chunk, and the chunk's type. */
interface ChunkTag {
  /** B, I, E or S; O outside of all chunks. */
  place: string;
  type: string;
}

/**
 * The chunks of a sentence, read as the shared tasks of CoNLL did with `conlleval` (Tjong Kim Sang and Buchholz, 2000):
 * whatever the scheme, a chunk begins with B or S, with I or E where none of its type is open, and ends before the next
 * beginning, before O, and after E or S. IOB1, BIO (IOB2), IOE and BIOES are all read so, and no tag is an error: I
 * without B begins a chunk, and a tag without a type has the type "".
 */
export function chunksOf(tags: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  let before: ChunkTag = { place: 'O', type: '' };
  tags.forEach((tag, at) => {
    const now = parseTag(tag);
    if (begins(before, now)) chunks.push({ type: now.type, from: at, to: at + 1 });
    else if (now.place !== 'O') chunks[chunks.length - 1].to = at + 1;
    before = now;
  });
  return chunks;
}

/** Whether a tag speaks of chunks: O, bare B or I, or a place, a hyphen and a type. Tags of parts of speech do not. */
export function isChunkTag(tag: string): boolean {
  return /^([OBI]|[BIES]-.*)$/.test(tag);
}

function parseTag(tag: string): ChunkTag {
  const hyphen = tag.indexOf('-');
  const [place, type] = hyphen < 0 ? [tag, ''] : [tag.slice(0, hyphen), tag.slice(hyphen + 1)];
  return place === 'O' ? { place, type: '' } : { place, type };
}

function begins(before: ChunkTag, now: ChunkTag): boolean {
  if (now.place === 'O') return false;
  if (now.place === 'B' || now.place === 'S') return true;
  return before.place === 'O' || before.place === 'E' || before.place === 'S' || before.type !== now.type;
}
