import { Command, Option } from 'commander';
import { VECTOR_FORMATS, type VectorFormat } from '../../core/embeddings/vector-format';
import { saveVectors } from '../../worker/vector-file';
import { openOutput, whole } from '../terminal';
import { openNamed, VECTORS, withVectors, type VectorOptions } from './vectors';

export function convertCommand(): Command {
  const command = new Command('convert')
    .description("write vectors in word2vec's text or binary format")
    .argument('<vectors>', VECTORS)
    .requiredOption('--out <file>', 'the file to write')
    .addOption(
      new Option('--format <name>', 'text or binary (default: by the ending, .bin is binary)').choices(VECTOR_FORMATS),
    );
  return withVectors(command).action(convert);
}

async function convert(file: string, options: VectorOptions & { out: string; format?: VectorFormat }): Promise<void> {
  const output = openOutput(options.json === true);
  const vectors = await openNamed(file, options);
  const format = options.format ?? formatOf(options.out);
  await saveVectors(vectors, options.out, format);
  output.emit({ file: options.out, format, words: vectors.words.length, dimension: vectors.size });
  output.say(`${options.out}: ${whole(vectors.words.length)} words with ${vectors.size} numbers each, ${format}.`);
}

/** The format that a file's name asks for. */
export const formatOf = (file: string): VectorFormat => (/\.bin$/i.test(file) ? 'binary' : 'text');
