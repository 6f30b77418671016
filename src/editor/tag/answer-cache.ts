import type { LineTags } from './tagged-lines';

/** Characters of text that are remembered. */
const MOST = 4_000_000;

/** What the tagger said of texts: undo, moved lines and repeated ones are not asked again. The oldest are forgotten. */
export class AnswerCache {
  private readonly answers = new Map<string, LineTags>();
  private characters = 0;

  constructor(private readonly most = MOST) {}

  get(text: string): LineTags | undefined {
    return this.answers.get(text);
  }

  set(text: string, tags: LineTags): void {
    if (!this.answers.has(text)) this.characters += text.length;
    this.answers.set(text, tags);
    for (const [old] of this.answers) {
      if (this.characters <= this.most || old === text) break;
      this.answers.delete(old);
      this.characters -= old.length;
    }
  }
}
