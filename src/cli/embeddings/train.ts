import path from 'node:path';
import { Command, Option } from 'commander';
import { DEFAULT_OPTIONS, EMBEDDING_MODELS } from '../../core/embeddings/models';
import { WORD_RULES } from '../../core/embeddings/word-counter';
import { VECTOR_FORMATS, type VectorFormat } from '../../core/embeddings/vector-format';
import { prepareBackend } from '../../engine/select';
import { physicalCores } from '../../engine/threads';
import { learnEmbeddings, type EmbeddingJob, type LearningProgress } from '../../worker/learn-embeddings';
import { saveFastText, saveVectors } from '../../worker/vector-file';
import { numberOption, withJson } from '../session';
import { duration, EXIT, figure, note, openOutput, whole, WrongUse, type Output } from '../terminal';
import { formatOf } from './convert';

interface TrainOptions extends EmbeddingJob {
  out: string;
  format?: VectorFormat | 'fasttext';
  hierarchical?: boolean;
  threads?: number;
  json?: boolean;
}

export function trainCommand(): Command {
  const whole = (name: string, least: number, most: number) => numberOption(name, least, most, true);
  const command = new Command('train')
    .description('learn word vectors from a text of any size')
    .argument('<file>', 'text to learn from; a line is a sentence')
    .requiredOption('--out <file>', 'file of the vectors')
    .addOption(
      new Option(
        '--format <name>',
        'text, binary or fasttext, whose .bin knows n-grams (default: by the ending)',
      ).choices([...VECTOR_FORMATS, 'fasttext']),
    )
    .addOption(new Option('--model <name>', 'what is learned').choices(EMBEDDING_MODELS).default('skipgram'))
    .option('--dimension <n>', 'numbers in a vector', whole('--dimension', 1, 1023), DEFAULT_OPTIONS.dimension)
    .option('--window <n>', 'most words on either side', whole('--window', 1, 100), DEFAULT_OPTIONS.window)
    .option('--negative <n>', 'words drawn against each true one', whole('--negative', 1, 63), DEFAULT_OPTIONS.negative)
    .option('--hierarchical', 'hierarchical softmax in the place of negative words')
    .option(
      '--sample <t>',
      'share of the text above which words are dropped; 0: none (default: by the size of the text)',
      numberOption('--sample', 0, 1),
    )
    .option('--rate <r>', 'learning rate at the start', numberOption('--rate', 1e-9, 10), DEFAULT_OPTIONS.rate)
    .option('--epochs <n>', 'passes over the text (default: by its size)', whole('--epochs', 1, 100_000))
    .option(
      '--min-count <n>',
      'leave out words that occur less often (default: by the size of the text)',
      whole('--min-count', 1, 1e9),
    );
  withModelOptions(command)
    .addOption(
      new Option('--tokens <rule>', 'words: letters and digits in lower case; whitespace: as they stand')
        .choices(WORD_RULES)
        .default('words'),
    )
    .option(
      '--threads <n>',
      'threads (default: all physical cores); one repeats itself exactly',
      whole('--threads', 1, 64),
    )
    .option('--seed <n>', 'start of all random choices', whole('--seed', 0, 0xffffffff), 1);
  return withJson(command).action(
    (file: string, options: Omit<TrainOptions, 'rule' | 'smoothing'> & { tokens: TrainOptions['rule'] }) =>
      train(file, {
        ...options,
        rule: options.tokens,
        smoothing: DEFAULT_OPTIONS.smoothing,
        negative: options.hierarchical ? 0 : options.negative,
      }),
  );
}

/** The options of single models. */
function withModelOptions(command: Command): Command {
  const whole = (name: string, least: number, most: number) => numberOption(name, least, most, true);
  const { minGram, maxGram, buckets, xMax, alpha, shift, power } = DEFAULT_OPTIONS;
  return command
    .option('--min-gram <n>', 'fastText: shortest character n-gram; 0: none', whole('--min-gram', 0, 20), minGram)
    .option('--max-gram <n>', 'fastText: longest character n-gram; 0: none', whole('--max-gram', 0, 20), maxGram)
    .option('--buckets <n>', 'fastText: numbers that n-grams are hashed to', whole('--buckets', 1, 2e7), buckets)
    .option('--x-max <n>', 'GloVe: count from which on all weigh the same', numberOption('--x-max', 1e-9, 1e9), xMax)
    .option('--alpha <a>', 'GloVe: exponent of the weight below that', numberOption('--alpha', 0, 1), alpha)
    .option('--shift <k>', 'PPMI: ln k is taken off', numberOption('--shift', 1, 1000), shift)
    .option('--power <p>', 'PPMI: exponent of the singular values', numberOption('--power', 0, 1), power);
}

async function train(file: string, options: TrainOptions): Promise<void> {
  if (options.format === 'fasttext' && !options.model.startsWith('fasttext'))
    throw new WrongUse('Only fastText models have that format: name --model fasttext-skipgram or another --format.');
  if (options.minGram > options.maxGram) throw new WrongUse('--min-gram is above --max-gram: exchange them.');
  const output = openOutput(options.json === true);
  const prepared = await prepareBackend({
    choice: 'kernels',
    threads: options.threads ?? physicalCores(),
    threadScript: path.join(__dirname, 'kernel-thread.js'),
    nativeFolder: path.join(__dirname, 'native'),
  });
  let interrupted = false;
  const interrupt = () => void (interrupted = true);
  process.once('SIGINT', interrupt);
  try {
    prepared.notes.forEach(note);
    const { threads, build } = prepared;
    const onProgress = followed(output);
    const learned = await learnEmbeddings(file, options, { threads, isStopped: () => interrupted, onProgress });
    const { vectors, seconds, stopped, model, plan, ...counts } = learned;
    const format = options.format ?? (model && /\.bin$/i.test(options.out) ? 'fasttext' : formatOf(options.out));
    if (format !== 'fasttext') await saveVectors(vectors, options.out, format);
    else if (model) await saveFastText(model, options.out);
    const known = { vocabulary: vectors.words.length, dimension: vectors.size, threads, build };
    output.emit({
      event: 'finished',
      reason: stopped ? 'stopped' : 'done',
      file: options.out,
      seconds,
      ...counts,
      ...plan,
      ...known,
    });
    output.say(
      `${stopped ? 'Stopped' : 'Done'} after ${duration(seconds)} (${build}, ${threads} threads), loss ${figure(learned.loss, 3)}: ` +
        `${whole(vectors.words.length)} words with ${vectors.size} numbers each in ${options.out}.`,
    );
    if (stopped) process.exitCode = EXIT.interrupted;
  } finally {
    process.removeListener('SIGINT', interrupt);
    await prepared.close();
  }
}

/** Shows progress: twice a second for programs and on a terminal, every ten seconds in a pipe. */
function followed(output: Output): (progress: LearningProgress) => void {
  const pause = output.json || process.stderr.isTTY ? 500 : 10_000;
  let last = performance.now();
  return (progress) => {
    if (performance.now() - last < pause) return;
    last = performance.now();
    output.emit({ event: 'step', ...progress });
    const { epoch, loss, wordsPerSecond, secondsLeft } = progress;
    const line = `epoch ${epoch.toFixed(2)}  loss ${figure(loss, 3)}  ${whole(wordsPerSecond)} words/s  ${duration(secondsLeft)} left`;
    if (output.json) return;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}   ${epoch % 1 === 0 ? '\n' : ''}`);
    else note(line);
  };
}
