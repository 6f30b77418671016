import { Command } from 'commander';
import { clusterWords, type Cluster } from '../../core/embeddings/clusters';
import { analogy, compareWords, neighbours, oddOneOut, type Neighbour } from '../../core/embeddings/queries';
import { numberOption } from '../session';
import { figure, openOutput, table, whole, type Output } from '../terminal';
import { openNamed, VECTORS, withVectors, type VectorOptions } from './vectors';

interface TopOptions extends VectorOptions {
  top: number;
}

const withTop = (command: Command, count: number, what: string): Command =>
  withVectors(command.option('--top <n>', what, numberOption('--top', 1, 10_000, true), count));

/** The commands that ask one question of a file of vectors. */
export function queryCommands(): Command[] {
  return [neighborsCommand(), analogyCommand(), oddCommand(), compareCommand(), clustersCommand()];
}

function show(output: Output, found: Neighbour[], heading = 'cosine'): void {
  for (const each of found) output.emit(each);
  output.say(table([[heading, 'word'], ...found.map(({ word, similarity }) => [figure(similarity), word])]));
}

function neighborsCommand(): Command {
  const command = new Command('neighbors')
    .description('the words whose vectors are closest to a word')
    .argument('<vectors>', VECTORS)
    .argument('<word>');
  return withTop(command, 10, 'words to show').action(async (file: string, word: string, options: TopOptions) => {
    const vectors = await openNamed(file, options);
    show(openOutput(options.json === true), neighbours(vectors, word, options.top));
  });
}

function analogyCommand(): Command {
  const command = new Command('analogy')
    .description('A is to B as C is to what: "man king woman" asks for queen')
    .argument('<vectors>', VECTORS)
    .argument('<a>')
    .argument('<b>')
    .argument('<c>')
    .option('--mul', 'rank by the product of similarities (3CosMul) and not by their sum (3CosAdd)');
  type Options = TopOptions & { mul?: boolean };
  return withTop(command, 5, 'answers to show').action(
    async (file: string, a: string, b: string, c: string, options: Options) => {
      const vectors = await openNamed(file, options);
      const found = analogy(vectors, [a, b, c], options.mul ? 'mul' : 'add', options.top);
      show(openOutput(options.json === true), found, options.mul ? 'product' : 'cosine');
    },
  );
}

function oddCommand(): Command {
  const command = new Command('odd')
    .description('which of some words does not belong to the others: the first of the answer')
    .argument('<vectors>', VECTORS)
    .argument('<words...>');
  return withVectors(command).action(async (file: string, words: string[], options: VectorOptions) => {
    show(openOutput(options.json === true), oddOneOut(await openNamed(file, options), words), 'with the mean');
  });
}

function compareCommand(): Command {
  const command = new Command('compare')
    .description('two words feature by feature, the largest differences first')
    .argument('<vectors>', VECTORS)
    .argument('<first>')
    .argument('<second>');
  return withTop(command, 10, 'features to show').action(
    async (file: string, first: string, second: string, options: TopOptions) => {
      const output = openOutput(options.json === true);
      const { cosine, features } = compareWords(await openNamed(file, options), first, second);
      const largest = features.slice(0, options.top);
      output.emit({ first, second, cosine, features: largest });
      output.say(`Cosine ${figure(cosine)}`);
      const rows = largest.map((each) => [
        String(each.feature),
        ...[each.first, each.second, each.difference].map((value) => figure(value)),
      ]);
      output.say(table([['feature', first, second, 'difference'], ...rows]));
    },
  );
}

function clustersCommand(): Command {
  const command = new Command('clusters')
    .description('groups of words (k-means), named by their most central words')
    .argument('<vectors>', VECTORS)
    .option('--clusters <k>', 'groups to make', numberOption('--clusters', 1, 1000, true), 10)
    .option('--seed <n>', 'start of all random choices', numberOption('--seed', 0, 0xffffffff, true), 1);
  type Options = TopOptions & { clusters: number; seed: number };
  return withTop(command, 8, 'words to name a group by').action(async (file: string, options: Options) => {
    const output = openOutput(options.json === true);
    const vectors = await openNamed(file, { ...options, words: options.words ?? 5000 });
    const { clusters, seed } = options;
    const steps = clusterWords(vectors, { clusters, count: vectors.words.length, seed });
    let step = steps.next();
    while (!step.done) step = steps.next();
    const groups: Cluster[] = step.value;
    for (const { words, tightness } of groups) output.emit({ tightness, words });
    const rows = groups.map(({ words, tightness }) => [
      whole(words.length),
      figure(tightness, 3),
      words.slice(0, options.top).join(', '),
    ]);
    output.say(table([['words', 'tightness', 'central words'], ...rows]));
  });
}
