import * as vscode from 'vscode';
import { isLabel } from '../../core/annotations/sidecar';
import { UserError } from '../../core/errors';
import type { CommandTable } from '../common/commands';
import { spanAt } from '../tag/navigate';
import type { PlacedSpan, ShownSpan } from '../tag/spans';
import type { TagModel } from '../tag/tag-model';
import type { AnnotatedDocument, Mark } from './annotated-document';
import type { Annotations } from './annotations';
import { askLabel, knownLabels } from './label-pick';

/** A stretch of the text, as annotations count. */
interface Stretch {
  start: number;
  end: number;
}

/** Commands that set, change and take away annotations where the cursor is. */
export class AnnotateCommands {
  readonly commands;

  constructor(
    private readonly annotations: Annotations,
    private readonly model: TagModel,
  ) {
    this.commands = {
      annotate: (argument?: unknown) => this.annotate(argument),
      extendAnnotation: () => this.extend(),
      deleteAnnotation: () => this.delete(),
      acceptProposal: () => this.accept(),
      rejectProposal: () => this.reject(),
      markReviewed: () => this.markReviewed(),
      undoAnnotation: () => this.annotations.undo(activeEditor().document),
    } satisfies Partial<CommandTable>;
  }

  /**
   * Gives the selection, the span or the word at the cursor a label; answers it. Throws UserError.
   *
   * @param argument `{ label }` is a name, or the number of a known label from 1; without it, the person is asked
   */
  private async annotate(argument: unknown): Promise<string | undefined> {
    const { document, selections } = activeEditor();
    const annotated = await this.annotations.open(document);
    const stretches = selections.map((selection) => this.meant(annotated, selection));
    const labels = knownLabels(document, annotated, this.model);
    const given = labelIn(argument, labels);
    const label = given ?? (await askLabel(labels, annotated.normal.read(stretches[0].start, stretches[0].end)));
    if (label === undefined) return undefined;
    if (!isLabel(label)) throw new UserError(vscode.l10n.t('"{0}" is no label: write a name without blanks.', label));
    await this.set(
      document,
      annotated,
      stretches.map((stretch) => ({ ...stretch, label })),
    );
    return label;
  }

  /** Makes the annotation that the selection touches as long as both together. */
  private async extend(): Promise<void> {
    const { document, selection } = activeEditor();
    const annotated = await this.annotations.open(document);
    if (selection.isEmpty) throw new UserError(vscode.l10n.t('Select what an annotation is to cover as well, with a part of it.')); // prettier-ignore
    const { start, end } = trimmed(annotated, selection);
    const touched = annotated.marks.filter((mark) => mark.state === 'accepted' && mark.start <= end && start <= mark.end); // prettier-ignore
    const proposal = touched.length === 0 ? this.proposals(annotated, selection)[0] : undefined;
    const own = touched[0] ?? proposal;
    if (!own) throw new UserError(vscode.l10n.t('No annotation touches the selection: label it instead.'));
    const from = Math.min(start, ...touched.map((mark) => mark.start), own.start);
    const to = Math.max(end, ...touched.map((mark) => mark.end), own.end);
    await this.set(document, annotated, [{ start: from, end: to, label: own.label }]);
  }

  private async delete(): Promise<void> {
    const { document, selections } = activeEditor();
    const annotated = await this.annotations.open(document);
    const marks = selections.flatMap((selection) => marksAt(annotated, selection));
    if (marks.length === 0) throw new UserError(vscode.l10n.t('There is no annotation at the cursor.'));
    await this.annotations.replace(document, marks, []);
  }

  /** The model is right about what is selected, or at the cursor. */
  private async accept(): Promise<void> {
    const { document, selections } = activeEditor();
    const annotated = await this.annotations.open(document);
    const found = selections.flatMap((selection) => this.proposals(annotated, selection));
    if (found.length === 0) throw new UserError(vscode.l10n.t('The model proposes nothing at the cursor.'));
    await this.set(document, annotated, found);
  }

  /** What is selected, or at the cursor, is not what the model or an annotation says. */
  private async reject(): Promise<void> {
    const { document, selections } = activeEditor();
    const annotated = await this.annotations.open(document);
    const accepted = selections.flatMap((selection) => marksAt(annotated, selection)).filter(({ state }) => state === 'accepted'); // prettier-ignore
    const proposed = selections.flatMap((selection) => this.proposals(annotated, selection));
    const all = [...accepted, ...proposed];
    if (all.length === 0) throw new UserError(vscode.l10n.t('The model proposes nothing at the cursor.'));
    const rejected = all.map((own): Mark => ({ ...annotated.normal.anchor(own), label: own.label, state: 'rejected' }));
    await this.annotations.replace(document, accepted, rejected);
  }

