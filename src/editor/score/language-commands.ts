import type { CommandTable } from '../common/commands';
import type { NextTokenHover } from '../complete/next-token-hover';
import type { RunsStore } from '../runs/runs-store';
import { checkMemorisation } from '../sample/memorisation-command';
import type { WorkerThreads } from '../threads/worker-threads';
import { rankAlternatives } from './rank-command';
import type { ScoreView } from './score-view';

/** Commands that ask the current run's language model about the text in the editor. */
export function languageCommands(threads: WorkerThreads, runs: RunsStore, scores: ScoreView, hover: NextTokenHover) {
  return {
    scoreSelection: () => scores.scoreSelection(),
    clearScores: () => scores.clear(),
    rankAlternatives: () => rankAlternatives(threads, runs),
    showNextTokens: () => hover.showAtCursor(),
    checkMemorisation: () => checkMemorisation(threads, runs),
  } satisfies Partial<CommandTable>;
}
