import { RatioCounter } from '../core/embeddings/counts/ratios';
import { idsOf, UNKNOWN, WordCutter } from '../core/embeddings/word-counter';
import { UserError } from '../core/errors';
import { TextNormaliser } from '../core/text/normalise';
import { RUN_FILES, type RunRecord } from '../core/runs/record';
import type { CoOccurrenceRatio } from '../protocol/word-vectors';
import { openReferenced } from './large-file';
import { RunFolder } from './run-folder';
import { readChunks, type ReadOptions } from './text-reader';
import { vectorRun } from './vector-sources';

interface Ratios {
  ratios: CoOccurrenceRatio[];
  /** Words that stand near each of the two, all together. */
  totals: [number, number];
  window: number;
}

/**
 * How often words stand near two others in the text of a run, counted in its own window. Throws UserError when the text is
 * gone or a word is not in it, and Cancelled.
 * @param onProgress hears the share of the text that is read, 0 to 1
 */
export async function ratiosInRun(
  run: string,
  words: readonly [string, string],
  probes: readonly string[],
  signal: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<Ratios> {
  const record = await vectorRun(run);
  const folder = new RunFolder(run);
  const vocabulary = (await folder.readVocabulary()).words;
  const places = new Map(vocabulary.map((word, place) => [word, place]));
  const placeOf = (word: string): number => {
    const place = places.get(word);
    if (place !== undefined) return place;
    throw new UserError(`${JSON.stringify(word)} has no vector of its own in ${record.name}: ask for another word.`);
  };
  const asked: [number, number] = [placeOf(words[0]), placeOf(words[1])];
  const wanted = probes.map(placeOf);
  const { model } = record.recipe;
  const window = 'window' in model ? model.window : 1;
  const counter = new RatioCounter(asked, { vocabulary: vocabulary.length, window });
  for await (const ids of placesIn(folder, record, places, { shouldStop: () => signal.aborted, onProgress }))
    counter.push(ids);
  const ratios = counter.ratios(wanted).map(({ probe, ...rest }) => ({ probe: vocabulary[probe], ...rest }));
  return { ratios, totals: [totalOf(ratios, 0), totalOf(ratios, 1)], window };
}

/** All words near one of the two: a count over its share, from the probe that was seen most; 0 when none was. */
function totalOf(ratios: readonly CoOccurrenceRatio[], side: 0 | 1): number {
  const most = ratios.toSorted((x, y) => y.counts[side] - x.counts[side])[0];
  return most && most.counts[side] > 0 ? Math.round(most.counts[side] / most.probabilities[side]) : 0;
}

/** The text piece by piece, as places in the vocabulary. */
async function* placesIn(
  folder: RunFolder,
  { recipe, data, source }: RunRecord,
  places: ReadonlyMap<string, number>,
  options: ReadOptions,
): AsyncGenerator<Int32Array> {
  if (data?.reference) openReferenced(data.reference).close();
  const file = data?.reference?.path ?? folder.file(RUN_FILES.source);
  const cutter = new WordCutter(recipe.tokens.lowercase ? 'words' : 'whitespace');
  const normaliser = new TextNormaliser();
  const known = (words: string[]) => idsOf(words, (word) => places.get(word) ?? UNKNOWN);
  for await (const { text } of readChunks(file, source.label, options)) yield known(cutter.push(normaliser.push(text)));
  yield known(cutter.push(normaliser.end()));
  yield known(cutter.end());
}
