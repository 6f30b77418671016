import { isObject } from './vocabulary';

type Form = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';
const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

/** What a tokenizer does to text before it cuts it; written to its file as a "normalizer". */
export interface TextRules {
  /** In this order. */
  steps: ('lowercase' | Form)[];
  /**
   * Whether a space is put before the text, so that its first word is the same token as elsewhere: for examples,
   * "always"; foreign byte-level files may ask for it "unless" the text begins with one.
   */
  prefix: 'never' | 'always' | 'unless';
}

export function rulesOf(lowercased: boolean, prefix: TextRules['prefix'] = 'never'): TextRules {
  return { steps: lowercased ? ['lowercase'] : [], prefix };
}

/** Applies all but the prefix; may be called for each piece. */
export function applySteps(text: string, { steps }: TextRules): string {
  return steps.reduce((old, step) => (step === 'lowercase' ? lowercase(old) : old.normalize(step)), text);
}

/** Applies the prefix to the beginning of a text, of which `start` is the first piece. */
export function applyPrefix(start: string, { prefix }: TextRules): string {
  return start === '' || prefix === 'never' || (prefix === 'unless' && start.startsWith(' ')) ? start : ` ${start}`;
}

/** Lower case of each code point by itself, as Hugging Face's Lowercase: "Σ" is never the final "ς". */
export function lowercase(text: string): string {
  return text.includes('Σ') ? text.replaceAll('Σ', 'σ').toLowerCase() : text.toLowerCase();
}

/** The "normalizer" of a file. */
export function writeNormalizer({ steps, prefix }: TextRules): object | null {
  const normalizers: object[] = steps.map((step) => ({ type: step === 'lowercase' ? 'Lowercase' : step }));
  if (prefix === 'always') normalizers.push({ type: 'Prepend', prepend: ' ' });
  if (normalizers.length < 2) return normalizers[0] ?? null;
  return { type: 'Sequence', normalizers };
}

/** Reads a "normalizer". Throws what `fail` throws for one that is not known. */
export function readNormalizer(json: unknown, fail: (what: string) => never): TextRules {
  const rules: TextRules = { steps: [], prefix: 'never' };
  if (json === null || json === undefined) return rules;
  const list =
    isObject(json) && json.type === 'Sequence' && Array.isArray(json.normalizers) ? json.normalizers : [json];
  if (list.length > 16) fail('it has more than 16 normalizers');
  for (const step of list as unknown[]) {
    const type = isObject(step) ? step.type : undefined;
    const form = FORMS.find((name) => name === type);
    if (rules.prefix !== 'never') fail('its normalizer does something after Prepend');
    if (form !== undefined) rules.steps.push(form);
    else if (type === 'Lowercase') rules.steps.push('lowercase');
    else if (type === 'Prepend' && isObject(step) && step.prepend === ' ') rules.prefix = 'always';
    else fail(`its normalizer ${named(type)} is not known here`);
  }
  return rules;
}

/** A name from a file, in short, for a message. */
export function named(name: unknown): string {
  return typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : 'without a type';
}
