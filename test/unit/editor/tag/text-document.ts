import type { TaggedSpan, TaggedText } from '../../../../src/protocol/worker';
import type { Edit } from '../../../../src/editor/tag/tagged-lines';

/** A document that changes as VS Code's do. */
export class TextDocument {
  lines: string[];

  constructor(text: string) {
    this.lines = text.split(/\r\n|\r|\n/);
  }

  apply({ startLine, startCharacter, endLine, endCharacter, text }: Edit): void {
    const before = this.lines[startLine].slice(0, startCharacter);
    const after = this.lines[endLine].slice(endCharacter);
    this.lines.splice(startLine, endLine - startLine + 1, ...(before + text + after).split(/\r\n|\r|\n/));
  }
}

/** A tagger that calls every word with a capital a name, and nearly so every word of four letters or more. */
export function capitals(text: string): TaggedText {
  const words = [...text.matchAll(/[\p{L}\u{1f300}-\u{1faff}]+/gu)];
  const span = (match: RegExpMatchArray, label: string, probability: number): TaggedSpan => ({
    start: match.index ?? 0,
    end: (match.index ?? 0) + match[0].length,
    label,
    probability,
    alternatives: [{ label: 'O', probability: 1 - probability }],
  });
  return {
    spans: words
      .filter(([word]) => /^\p{Lu}/u.test(word))
      .map((word) => span(word, 'NAME', 0.5 + word[0].length / 100)),
    nearly: words.filter(([word]) => /^\p{Ll}{4}/u.test(word)).map((word) => span(word, 'NAME', 0.2)),
    tokens: words.length,
  };
}
