import type * as vscode from 'vscode';
import type { Anchor } from '../../core/annotations/anchor';
import { Fingerprint } from '../../core/annotations/fingerprint';
import { byPlace, type Annotation, type LabelScheme, type Sidecar } from '../../core/annotations/sidecar';
import { SpanTracker } from '../../core/annotations/tracker';
import type { TaggedSpan } from '../../protocol/worker';
import type { ShownSpan } from '../tag/spans';
import { NormalText } from './normal-text';

/** What people have set in a document: a span of a label, a span that is none, or a line that they have read. */
export interface Mark extends Anchor {
  label: string;
  state: Annotation['state'] | 'read';
}

/** Annotations to be taken to another document with the same text. */
export interface Kept {
  scheme: LabelScheme | undefined;
  labels: readonly string[];
  marks: readonly Mark[];
}

/** The annotations of an open document; they follow its edits. */
export class AnnotatedDocument {
  readonly normal: NormalText;
  labels: string[] = [];
  /** What labels are of; kept once something has one. */
  scheme: LabelScheme | undefined;
  /** Annotations that the text does not hold any more; the file keeps them. */
  private lost: Pick<Sidecar, 'spans' | 'reviewed'> = { spans: [], reviewed: [] };
  private tracker: SpanTracker<Mark>;
  private readonly fingerprint: Fingerprint;
  private byLine: Map<number, Mark[]> | undefined;

  constructor(readonly document: vscode.TextDocument) {
    this.normal = new NormalText(document);
    this.fingerprint = new Fingerprint(this.normal.lines());
    this.tracker = this.track([]);
  }

  /** All marks, in order. */
  get marks(): Mark[] {
    return this.tracker.spans;
  }

  /** What another document with this text may take over; undefined when there is nothing. */
  kept(): Kept | undefined {
    const { scheme, labels, marks } = this;
    return marks.length > 0 ? { scheme, labels, marks } : undefined;
  }

  /** What a file of annotations says, where it is in the text; earlier steps can no longer be taken back. */
  load({ scheme, labels, spans, reviewed }: Sidecar): void {
    this.scheme = scheme;
    this.labels = labels;
    this.lost = { spans: spans.filter(({ lost }) => lost), reviewed: reviewed.filter(({ lost }) => lost) };
    const read = reviewed.map((line): Mark => ({ ...line, label: '', state: 'read' }));
    this.tracker = this.track([...spans, ...read].filter(({ lost }) => !lost));
    this.byLine = undefined;
  }

  /** What the file of annotations is to say. */
  sidecar(): Sidecar {
    const fresh = (mark: Mark): Anchor => this.normal.anchor(mark);
    const spans = this.marks.flatMap((mark) => (mark.state === 'read' ? [] : [{ ...fresh(mark), label: mark.label, state: mark.state }])); // prettier-ignore
    const reviewed = this.marks.filter(({ state }) => state === 'read').map(fresh);
    return {
      ...(this.scheme && { scheme: this.scheme }),
      labels: this.labels,
      spans: [...spans, ...this.lost.spans].sort(byPlace),
      reviewed: [...reviewed, ...this.lost.reviewed].sort(byPlace),
    };
  }

  /** A step that can be taken back. */
  replace(removed: readonly Mark[], added: readonly Mark[]): void {
    for (const { label } of added)
      if (label !== '' && !this.labels.includes(label)) this.labels = [...this.labels, label];
    this.tracker.replace(removed, added);
    this.byLine = undefined;
  }

  undo(): boolean {
    this.byLine = undefined;
    return this.tracker.undo();
  }

  follow(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    this.fingerprint.follow(
      changes.map(({ range, text }) => ({
        ...{ startLine: range.start.line, endLine: range.end.line },
        written: text.split(/\r\n|\r|\n/).length - 1,
      })),
      (line) => this.document.lineAt(line).text,
    );
    this.tracker.follow(
      changes.map((change) => this.normal.changeOf(change)),
      (start, end) => this.normal.read(start, end),
      this.fingerprint.value,
    );
    this.byLine = undefined;
  }

  /** Marks that begin in a line, in order. */
  marksIn(line: number): readonly Mark[] {
    if (!this.byLine) {
      this.byLine = new Map();
      for (const mark of this.marks) {
        const own = this.normal.positionAt(mark.start).line;
        this.byLine.set(own, [...(this.byLine.get(own) ?? []), mark]);
      }
    }
    return this.byLine.get(line) ?? [];
  }

  /** Marks that hold a stretch, or touch it where it is empty. */
  marksAt(start: number, end: number): Mark[] {
    return this.marks.filter((mark) => mark.state !== 'read' && (start === end ? mark.start <= start && end <= mark.end : mark.start < end && start < mark.end)); // prettier-ignore
  }

  /**
   * What is shown in a line: accepted spans, and those of the model that nobody decided about. Undefined where nothing is
   * set.
   */
  shownAt(line: number, proposed: readonly TaggedSpan[]): ShownSpan[] | undefined {
    const marks = this.marksIn(line);
    if (marks.length === 0) return undefined;
    const from = this.normal.offsetAt(this.document.lineAt(line).range.start);
    const own = marks.map((mark) => ({ ...mark, start: mark.start - from, end: mark.end - from }));
    const accepted = own
      .filter(({ state }) => state === 'accepted')
      .map(({ start, end, label }): ShownSpan => ({
        ...{ start, end, label, probability: 1, alternatives: [], annotated: true },
      }));
    const open = proposed.filter(
      ({ start, end, label }) =>
        !own.some((mark) =>
          mark.state === 'rejected'
            ? mark.start === start && mark.end === end && mark.label === label
            : mark.state === 'accepted' && mark.start < end && start < mark.end,
        ),
    );
    return [...accepted, ...open].sort(byPlace);
  }

  private track(marks: readonly Mark[]): SpanTracker<Mark> {
    return new SpanTracker(marks, this.fingerprint.value, ({ state }) => state === 'accepted');
  }
}
