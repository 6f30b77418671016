import { UserError } from '../errors';
import { quoted } from '../text/formats/format';
import { anchorAt, type Anchor } from './anchor';
import { readJson, type JsonFault, type JsonNode } from './json-tree';
import {
  byPlace,
  isLabel,
  LONGEST_LABEL,
  SIDECAR_VERSION,
  type Annotation,
  type LabelScheme,
  type Sidecar,
} from './sidecar';

const ANCHOR_KEYS = ['start', 'end', 'text', 'before', 'after', 'lost'];
const EXAMPLE = '{"start": 0, "end": 5, "label": "person"}';

/**
 * Reads a file of annotations. Where a span does not say what text it covers, the offsets count. Throws UserError with line
 * and column: no JSON, unknown keys, wrong types, labels that the file does not list, offsets that cannot be, spans that
 * overlap.
 *
 * @param name what people call the file
 * @param text what is annotated, normalised (see TextNormaliser)
 */
export function parseSidecar(json: string, name: string, text: string): Sidecar {
  const fail: JsonFault = (offset, problem) => {
    const before = json.slice(0, offset).split('\n');
    const column = before[before.length - 1].length + 1;
    throw new UserError(`${name}, line ${before.length}, column ${column}: ${problem}.`);
  };
  const clean = json.startsWith('\uFEFF') ? ` ${json.slice(1)}` : json;
  return new SidecarReader(text, fail).read(readJson(clean, fail));
}

/** A span and where it is written. */
interface Placed {
  span: Annotation;
  offset: number;
}

class SidecarReader {
  constructor(
    private readonly text: string,
    private readonly fail: JsonFault,
  ) {}

  read(root: JsonNode): Sidecar {
    const get = this.fields(
      root,
      ['version', 'scheme', 'labels', 'spans', 'reviewed'],
      '{"version": 1, "labels": [], "spans": []}',
    );
    const version = get('version');
    if (this.number(version ?? this.missing(root, 'version'), 'version') !== SIDECAR_VERSION) {
      this.fail(
        (version ?? root).offset,
        `only version ${SIDECAR_VERSION} of this format can be read; update Sequence Lab`,
      );
    }
    const scheme = this.scheme(get('scheme'));
    const labels = this.labels(get('labels'));
    const placed = this.list(get('spans') ?? this.missing(root, 'spans'), 'spans').map((node) =>
      this.span(node, labels),
    );
    this.refuseOverlaps(placed);
    const reviewed = get('reviewed');
    return {
      ...(scheme && { scheme }),
      labels: labels ?? [...new Set(placed.map(({ span }) => span.label))].sort(),
      spans: placed.map(({ span }) => span).sort(byPlace),
      reviewed: reviewed ? this.list(reviewed, 'reviewed').map((node) => this.line(node)) : [],
    };
  }

  private scheme(node: JsonNode | undefined): LabelScheme | undefined {
    const scheme = node && this.string(node, 'scheme');
    if (node && scheme !== 'entities' && scheme !== 'tokens') {
      this.fail(node.offset, `the scheme is ${quoted(scheme ?? '')}; write "entities" or "tokens"`);
    }
    return scheme as LabelScheme | undefined;
  }

  private labels(node: JsonNode | undefined): string[] | undefined {
    if (!node) return undefined;
    const labels: string[] = [];
    for (const item of this.list(node, 'labels')) {
      const label = this.label(item);
      if (labels.includes(label)) this.fail(item.offset, `the label ${quoted(label)} stands here twice; delete one`);
      labels.push(label);
    }
    return labels;
  }

  private span(node: JsonNode, labels: string[] | undefined): Placed {
    const get = this.fields(node, [...ANCHOR_KEYS, 'label', 'state'], EXAMPLE);
    const anchor = this.anchor(node, get);
    const named = get('label') ?? this.missing(node, 'label');
    const label = this.label(named);
    if (labels && !labels.includes(label)) {
      this.fail(named.offset, `the label ${quoted(label)} is not among "labels"; add it there or correct it`);
    }
    const given = get('state');
    const state = given === undefined ? 'accepted' : this.string(given, 'state');
    if (given && state !== 'accepted' && state !== 'rejected') {
      this.fail(given.offset, `the state is ${quoted(state)}; write "accepted" or "rejected"`);
    }
    return { span: { ...anchor, label, state: state as Annotation['state'] }, offset: node.offset };
  }

  private line(node: JsonNode): Anchor {
    return this.anchor(node, this.fields(node, ANCHOR_KEYS, '{"start": 0, "end": 5}'));
  }

