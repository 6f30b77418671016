/**
 * Every name that the manifest and the code share, each written once here. A test compares them with `package.json`.
 */

/** Commands, without the prefix "sequenceLab.". */
export const commandNames = [
  'trainOnCurrentFile',
  'stop',
  'pause',
  'continue',
  'resumeTraining',
  'sample',
  'sampleToNewDocument',
  'stopSampling',
  'selectRun',
  'showDashboard',
  'showLog',
  'openRunFolder',
  'refreshRuns',
  'renameRun',
  'deleteRun',
  'scoreSelection',
  'clearScores',
  'rankAlternatives',
  'showNextTokens',
  'checkMemorisation',
  'classifySelection',
  'forecast',
  'tagCurrentFile',
  'stopTagging',
  'clearTags',
  'nextEntity',
  'previousEntity',
  'nextUncertainEntity',
  'filterEntities',
  'sortEntities',
  'annotate',
  'extendAnnotation',
  'deleteAnnotation',
  'acceptProposal',
  'rejectProposal',
  'markReviewed',
  'undoAnnotation',
  'startAnnotating',
  'stopAnnotating',
  'nextSuggestion',
  'trainOnAnnotations',
  'exportTags',
  'learnEmbeddings',
  'learnEmbeddingsFromFolder',
  'exploreEmbeddings',
  'findSimilarWords',
  'compareInContext',
  'translateWord',
  'doctor',
  'setUpTensorflow',
  'resetState',
] as const;
export type CommandId = (typeof commandNames)[number];

export const PREFIX = 'sequenceLab.';

/** The full name of a command. */
export function command(name: CommandId): string {
  return PREFIX + name;
}

/** Settings, without the prefix. */
export const settingNames = [
  'backend',
  'threads',
  'runsFolder',
  'defaultRecipe',
  'openDashboard',
  'sample.length',
  'sample.temperature',
  'sample.topP',
  'hover.nextToken',
  'inlineCompletion.enabled',
  'inlineCompletion.length',
  'tag.onType',
  'embeddings.hover',
] as const;
export type SettingName = (typeof settingNames)[number];

/** Context keys, without the prefix, that menus and key bindings ask for. */
export interface ContextValues {
  /** The extension has looked around; until then no command is hidden because of the other keys. */
  active: boolean;
  training: 'idle' | 'running' | 'paused';
  sampling: boolean;
  /** A score is painted. */
  scored: boolean;
  /** Labels are shown behind lines. */
  classified: boolean;
  /** The document in front has tags. */
  tagged: boolean;
  /** Many lines of it are still being tagged. */
  tagging: boolean;
  /** The document in front has annotations. */
  annotated: boolean;
  /** Single keys annotate instead of writing. */
  annotating: boolean;
  /** What the current run's model has learned to do; empty without a run. */
  task: string;
  hasRuns: boolean;
}
export const contextNames = [
  'active',
  'training',
  'sampling',
  'scored',
  'classified',
  'tagged',
  'tagging',
  'annotated',
  'annotating',
  'task',
  'hasRuns',
] as const satisfies (keyof ContextValues)[];

/** Keys of what is kept between sessions. */
export const storedKeys = {
  selectedRun: 'selectedRun',
  lastLabel: 'lastLabel',
  forecastRows: 'forecastRows',
  vectorFiles: 'vectorFiles',
  translation: 'translation',
} as const;

export const DASHBOARD_VIEW = 'sequenceLab.dashboard';
export const EXPLORE_VIEW = 'sequenceLab.explore';
export const IN_CONTEXT_VIEW = 'sequenceLab.inContext';
export const RUNS_VIEW = 'sequenceLab.runs';
export const ENTITIES_VIEW = 'sequenceLab.entities';
export const RECIPE_SUFFIX = '.recipe.json';
