/** The words of a page by key, with translations of the host in the place of English where there are some. */
export class Words<K extends string> {
  private words: Readonly<Record<K, string>>;

  constructor(private readonly english: Readonly<Record<K, string>>) {
    this.words = english;
  }

  /** Takes translations; keys that are missing stay English, unknown ones are ignored. */
  translate(translations: unknown): void {
    if (typeof translations !== 'object' || translations === null) return;
    const given = Object.entries(translations).filter(
      ([key, value]) => Object.hasOwn(this.english, key) && typeof value === 'string',
    );
    this.words = { ...this.english, ...Object.fromEntries(given) };
  }

  /** The words under a key, with each {name} replaced. */
  say(key: K, values: Record<string, string | number> = {}): string {
    return this.words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }
}
