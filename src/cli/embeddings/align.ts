import path from 'node:path';
import { Command, Option } from 'commander';
import { align, precision, usualAlignment } from '../../core/embeddings/alignment/align';
import { CrossLingual, retrievals, type Retrieval } from '../../core/embeddings/alignment/cross-lingual';
import {
  diceDictionary,
  holdOut,
  identicalWords,
  readDictionary,
  type Translation,
} from '../../core/embeddings/alignment/dictionary';
import { requireWord } from '../../core/embeddings/queries';
import { saveVectors } from '../../worker/vector-file';
import { yieldToMessages } from '../../worker/control';
import { linesOf } from '../lines';
import { numberOption } from '../session';
import { figure, openOutput, percent, table, whole, WrongUse, type Output } from '../terminal';
import { formatOf } from './convert';
import { withKernels } from './kernels';
import { openNamed, VECTORS, withVectors, type VectorOptions } from './vectors';

/** The commands for two languages: a dictionary, a common space, translations. */
export function alignmentCommands(): Command[] {
  return [dictionaryCommand(), alignCommand(), translateCommand()];
}

function dictionaryCommand(): Command {
  return new Command('dictionary')
    .description('a dictionary out of pairs of sentences, one a line apart by a tab: best partners by Dice coefficient')
    .argument('<file>', 'sentence, tab, its translation')
    .option(
      '--min-count <n>',
      'pairs of sentences that a word must stand in',
      numberOption('--min-count', 1, 1e9, true),
      20,
    )
    .option('--least <share>', 'smallest Dice coefficient', numberOption('--least', 0, 1), 0.3)
    .option('--json', 'JSON lines')
    .action(async (file: string, options: { minCount: number; least: number; json?: boolean }) => {
      const output = openOutput(options.json === true);
      const pairs: Translation[] = [];
      for await (const line of linesOf(file)) {
        const [source, target] = line.split('\t');
        if (target !== undefined) pairs.push([source, target]);
      }
      if (pairs.length === 0) {
        throw new WrongUse(`${path.basename(file)} has no line with a tab: write sentence, tab, translation.`);
      }
      for (const { pair, dice } of await finished(diceDictionary(pairs, options))) {
        output.emit({ source: pair[0], target: pair[1], dice });
        output.say(pair.join('\t'));
      }
    });
}

interface AlignFlags extends VectorOptions {
  dictionary?: string;
  identical?: boolean;
  refine: number;
  candidates: number;
  holdOut: number;
  seed: number;
  out?: string;
}

function alignCommand(): Command {
  const command = new Command('align')
    .description("turn the vectors of one language into another's space, and measure translations by held-out words")
    .argument('<source>', VECTORS)
    .argument('<target>', VECTORS)
    .option('--dictionary <file>', 'two words a line, source first')
    .option('--identical', 'take words that both have for translations of themselves')
    .option(
      '--refine <n>',
      "rounds with the words that are each other's best",
      numberOption('--refine', 0, 50, true),
      usualAlignment.refinements,
    )
    .option(
      '--candidates <n>',
      'words of both that take part in these rounds',
      numberOption('--candidates', 1, 1e6, true),
      usualAlignment.candidates,
    )
    .option(
      '--hold-out <share>',
      'share of the dictionary that is only measured',
      numberOption('--hold-out', 0, 0.9),
      0.2,
    ) // prettier-ignore
    .option('--seed <n>', 'which words are held out', numberOption('--seed', 0, 0xffffffff, true), 1)
    .option('--out <file>', 'write the turned source vectors');
  return withVectors(command).action(alignFiles);
}

async function alignFiles(sourceFile: string, targetFile: string, options: AlignFlags): Promise<void> {
  const output = openOutput(options.json === true);
  const source = await openNamed(sourceFile, options);
  const target = await openNamed(targetFile, options);
  let dictionary: Translation[];
  if (options.dictionary !== undefined) {
    const lines: string[] = [];
    for await (const line of linesOf(options.dictionary)) lines.push(line);
    dictionary = readDictionary(lines, path.basename(options.dictionary));
  } else if (options.identical) dictionary = identicalWords(source, target);
  else throw new WrongUse('Say which words are translations: --dictionary FILE or --identical.');
  const { learned, held } = holdOut(dictionary, options.holdOut, options.seed);
  await withKernels(async () => {
    const { refine: refinements, candidates } = options;
    const { spaces, pairs } = await finished(align(source, target, learned, { refinements, candidates }));
    output.say(`${whole(pairs)} pairs of words with vectors on both sides, ${refinements} refinements.`);
    if (held.length > 0) await measure(spaces, held, output);
    if (options.out !== undefined) {
      await saveVectors(spaces.source, options.out, formatOf(options.out));
      output.emit({ file: options.out, words: source.words.length, dimension: source.size });
      output.say(`${options.out}: ${whole(source.words.length)} words in the space of ${path.basename(targetFile)}.`);
    }
  });
}

async function measure(spaces: CrossLingual, held: Translation[], output: Output): Promise<void> {
  const rows: string[][] = [];
  for (const retrieval of retrievals) {
    const measured = await finished(precision(spaces, held, retrieval));
    output.emit({ retrieval, ...measured });
    rows.push([retrieval, percent(measured.at1), percent(measured.at5), whole(measured.words)]);
  }
  output.say(table([['by', 'precision at 1', 'at 5', 'held-out words'], ...rows]));
}

function translateCommand(): Command {
  const command = new Command('translate')
    .description('translations of words by vectors that lie in one space (see align)')
    .argument('<source>', `${VECTORS}; turned by align`)
    .argument('<target>', VECTORS)
    .argument('<words...>')
    .option('--top <n>', 'translations to show', numberOption('--top', 1, 1000, true), 5)
    .addOption(new Option('--by <rule>', 'how they are chosen').choices(retrievals).default('csls'));
  type Options = VectorOptions & { top: number; by: Retrieval };
  return withVectors(command).action(
    async (sourceFile: string, targetFile: string, words: string[], options: Options) => {
      const output = openOutput(options.json === true);
      const source = await openNamed(sourceFile, options);
      const target = await openNamed(targetFile, options);
      if (source.size !== target.size) throw new WrongUse('The vectors differ in size: turn the first ones by align.');
      const ids = words.map((word) => requireWord(source, word));
      await withKernels(async () => {
        const spaces = await finished(CrossLingual.build(source, target));
        const answers = await finished(spaces.translate(ids, options.top, options.by));
        for (const [n, found] of answers.entries()) {
          for (const { word, similarity } of found) output.emit({ source: words[n], word, similarity });
          output.say(table([[options.by, words[n]], ...found.map((each) => [figure(each.similarity), each.word])]));
        }
      });
    },
  );
}

/** Runs to the end, with a turn for Ctrl-C between the slices. */
async function finished<T>(work: Generator<unknown, T>): Promise<T> {
  let step = work.next();
  for (; !step.done; step = work.next()) await yieldToMessages();
  return step.value;
}