  /** The selected lines, or that of the cursor, hold what is shown and nothing else. */
  private async markReviewed(): Promise<void> {
    const { document, selections } = activeEditor();
    const annotated = await this.annotations.open(document);
    const added: Mark[] = [];
    for (const { start, end } of selections) {
      for (let line = start.line; line <= end.line; line++) {
        const { range, isEmptyOrWhitespace } = document.lineAt(line);
        if (isEmptyOrWhitespace) continue;
        const shown = this.shownAt(document, line).filter(({ annotated: isSet }) => !isSet);
        added.push(...shown.map((span) => acceptedMark(annotated, { ...this.stretchOf(annotated, { line, span }), label: span.label }))); // prettier-ignore
        const stretch = { start: annotated.normal.offsetAt(range.start), end: annotated.normal.offsetAt(range.end) };
        const isNew = annotated.marksIn(line).length === 0 && shown.length === 0;
        if (isNew) added.push({ ...annotated.normal.anchor(stretch), label: '', state: 'read' });
      }
    }
    if (added.length > 0) await this.annotations.replace(document, [], added);
  }

  /** Labels stretches; what they touch gives way. */
  private async set(
    document: vscode.TextDocument,
    annotated: AnnotatedDocument,
    labelled: (Stretch & { label: string })[],
  ): Promise<void> {
    const added = labelled.map((stretch) => acceptedMark(annotated, stretch));
    const inWay = ({ start, end, label, state }: Mark): boolean =>
      added.some((mark) =>
        state === 'accepted'
          ? start < mark.end && mark.start < end
          : state === 'rejected' && start === mark.start && end === mark.end && label === mark.label,
      );
    await this.annotations.replace(document, annotated.marks.filter(inWay), added);
  }

  /** What a command without more means: the selection without blanks around, the span at the cursor, or the word. */
  private meant(annotated: AnnotatedDocument, selection: vscode.Selection): Stretch {
    if (!selection.isEmpty) return trimmed(annotated, selection);
    const [mark] = marksAt(annotated, selection).filter(({ state }) => state === 'accepted');
    if (mark) return mark;
    const [proposal] = this.proposals(annotated, selection);
    if (proposal) return proposal;
    const word = annotated.normal.document.getWordRangeAtPosition(selection.active);
    if (!word) throw new UserError(vscode.l10n.t('Select what is to be labelled.'));
    return trimmed(annotated, word);
  }

  /** What the model says of a selection and nobody has decided about. */
  private proposals(annotated: AnnotatedDocument, selection: vscode.Selection): (Stretch & { label: string })[] {
    const { document } = annotated.normal;
    const found: PlacedSpan[] = [];
    if (selection.isEmpty) {
      const tags = this.model.of(document);
      const placed = tags && spanAt(tags, selection.active);
      if (placed) found.push(placed);
    } else {
      for (let line = selection.start.line; line <= selection.end.line; line++) {
        const inside = ({ start, end }: ShownSpan): boolean => selection.intersection(new vscode.Range(line, start, line, end))?.isEmpty === false; // prettier-ignore
        found.push(
          ...this.shownAt(document, line)
            .filter(inside)
            .map((span) => ({ line, span })),
        );
      }
    }
    const open = found.filter(({ span }) => !span.annotated);
    return open.map((placed) => ({ ...this.stretchOf(annotated, placed), label: placed.span.label }));
  }

  private shownAt(document: vscode.TextDocument, line: number): readonly ShownSpan[] {
    return this.model.of(document)?.spansAt(line) ?? [];
  }

  private stretchOf({ normal }: AnnotatedDocument, { line, span }: PlacedSpan): Stretch {
    const from = normal.offsetAt(new vscode.Position(line, 0));
    return { start: from + span.start, end: from + span.end };
  }
}

function acceptedMark({ normal }: AnnotatedDocument, stretch: Stretch & { label: string }): Mark {
  return { ...normal.anchor(stretch), label: stretch.label, state: 'accepted' };
}

function marksAt(annotated: AnnotatedDocument, { start, end }: vscode.Range): Mark[] {
  const { normal } = annotated;
  return annotated.marksAt(normal.offsetAt(start), normal.offsetAt(end));
}

/** A range of one line without blanks around. Throws UserError. */
function trimmed({ normal }: AnnotatedDocument, range: vscode.Range): Stretch {
  const words = normal.document.getText(range);
  if (words.trim() === '') throw new UserError(vscode.l10n.t('The selection holds no words: select what is to be labelled.')); // prettier-ignore
  if (/[\r\n]/.test(words.trim())) throw new UserError(vscode.l10n.t('A label cannot go over the end of a line: select a part of one line.')); // prettier-ignore
  const start = normal.offsetAt(range.start) + normal.read(normal.offsetAt(range.start), normal.offsetAt(range.end)).search(/\S/); // prettier-ignore
  return { start, end: start + words.trim().length };
}

function labelIn(argument: unknown, labels: readonly string[]): string | undefined {
  const { label } = typeof argument === 'object' && argument !== null ? (argument as Record<string, unknown>) : {};
  if (typeof label === 'string') return label;
  if (typeof label !== 'number') return undefined;
  const known = labels[label - 1];
  if (known === undefined)
    throw new UserError(vscode.l10n.t('There is no label {0} yet: label something first.', label));
  return known;
}

function activeEditor(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (editor) return editor;
  throw new UserError(vscode.l10n.t('No text is open: open one to annotate it.'));
}
