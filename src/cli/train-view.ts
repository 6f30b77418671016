import path from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { isGenerated } from '../core/recipe';
import type { EvaluationEvent, Measures, RunEvent, StepEvent } from '../core/runs/events';
import { RUNS_FOLDER, type RunRecord } from '../core/runs/record';
import type { WorkerChannel } from '../protocol/thread';
import type { TrainResult, WorkerEvents } from '../protocol/worker';
import { bold, duration, figure, note, percent, whole, type Output } from './terminal';
import { unitOf } from './words';

export interface TrainView {
  close(): void;
  /** What the run came to, in a few lines for people. */
  summary(result: TrainResult): string;
}

/** Shows a training job while it runs: every event with --json; else a line that moves, or one line an evaluation. */
export function followTraining(channel: WorkerChannel, output: Output): TrainView {
  const line = output.json ? undefined : process.stderr.isTTY ? movingLine() : evaluationLines();
  channel.onNotification('runStarted', ({ folder, record }) => {
    output.emit({ event: 'run', run: folder, name: record.name });
    line?.started(record);
  });
  channel.onNotification('reading', (said) => line?.reading?.(said));
  channel.onNotification('recordChanged', ({ record }) => line?.changed(record));
  channel.onNotification('events', ({ events }) => {
    for (const event of events) {
      // The result of the job says the same with the folder and ends the stream.
      if (event.event !== 'finished') output.emit(event);
      line?.event(event);
    }
  });
  return { close: () => line?.close(), summary };
}

interface Line {
  /** Before it starts. */
  reading?(said: WorkerEvents['notifications']['reading']): void;
  started(record: RunRecord): void;
  changed(record: RunRecord): void;
  event(event: RunEvent): void;
  close(): void;
}

const FORMAT = '{bar} {percentage}% | loss {loss} | validation {validation} | {speed} {unit}/s | {left} left';

/** For a terminal: a bar that is drawn over and over. */
function movingLine(): Line {
  const bar = new SingleBar(
    { format: FORMAT, hideCursor: true, barsize: 20, etaBuffer: 1, clearOnComplete: false },
    Presets.shades_classic,
  );
  const state = { validation: '–', baseline: '' };
  let step: StepEvent | undefined;
  let unit = '';
  let open = false;
  return {
    reading({ label, share, doing }) {
      const verb = doing === 'counting' ? 'Counting pairs of words in' : 'Reading';
      process.stderr.write(`\r${verb} ${label} ${percent(share)}\x1b[K`);
    },
    started(record) {
      process.stderr.write('\r\x1b[K');
      note(heading(record));
      unit = unitOf(record).many;
      bar.start(1000, 0, { loss: '–', validation: '–', speed: '–', unit, left: '?' });
      open = true;
    },
    changed({ baseline }) {
      if (baseline) state.baseline = ` (baseline ${figure(baseline.validationLoss, 3)})`;
    },
    event(event) {
      if (event.event === 'step') step = event;
      if (event.event === 'evaluation') state.validation = figure(event.validationLoss, 3);
      if (event.event === 'warning') note(`\n${event.message}`);
      if (event.event === 'progress' && open) {
        bar.update(Math.round(event.progress * 1000), { left: duration(event.secondsLeft) });
      }
      if (!step || !open) return;
      bar.update(Math.round(step.progress * 1000), {
        loss: figure(step.loss, 3),
        validation: state.validation + state.baseline,
        speed: whole(step.tokensPerSecond),
        unit,
        left: duration(step.secondsLeft),
      });
    },
    close() {
      if (open) bar.stop();
    },
  };
}

/** For a log file: a line at each evaluation. */
function evaluationLines(): Line {
  let step: StepEvent | undefined;
  let baseline = '';
  let unit = '';
  let task = '';
  return {
    started(record) {
      note(heading(record));
      unit = unitOf(record).many;
      task = record.recipe.task;
    },
    changed(record) {
      if (record.baseline) baseline = ` (baseline ${figure(record.baseline.validationLoss, 3)})`;
    },
    event(event) {
      if (event.event === 'step') step = event;
      if (event.event === 'warning') note(event.message);
      if (event.event === 'sample' && task === 'embeddings' && step) note(stepLine(step, unit));
      if (event.event === 'evaluation') note(evaluationLine(event, step, { baseline, unit }));
    },
    close: () => undefined,
  };
}

/** A line where nothing is measured on held-out data. */
function stepLine({ step, epoch, loss, tokensPerSecond, secondsLeft }: StepEvent, unit: string): string {
  const speed = `${whole(tokensPerSecond)} ${unit}/s`;
  return `step ${whole(step)} | pass ${epoch.toFixed(2)} | loss ${figure(loss, 3)} | ${speed} | ${duration(secondsLeft)} left`;
}

