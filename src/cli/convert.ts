import { promises as fs } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { jsonLinesOf } from '../core/annotations/annotated-lines';
import { sidecarOfLines } from '../core/annotations/from-lines';
import { formatSidecar } from '../core/annotations/sidecar';
import { toConll } from '../core/text/tagged/conll';
import { toConllu } from '../core/text/tagged/conllu';
import { toHtml } from '../core/text/tagged/html';
import { chunkSchemes, convertTags, schemeOf, type ChunkScheme } from '../core/text/tagged/schemes';
import type { TaggedText } from '../core/text/tagged/tagged-text';
import { sidecarPath } from '../worker/annotations';
import { explained, replaceFile, systemCode } from '../worker/files';
import { inputFormats, readTagged, type InputFormat, type TaggedInput } from './tagged-input';
import { note, WrongUse } from './terminal';

const outputFormats = [...inputFormats, 'html'] as const;
type OutputFormat = (typeof outputFormats)[number];

interface ConvertOptions {
  from: InputFormat | 'auto';
  to: OutputFormat;
  scheme: ChunkScheme;
  lines?: 'all' | 'reviewed';
  out?: string;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('tagged sentences in another format, on standard output or in a file')
    .argument('<file>', 'tagged sentences, or a text with annotations beside it; "-" is standard input')
    .addOption(new Option('--from <format>', 'how the file is read').choices(['auto', ...inputFormats]).default('auto'))
    .addOption(new Option('--to <format>', 'how it is written').choices(outputFormats).makeOptionMandatory())
    .addOption(new Option('--scheme <name>', 'tags of entities').choices(chunkSchemes).default('bio'))
    .addOption(
      new Option('--lines <which>', 'of an annotated text (default: all for html, else reviewed)').choices(['all', 'reviewed']), // prettier-ignore
    )
    .option('--out <file>', 'write to this file, which must not exist yet; needed for sidecar')
    .action(convert);
}

async function convert(file: string, { from, to, scheme, lines, out }: ConvertOptions): Promise<void> {
  if (to === 'sidecar' && out === undefined) {
    throw new WrongUse('Name the file for the text with --out; the annotations are written beside it.');
  }
  const input = await readTagged(file, from, lines ?? (to === 'html' ? 'all' : 'reviewed'));
  input.warnings.forEach(note);
  if (to === 'sidecar') {
    const { text, sidecar } = sidecarOfLines(
      input.lines,
      input.label,
      schemeOf(input.sentences) ? undefined : 'tokens',
    );
    await writeNew(out as string, text);
    const beside = sidecarPath(out as string);
    return explained('Cannot write', beside, () => replaceFile(beside, formatSidecar(sidecar)));
  }
  const content = written(input, to, scheme);
  if (out === undefined) process.stdout.write(content);
  else await writeNew(out, content);
}

function written(
  { label, sentences, lines }: TaggedInput,
  to: Exclude<OutputFormat, 'sidecar'>,
  scheme: ChunkScheme,
): string {
  if (to === 'html') return toHtml(label, lines);
  if (to === 'spans') return jsonLinesOf(lines);
  const entities = schemeOf(sentences) !== undefined;
  const write: (sentence: TaggedText) => string = to === 'conll' ? toConll : toConllu;
  return sentences
    .map((sentence) => write({ ...sentence, tags: entities ? convertTags(sentence.tags, scheme) : sentence.tags }))
    .join('');
}

async function writeNew(file: string, content: string): Promise<void> {
  try {
    await fs.writeFile(file, content, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw new WrongUse(`${path.basename(file)} exists already: name another file.`);
    await explained('Cannot write', file, () => Promise.reject(error as Error));
  }
}
