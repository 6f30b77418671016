import { EntityIndexer } from './entity-indexer';
import type { ShownSpan, SpanSource } from './spans';
import { TagEngine, type TagHost } from './tag-engine';
import { NO_TAGS, TaggedLines, type Edit } from './tagged-lines';

/** Spans that people have set in a document; whoever keeps them says when they change. */
export interface SpanOverlay {
  /**
   * What is set in a line, in order and without overlap, in UTF-16 code units of the line; it hides everything that the
   * model says of the line. Undefined where nothing is set, so that the model's spans show; an empty list shows nothing.
   */
  spansAt(line: number): readonly ShownSpan[] | undefined;
}

/** What tags: a run, or the small tagger that is shipped. */
export interface Tagger {
  /** The run folder. */
  folder: string;
  name: string;
  /** Tells one state of a run that goes on learning from the next. */
  version: string;
  /** It was the current run, and when another one is, that is what tags. */
  followsCurrent: boolean;
}

/** All that is known of one document: the model's tags, what people have set, and the index of both. */
export class DocumentTags implements SpanSource {
  tagger: Tagger | undefined;
  /** Whether its labels are of entities, or else of single tokens; undefined before its first answer. */
  chunks: boolean | undefined;
  /** All labels that it knows. */
  labels: readonly string[] = [];
  overlay: SpanOverlay | undefined;
  /** A tagger has been through all of it once. */
  complete = false;
  readonly lines: TaggedLines;
  readonly indexer: EntityIndexer;
  private engine: TagEngine | undefined;

  constructor(
    lineCount: number,
    private readonly host: TagHost,
    indexed: () => void,
  ) {
    this.lines = new TaggedLines(lineCount);
    this.indexer = new EntityIndexer(this, (line) => host.textAt(line), indexed);
  }

  get lineCount(): number {
    return this.lines.count;
  }

  spansAt(line: number): readonly ShownSpan[] {
    return this.overlay?.spansAt(line) ?? (this.lines.at(line) ?? { tags: NO_TAGS }).tags.spans;
  }

  nearlyAt(line: number): readonly ShownSpan[] {
    return this.overlay?.spansAt(line) ? [] : (this.lines.at(line) ?? { tags: NO_TAGS }).tags.nearly;
  }

  /** Whether lines are being tagged. */
  get busy(): boolean {
    return this.engine?.busy ?? false;
  }

  /** Share of the lines that have their tags, 0 to 1. */
  get progress(): number {
    return 1 - this.lines.pending / Math.max(1, this.lines.count);
  }

  /** Tags the whole document with a tagger; what is shown stays until the new tags come. Throws what the tagger throws. */
  async tag(tagger: Tagger): Promise<void> {
    this.engine?.stop();
    this.tagger = tagger;
    this.chunks = undefined;
    this.labels = [];
    this.lines.invalidate();
    this.engine = new TagEngine(this.lines, this.host);
    await this.goOn();
  }

  /** Tags what is pending, if there is a tagger. Throws what the tagger throws. */
  async goOn(): Promise<void> {
    const { engine } = this;
    if (!engine) return;
    try {
      await engine.run();
    } catch (error) {
      // Not asked again: what fails now would fail at every key press.
      engine.stop();
      if (this.engine !== engine) return;
      this.engine = undefined;
      throw error;
    }
  }

  /** From now on only what is visible is tagged. */
  restrictToVisible(): void {
    this.engine?.restrictToVisible();
  }

  /** Follows the changes of one event, in its order. */
  apply(edits: readonly Edit[]): void {
    for (const edit of edits) this.lines.apply(edit);
    this.indexer.request();
  }

  dispose(): void {
    this.engine?.stop();
    this.indexer.dispose();
  }
}
