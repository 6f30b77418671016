import path from 'node:path';
import { Command, Option } from 'commander';
import { UserError } from '../core/errors';
import { detectFormat } from '../core/text/detect';
import { taggedReaders } from '../core/text/formats/tagged';
import { toConll } from '../core/text/tagged/conll';
import { toConllu } from '../core/text/tagged/conllu';
import { chunkSchemes, convertTags, schemeOf, type ChunkScheme } from '../core/text/tagged/schemes';
import { toSpans } from '../core/text/tagged/spans';
import type { TaggedText } from '../core/text/tagged/tagged-text';
import { linesOf } from './lines';

type TaggedFormat = keyof typeof taggedReaders;

const formats = Object.keys(taggedReaders) as TaggedFormat[];
const writers: Record<TaggedFormat, (sentence: TaggedText) => string> = {
  conll: toConll,
  conllu: toConllu,
  spans: toSpans,
};

interface ConvertOptions {
  from: TaggedFormat | 'auto';
  to: TaggedFormat;
  scheme: ChunkScheme;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('a file of tagged sentences in another format, on standard output')
    .argument('<file>', 'tagged sentences; "-" is standard input')
    .addOption(new Option('--from <format>', 'how the file is read').choices(['auto', ...formats]).default('auto'))
    .addOption(new Option('--to <format>', 'how it is written').choices(formats).makeOptionMandatory())
    .addOption(new Option('--scheme <name>', 'tags of entities').choices(chunkSchemes).default('bio'))
    .action(convert);
}

async function convert(file: string, { from, to, scheme }: ConvertOptions): Promise<void> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  const text = lines.join('\n');
  const label = file === '-' ? 'Standard input' : path.basename(file);
  const work = taggedReaders[from === 'auto' ? found(text, label) : from](text, label);
  let slice = work.next();
  while (slice.done !== true) slice = work.next();
  const sentences = slice.value;
  const entities = schemeOf(sentences) !== undefined;
  for (const sentence of sentences) {
    const tags = entities ? convertTags(sentence.tags, scheme) : sentence.tags;
    process.stdout.write(writers[to]({ ...sentence, tags }));
  }
}

function found(text: string, label: string): TaggedFormat {
  const { format, reason } = detectFormat(text.slice(0, 65_536), label);
  const known = formats.find((name) => name === format);
  if (known) return known;
  throw new UserError(`${reason.replace(/\.$/, '')}: name the format of its tags with --from.`);
}
