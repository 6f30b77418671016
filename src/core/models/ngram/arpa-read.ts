import { UserError } from '../../errors';
import { type ArpaGrams, treeOf } from './arpa-tree';
import { NgramLanguageModel } from './model';
import { LARGEST_ORDER, LARGEST_VOCABULARY } from './options';

/** At or below this logarithm a probability means "never". */
const NEVER = -90;
/** Largest exponent that float32 holds, as a power of ten. */
const LARGEST_EXPONENT = 38;
const MARKERS = ['<s>', '</s>', '<unk>'];
/** A written probability may be above one by rounding. */
const ROUNDING = 1e-4;

export interface ArpaModel {
  model: NgramLanguageModel;
  /** The text of each token as it stands in the file, by id. */
  tokens: string[];
}

/**
 * Reads an ARPA file of untrusted lines. Tokens get their ids from `ids`, or in the order of the file's single tokens.
 * Tokens of `ids` that the file lacks get the probability of <unk>. N-grams whose suffix a pruned file left out are
 * completed with their backed-off probability. Where the file lists <s> and </s> with a probability, the model is one of
 * sentences, else of running text.
 *
 * Throws UserError, naming the line, for everything that is not such a file.
 *
 * @param where names the file in errors
 * @param ids of each token as it stands in the file, 0 to ids.size - 1, if a tokenizer gives them
 */
export function fromArpa(lines: Iterable<string>, where: string, ids?: ReadonlyMap<string, number>): ArpaModel {
  const reading = new Reading(where, ids);
  for (const line of lines) if (reading.push(line)) break;
  return reading.end();
}

class Reading {
  private number = 0;
  /** 0 before \data\, -1 in its counts, n in the n-grams of that order. */
  private section = 0;
  private readonly declared: number[] = [];
  private readonly grams: ArpaGrams[] = [];
  private readonly tokens: string[] = [];
  private readonly ids: Map<string, number>;
  private ended = false;
  /** Probability of <unk>, which tokens that the file lacks get. */
  private unknown = 0;

  constructor(
    private readonly where: string,
    private readonly given: ReadonlyMap<string, number> | undefined,
  ) {
    this.ids = new Map(given);
    given?.forEach((id, token) => (this.tokens[id] = token));
  }

  /** Whether the file ends here. */
  push(text: string): boolean {
    this.number++;
    const line = text.trim();
    if (line === '') return false;
    if (line.startsWith('\\')) this.header(line);
    else if (this.section === -1) this.declare(line);
    else if (this.section > 0) this.gram(line);
    return this.ended;
  }

  end(): ArpaModel {
    if (!this.ended) this.fail('it ends without \\end\\ and may be cut short');
    const begin = this.ids.get('<s>');
    const end = this.ids.get('</s>');
    const ends = end === undefined ? -1 : this.grams[0].tokens.indexOf(end);
    const isSentences = begin !== undefined && ends >= 0 && this.grams[0].probabilities[ends] > 0;
    const levels = treeOf(this.grams, this.tokens.length, this.unknown, (what) => this.fail(what));
    const model = new NgramLanguageModel(levels, {
      smoothing: 'arpa',
      ...(isSentences ? { begin, end } : {}),
      warnings: [],
      sparsity: [],
    });
    return { model, tokens: this.tokens };
  }

  private header(line: string): void {
    if (line === '\\data\\' && this.section === 0) {
      this.section = -1;
      return;
    }
    if (this.section === 0) return;
    if (this.section > 0) this.checkCount();
    if (line === '\\end\\') {
      if (this.section < Math.max(1, this.declared.length)) this.fail(`it has no ${this.section + 1}-grams`);
      this.ended = true;
      return;
    }
    const next = Math.max(0, this.section) + 1;
    if (line !== `\\${next}-grams:` || next > this.declared.length) this.fail(`"${shown(line)}" is out of place`);
    this.section = next;
    this.grams.push({ order: next, tokens: [], probabilities: [], backoffs: [] });
  }

  private checkCount(): void {
    const count = this.grams[this.section - 1].probabilities.length;
    const declared = this.declared[this.section - 1];
    if (count !== declared) this.fail(`it has ${count} ${this.section}-grams, and its header says ${declared}`);
  }

  private declare(line: string): void {
    const [, order, count] =
      /^ngram\s+(\d{1,3})\s*=\s*(\d{1,15})$/.exec(line) ?? this.fail(`"${shown(line)}" is no count`);
    if (Number(order) !== this.declared.length + 1 || Number(order) > LARGEST_ORDER) {
      this.fail(`its orders are not 1, 2 and so on up to ${LARGEST_ORDER} at most`);
    }
    this.declared.push(Number(count));
  }

  private gram(line: string): void {
    const order = this.section;
    const fields = line.split(/[ \t]+/);
    const grams = this.grams[order - 1];
    const hasBackoff = fields.length === order + 2;
    if (fields.length !== order + 1 && !hasBackoff) this.fail(`"${shown(line)}" is no ${order}-gram`);
    const probability = this.power(fields[0]);
    if (probability > 1 + ROUNDING) this.fail(`"${shown(fields[0])}" is no logarithm of a probability`);
    if (order === 1 && fields[1] === '<unk>') this.unknown = Math.min(1, probability);
    if (order === 1 && this.isFormality(fields[1], probability)) {
      this.declared[0]--;
      return;
    }
    for (let i = 1; i <= order; i++)
      grams.tokens.push(order === 1 ? this.newToken(fields[i]) : this.tokenId(fields[i]));
    grams.probabilities.push(Math.min(1, probability));
    grams.backoffs.push(hasBackoff ? this.power(fields[order + 1]) : 1);
  }

  /** Files of running text list <s>, </s> and <unk> for readers that ask; a tokenizer without them does not miss them. */
  private isFormality(token: string, probability: number): boolean {
    if (!this.given || this.given.has(token) || !MARKERS.includes(token)) return false;
    if (token === '</s>' && probability > 0) this.fail('it is of sentences, and the tokenizer has no <s> and </s>');
    return true;
  }

  /** Ten to the power of a written number; 0 for "never". */
  private power(text: string): number {
    const exponent =
      /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) || /^-inf(inity)?$/i.test(text) ? toNumber(text) : NaN;
    if (!(exponent <= LARGEST_EXPONENT)) this.fail(`"${shown(text)}" is no logarithm`);
    return exponent <= NEVER ? 0 : 10 ** exponent;
  }

  private newToken(text: string): number {
    if (this.given) return this.tokenId(text);
    if (this.ids.has(text)) this.fail(`"${shown(text)}" is listed twice`);
    if (this.tokens.length === LARGEST_VOCABULARY) this.fail(`it has more than ${LARGEST_VOCABULARY} tokens`);
    this.ids.set(text, this.tokens.length);
    return this.tokens.push(text) - 1;
  }

  private tokenId(text: string): number {
    return this.ids.get(text) ?? this.fail(`"${shown(text)}" is not among its single tokens or in the tokenizer`);
  }

  private fail(what: string): never {
    throw new UserError(`${this.where} is not a usable ARPA file (line ${this.number}: ${what}): choose another file.`);
  }
}

function toNumber(text: string): number {
  return /^-inf/i.test(text) ? -Infinity : Number(text);
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
