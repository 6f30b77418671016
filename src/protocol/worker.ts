import type { Recipe } from '../core/recipe/schema';
import type { CopiedSpan } from '../core/generation/memorisation';
import type { ClassMeasures, FinishedEvent, Measures, RunEvent } from '../core/runs/events';
import type { RunRecord } from '../core/runs/record';
import type {
  ContextsOptions,
  ContextsResult,
  EmbeddingAnswer,
  EmbeddingQuery,
  TranslateOptions,
  TranslateResult,
  VectorSource,
} from './word-vectors';

/** What trains: a file that the worker reads itself, or text that is on a screen and maybe nowhere else. */
export type Source =
  | { kind: 'file'; path: string; label: string; uri?: string }
  | { kind: 'text'; text: string; label: string; uri?: string };

export interface TrainJob {
  recipe: Recipe;
  source: Source;
  /** Held-out text from another file instead of a share of the source. */
  validation?: Source;
  /** Folder in which the run's own folder is made. */
  runsFolder: string;
  /** Name for lists; default: recipe and source. */
  name?: string;
  /**
   * A run folder whose best weights the model starts from, for tagging: its vocabulary is kept, its labels are kept and
   * extended by those that are new.
   */
  from?: string;
}

export interface ResumeJob {
  /** The run folder to go on with. */
  run: string;
  /** A new end for the run; without it, the recipe's own budget holds. */
  budget?: { minutes?: number; steps?: number; epochs?: number };
}

/** Cells of the shared Int32Array that every step of a long job looks at, so that a command waits behind no message. */
export const CONTROL = { command: 0 } as const;
export const COMMAND = { run: 0, pause: 1, stop: 2 } as const;
export type CommandName = keyof typeof COMMAND;

export interface TrainResult {
  /** The run folder. */
  run: string;
  record: RunRecord;
  finished: FinishedEvent;
}

export interface SampleOptions {
  run: string;
  prompt?: string;
  /** Tokens to write at most; of a series, steps to forecast. */
  length: number;
  /** 0 takes the most probable token. */
  temperature: number;
  /** Only the k most probable tokens; 0 all. */
  topK?: number;
  /** Only the most probable tokens whose probabilities add up to p; 1 all. */
  topP?: number;
  stop?: string;
  count?: number;
  seed?: number;
  checkpoint?: 'best' | 'last';
  /** What a label-to-sequence model writes about; without it, each sample takes the next label. */
  label?: string;
  /** Continuations that are kept side by side; the best `count` of them are the samples, and nothing is drawn. */
  beam?: number;
  /** With a beam: a continuation is worth its log-probability / length^lengthPower; 0.6 without it. */
  lengthPower?: number;
  /** Whether the answer says what the model gave each token. */
  probabilities?: boolean;
}
export interface TokenProbability {
  token: string;
  probability: number;
}
export interface SampleResult {
  /** One string a sample. */
  texts: string[];
  /** What each was written about, where that is a label. */
  labels?: string[];
  /** Natural logarithm of what the model gives each text, and what a beam ranked it by. */
  scores?: { logProbability: number; score: number }[];
  /** By sample, where it was asked for: what the model itself gave each token, with nothing left out. */
  tokens?: TokenProbability[][];
}

export interface EvaluateOptions {
  run: string;
  source: Source;
}
export interface EvaluateResult extends Measures, ClassMeasures {
  /** Tokens, examples or values that were predicted. */
  tokens: number;
  /** Share of tokens that the vocabulary lacks; 0 where there are none. */
  unknown: number;
}

export interface ScoreLine {
  text: string;
  /** Sum over tokens, natural logarithm. */
  logProbability: number;
  /** Of a token. */
  perplexity: number;
  bitsPerCharacter: number;
  tokens: { token: string; logProbability: number }[];
}

export interface ClassifyOptions {
  run: string;
  texts: string[];
  /** The most probable labels of each text that are told; all without it. */
  top?: number;
  /**
   * Set where the texts are lines of a file like the one that the run learned from: they are taken apart as that file was,
   * and there is an answer for each example, not for each line. `header` is the file's first line.
   */
  lines?: { header?: string };
}
export interface Classified {
  text: string;
  /** Of lines: the place of the example's last line among them, from 0, and whether the labels beside it are those chosen. */
  line?: number;
  right?: boolean;
  /** The most probable label, or all that are more probable than not where an example may have several. */
  chosen: string[];
  /** By falling probability. */
  labels: { label: string; probability: number }[];
}

/** Where a tagger comes from: a run, or the small one that is shipped. */
export interface TagOptions {
  /** The run folder; the shipped tagger's is a run folder too. */
  run: string;
  /** Running texts, such as lines; each is tagged by itself, sentence by sentence. */
  texts: string[];
  /** Labels that are told of each span besides its own, by falling probability. */
  alternatives?: number;
}
export interface LabelProbability {
  label: string;
  probability: number;
}
/** A labelled stretch of a text: an entity, or a token where tags are no chunks; offsets in UTF-16 code units. */
export interface TaggedSpan extends LabelProbability {
  start: number;
  /** The first code unit behind it. */
  end: number;
  /** Other labels (for entities also "O", no entity). */
  alternatives: LabelProbability[];
  /** The best label by what stands before and at the span alone, where the model can say so. */
  forward?: LabelProbability;
}
/** A span that the model nearly found: the most probable reading is O, but an entity is not improbable. */
export interface TaggedText {
  /** In order; they do not overlap. */
  spans: TaggedSpan[];
  /** Stretches read as no entity where an entity has the largest probability among all that lost, at least 0.1; by place. */
  nearly: TaggedSpan[];
  /** Tokens that were tagged. */
  tokens: number;
}
export interface TagResult {
  /** Labels of spans that the model knows, by name. */
  labels: string[];
  /** Whether tags are chunks (entities); otherwise every token has a label. */
  chunks: boolean;
  /** In the order of the texts. */
  texts: TaggedText[];
}

