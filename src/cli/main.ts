#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { Cancelled, UserError } from '../core/errors';
import { agreementCommand } from './agreement';
import { classifyCommand } from './classify';
import { convertCommand } from './convert';
import { doctorCommand } from './doctor';
import { embeddingsCommand } from './embeddings';
import { evaluateCommand } from './evaluate';
import { rankCommand } from './rank';
import { recipesCommand } from './recipes';
import { runsCommand } from './runs';
import { sampleCommand } from './sample';
import { scoreCommand } from './score';
import { version } from './session';
import { EXIT, WrongUse } from './terminal';
import { tagCommand } from './tag';
import { trainCommand } from './train';

/** All commands. They throw; `run` below turns what they throw into an exit code. */
export function program(): Command {
  const root = new Command('sequence-lab')
    .description('Train sequence models on plain files, watch them learn, and use them.')
    .version(version)
    .showHelpAfterError('Add --help to see what can be written here.');
  for (const command of [
    trainCommand(),
    evaluateCommand(),
    sampleCommand(),
    scoreCommand(),
    classifyCommand(),
    rankCommand(),
    tagCommand(),
    embeddingsCommand(),
    convertCommand(),
    agreementCommand(),
    runsCommand(),
    recipesCommand(),
    doctorCommand(),
  ]) {
    root.addCommand(command);
  }
  // Settings are handed down only to commands that are made through their parent, so each gets them here.
  const settle = (command: Command): void => {
    command.exitOverride().showHelpAfterError('Add --help to see what can be written here.');
    command.commands.forEach(settle);
  };
  settle(root);
  return root;
}

/** Runs a command line and returns its exit code. */
async function run(argv: string[]): Promise<number> {
  try {
    await program().parseAsync(argv);
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    return codeOf(error, argv.includes('--json'));
  }
}

function codeOf(error: unknown, json: boolean): number {
  // Commander has printed its own message; --help and --version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse;
  if (error instanceof Cancelled) return EXIT.interrupted;
  const known = error instanceof UserError || error instanceof WrongUse;
  const message = known ? error.message : `Internal error: ${error instanceof Error ? error.message : String(error)}`;
  process.stderr.write(`${message}\n`);
  if (!known && process.env.SEQUENCE_LAB_DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  return error instanceof WrongUse ? EXIT.wrongUse : EXIT.failed;
}

// A reader that has seen enough, as in "| head", is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

void run(process.argv).then((code) => {
  process.exitCode = code;
});
