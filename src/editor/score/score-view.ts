import * as vscode from 'vscode';
import { UserError } from '../../core/errors';
import type { ScoreLine } from '../../protocol/worker';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { command } from '../common/ids';
import { runFor } from '../runs/run-for';
import type { RunsStore } from '../runs/runs-store';
import { labelOf, type LabelChoice } from '../sample/label-choice';
import type { WorkerThreads } from '../threads/worker-threads';
import { bitsOf, SURPRISE_LEVELS, surpriseLevel, visibleToken } from './surprise';
import { tokenSpans } from './token-ranges';

/** Characters that are scored at once, at most. */
const MOST_CHARACTERS = 20_000;
/** Tokens that are named as the least expected. */
const NAMED = 5;

/** Besides the colour, what marks a level. */
const UNDERLINES = [undefined, undefined, undefined, 'underline', 'underline double'];

/** A token of the document with what the model gave it. */
interface ScoredToken {
  range: vscode.Range;
  token: string;
  logProbability: number;
}

export interface Score {
  /** Over all tokens, natural logarithm. */
  logProbability: number;
  tokens: number;
  bitsPerCharacter: number;
  /** The least expected tokens, the worst first. */
  worst: { token: string; line: number; logProbability: number }[];
}

/** Paints how surprised the model is by each token of a selection, until the text changes or it is cleared. */
export class ScoreView implements vscode.Disposable {
  private readonly disposables = new Disposables();
  private readonly item: vscode.StatusBarItem;
  private readonly paints: vscode.TextEditorDecorationType[];
  private painted: { document: vscode.TextDocument; tokens: ScoredToken[] } | undefined;
  private running: AbortController | undefined;

  constructor(
    private readonly threads: WorkerThreads,
    private readonly runs: RunsStore,
    private readonly context: ContextKeys,
    private readonly labels: LabelChoice,
  ) {
    context.set('scored', false);
    this.paints = Array.from({ length: SURPRISE_LEVELS }, (_, k) =>
      this.disposables.add(
        vscode.window.createTextEditorDecorationType({
          backgroundColor: new vscode.ThemeColor(`sequenceLab.surprise${k + 1}`),
          // Colours of syntax need not be readable on it; and who does not see the colours sees the lines.
          color: new vscode.ThemeColor('editor.foreground'),
          textDecoration: UNDERLINES[k],
          overviewRulerColor: k >= 3 ? new vscode.ThemeColor(`sequenceLab.surprise${k + 1}`) : undefined,
          overviewRulerLane: vscode.OverviewRulerLane.Center,
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      ),
    );
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('sequenceLab.score', vscode.StatusBarAlignment.Right, 100),
    );
    this.item.name = vscode.l10n.t('Sequence Lab Score');
    this.item.command = command('clearScores');
    this.disposables.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document === this.painted?.document && contentChanges.length > 0) this.clear();
      }),
    );
    this.disposables.add(vscode.window.onDidChangeVisibleTextEditors(() => this.paint()));
  }

  /** Scores the selection, or the line of the cursor. Throws UserError. */
  async scoreSelection(argument?: unknown): Promise<Score | undefined> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) throw new UserError(vscode.l10n.t('No text is open: open one and select what is to be scored.'));
    const { document, selection } = editor;
    const { version } = document;
    const range = selection.isEmpty
      ? document.lineAt(selection.active.line).range
      : new vscode.Range(selection.start, selection.end);
    const lines = linesOf(document, range);
    const run = await runFor(this.runs, 'text');
    const chosen = await this.labels.of(run, labelOf(argument));
    if (chosen === 'cancelled') return undefined;
    this.running?.abort();
    this.running = new AbortController();
    const params = { run: run.folder, lines: lines.map(({ text }) => text), ...chosen };
    const scored = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Scoring') },
      () => this.threads.request('predict', 'score', params, this.running?.signal),
    );
    if (document.version !== version || document.isClosed) return undefined;
    this.painted = { document, tokens: scored.flatMap((line, k) => placed(line, lines[k])) };
    this.paint();
    const score = summary(scored, this.painted.tokens);
    this.tell(score, run.record.name);
    return score;
  }

  clear(): void {
    this.running?.abort();
    this.painted = undefined;
    this.item.hide();
    this.context.set('scored', false);
    this.paint();
  }

  /** What is painted, for tests: a level for each token. */
  get levels(): number[] {
    return this.painted?.tokens.map(({ logProbability }) => surpriseLevel(logProbability)) ?? [];
  }

  dispose(): void {
    this.running?.abort();
    this.disposables.dispose();
  }

  private paint(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const tokens = editor.document === this.painted?.document ? this.painted.tokens : [];
      this.paints.forEach((paint, k) => {
        const own = tokens.filter(({ logProbability }) => surpriseLevel(logProbability) === k + 1);
        editor.setDecorations(
          paint,
          own.map(({ range, logProbability }) => ({ range, hoverMessage: explain(logProbability) })),
        );
      });
    }
  }

  private tell(score: Score, run: string): void {
    this.context.set('scored', true);
    this.item.text = `$(flame) ${vscode.l10n.t('{0} bits a character', score.bitsPerCharacter.toFixed(2))}`;
    const text = new vscode.MarkdownString();
    text.appendMarkdown(vscode.l10n.t('Scored by {0}. Least expected:', run));
    text.appendMarkdown('\n\n');
    for (const { token, line, logProbability } of score.worst) {
      text.appendMarkdown('- ');
      text.appendText(`${visibleToken(token)} – ${explain(logProbability)} (${vscode.l10n.t('line {0}', line)})`);
      text.appendMarkdown('\n');
    }
    text.appendMarkdown(`\n\n${vscode.l10n.t('Click to clear.')}`);
    this.item.tooltip = text;
    this.item.show();
  }
}

