import { Command } from 'commander';
import { withJson, withWorker } from './session';
import { openOutput, table, whole } from './terminal';

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('what this machine can do: backends, threads, speed, and what is missing')
    .option('--quick', 'measure no speeds');
  return withJson(command).action(doctor);
}

async function doctor(options: { quick?: boolean; json?: boolean }): Promise<void> {
  const output = openOutput(options.json === true);
  const report = await withWorker({ role: 'train' }, ({ channel }) =>
    channel.request('doctor', { measure: options.quick !== true }),
  );
  output.emit(report);
  output.say(
    `Sequence Lab ${report.version}, Node ${report.node}, ${report.platform}, ${report.processors} processors`,
  );
  output.say(`"auto" takes: ${report.chosen}\n`);
  const rows = report.backends.map(({ name, available, detail, threads, charactersPerSecond }) => [
    name,
    available ? 'yes' : 'no',
    threads === undefined ? '–' : String(threads),
    charactersPerSecond === undefined ? '–' : whole(charactersPerSecond),
    detail,
  ]);
  output.say(table([['backend', 'works', 'threads', 'characters/s', 'what it is'], ...rows]));
  for (const each of report.notes) output.say(each);
}