  private anchor(node: JsonNode, get: (key: string) => JsonNode | undefined): Anchor {
    const start = this.offset(get('start') ?? this.missing(node, 'start'), 'start');
    const ending = get('end') ?? this.missing(node, 'end');
    const end = this.offset(ending, 'end');
    if (end <= start) this.fail(ending.offset, `the end ${end} is not behind the start ${start}; correct one of them`);
    const words = get('text');
    const lost = get('lost');
    if (lost && (lost.kind !== 'value' || typeof lost.value !== 'boolean')) {
      this.fail(lost.offset, '"lost" is neither true nor false; correct it or delete it');
    }
    if (!words) return this.bare(node, ending, start, end);
    const text = this.string(words, 'text');
    if (text.length !== end - start) {
      this.fail(words.offset, `the text has ${text.length} code units, and ${start} to ${end} are ${end - start}; correct one of them`); // prettier-ignore
    }
    this.refuseLineEnd(words, text);
    const [before, after] = ['before', 'after'].map((key) => {
      const context = get(key);
      return context ? this.string(context, key) : '';
    });
    const gone = lost?.kind === 'value' && lost.value === true;
    return { start, end, text, before, after, ...(gone ? { lost: true } : {}) };
  }

  /** A stretch of which only the offsets are known. */
  private bare(node: JsonNode, ending: JsonNode, start: number, end: number): Anchor {
    if (end > this.text.length) {
      this.fail(ending.offset, `the end ${end} lies outside of the text of ${this.text.length} code units; correct it`);
    }
    const anchor = anchorAt(this.text, start, end);
    if (anchor.text.trim() === '') this.fail(node.offset, `${start} to ${end} cover no words; correct it or delete it`);
    this.refuseLineEnd(node, anchor.text);
    return anchor;
  }

  private refuseLineEnd(node: JsonNode, text: string): void {
    if (text.includes('\n')) this.fail(node.offset, 'this goes over the end of a line; cut it there');
  }

  private refuseOverlaps(placed: readonly Placed[]): void {
    const accepted = placed.filter(({ span }) => span.state === 'accepted' && !span.lost);
    accepted.sort((a, b) => byPlace(a.span, b.span));
    for (let k = 1; k < accepted.length; k++) {
      const [{ span: one }, { span: two, offset }] = [accepted[k - 1], accepted[k]];
      if (two.start >= one.end) continue;
      const name = ({ start, end, label }: Annotation): string => `${start}–${end} (${quoted(label)})`;
      this.fail(offset, `the span ${name(two)} overlaps the span ${name(one)}; delete one of them`);
    }
  }

  /** The values of an object by key; a key that nobody knows is refused. */
  private fields(node: JsonNode, known: string[], example: string): (key: string) => JsonNode | undefined {
    if (node.kind !== 'object') return this.fail(node.offset, `here an object is needed; write ${example}`);
    for (const [key, { offset }] of node.entries) {
      if (!known.includes(key)) this.fail(offset, `the key ${quoted(key)} is unknown; known are ${known.join(', ')}`);
    }
    return (key) => node.entries.get(key)?.node;
  }

  private missing({ offset }: JsonNode, key: string): never {
    return this.fail(offset, `here "${key}" is missing; add it`);
  }

  private list(node: JsonNode, key: string): JsonNode[] {
    return node.kind === 'list' ? node.items : this.fail(node.offset, `"${key}" is no list; write "${key}": []`);
  }

  private string(node: JsonNode, key: string): string {
    const isText = node.kind === 'value' && typeof node.value === 'string';
    return isText ? (node.value as string) : this.fail(node.offset, `"${key}" is no text; put it in quotes`);
  }

  private number(node: JsonNode, key: string): number {
    const isNumber = node.kind === 'value' && typeof node.value === 'number';
    return isNumber
      ? (node.value as number)
      : this.fail(node.offset, `"${key}" is no number; write one without quotes`);
  }

  private offset(node: JsonNode, key: string): number {
    const value = this.number(node, key);
    const fits = Number.isSafeInteger(value) && value >= 0;
    return fits
      ? value
      : this.fail(node.offset, `"${key}" is ${value}, and offsets are whole numbers from 0; correct it`);
  }

  private label(node: JsonNode): string {
    const label = this.string(node, 'label');
    return isLabel(label)
      ? label
      : this.fail(node.offset, `${quoted(label)} is no label; write 1 to ${LONGEST_LABEL} characters without blanks`);
  }
}
