import path from 'node:path';
import { Command, Option } from 'commander';
import type { Recipe } from '../core/recipe/schema';
import { backends, findRun, numberOption, withJson, withRuns, withWorker } from './session';
import { figure, openOutput, whole } from './terminal';

interface EvaluateOptions {
  runs: string;
  backend?: Recipe['backend'];
  threads?: number;
  json?: boolean;
}

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description("measure a run's best model on another file")
    .argument('<run>', 'a run folder, an id, the beginning of one, or "last"')
    .argument('<file>', 'text to measure on')
    .addOption(new Option('--backend <name>', 'who computes').choices(backends))
    .option('--threads <n>', 'threads that compute', numberOption('--threads', 0, 64, true));
  return withJson(withRuns(command)).action(evaluate);
}

async function evaluate(run: string, file: string, options: EvaluateOptions): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  const source = { kind: 'file', path: path.resolve(file), label: path.basename(file) } as const;
  const { backend, threads } = options;
  const result = await withWorker({ role: 'predict', backend, threads }, ({ channel }) =>
    channel.request('evaluate', { run: folder, source }),
  );
  output.emit({ run: folder, file, ...result });
  output.say(`Loss ${figure(result.validationLoss)} nats a character on ${whole(result.tokens)} characters.`);
  output.say(`Perplexity ${figure(result.perplexity, 3)}, ${figure(result.bitsPerCharacter, 3)} bits a character.`);
  output.say(`${((result.accuracy ?? 0) * 100).toFixed(2)} % of the characters were the most probable ones.`);
  if (result.unknown > 0)
    output.say(`${(result.unknown * 100).toFixed(2)} % of the characters are unknown to the model.`);
}
