import * as vscode from 'vscode';
import { completeLines, learnedFrom } from '../../core/annotations/annotated-lines';
import { divideReviewed, type ReadLine } from '../../core/annotations/rehearsal';
import { UserError } from '../../core/errors';
import type { Recipe } from '../../core/recipe/schema';
import type { RunSummary, Source, TrainResult } from '../../protocol/worker';
import type { RunsStore } from '../runs/runs-store';
import { inSlices } from '../common/slices';
import type { Tagging } from '../tag/tagging';
import type { Jobs } from '../train/jobs';
import type { WorkerThreads } from '../threads/worker-threads';
import { findRecipe, withBudget, type Budget } from '../train/recipes';
import { labelOf } from '../train/target';
import type { Mark } from './annotated-document';
import type { Annotations } from './annotations';
import { readLines, rehearsed, reviewedIn } from './learned-lines';

/** Passes over the annotations when a tagger goes on learning. */
const EPOCHS = 10;
/** Steps that it takes at least to learn a new label from a single line. */
const STEPS = 100;

/** What a key binding or a script may say. */
interface TrainArguments {
  recipe?: string;
  budget?: Budget;
}

/** "Train Tagger on Annotations": the tagger of a text goes on with what was reviewed there, and tags it again. */
export class TrainAnnotations {
  constructor(
    private readonly threads: WorkerThreads,
    private readonly annotations: Annotations,
    private readonly tagging: Tagging,
    private readonly jobs: Jobs,
    private readonly runs: RunsStore,
  ) {}

  /** Resolves when the text is tagged again; undefined when the training failed. Throws UserError. */
  async run(argument?: unknown): Promise<TrainResult | undefined> {
    const given: TrainArguments = typeof argument === 'object' && argument !== null ? argument : {};
    const document = vscode.window.activeTextEditor?.document;
    if (!document) throw new UserError(vscode.l10n.t('No text is open: open one to annotate it.'));
    const annotated = await this.annotations.open(document);
    await this.acceptShown(document);
    const from = await this.learner(document);
    const tags = this.tagging.model.of(document);
    const isSame = from !== undefined && from.folder === tags?.tagger?.folder;
    const scheme = isSame && tags?.chunks === false ? 'tokens' : annotated.scheme;
    const lines = completeLines(reviewedIn(annotated), scheme);
    if (lines.length === 0) {
      const isStarted = annotated.marks.length > 0 && scheme === 'tokens';
      throw new UserError(
        isStarted
          ? vscode.l10n.t('No line has a label for each of its words: label the others too, or tag the text first.')
          : vscode.l10n.t('Nothing is annotated yet: label something, or accept what the model proposes.'),
      );
    }
    const base = from ? from.recipe : await findRecipe(given.recipe ?? 'tagger');
    const { train, held } = divideReviewed(lines, base);
    const mixed = isSame && tags && (await inSlices(rehearsed(annotated, train, tags, scheme !== 'tokens'), () => !document.isClosed)); // prettier-ignore
    const learned = mixed ? completeLines(mixed, scheme) : train;
    const { format } = learnedFrom(learned, scheme);
    const recipe = await withBudget(
      { ...base, source: { ...base.source, format } },
      given.budget ?? (from && { steps: Math.max(STEPS, Math.ceil((EPOCHS * learned.length) / base.training.batch)) }),
    );
    const uri = document.isUntitled ? undefined : document.uri.toString();
    const sourceOf = (some: ReadLine[]): Source => ({ kind: 'text', text: learnedFrom(some, scheme).text, label: labelOf(document.uri), uri }); // prettier-ignore
    const result = await this.jobs.train({
      recipe,
      source: sourceOf(learned),
      ...(held.length > 0 && { validation: sourceOf(held) }),
      runsFolder: this.runs.folders.forNew(document.uri),
      ...(from && { from: from.folder }),
    });
    if (result && !document.isClosed) await this.tagAgain(document, result);
    return result;
  }

  /** The run that tagged the text, else the current one, when it can tag; nothing for the first model. */
  private async learner(document: vscode.TextDocument): Promise<{ folder: string; recipe: Recipe } | undefined> {
    const tagger = this.tagging.model.of(document)?.tagger?.folder;
    const run = (tagger !== undefined && (await this.find(tagger))) || (await this.runs.current());
    if (!run || run.record.recipe.task !== 'tagging' || !run.record.best) return undefined;
    // Only weights can go on learning; counts are made anew.
    const { recipe } = run.record;
    return recipe.model.kind === 'recurrent' ? { folder: run.folder, recipe } : undefined;
  }

  /** A run of the workspace, or the tagger that is shipped, which no list names. */
  private async find(folder: string): Promise<RunSummary | undefined> {
    const listed = (await this.runs.list()).find((run) => run.folder === folder);
    return listed ?? this.threads.request('predict', 'readRun', { folder, maxEvents: 1 }).catch(() => undefined);
  }

  /** What is shown in a line that somebody has read counts as right, and is written down before it is learned. */
  private async acceptShown(document: vscode.TextDocument): Promise<void> {
    const annotated = await this.annotations.open(document);
    const added: Mark[] = [];
    const tags = this.tagging.model.of(document);
    for (const line of tags ? readLines(annotated) : []) {
      const from = annotated.normal.offsetAt(new vscode.Position(line, 0));
      for (const { start, end, label, annotated: isSet } of tags?.spansAt(line) ?? []) {
        if (!isSet) added.push({ ...annotated.normal.anchor({ start: from + start, end: from + end }), label, state: 'accepted' }); // prettier-ignore
      }
    }
    if (added.length > 0) await this.annotations.replace(document, [], added);
  }

  private async tagAgain(document: vscode.TextDocument, { run, record }: TrainResult): Promise<void> {
    const tagger = { folder: run, name: record.name, version: String(record.best?.step), followsCurrent: true };
    await this.tagging.model.tag(document, tagger);
  }
}
