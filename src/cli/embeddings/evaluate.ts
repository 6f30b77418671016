import path from 'node:path';
import { Command } from 'commander';
import {
  isSyntactic,
  readAnalogies,
  testAnalogies,
  type AnalogyResult,
  type AnalogySection,
} from '../../core/embeddings/analogy-test';
import { readSimilarityPairs, testSimilarity } from '../../core/embeddings/similarity-test';
import type { WordVectors } from '../../core/embeddings/word-vectors';
import { prepareBackend } from '../../engine/select';
import { physicalCores } from '../../engine/threads';
import { yieldToMessages } from '../../worker/control';
import { linesOf } from '../lines';
import { numberOption } from '../session';
import { figure, openOutput, percent, table, whole, WrongUse, type Output } from '../terminal';
import { openNamed, VECTORS, withVectors, type VectorOptions } from './vectors';

interface EvaluateOptions extends VectorOptions {
  analogies: string[];
  similarity: string[];
  candidates: number;
  mul?: boolean;
}

const collect = (text: string, all: string[]): string[] => [...all, text];

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('measure vectors on files of analogies and of word similarities')
    .argument('<vectors>', VECTORS)
    .option('--analogies <file>', "four words a line, by section (Google's, Microsoft's); may be repeated", collect, [])
    .option('--similarity <file>', 'two words and a score a line; may be repeated', collect, [])
    .option(
      '--candidates <n>',
      'answer analogies with the first so many words, and ask only about them',
      numberOption('--candidates', 1, 1e8, true),
      30_000,
    )
    .option('--mul', 'rank answers by 3CosMul and not by 3CosAdd');
  return withVectors(command).action(evaluate);
}

async function evaluate(file: string, options: EvaluateOptions): Promise<void> {
  if (options.analogies.length + options.similarity.length === 0)
    throw new WrongUse('Name a file to measure on: --analogies FILE or --similarity FILE.');
  const output = openOutput(options.json === true);
  const vectors = await openNamed(file, options);
  if (options.similarity.length > 0) await similarity(vectors, options.similarity, output);
  if (options.analogies.length > 0) await analogies(vectors, options, output);
}

async function similarity(vectors: WordVectors, files: string[], output: Output): Promise<void> {
  const rows: string[][] = [];
  for (const file of files) {
    const name = path.basename(file);
    const { rho, pairs, covered } = testSimilarity(vectors, readSimilarityPairs(await allLines(file), name));
    output.emit({ similarity: name, rho, pairs, covered });
    rows.push([name, figure(rho, 3), `${whole(covered)} of ${whole(pairs)}`]);
  }
  output.say(table([['similarity', "Spearman's ρ", 'pairs with vectors'], ...rows]));
}

async function analogies(vectors: WordVectors, options: EvaluateOptions, output: Output): Promise<void> {
  const sets: [string, AnalogySection[]][] = [];
  for (const file of options.analogies) {
    const name = path.basename(file);
    sets.push([name, readAnalogies(await allLines(file), name)]);
  }
  const { candidates } = options;
  const prepared = await prepareBackend({
    choice: 'auto',
    threads: physicalCores(),
    threadScript: path.join(__dirname, 'kernel-thread.js'),
    nativeFolder: path.join(__dirname, 'native'),
  });
  try {
    for (const [name, sections] of sets) {
      const steps = testAnalogies(vectors, sections, { candidates, rule: options.mul ? 'mul' : 'add' });
      let step = steps.next();
      for (; !step.done; step = steps.next()) await yieldToMessages();
      report(name, step.value, Math.min(candidates, vectors.words.length), output);
    }
  } finally {
    await prepared.close();
  }
}

function report(file: string, results: AnalogyResult[], candidates: number, output: Output): void {
  const total = (name: string, some: AnalogyResult[]): AnalogyResult =>
    some.reduce(
      (sum, { questions, asked, correct }) => ({
        name,
        questions: sum.questions + questions,
        asked: sum.asked + asked,
        correct: sum.correct + correct,
      }),
      { name, questions: 0, asked: 0, correct: 0 },
    );
  const syntactic = results.filter(({ name }) => isSyntactic(name));
  const semantic = results.filter(({ name }) => !isSyntactic(name));
  const halves = syntactic.length > 0 ? [total('semantic', semantic), total('syntactic', syntactic)] : [];
  const shown = [...results, ...halves, ...(results.length > 1 ? [total('all', results)] : [])];
  for (const { name, ...counts } of shown)
    output.emit({ analogies: file, section: name, ...counts, accuracy: counts.correct / counts.asked, candidates });
  const rows = shown.map(({ name, asked, correct, questions }) => [
    name,
    asked > 0 ? percent(correct / asked, 2) : '–',
    `${whole(correct)} of ${whole(asked)}`,
    percent(asked / questions),
  ]);
  output.say(`${file}, answered with the first ${whole(candidates)} words:`);
  output.say(table([['section', 'correct', 'questions', 'covered'], ...rows]));
}

async function allLines(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  return lines;
}
