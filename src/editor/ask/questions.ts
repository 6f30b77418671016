import type * as vscode from 'vscode';
import { ClassifyView } from '../classify/classify-view';
import type { CommandTable } from '../common/commands';
import type { ContextKeys } from '../common/context-keys';
import { Disposables } from '../common/disposables';
import { InlineCompletion } from '../complete/inline-completion';
import { NextTokenHover } from '../complete/next-token-hover';
import { ForecastCommand } from '../forecast/forecast-command';
import type { RunsStore } from '../runs/runs-store';
import type { LabelChoice } from '../sample/label-choice';
import { checkMemorisation } from '../sample/memorisation-command';
import { rankAlternatives } from '../score/rank-command';
import { ScoreView } from '../score/score-view';
import type { WorkerThreads } from '../threads/worker-threads';

/** Everything that asks the current run's model about what is in the editor. */
export class Questions implements vscode.Disposable {
  private readonly disposables = new Disposables();
  readonly scores: ScoreView;
  readonly labels: ClassifyView;
  readonly commands;

  constructor(
    threads: WorkerThreads,
    runs: RunsStore,
    keys: ContextKeys,
    memory: vscode.Memento,
    labelChoice: LabelChoice,
  ) {
    this.scores = this.disposables.add(new ScoreView(threads, runs, keys, labelChoice));
    this.labels = this.disposables.add(new ClassifyView(threads, runs, keys));
    const hover = this.disposables.add(new NextTokenHover(threads, runs));
    this.disposables.add(new InlineCompletion(threads, runs));
    const forecast = new ForecastCommand(threads, runs, memory);
    this.commands = {
      scoreSelection: (argument?: unknown) => this.scores.scoreSelection(argument),
      clearScores: () => {
        this.scores.clear();
        this.labels.clear();
      },
      rankAlternatives: (argument?: unknown) => rankAlternatives({ threads, runs, labels: labelChoice }, argument),
      showNextTokens: () => hover.showAtCursor(),
      checkMemorisation: () => checkMemorisation(threads, runs),
      classifySelection: () => this.labels.classifySelection(),
      forecast: (argument?: unknown) => forecast.run(argument),
    } satisfies Partial<CommandTable>;
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
