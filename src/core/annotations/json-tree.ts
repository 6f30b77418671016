import { quoted } from '../text/formats/format';

/** A JSON value that knows where in the text it stands, so that a message can name the place. */
export type JsonNode = { offset: number } & (
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'list'; items: JsonNode[] }
  | { kind: 'object'; entries: Map<string, JsonEntry> }
);

export interface JsonEntry {
  /** Where the key stands. */
  offset: number;
  node: JsonNode;
}

/** Says what is wrong at an offset by throwing. */
export type JsonFault = (offset: number, problem: string) => never;

/** Values inside of one another, at most. */
const DEEPEST = 100;
const TOKEN =
  /[ \t\n\r]*(?:("(?:[^"\\\n]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:])|$)/y;

interface Token {
  offset: number;
  /** `end` behind the last one. */
  kind: 'string' | 'number' | 'word' | 'end' | '{' | '}' | '[' | ']' | ',' | ':';
  text: string;
}

/** Reads JSON (RFC 8259) and the place of each value. What is no JSON, or has a key twice, is told to `fail`. */
export function readJson(text: string, fail: JsonFault): JsonNode {
  return new JsonReader(text, fail).read();
}

class JsonReader {
  private at = 0;
  private token: Token;

  constructor(
    private readonly text: string,
    private readonly fail: JsonFault,
  ) {
    this.token = this.next();
  }

  read(): JsonNode {
    const node = this.value(0);
    if (this.token.kind !== 'end') this.unexpected('the end');
    return node;
  }

  private value(depth: number): JsonNode {
    const { offset, kind, text } = this.token;
    if (depth > DEEPEST) this.fail(offset, `values stand in one another more than ${DEEPEST} deep`);
    if (kind === '{') return this.object(depth);
    if (kind === '[') return this.list(depth);
    if (kind !== 'string' && kind !== 'number' && kind !== 'word') return this.unexpected('a value');
    const value = this.parse(text, offset);
    this.token = this.next();
    return { offset, kind: 'value', value };
  }

  private object(depth: number): JsonNode {
    const { offset } = this.token;
    const entries = new Map<string, JsonEntry>();
    this.token = this.next();
    while (!this.took('}')) {
      if (entries.size > 0) this.expect(',', 'a comma or }');
      const key = this.token;
      if (key.kind !== 'string') this.unexpected('a key in quotes');
      const name = String(this.parse(key.text, key.offset));
      if (entries.has(name)) this.fail(key.offset, `the key ${key.text} stands here twice; delete one`);
      this.token = this.next();
      this.expect(':', 'a colon');
      entries.set(name, { offset: key.offset, node: this.value(depth + 1) });
    }
    return { offset, kind: 'object', entries };
  }

  private list(depth: number): JsonNode {
    const { offset } = this.token;
    const items: JsonNode[] = [];
    this.token = this.next();
    while (!this.took(']')) {
      if (items.length > 0) this.expect(',', 'a comma or ]');
      items.push(this.value(depth + 1));
    }
    return { offset, kind: 'list', items };
  }

  private took(kind: Token['kind']): boolean {
    if (this.token.kind !== kind) return false;
    this.token = this.next();
    return true;
  }

  private expect(kind: Token['kind'], what: string): void {
    if (!this.took(kind)) this.unexpected(what);
  }

  private unexpected(wanted: string): never {
    const { kind, text, offset } = this.token;
    return this.fail(
      offset,
      `${kind === 'end' ? 'the file ends' : `${text} stands`} where ${wanted} is needed; complete it or restore the file`,
    );
  }

  private parse(text: string, offset: number): string | number | boolean | null {
    try {
      return JSON.parse(text) as string | number | boolean | null;
    } catch {
      return this.fail(offset, 'this text has a backslash or a control character that JSON does not know; delete it');
    }
  }

  private next(): Token {
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (!match) {
      const offset = this.at + /^[ \t\n\r]*/.exec(this.text.slice(this.at))![0].length;
      if (this.text[offset] === '"') this.fail(offset, 'this quote is not closed on its line; close it');
      const [stray] = /^[\w$]+|^./u.exec(this.text.slice(offset)) ?? [''];
      return this.fail(offset, `${quoted(stray)} begins nothing that JSON knows; delete it or put it in quotes`);
    }
    this.at = TOKEN.lastIndex;
    const [, string, number, word, sign] = match;
    const text = string ?? number ?? word ?? sign ?? '';
    const kind = string !== undefined ? 'string' : number !== undefined ? 'number' : word !== undefined ? 'word' : sign;
    return { offset: this.at - text.length, kind: (kind as Token['kind'] | undefined) ?? 'end', text };
  }
}
