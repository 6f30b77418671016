import path from 'node:path';
import { Command } from 'commander';
import { importArpaFile } from '../worker/import-arpa';
import { version, withJson, withRuns } from './session';
import { openOutput, whole } from './terminal';

interface ImportOptions {
  tokenizer?: string;
  name?: string;
  runs: string;
  json?: boolean;
}

export function importCommand(): Command {
  const command = new Command('import')
    .description('a run of an n-gram model in an ARPA file, to score, sample, evaluate and export')
    .argument('<file>', 'ARPA file, as SRILM, KenLM and "runs export --format arpa" write them')
    .option('--tokenizer <file>', 'tokenizer.json of its tokens (default: made of its single tokens)')
    .option('--name <name>', 'name of the run in lists');
  return withJson(withRuns(command)).action(importFile);
}

async function importFile(file: string, { tokenizer, name, runs, json }: ImportOptions): Promise<void> {
  const output = openOutput(json === true);
  const { run, record } = await importArpaFile({ file, tokenizer, name, runsFolder: path.resolve(runs), version });
  const { recipe, data, parameters } = record;
  output.emit({ run, name: record.name, ngrams: parameters, vocabulary: data?.vocabulary, format: data?.format });
  output.say(
    `${whole(parameters ?? 0)} n-grams of ${whole(data?.vocabulary ?? 0)} tokens (${recipe.tokens.unit}), ${data?.formatReason ?? ''}`,
  );
  output.say(run);
}
