import * as vscode from 'vscode';
import type { TagOptions, TagResult } from '../../protocol/worker';
import { Disposables } from '../common/disposables';
import type { Reporter } from '../common/reporter';
import { setting } from '../common/settings';
import { DocumentTags, type SpanOverlay, type Tagger } from './document-tags';
import type { PlacedSpan } from './spans';
import type { LineRange, TagHost } from './tag-engine';

/** Other labels that are asked for with each span. */
const ALTERNATIVES = 5;

/** Asks a tagger; the worker's request `tag`. Throws UserError and Cancelled. */
export type AskTagger = (options: TagOptions, signal: AbortSignal) => Promise<TagResult>;

/**
 * The tags of all documents that have some, kept up to date while they change. Painting, tree, hover and annotations all
 * read them here.
 */
export class TagModel implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly documents = new Map<vscode.TextDocument, DocumentTags>();
  private readonly spansChanged = this.disposables.add(new vscode.EventEmitter<vscode.TextDocument>());
  private readonly indexed = this.disposables.add(new vscode.EventEmitter<vscode.TextDocument>());
  private readonly labelled = this.disposables.add(new vscode.EventEmitter<readonly string[]>());
  /** Spans of a document have changed, or it has none any more; often, while it is being tagged. */
  readonly onDidChangeSpans = this.spansChanged.event;
  /** The index of a document is new: soon after its spans have changed. */
  readonly onDidIndex = this.indexed.event;
  /** Labels that a tagger knows, before its first spans are told. */
  readonly onDidLearnLabels = this.labelled.event;

  constructor(
    private readonly ask: AskTagger,
    private readonly reporter: Reporter,
  ) {
    this.disposables.add(vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)));
    this.disposables.add(
      vscode.workspace.onDidCloseTextDocument((document) => document.isClosed && this.drop(document)),
    );
    this.disposables.add(vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.goOn(textEditor.document))); // prettier-ignore
    this.disposables.add(vscode.window.onDidChangeVisibleTextEditors((editors) => {
      for (const { document } of editors) this.goOn(document);
    })); // prettier-ignore
  }

  /** Documents with tags or with an overlay. */
  all(): [vscode.TextDocument, DocumentTags][] {
    return [...this.documents];
  }

  of(document: vscode.TextDocument | undefined): DocumentTags | undefined {
    return document && this.documents.get(document);
  }

  /**
   * The spans that are shown in a document now, in order: of the model, and instead of them what people have set. Of a long
   * document ask for the lines that matter.
   */
  currentSpans(document: vscode.TextDocument, lines?: LineRange): PlacedSpan[] {
    const tags = this.documents.get(document);
    const spans: PlacedSpan[] = [];
    for (let line = lines?.from ?? 0; tags && line < Math.min(lines?.to ?? Infinity, tags.lineCount); line++) {
      for (const span of tags.spansAt(line)) spans.push({ line, span });
    }
    return spans;
  }

  /**
   * Shows spans that people have set in the place of the model's, also in a document that no model has tagged. The overlay
   * is asked for each line whenever it is painted; tell `overlayChanged` when its answers change, apart from lines that
   * move with the text. Undefined takes it away.
   */
  setOverlay(document: vscode.TextDocument, overlay: SpanOverlay | undefined): void {
    if (!overlay && !this.documents.has(document)) return;
    const tags = this.entry(document);
    tags.overlay = overlay;
    if (!overlay && !tags.tagger) this.drop(document);
    else this.overlayChanged(document);
  }

  /** The overlay of a document answers otherwise now. */
  overlayChanged(document: vscode.TextDocument): void {
    this.documents.get(document)?.indexer.request();
    this.spansChanged.fire(document);
  }

  /** Tags a document and keeps it tagged. Resolves when all of it is, or when it was stopped. Throws UserError. */
  async tag(document: vscode.TextDocument, tagger: Tagger): Promise<void> {
    const tags = this.entry(document);
    try {
      const work = tags.tag(tagger);
      this.spansChanged.fire(document);
      await work;
    } catch (error) {
      if (tags.lines.count === tags.lines.pending && !tags.overlay) this.drop(document);
      tags.complete = true;
      throw error;
    } finally {
      this.spansChanged.fire(document);
    }
    if (this.documents.get(document) !== tags) return;
    tags.complete = true;
    await tags.indexer.refresh();
  }

  /** Takes the model's tags away; what people have set stays. */
  clear(document: vscode.TextDocument): void {
    const overlay = this.documents.get(document)?.overlay;
    this.drop(document);
    if (overlay) this.setOverlay(document, overlay);
  }

  dispose(): void {
    for (const tags of this.documents.values()) tags.dispose();
    this.documents.clear();
    this.disposables.dispose();
  }

  private entry(document: vscode.TextDocument): DocumentTags {
    let tags = this.documents.get(document);
    if (!tags) {
      tags = new DocumentTags(document.lineCount, this.host(document), () => this.indexed.fire(document));
      this.documents.set(document, tags);
    }
    return tags;
  }

  private host(document: vscode.TextDocument): TagHost {
    return {
      textAt: (line) => document.lineAt(line).text,
      visible: () => visibleLines(document),
      changed: () => {
        this.documents.get(document)?.indexer.request();
        this.spansChanged.fire(document);
      },
      ask: async (texts, signal) => {
        const tags = this.documents.get(document);
        const run = tags?.tagger?.folder ?? '';
        const { labels, chunks, texts: answers } = await this.ask({ run, texts, alternatives: ALTERNATIVES }, signal);
        if (tags && !signal.aborted) Object.assign(tags, { chunks, labels });
        this.labelled.fire(labels);
        return answers;
      },
    };
  }

  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const tags = this.documents.get(document);
    if (!tags || contentChanges.length === 0) return;
    tags.apply(
      contentChanges.map(({ range: { start, end }, text }) => ({
        startLine: start.line,
        startCharacter: start.character,
        endLine: end.line,
        endCharacter: end.character,
        text,
      })),
    );
    this.goOn(document);
    // VS Code moves what is painted by itself; what was asked for paints when the answer is there.
    if (!tags.busy) this.spansChanged.fire(document);
  }

  /** Tags what is pending, unless people want to be left alone while they type. */
  private goOn(document: vscode.TextDocument): void {
    const tags = this.documents.get(document);
    if (!tags || tags.busy || tags.lines.pending === 0 || !setting('tag.onType', document.uri)) return;
    const work = tags.goOn().finally(() => this.spansChanged.fire(document));
    void this.reporter.guard(() => work);
  }

  private drop(document: vscode.TextDocument): void {
    const tags = this.documents.get(document);
    if (!tags) return;
    tags.dispose();
    this.documents.delete(document);
    this.spansChanged.fire(document);
    this.indexed.fire(document);
  }
}

/** Lines that some editor shows of a document. */
function visibleLines(document: vscode.TextDocument): LineRange[] {
  return vscode.window.visibleTextEditors
    .filter((editor) => editor.document === document)
    .flatMap(({ visibleRanges }) => visibleRanges.map(({ start, end }) => ({ from: start.line, to: end.line + 1 })));
}
