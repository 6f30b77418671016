import { Presets, SingleBar } from 'cli-progress';
import type { EvaluationEvent, RunEvent, StepEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type { WorkerChannel } from '../protocol/thread';
import type { TrainResult } from '../protocol/worker';
import { bold, duration, figure, note, whole, type Output } from './terminal';

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
  started(record: RunRecord): void;
  changed(record: RunRecord): void;
  event(event: RunEvent): void;
  close(): void;
}

const FORMAT = '{bar} {percentage}% | loss {loss} | validation {validation} | {speed} chars/s | {left} left';

/** For a terminal: a bar that is drawn over and over. */
function movingLine(): Line {
  const bar = new SingleBar(
    { format: FORMAT, hideCursor: true, barsize: 20, etaBuffer: 1, clearOnComplete: false },
    Presets.shades_classic,
  );
  const state = { validation: '–', baseline: '' };
  let step: StepEvent | undefined;
  let open = false;
  return {
    started(record) {
      note(heading(record));
      bar.start(1000, 0, { loss: '–', validation: '–', speed: '–', left: '?' });
      open = true;
    },
    changed({ baseline }) {
      if (baseline) state.baseline = ` (baseline ${figure(baseline.validationLoss, 3)})`;
    },
    event(event) {
      if (event.event === 'step') step = event;
      if (event.event === 'evaluation') state.validation = figure(event.validationLoss, 3);
      if (event.event === 'warning') note(`\n${event.message}`);
      if (!step || !open) return;
      bar.update(Math.round(step.progress * 1000), {
        loss: figure(step.loss, 3),
        validation: state.validation + state.baseline,
        speed: whole(step.tokensPerSecond),
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
  return {
    started: (record) => note(heading(record)),
    changed(record) {
      if (record.baseline) baseline = ` (baseline ${figure(record.baseline.validationLoss, 3)})`;
    },
    event(event) {
      if (event.event === 'step') step = event;
      if (event.event === 'warning') note(event.message);
      if (event.event === 'evaluation') note(evaluationLine(event, step, baseline));
    },
    close: () => undefined,
  };
}

function evaluationLine(event: EvaluationEvent, step: StepEvent | undefined, baseline: string): string {
  const parts = [`step ${whole(event.step)}`];
  if (step) parts.push(`loss ${figure(step.loss, 3)}`);
  parts.push(`validation ${figure(event.validationLoss, 3)}${baseline}`);
  if (step) parts.push(`${whole(step.tokensPerSecond)} chars/s`, `${duration(step.secondsLeft)} left`);
  return parts.join(' | ');
}

function heading({ name, data, parameters, environment }: RunRecord): string {
  const { backend, build, threads } = environment;
  const engine = `${backend}${build && build !== 'none' ? ` (${build})` : ''}, ${threads} thread${threads === 1 ? '' : 's'}`;
  if (!data) return name;
  return `${name}: ${whole(data.characters)} characters, ${data.vocabulary} different; ${whole(parameters ?? 0)} weights; ${engine}`;
}

const ENDS: Record<string, string> = {
  done: 'Done',
  stopped: 'Stopped',
  early: 'Ended early, since it got no better',
  failed: 'Failed',
};

function summary({ record, finished }: TrainResult): string {
  const { step, time, reason, metrics, bestStep } = finished;
  const lines = [bold(`${ENDS[reason]} after ${whole(step)} steps in ${duration(time)}.`)];
  const { validationLoss, perplexity, bitsPerCharacter, accuracy } = metrics;
  if (validationLoss !== undefined) {
    lines.push(
      `Best validation loss ${figure(validationLoss)} nats (perplexity ${figure(perplexity, 2)}, ${figure(bitsPerCharacter, 3)} bits a character, ${((accuracy ?? 0) * 100).toFixed(1)} % right) at step ${whole(bestStep ?? 0)}.`,
    );
    if (record.baseline) lines.push(comparison(validationLoss, record.baseline));
  }
  return lines.join('\n');
}

/** Says who is better and by how much, in the unit of the loss. */
function comparison(loss: number, baseline: NonNullable<RunRecord['baseline']>): string {
  const gain = baseline.validationLoss - loss;
  const verdict = gain > 0 ? `better by ${figure(gain)}` : `still worse by ${figure(-gain)}: train longer`;
  return `Baseline (${baseline.name}) ${figure(baseline.validationLoss)}: the model is ${verdict}.`;
}
