import { promises as fs } from 'node:fs';
import { UserError } from '../core/errors';
import type { CopiedSpan } from '../core/generation/memorisation';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type {
  Classified,
  ClassifyOptions,
  EvaluateOptions,
  EvaluateResult,
  NextTokens,
  NextTokensOptions,
  RankedAlternative,
  RankOptions,
  SampleOptions,
  SampleResult,
  ScoreLine,
  TagOptions,
  TagResult,
} from '../protocol/worker';
import type { ContextsOptions, ContextsResult } from '../protocol/word-vectors';
import type { Backends } from './backend';
import { refuseMismatch } from './checkpoint-check';
import { classifyTexts } from './classifying';
import { findCopies } from './copies';
import { examplesAmong } from './example-lines';
import { evaluateRun } from './evaluating';
import { forecastSeries } from './forecasting';
import type { Loaded } from './loaded-model';
import { readAssets } from './run-assets';
import { RunFolder, type CheckpointKind } from './run-folder';
import { refuseSampling, writeSamples } from './sampling';
import { expectNext, rankAlternatives, scoreLines } from './scoring';
import { compareContexts } from './contexts';
import { tagTexts } from './tagging';
import { answering } from './tasks';

/** Models that are kept in memory. */
const KEPT = 2;

/** Answers questions with the models of runs. Everything is cancelled by a signal, within some tens of milliseconds. */
export class Predictor {
  /** Most recently used last. */
  private loaded: Loaded[] = [];

  constructor(private readonly backends: Backends) {
    backends.onClose = () => this.forget();
  }

  /** Writes texts, or forecasts a series; see `writeSamples` and `forecastSeries`. Throws UserError and Cancelled. */
  async sample(
    options: SampleOptions,
    signal: AbortSignal,
    onText: (sample: number, text: string) => void,
  ): Promise<SampleResult> {
    refuseSampling(options);
    const loaded = await this.load(options.run, options.checkpoint);
    if (loaded.answers.task === 'series') return forecastSeries(loaded, options, signal, onText);
    return writeSamples(loaded, options, signal, onText);
  }

  /** Measures a run's best model on other data. Throws UserError and Cancelled. */
  async evaluate({ run, source }: EvaluateOptions, signal: AbortSignal): Promise<EvaluateResult> {
    return evaluateRun(await this.load(run), source, signal);
  }

  /** Scores each line by itself; see `scoreLines`. Throws UserError and Cancelled. */
  async score(run: string, lines: string[], signal: AbortSignal, label?: string): Promise<ScoreLine[]> {
    return scoreLines(await this.load(run), lines, label, signal);
  }

  /** Labels of texts. Throws UserError and Cancelled. */
  async classify({ run, texts, top, lines }: ClassifyOptions, signal: AbortSignal): Promise<Classified[]> {
    const loaded = await this.load(run);
    const examples = lines && (await examplesAmong(run, loaded.record, texts, lines.header));
    return classifyTexts(loaded, { examples: examples ?? texts.map((text) => ({ text })), top }, signal);
  }

  /** How alike the occurrences of a word are. Throws UserError and Cancelled. */
  async contexts(options: ContextsOptions, signal: AbortSignal): Promise<ContextsResult> {
    return compareContexts(await this.load(options.run), options, signal);
  }

  /** Labelled spans of texts. Throws UserError and Cancelled. */
  async tag(options: TagOptions, signal: AbortSignal): Promise<TagResult> {
    return tagTexts(await this.load(options.run), options, signal);
  }

  /** Alternatives in braces, the most probable first. Throws UserError and Cancelled. */
  async rank(options: RankOptions, signal: AbortSignal): Promise<RankedAlternative[]> {
    return rankAlternatives(await this.load(options.run), options, signal);
  }

  /** What a model expects after a text. Throws UserError. */
  async nextTokens(options: NextTokensOptions): Promise<NextTokens> {
    return expectNext(await this.load(options.run), options);
  }

  /** What a text has in common with a run's training text. Throws UserError and Cancelled. */
  async memorisation(run: string, text: string, signal: AbortSignal): Promise<CopiedSpan | null> {
    return findCopies(run, text, signal);
  }

  /** Disposes of all models: their backend goes, or memory is needed. */
  forget(): void {
    for (const { answers } of this.loaded) answers.dispose();
    this.loaded = [];
  }

  /** The model of a run; read anew only when its checkpoint has changed. Throws UserError. */
  private async load(run: string, kind?: CheckpointKind): Promise<Loaded> {
    const folder = new RunFolder(run);
    const record = await folder.readRecord();
    await this.backends.prepare(record.recipe);
    const file = await checkpointOf(folder, kind, record.name);
    const { mtimeMs, size, ino } = await fs.stat(folder.file(RUN_FILES[file]));
    const key = JSON.stringify([folder.file(RUN_FILES[file]), mtimeMs, size, ino]);
    const known = this.loaded.findIndex((each) => each.key === key);
    const found = known >= 0 ? this.loaded.splice(known, 1)[0] : await read(folder, file, record, key);
    this.loaded.push(found);
    while (this.loaded.length > KEPT) this.loaded.shift()?.answers.dispose();
    return found;
  }
}

async function read(folder: RunFolder, kind: CheckpointKind, record: RunRecord, key: string): Promise<Loaded> {
  const assets = await readAssets(folder, record);
  const checkpoint = await folder.readCheckpoint(kind);
  refuseMismatch(record.recipe, assets, checkpoint.tensors);
  return { key, record, assets, answers: answering(record.recipe, assets, checkpoint) };
}

/** The checkpoint that was asked for; else the best, or the last of a run that was never measured. */
async function checkpointOf(
  folder: RunFolder,
  kind: CheckpointKind | undefined,
  name: string,
): Promise<CheckpointKind> {
  for (const each of kind ? [kind] : (['best', 'last'] as const)) if (await folder.exists(RUN_FILES[each])) return each;
  throw new UserError(`${name} has no ${kind ?? 'saved'} checkpoint yet: train it for a few more seconds.`);
}