function evaluationLine(
  event: EvaluationEvent,
  step: StepEvent | undefined,
  { baseline, unit }: { baseline: string; unit: string },
): string {
  const parts = step ? [`step ${whole(event.step)}`, `loss ${figure(step.loss, 3)}`] : [];
  parts.push(`validation ${figure(event.validationLoss, 3)}${baseline}`);
  if (event.accuracy !== undefined && event.f1 === undefined) parts.push(`${percent(event.accuracy)} right`);
  if (event.f1 !== undefined) parts.push(`F1 ${figure(event.f1, 3)}`);
  if (step) parts.push(`${whole(step.tokensPerSecond)} ${unit}/s`, `${duration(step.secondsLeft)} left`);
  return parts.join(' | ');
}

function heading(record: RunRecord): string {
  const { name, data, parameters, environment } = record;
  const { backend, build, threads } = environment;
  const engine = `${backend}${build && build !== 'none' ? ` (${build})` : ''}, ${threads} thread${threads === 1 ? '' : 's'}`;
  if (!data) return name;
  const facts = [amountOf(record)];
  if (data.formatReason) facts.unshift(data.formatReason.replace(/\.$/, ''));
  if (parameters) facts.push(`${whole(parameters)} weights`);
  return `${name}: ${[...facts, engine].join('; ')}`;
}

/** How much there is to learn from. */
function amountOf({ recipe, data }: RunRecord): string {
  if (!data) return '';
  const { characters, examples, trainTokens, validationTokens, vocabulary, labels, columns } = data;
  if (isGenerated(recipe.task)) return `training.length ${whole(recipe.training.length)}`;
  if (recipe.task === 'series')
    return `${whole(trainTokens + validationTokens)} values in ${columns?.length ?? 0} columns`;
  const parts = examples === undefined ? [`${whole(characters)} characters`] : [`${whole(examples)} examples`];
  if (labels) parts.push(`${whole(labels.length)} labels`);
  if (vocabulary > 0) parts.push(`${whole(vocabulary)} different ${differentOf(recipe)}`);
  return parts.join(', ');
}

/** What a vocabulary is made of, whatever losses are counted in. */
function differentOf(recipe: RunRecord['recipe']): string {
  return recipe.task === 'embeddings' ? 'words' : unitOf({ recipe: { ...recipe, task: 'language-model' } }).many;
}

const ENDS: Record<string, string> = {
  done: 'Done',
  stopped: 'Stopped',
  early: 'Ended early, since it got no better',
  failed: 'Failed',
};

function summary({ run, record, finished }: TrainResult): string {
  const { step, time, reason, metrics, bestStep } = finished;
  const counted = record.recipe.model.kind === 'ppmi-svd' || (record.best && bestStep === 1);
  const what = counted && step === 1 ? 'one pass' : `${whole(step)} steps`;
  const lines = [bold(`${ENDS[reason]} after ${what} in ${duration(time)}.`)];
  if (record.recipe.task === 'embeddings' && step > 0) lines.push(vectorsLine(run, record));
  if (metrics.validationLoss !== undefined && record.best) {
    lines.push(
      `Best validation loss ${figure(metrics.validationLoss)} (${measuresLine(record.best)}) at step ${whole(bestStep ?? 0)}.`,
    );
    for (const baseline of record.baselines ?? []) lines.push(comparison(metrics.validationLoss, baseline));
  }
  return lines.join('\n');
}

function vectorsLine(run: string, { id, recipe, data }: RunRecord): string {
  const isBeside = path.dirname(run) === path.resolve(RUNS_FOLDER);
  const size = 'dimension' in recipe.model ? recipe.model.dimension : 0;
  return `${whole(data?.vocabulary ?? 0)} words have vectors of ${size} numbers. Ask them: sequence-lab embeddings neighbors ${isBeside ? `run:${id}` : run} WORD`;
}

function measuresLine({ perplexity, bitsPerCharacter, accuracy, f1, rmse }: Measures): string {
  const parts: string[] = [];
  if (perplexity !== undefined) parts.push(`perplexity ${figure(perplexity, 2)}`);
  if (bitsPerCharacter !== undefined) parts.push(`${figure(bitsPerCharacter, 3)} bits a character`);
  if (accuracy !== undefined) parts.push(`${percent(accuracy)} right`);
  if (f1 !== undefined) parts.push(`F1 ${figure(f1, 3)}`);
  if (rmse !== undefined) parts.push(`root mean squared error ${figure(rmse)}`);
  return parts.join(', ');
}

/** Says who is better and by how much, in the unit of the loss. */
function comparison(loss: number, baseline: NonNullable<RunRecord['baseline']>): string {
  const gain = baseline.validationLoss - loss;
  const verdict = gain > 0 ? `better by ${figure(gain)}` : `still worse by ${figure(-gain)}`;
  return `Baseline (${baseline.name}) ${figure(baseline.validationLoss)}: the model is ${verdict}.`;
}
