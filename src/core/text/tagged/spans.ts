import { UserError } from '../../errors';
import { chunksOf, isChunkTag, type Chunk } from '../chunks';
import { lineError, linesOf, quoted, Slices } from '../formats/format';
import { isObject } from '../vocabulary';
import { tagsOfChunks } from './schemes';
import { joinTokens, type LabelledSpan, type TaggedText } from './tagged-text';
import { wordsOf } from './words';

/** Fields that spans are found in. */
const FIELDS = ['spans', 'entities', 'labels'] as const;

/**
 * A JSON object a line: {"text": "…", "spans": [{"start": 0, "end": 5, "label": "person"}]}; the spans may also stand in
 * "entities" or "labels", and be lists [0, 5, "person"]. Offsets count UTF-16 code units from 0. Each line of a text is a
 * sentence; tags are BIO. Throws UserError with the line: no JSON, spans that overlap, are empty or outside of the text.
 *
 * @param text normalised (see TextNormaliser)
 */
export function* readSpans(text: string, label: string): Generator<void, TaggedText[]> {
  const slices = new Slices();
  const sentences: TaggedText[] = [];
  for (const { line, number } of linesOf(text)) {
    if (slices.due(line.length)) yield;
    if (line.trim() === '') continue;
    const record = parse(line, number, label);
    if (typeof record.text !== 'string') {
      throw lineError(label, number, 'the field "text" holds no text; add it');
    }
    const given = FIELDS.map((field) => record[field]).find((value) => value !== undefined) ?? [];
    if (!Array.isArray(given)) throw lineError(label, number, 'the spans are no list; write "spans": []');
    const fail = (problem: string): never => {
      throw lineError(label, number, problem);
    };
    const spans = given.map((value, k) => spanOf(value, k + 1, fail));
    sentences.push(...tagText(record.text, spans, fail));
  }
  if (sentences.length > 0) return sentences;
  throw new UserError(`${label} has no texts: choose a file with a JSON object a line, with "text" and "spans".`);
}

/**
 * Tokens of a text, see `wordsOf`, with BIO tags for its spans; a token that a span cuts becomes two. Each line of the text
 * that is not blank is a sentence.
 *
 * @param fail throws for spans that overlap, are empty, go over a line's end or lie outside of the text
 * @param borders other offsets at which tokens end
 */
export function tagText(
  text: string,
  spans: readonly LabelledSpan[],
  fail: (problem: string) => never,
  borders: readonly number[] = [],
): TaggedText[] {
  const sorted = spans.toSorted((a, b) => a.start - b.start || a.end - b.end);
  sorted.forEach((span, k) => refuseSpan(text, span, sorted[k - 1], fail));
  const sentences: TaggedText[] = [];
  let next = 0;
  let from = 0;
  for (const line of text.split('\n')) {
    const own: LabelledSpan[] = [];
    for (; next < sorted.length && sorted[next].start < from + line.length; next++) {
      const { start, end, label } = sorted[next];
      own.push({ start: start - from, end: end - from, label });
    }
    const cuts = borders.map((border) => border - from);
    if (line.trim() !== '') sentences.push(tagLine(line, own, cuts));
    from += line.length + 1;
  }
  return sentences;
}

/** A sentence as a JSON object on a line; see `spansOf`. */
export function toSpans(sentence: TaggedText): string {
  return `${JSON.stringify(spansOf(sentence))}\n`;
}

/** The running text of a sentence and its spans; tags that are no chunks become a span each. */
export function spansOf(sentence: TaggedText): { text: string; spans: LabelledSpan[] } {
  const { text, starts } = joinTokens(sentence);
  const { tokens, tags } = sentence;
  const single = (type: string, at: number): Chunk => ({ type, from: at, to: at + 1 });
  const chunks = tags.every(isChunkTag) ? chunksOf(tags) : tags.map(single);
  const spans = chunks.map(({ type, from, to }) => ({
    ...{ start: starts[from], end: starts[to - 1] + tokens[to - 1].length, label: type },
  }));
  return { text, spans };
}

function tagLine(line: string, spans: LabelledSpan[], cuts: readonly number[]): TaggedText {
  const borders = [...cuts, ...spans.flatMap(({ start, end }) => [start, end])].toSorted((a, b) => a - b);
  const starts: number[] = [];
  const ends: number[] = [];
  let next = 0;
  for (const { token, at } of wordsOf(line)) {
    const end = at + token.length;
    starts.push(at);
    for (; next < borders.length && borders[next] < end; next++) {
      if (borders[next] <= starts[starts.length - 1]) continue;
      ends.push(borders[next]);
      starts.push(borders[next]);
    }
    ends.push(end);
  }
  const chunks = spans.map(({ start, end, label }) => ({
    ...{ type: label, from: starts.findIndex((at) => at >= start), to: starts.filter((at) => at < end).length },
  }));
  return {
    tokens: starts.map((start, i) => line.slice(start, ends[i])),
    tags: tagsOfChunks(chunks, starts.length, 'bio'),
    spaces: ends.map((end, i) => starts[i + 1] !== end),
  };
}

function refuseSpan(
  text: string,
  { start, end, label }: LabelledSpan,
  before: LabelledSpan | undefined,
  fail: (problem: string) => never,
): void {
  const name = `the span ${start}–${end} (${quoted(label)})`;
  if (start < 0 || end > text.length) fail(`${name} lies outside of the text of ${text.length} characters; correct it`);
  const covered = text.slice(start, end);
  if (covered.trim() === '') fail(`${name} covers no words; correct it or delete it`);
  if (covered.includes('\n')) fail(`${name} goes over the end of a line; cut it there`);
  if (before && start < before.end) {
    fail(`${name} overlaps the span ${before.start}–${before.end} (${quoted(before.label)}); delete one of them`);
  }
}

function spanOf(value: unknown, number: number, fail: (problem: string) => never): LabelledSpan {
  const [start, end, label] = Array.isArray(value)
    ? (value as unknown[])
    : isObject(value)
      ? [value.start, value.end, value.label]
      : [];
  const isOffset = (offset: unknown): offset is number => typeof offset === 'number' && Number.isInteger(offset);
  if (!isOffset(start) || !isOffset(end) || typeof label !== 'string' || !/^\S+$/.test(label)) {
    return fail(
      `span ${number} is not {"start": 0, "end": 5, "label": "name"} with whole numbers and a label without blanks`,
    );
  }
  return { start, end, label };
}

function parse(line: string, number: number, label: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    const column = position === undefined ? '' : ` at column ${Number(position) + 1}`;
    throw lineError(label, number, `this is not JSON${column}; write {"text": "…", "spans": []}`);
  }
  throw lineError(label, number, 'this is JSON but no object; write {"text": "…", "spans": []}');
}