export interface NextTokensOptions {
  run: string;
  /** The text before; of a long one the end counts. */
  context: string;
  /** The most probable tokens that are told. */
  count: number;
  label?: string;
}
export interface NextTokens {
  tokens: TokenProbability[];
  /** Of the whole distribution, in nats. */
  entropy: number;
}

export interface RankOptions {
  run: string;
  /** A text with alternatives in braces: "The apple and pe{ar|ir} salad". */
  pattern: string;
  label?: string;
}
export interface RankedAlternative {
  text: string;
  /** What stands for each pair of braces. */
  choices: string[];
  /** Sum over tokens, natural logarithm. */
  logProbability: number;
  tokens: number;
  /** Share among all alternatives if one of them must be right. */
  share: number;
}

export interface BackendReport {
  name: 'kernels' | 'tensorflow' | 'cpu';
  available: boolean;
  /** Which build or version, or why it is not available and how to get it. */
  detail: string;
  threads?: number;
  /** Characters a second in training a small LSTM. */
  charactersPerSecond?: number;
}
export interface DoctorReport {
  version: string;
  node: string;
  platform: string;
  processors: number;
  chosen: string;
  notes: string[];
  backends: BackendReport[];
}

export interface FormatGuess {
  format: string;
  /** Recipe that fits best, by name. */
  recipe: string;
  /** All built-in recipes that fit, the best first. */
  recipes?: string[];
  /** One sentence for people. */
  reason: string;
}

/** A run as lists and charts need it; `events` are thinned for drawing. */
export interface RunDetails {
  folder: string;
  record: RunRecord;
  events: RunEvent[];
}
export interface RunSummary {
  folder: string;
  record: RunRecord;
}

/** What a worker thread answers. Both roles (train, predict) speak it; each job runs alone in its thread. */
export interface WorkerContract {
  requests: {
    train: { params: TrainJob; result: TrainResult };
    resume: { params: ResumeJob; result: TrainResult };
    /** Text arrives through `sampled` as it is made; the result is the whole of it. */
    sample: { params: SampleOptions & { id: string }; result: SampleResult };
    evaluate: { params: EvaluateOptions; result: EvaluateResult };
    score: { params: { run: string; lines: string[]; label?: string }; result: ScoreLine[] };
    classify: { params: ClassifyOptions; result: Classified[] };
    /** Labelled spans of texts, by a run of the task tagging. */
    tag: { params: TagOptions; result: TagResult };
    /** How alike the occurrences of words are in their sentences, by a run of the task contextual. */
    contexts: { params: ContextsOptions; result: ContextsResult };
    /** Answers of word vectors, kept in memory between questions. */
    /** `answering` tells under the id how far a long answer is. */
    embedding: { params: { source: VectorSource; query: EmbeddingQuery; id?: string }; result: EmbeddingAnswer };
    /** The best translations of a word, by vectors that are turned into one space, which is kept for the next word. */
    translate: { params: TranslateOptions; result: TranslateResult };
    /** What a language model expects after a text. */
    nextTokens: { params: NextTokensOptions; result: NextTokens };
    /** Alternatives by falling probability. */
    rank: { params: RankOptions; result: RankedAlternative[] };
    /** The longest span of a text that the run's training text holds word for word; null when not a character is. */
    memorisation: { params: { run: string; text: string }; result: CopiedSpan | null };
    detect: { params: Source; result: FormatGuess };
    doctor: { params: { measure: boolean }; result: DoctorReport };
    listRuns: { params: { runsFolder: string }; result: RunSummary[] };
    readRun: { params: { folder: string; maxEvents: number }; result: RunDetails };
    renameRun: { params: { folder: string; name: string }; result: RunRecord };
    deleteRun: { params: { folder: string }; result: null };
    /** Says that a run ended badly whose own thread can no longer say so; its checkpoints stay as they are. */
    markFailed: { params: { folder: string; message: string }; result: RunRecord };
    /** Loads the engine and the kernels before the first job needs them. */
    warm: { params: Record<string, never>; result: null };
  };
  notifications: Record<string, never>;
}

/** What a worker thread says by itself. */
export interface WorkerEvents {
  requests: Record<string, never>;
  notifications: {
    /** The run folder exists; events of this run follow. */
    runStarted: { folder: string; record: RunRecord };
    /** Events of the running job, at most ten batches a second. */
    events: { folder: string; events: RunEvent[] };
    recordChanged: { folder: string; record: RunRecord };
    /**
     * Share of the text that is read, or whose pairs of words are counted, 0 to 1, before a run starts; at most ten a
     * second.
     */
    reading: { label: string; share: number; doing?: 'counting' };
    sampled: { id: string; sample: number; text: string };
    /** Share of an answer of word vectors that is done, 0 to 1; at most ten a second. */
    answering: { id: string; share: number };
    log: { level: 'info' | 'warn' | 'error' | 'debug'; message: string };
  };
}

/** Handed to a thread when it starts. */
export interface WorkerSetup {
  role: 'train' | 'predict';
  /** Shared Int32Array of CONTROL cells. */
  control: SharedArrayBuffer;
  /** 0: choose for this machine. */
  threads: number;
  backend: Recipe['backend'];
  /** Product version for records. */
  version: string;
  /** Folders in which an installed @tensorflow/tfjs-node is looked for. */
  moduleFolders: string[];
}
