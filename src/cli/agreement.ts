import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { agreementOf, readBoth, sameSentences, type Agreement, type TwoReadings } from '../core/annotations/agreement';
import { SIDECAR_SUFFIX } from '../core/annotations/sidecar';
import { UserError } from '../core/errors';
import { readAnnotated, sidecarPath } from '../worker/annotations';
import { readTagged, textBeside } from './tagged-input';
import { withJson } from './session';
import { figure, note, openOutput, percent, table, whole } from './terminal';

export function agreementCommand(): Command {
  const command = new Command('agreement')
    .description('how far two annotations of the same text agree: kappa of tokens, F1 of entities')
    .argument('<first>', 'annotations (.spans.json), or tagged sentences in a format that convert reads')
    .argument('<second>', 'the other annotations of the same text');
  return withJson(command).action(agreement);
}

async function agreement(first: string, second: string, options: { json?: boolean }): Promise<void> {
  const output = openOutput(options.json === true);
  const { onlyOne, ...readings } = await bothReadings(first, second);
  const result = agreementOf(readings);
  const sentences = readings.first.length;
  output.emit({ first, second, sentences, onlyOne, ...result });
  for (const line of linesFor(result, sentences, onlyOne)) output.say(line);
}

async function bothReadings(first: string, second: string): Promise<TwoReadings & { onlyOne: number }> {
  const beside = [first, second].map((file) => file.endsWith(SIDECAR_SUFFIX));
  if (beside.every(Boolean)) return sidecarReadings(first, second);
  const [one, two] = [await readTagged(first, 'auto', 'reviewed'), await readTagged(second, 'auto', 'reviewed')];
  [...one.warnings, ...two.warnings].forEach(note);
  return { ...sameSentences(one.sentences, two.sentences, [one.label, two.label]), onlyOne: 0 };
}

/** Two files of annotations; the text may stand beside one of them only. */
async function sidecarReadings(first: string, second: string): Promise<TwoReadings & { onlyOne: number }> {
  const texts = [first, second].map(textBeside);
  const there = await Promise.all(texts.map((file) => fs.access(file).then(() => true, () => false))); // prettier-ignore
  if (!there.some(Boolean)) {
    throw new UserError(`Neither ${path.basename(texts[0])} nor ${path.basename(texts[1])} is there: put the text beside one of the two files.`); // prettier-ignore
  }
  const read = async (k: 0 | 1): ReturnType<typeof readAnnotated> => {
    const text = texts[there[k] ? k : 1 - k];
    const source = { kind: 'file', path: text, label: path.basename(text) } as const;
    return readAnnotated(source, sidecarPath(texts[k]), { shouldStop: () => false });
  };
  const [one, two] = [await read(0), await read(1)];
  [...one.warnings, ...two.warnings].forEach(note);
  if (one.text !== two.text) {
    throw new UserError(`The texts beside ${first} and ${second} differ: compare annotations of the same text.`);
  }
  return readBoth(one.text, one.sidecar, two.sidecar);
}

function linesFor(
  { tokens, observed, expected, kappa, f1, labels }: Agreement,
  sentences: number,
  onlyOne: number,
): string[] {
  const lines = [
    `${percent(observed, 2)} of ${whole(tokens)} tokens in ${whole(sentences)} lines have the same label; chance gives ${percent(expected, 2)}.`,
    `Cohen's kappa ${figure(kappa, 3)}${f1 === undefined ? '' : `, F1 of entities ${percent(f1, 2)}`}.`,
  ];
  if (onlyOne > 0) lines.push(`${whole(onlyOne)} lines were read in one file only and are left out.`);
  if (labels.length === 0) return lines;
  const rows = labels.map(({ label, kappa: own, f1: score, first, second, both }) => [
    ...[label, figure(own, 3), percent(score, 2), whole(first), whole(second), whole(both)],
  ]);
  return [...lines, '', table([['label', 'kappa', 'F1', 'first', 'second', 'both'], ...rows])];
}
