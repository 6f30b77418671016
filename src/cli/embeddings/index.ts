import { Command } from 'commander';
import { alignmentCommands } from './align';
import { contextsCommand } from './contexts';
import { convertCommand } from './convert';
import { evaluateCommand } from './evaluate';
import { queryCommands } from './queries';
import { ratiosCommand } from './ratios';
import { trainCommand } from './train';

/** `sequence-lab embeddings …`: word vectors of any file. */
export function embeddingsCommand(): Command {
  const command = new Command('embeddings').description('learn, explore, measure and convert word vectors');
  for (const each of [
    trainCommand(),
    ...queryCommands(),
    ratiosCommand(),
    contextsCommand(),
    evaluateCommand(),
    convertCommand(),
    ...alignmentCommands(),
  ])
    command.addCommand(each);
  return command;
}