interface Line {
  text: string;
  start: vscode.Position;
}

/** The lines of a range, or the parts of them that are in it. Throws UserError when there is too much or nothing. */
function linesOf(document: vscode.TextDocument, range: vscode.Range): Line[] {
  const length = document.offsetAt(range.end) - document.offsetAt(range.start);
  if (length > MOST_CHARACTERS) {
    throw new UserError(
      vscode.l10n.t('{0} characters are selected, and at most {1} are scored: select less.', length, MOST_CHARACTERS),
    );
  }
  const lines: Line[] = [];
  for (let line = range.start.line; line <= range.end.line; line++) {
    const part = document.lineAt(line).range.intersection(range);
    if (part && !part.isEmpty) lines.push({ text: document.getText(part), start: part.start });
  }
  if (lines.length === 0) throw new UserError(vscode.l10n.t('The selection is empty: select what is to be scored.'));
  return lines;
}

function placed({ tokens }: ScoreLine, { text, start }: Line): ScoredToken[] {
  const spans = tokenSpans(
    text,
    tokens.map(({ token }) => token),
  );
  return tokens.flatMap(({ logProbability }, k) => {
    const span = spans[k];
    return span
      ? [
          {
            range: new vscode.Range(start.translate(0, span.start), start.translate(0, span.end)),
            // What stands there, not "<unk>".
            token: text.slice(span.start, span.end),
            logProbability,
          },
        ]
      : [];
  });
}

function summary(lines: ScoreLine[], tokens: ScoredToken[]): Score {
  const logProbability = lines.reduce((sum, line) => sum + line.logProbability, 0);
  const characters = lines.reduce((sum, { text }) => sum + [...text].length, 0);
  const worst = [...tokens].sort((a, b) => a.logProbability - b.logProbability).slice(0, NAMED);
  return {
    logProbability,
    tokens: lines.reduce((sum, line) => sum + line.tokens.length, 0),
    bitsPerCharacter: bitsOf(logProbability) / Math.max(1, characters),
    worst: worst.map(({ token, range, logProbability: own }) => ({
      token,
      line: range.start.line + 1,
      logProbability: own,
    })),
  };
}

function explain(logProbability: number): string {
  const share = Math.exp(logProbability);
  const percent = share >= 0.001 ? `${(share * 100).toFixed(1)} %` : share.toExponential(1);
  return vscode.l10n.t('probability {0}, {1} bits', percent, bitsOf(logProbability).toFixed(1));
}
