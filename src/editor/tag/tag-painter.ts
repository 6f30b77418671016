import * as vscode from 'vscode';
import { Disposables } from '../common/disposables';
import type { DocumentTags } from './document-tags';
import { Palette } from './palette';
import type { ShownSpan } from './spans';
import type { TagModel } from './tag-model';

/** Lines above and below the visible ones that are painted too, so that scrolling shows them at once. */
const MARGIN = 60;
/** The chip behind a span: smaller than the text. VS Code has no option for that; it hands the rest of the rule to CSS. */
const CHIP = 'none; font-size: 0.72em; padding: 0 0.35em; border-radius: 0.4em; vertical-align: 0.12em';

type Paint = vscode.TextEditorDecorationType;

/** Paints the spans of visible lines, a type of decoration a label, and marks all others in the overview ruler. */
export class TagPainter implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly palette = new Palette();
  private readonly paints = new Map<string, Paint>();
  private readonly marks = new Map<string, Paint>();
  /** What was set in each editor, to be taken away when it is no longer there. */
  private readonly shown = new WeakMap<vscode.TextEditor, { paints: Set<string>; marks: Set<string> }>();
  private readonly dirty = new Set<vscode.TextDocument>();
  private isHighContrast = hasHighContrast(vscode.window.activeColorTheme);

  constructor(private readonly model: TagModel) {
    this.disposables.add(model.onDidLearnLabels((labels) => this.palette.prepare(labels)));
    this.disposables.add(model.onDidChangeSpans((document) => this.soon(document)));
    this.disposables.add(model.onDidIndex((document) => this.editorsOf(document, (editor) => this.mark(editor))));
    this.disposables.add(vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.paint(textEditor)));
    this.disposables.add(vscode.window.onDidChangeActiveColorTheme((theme) => this.adapt(theme)));
    this.disposables.add(
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        for (const editor of editors) {
          this.paint(editor);
          this.mark(editor);
        }
      }),
    );
  }

  /** What is painted in an editor now, by label, for tests. */
  ranges(editor: vscode.TextEditor): Record<string, vscode.Range[]> {
    return Object.fromEntries(this.visibleRanges(editor));
  }

  dispose(): void {
    this.disposables.dispose();
    for (const paint of [...this.paints.values(), ...this.marks.values()]) paint.dispose();
  }

  /** Paints anew when contrast is another. */
  private adapt(theme: vscode.ColorTheme): void {
    if (hasHighContrast(theme) === this.isHighContrast) return;
    this.isHighContrast = !this.isHighContrast;
    for (const paint of this.paints.values()) paint.dispose();
    this.paints.clear();
    for (const editor of vscode.window.visibleTextEditors) this.paint(editor);
  }

  /** Paints once for all changes of a turn. */
  private soon(document: vscode.TextDocument): void {
    if (this.dirty.size === 0) {
      setImmediate(() => {
        const documents = [...this.dirty];
        this.dirty.clear();
        for (const changed of documents) this.editorsOf(changed, (editor) => this.paint(editor));
      });
    }
    this.dirty.add(document);
  }

  private editorsOf(document: vscode.TextDocument, action: (editor: vscode.TextEditor) => void): void {
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) action(editor);
  }

  private paint(editor: vscode.TextEditor): void {
    this.set(editor, 'paints', this.visibleRanges(editor), (key) => this.paintOf(key));
  }

  private mark(editor: vscode.TextEditor): void {
    const lines = this.model.of(editor.document)?.indexer.marks ?? new Map<string, number[]>();
    const ranges = new Map([...lines].map(([label, own]) => [label, own.map((line) => new vscode.Range(line, 0, line, 0))])); // prettier-ignore
    this.set(editor, 'marks', ranges, (label) => this.markOf(label));
  }

  /** Sets decorations and takes those away that are no longer there. */
  private set(
    editor: vscode.TextEditor,
    kind: 'paints' | 'marks',
    ranges: Map<string, vscode.Range[]>,
    typeOf: (key: string) => Paint,
  ): void {
    const before = this.shown.get(editor) ?? { paints: new Set(), marks: new Set() };
    for (const key of before[kind]) if (!ranges.has(key)) editor.setDecorations(typeOf(key), []);
    for (const [key, own] of ranges) editor.setDecorations(typeOf(key), own);
    this.shown.set(editor, { ...before, [kind]: new Set(ranges.keys()) });
  }

  private visibleRanges(editor: vscode.TextEditor): Map<string, vscode.Range[]> {
    const ranges = new Map<string, vscode.Range[]>();
    const tags = this.model.of(editor.document);
    if (!tags) return ranges;
    for (const line of nearLines(editor, tags)) {
      for (const span of tags.spansAt(line)) {
        const key = keyOf(span);
        const own = ranges.get(key) ?? [];
        own.push(new vscode.Range(line, span.start, line, span.end));
        ranges.set(key, own);
      }
    }
    return ranges;
  }

  private paintOf(key: string): Paint {
    return made(this.paints, key, () => {
      const label = key.replace(SET_BY_HAND, '');
      const { color, line } = this.palette.lookOf(label);
      const own = new vscode.ThemeColor(`sequenceLab.entity${color}`);
      return vscode.window.createTextEditorDecorationType({
        backgroundColor: own,
        // Colours of syntax need not be readable on it; and who does not see the colours sees the line and the chip. Where
        // contrast is high they are readable, and what is selected has a colour of its own there.
        ...(!this.isHighContrast && { color: new vscode.ThemeColor('editor.foreground') }),
        border: `0 ${line} currentColor`,
        borderWidth: line === 'double' ? '0 0 3px 0' : '0 0 1.5px 0',
        borderRadius: '2px',
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        after: {
          contentText: key,
          color: new vscode.ThemeColor('editor.foreground'),
          backgroundColor: own,
          margin: '0 0.1em 0 0.2em',
          textDecoration: CHIP,
        },
      });
    });
  }

  private markOf(label: string): Paint {
    return made(this.marks, label, () =>
      vscode.window.createTextEditorDecorationType({
        overviewRulerColor: new vscode.ThemeColor(`sequenceLab.entity${this.palette.lookOf(label).color}`),
        overviewRulerLane: vscode.OverviewRulerLane.Right,
      }),
    );
  }
}

function hasHighContrast({ kind }: vscode.ColorTheme): boolean {
  return kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
}

/** What the chip of a span that a person has set begins with. */
const SET_BY_HAND = '✓ ';

/** What the chip says; spans with the same are painted alike. */
function keyOf({ label, annotated }: ShownSpan): string {
  return annotated ? SET_BY_HAND + label : label;
}

/** The lines that an editor shows, and some around them, each once. */
function nearLines({ visibleRanges }: vscode.TextEditor, { lineCount }: DocumentTags): Set<number> {
  const lines = new Set<number>();
  for (const { start, end } of visibleRanges) {
    for (let line = Math.max(0, start.line - MARGIN); line <= Math.min(lineCount - 1, end.line + MARGIN); line++) lines.add(line); // prettier-ignore
  }
  return lines;
}

function made<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
