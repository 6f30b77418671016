import * as vscode from 'vscode';
import { parseSidecar } from '../../core/annotations/read-sidecar';
import { formatSidecar, lostSentence, placeSidecar, SIDECAR_SUFFIX } from '../../core/annotations/sidecar';
import { UserError } from '../../core/errors';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import type { Reporter } from '../common/reporter';
import { inSlices } from '../common/slices';
import type { TagModel } from '../tag/tag-model';
import { labelOf } from '../train/target';
import { AnnotatedDocument, type Kept, type Mark } from './annotated-document';
import type { SafeCopies } from './safe-copies';
import { isKnown, readSidecar, sidecarUri, writeSidecar } from './sidecar-file';

interface Entry {
  annotated: AnnotatedDocument;
  uri: vscode.Uri | undefined;
  /** What the file of annotations says, as far as is known here. */
  content: string | undefined;
  /** Why it cannot be read; it is then never written. */
  fault: string | undefined;
  /** Reading and writing, one after the other. */
  work: Promise<void>;
}

/** The annotations of all open documents, and the files that they stand in. */
export class Annotations implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly entries = new Map<vscode.TextDocument, Entry>();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<vscode.TextDocument>());
  /** Annotations of a document have changed; not told where they only move with its text. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly model: TagModel,
    private readonly reporter: Reporter,
    private readonly keys: ContextKeys,
    readonly copies: SafeCopies,
  ) {
    keys.set('annotated', false);
    const { disposables } = this;
    disposables.add(vscode.workspace.onDidOpenTextDocument((document) => this.look(document)));
    disposables.add(vscode.workspace.onDidCloseTextDocument((document) => document.isClosed && this.forget(document)));
    disposables.add(vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)));
    disposables.add(vscode.workspace.onDidSaveTextDocument((document) => this.saved(document)));
    disposables.add(vscode.window.onDidChangeActiveTextEditor(() => this.tell()));
    const watcher = disposables.add(vscode.workspace.createFileSystemWatcher(`**/*${SIDECAR_SUFFIX}`));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
      disposables.add(event((uri) => this.changedOutside(uri)));
    }
    for (const document of vscode.workspace.textDocuments) this.look(document);
  }

  /** What is known of a document; nothing when it has no annotations. */
  of(document: vscode.TextDocument | undefined): AnnotatedDocument | undefined {
    return document && this.entries.get(document)?.annotated;
  }

  /** Resolves when everything that is known has been read and written. */
  async settled(document: vscode.TextDocument): Promise<void> {
    await this.entries.get(document)?.work;
  }

  /** The annotations of a document, read first if need be. Throws UserError when its file is damaged. */
  async open(document: vscode.TextDocument): Promise<AnnotatedDocument> {
    const entry = this.entry(document);
    await entry.work;
    if (entry.fault !== undefined) throw new UserError(entry.fault);
    return entry.annotated;
  }

  /** A step of a person. Throws UserError when it cannot be written. */
  async replace(document: vscode.TextDocument, removed: readonly Mark[], added: readonly Mark[]): Promise<void> {
    const annotated = await this.open(document);
    const { chunks } = this.model.of(document) ?? {};
    // Before the first label, the tagger beside says what labels are of.
    if (chunks !== undefined && !annotated.marks.some(({ state }) => state === 'accepted')) annotated.scheme = chunks ? undefined : 'tokens'; // prettier-ignore
    annotated.replace(removed, added);
    await this.write(document);
  }

  /** Takes over the annotations of a document with the same text, in one step. Throws UserError when it cannot be written. */
  async adopt(document: vscode.TextDocument, { scheme, labels, marks }: Kept): Promise<void> {
    const annotated = await this.open(document);
    annotated.scheme = scheme;
    annotated.labels = [...new Set([...labels, ...annotated.labels])];
    const inWay = annotated.marks.filter(({ start, end }) =>
      marks.some((mark) => start < mark.end && mark.start < end),
    );
    annotated.replace(inWay, marks);
    await this.write(document);
  }

  /** Takes the last step back. Throws UserError when there is none. */
  async undo(document: vscode.TextDocument): Promise<void> {
    const annotated = await this.open(document);
    if (!annotated.undo()) throw new UserError(vscode.l10n.t('There is no annotation to undo in this text.'));
    await this.write(document);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private entry(document: vscode.TextDocument): Entry {
    const known = this.entries.get(document);
    if (known) return known;
    const entry: Entry = {
      annotated: new AnnotatedDocument(document),
      uri: sidecarUri(document),
      content: undefined,
      fault: undefined,
      work: Promise.resolve(),
    };
    this.entries.set(document, entry);
    this.later(entry, () => this.read(document, entry));
    return entry;
  }

  /** Reads the annotations of a document that was opened, if it has some. */
  private look(document: vscode.TextDocument): void {
    if (document.uri.path.endsWith(SIDECAR_SUFFIX) || this.entries.has(document)) return;
    void this.stored(document).then((content) => content !== undefined && !document.isClosed && this.entry(document));
  }

  /** What the file beside a document says; of one that has no file yet, what was kept when its window was closed. */
  private async stored(document: vscode.TextDocument): Promise<string | undefined> {
    const uri = sidecarUri(document);
    if (uri) return readSidecar(uri);
    return document.isUntitled ? this.copies.read(document.uri) : undefined;
  }

  private forget(document: vscode.TextDocument): void {
    this.entries.delete(document);
    // A window that closes does not close its documents: a person has closed this one.
    if (document.isUntitled) void this.copies.drop(document.uri);
  }

  private later(entry: Entry, action: () => Promise<void>): void {
    entry.work = entry.work.then(action).catch((error: unknown) => this.reporter.show(error, 'warning'));
  }

  private async read(document: vscode.TextDocument, entry: Entry): Promise<void> {
    const stands = await this.stored(document);
    const content = entry.uri && stands !== undefined ? await this.mended(entry.uri, stands) : stands;
    if (content === undefined || content === entry.content || document.isClosed) return;
    entry.content = content;
    entry.fault = undefined;
    const { text } = entry.annotated.normal;
    const { version } = document;
    try {
      const stored = parseSidecar(content, labelOf(entry.uri ?? document.uri), text);
      const placed = await inSlices(placeSidecar(text, stored), () => document.version === version);
      if (!placed) {
        // The text changed meanwhile: once more, with the text as it is now.
        entry.content = undefined;
        return await this.read(document, entry);
      }
      // What was kept for a text without a file may be of another one that had its name.
      if (!entry.uri && [...placed.spans, ...placed.reviewed].every(({ lost }) => lost)) return;
      entry.annotated.load(placed);
      const lost = lostSentence(placed, labelOf(document.uri));
      if (entry.uri && lost !== undefined) this.reporter.show(new UserError(lost), 'warning');
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      entry.fault = error.message;
      this.reporter.show(error, 'warning');
    }
    this.show(document, entry);
  }

  /** The content of a file; of one that was cut off while it was saved, the whole that was to be saved. */
  private async mended(uri: vscode.Uri, content: string): Promise<string> {
    const whole = await this.copies.wholeOf(uri, content);
    if (whole === undefined) return content;
    await this.copies.during(uri, whole, () => writeSidecar(uri, whole));
    const mended = vscode.l10n.t('{0} was cut off while it was saved and is whole again.', labelOf(uri));
    this.reporter.show(new UserError(mended), 'warning');
    return whole;
  }

  private async write(document: vscode.TextDocument): Promise<void> {
    const entry = this.entry(document);
    this.show(document, entry);
    const { uri } = entry;
    if (!uri && !document.isUntitled) return;
    const writing = entry.work.then(async () => {
      const content = formatSidecar(entry.annotated.sidecar());
      if (content === entry.content || entry.fault !== undefined) return;
      entry.content = content;
      if (uri) await this.copies.during(uri, content, () => writeSidecar(uri, content));
      else if (!document.isClosed) await this.copies.keep(document.uri, content);
    });
    entry.work = writing.catch(() => undefined);
    await writing;
  }

  private show(document: vscode.TextDocument, { annotated }: Entry): void {
    const overlay = {
      spansAt: (line: number) =>
        line < document.lineCount
          ? annotated.shownAt(line, this.model.of(document)?.lines.at(line)?.tags.spans ?? [])
          : undefined,
    };
    this.model.setOverlay(document, annotated.marks.length > 0 ? overlay : undefined);
    this.tell();
    this.changed.fire(document);
  }

  private tell(): void {
    const marks = this.of(vscode.window.activeTextEditor?.document)?.marks ?? [];
    this.keys.set('annotated', marks.length > 0);
  }

  private follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const entry = this.entries.get(document);
    if (entry) {
      entry.annotated.follow(contentChanges);
      this.model.overlayChanged(document);
    }
    // What a person writes there by hand counts when it is saved; what is half written is no JSON.
    const isWhole = reason !== undefined || !document.isDirty;
    if (isWhole && document.uri.path.endsWith(SIDECAR_SUFFIX)) this.changedOutside(document.uri);
  }

  /** The text is on disk: its annotations go with it. */
  private saved(document: vscode.TextDocument): void {
    if (document.uri.path.endsWith(SIDECAR_SUFFIX)) return this.changedOutside(document.uri);
    const entry = this.entries.get(document);
    if (!entry || entry.content === undefined) return;
    void this.reporter.guard(() => this.write(document));
  }

  /** Somebody else wrote the file, or undid something in it. */
  private changedOutside(uri: vscode.Uri): void {
    for (const [document, entry] of this.entries) {
      if (entry.uri?.toString() !== uri.toString() || isKnown(uri, entry.content)) continue;
      this.later(entry, () => this.read(document, entry));
    }
    const name = uri.toString();
    for (const document of vscode.workspace.textDocuments) {
      if (!this.entries.has(document) && sidecarUri(document)?.toString() === name) this.look(document);
    }
  }
}
