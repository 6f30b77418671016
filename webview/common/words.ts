/** The words of a page by key: how it says them, and how it takes a host's translations in the place of English. */
export function wordsOf<K extends string>(english: Readonly<Record<K, string>>) {
  let words = english;
  return {
    /** Takes translations; keys that are missing stay English, unknown ones are ignored. */
    translate(translations: unknown): void {
      if (typeof translations !== 'object' || translations === null) return;
      const given = Object.entries(translations).filter(
        ([key, value]) => Object.hasOwn(english, key) && typeof value === 'string',
      );
      words = { ...english, ...Object.fromEntries(given) };
    },

    /** The words under a key, with each {name} replaced. */
    t(key: K, values: Record<string, string | number> = {}): string {
      return words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
    },
  };
}
