import { Command, Option } from 'commander';
import { VECTOR_FORMATS, type VectorFormat } from '../../core/embeddings/vector-format';
import type { VectorSource } from '../../protocol/word-vectors';
import { saveFastText } from '../../worker/fasttext-file';
import { saveVectors } from '../../worker/vector-file';
import { readSource } from '../../worker/vector-sources';
import { openOutput, whole, WrongUse } from '../terminal';
import { locateNamed, VECTORS, withVectors, type VectorOptions } from './vectors';

/** What vectors can be written as; fasttext is the whole model of a run. */
const FORMATS = [...VECTOR_FORMATS, 'fasttext'] as const;
type Format = (typeof FORMATS)[number];

export interface FormatOptions {
  out: string;
  format?: Format;
}

export const formatOption = (): Option =>
  new Option(
    '--format <name>',
    'text, binary (default where the file ends in .bin), or fasttext, the whole model of a run',
  ).choices(FORMATS);

export function convertCommand(): Command {
  const command = new Command('convert')
    .description("write vectors in word2vec's text or binary format, or a run's model as fastText's .bin")
    .argument('<vectors>', VECTORS)
    .requiredOption('--out <file>', 'the file to write')
    .addOption(formatOption());
  return withVectors(command).action(convert);
}

async function convert(file: string, options: VectorOptions & FormatOptions): Promise<void> {
  const output = openOutput(options.json === true);
  const written = await saveAs(await locateNamed(file, options), options, options.words);
  output.emit(written);
  output.say(writtenLine(written));
}

interface Written {
  file: string;
  format: Format;
  words: number;
  dimension: number;
}

export function writtenLine({ file, format, words, dimension }: Written): string {
  return `${file}: ${whole(words)} words with ${dimension} numbers each, ${format}.`;
}

/** Writes the vectors of a run or a file, of which no more than `limit` words. Throws UserError and WrongUse. */
export async function saveAs(
  source: VectorSource,
  { out: file, format = formatOf(file) }: FormatOptions,
  limit?: number,
): Promise<Written> {
  if (format === 'fasttext') {
    if (limit !== undefined) throw new WrongUse('The format fasttext holds a whole model: leave --words out.');
    return { file, format, ...(await saveFastText(source, file)) };
  }
  const vectors = await readSource(source, limit);
  await saveVectors(vectors, file, format);
  return { file, format, words: vectors.words.length, dimension: vectors.size };
}

/** The format that a file's name asks for. */
export const formatOf = (file: string): VectorFormat => (/\.bin$/i.test(file) ? 'binary' : 'text');
