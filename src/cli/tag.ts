import { Command, Option } from 'commander';
import { LONGEST_SENTENCE, sentencesOfText } from '../core/text/tagged/sentences';
import type { TaggedSpan, TaggedText } from '../protocol/worker';
import { linesOf } from './lines';
import { findRun, inBatches, RUN, withJson, withRuns, withWorker } from './session';
import { openOutput } from './terminal';

/** Lines that are asked for at once. */
const AT_ONCE = 64;

type Format = 'text' | 'spans' | 'conll';

export function tagCommand(): Command {
  const command = new Command('tag')
    .description('entities or parts of speech of each line')
    .argument('<run>', RUN)
    .argument('[file]', 'text, a line at a time; "-" is standard input', '-')
    .addOption(new Option('--format <name>', 'how it is written').choices(['text', 'spans', 'conll']).default('text'));
  return withJson(withRuns(command)).action(tag);
}

async function tag(
  run: string,
  file: string,
  options: { runs: string; format: Format; json?: boolean },
): Promise<void> {
  const output = openOutput(options.json === true);
  const folder = await findRun(run, options.runs);
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  const write = { text: (text: string, tagged: TaggedText) => bracketed(text, tagged, isColoured), spans, conll };
  await withWorker({ role: 'predict' }, async ({ channel }) => {
    await inBatches(linesOf(file), AT_ONCE, async (texts) => {
      const answer = await channel.request('tag', { run: folder, texts });
      answer.texts.forEach((tagged, n) => {
        output.emit({ text: texts[n], ...tagged });
        output.say(write[options.format](texts[n], tagged, answer.chunks));
      });
    });
  });
}

/** The line with its spans in brackets: "[Harry person] laughed". */
function bracketed(text: string, { spans: found }: TaggedText, isColoured: boolean): string {
  let [line, at] = ['', 0];
  for (const { start, end, label } of found) {
    const marked = `[${text.slice(start, end)} ${label}]`;
    line += text.slice(at, start) + (isColoured ? `\u001b[36m${marked}\u001b[39m` : marked);
    at = end;
  }
  return line + text.slice(at);
}

/** The line as `source.format` "spans" reads it. */
function spans(text: string, tagged: TaggedText): string {
  return JSON.stringify({ text, spans: tagged.spans.map(({ start, end, label }) => ({ start, end, label })) });
}

/** The model's own tokens with their tags, BIO where tags are chunks; a blank line ends each sentence that it read. */
function conll(text: string, { spans: found }: TaggedText, chunks: boolean): string {
  let next = 0;
  const sentences = Array.from(sentencesOfText(text, LONGEST_SENTENCE), ({ tokens, starts }) => {
    const rows = tokens.map((token, n) => {
      while (next < found.length && found[next].end <= starts[n]) next++;
      return `${token}\t${tagAt(found[next], starts[n], chunks)}\n`;
    });
    return rows.join('');
  });
  return sentences.join('\n');
}

function tagAt(span: TaggedSpan | undefined, at: number, chunks: boolean): string {
  if (!span || span.start > at) return 'O';
  return chunks ? `${span.start === at ? 'B' : 'I'}-${span.label}` : span.label;
}
