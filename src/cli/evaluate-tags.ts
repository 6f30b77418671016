import path from 'node:path';
import { readTagColumn, refuseMisaligned, type TagColumn } from '../core/text/tag-columns';
import { taggingFigures, type TaggingFigures } from '../core/training/tagging-metrics';
import { linesOf } from './lines';
import { percent, table, whole, type Output } from './terminal';

/**
 * Compares two column files, the last column of each being the tag, and tells the figures. Throws UserError when a file
 * cannot be read or their tokens do not agree.
 */
export async function evaluateTags(goldFile: string, predictedFile: string, output: Output): Promise<void> {
  const gold = await readColumn(goldFile);
  const predicted = await readColumn(predictedFile);
  refuseMisaligned(gold, predicted);
  const figures = taggingFigures(tagsOf(gold), tagsOf(predicted));
  const { tokens, accuracy, entities, classes, confusion, tags } = figures;
  const sentences = gold.sentences.length;
  const files = { gold: goldFile, predicted: predictedFile };
  const { precision, recall, f1 } = entities ?? {};
  output.emit({ ...files, sentences, tokens, accuracy, precision, recall, f1, entities, classes, tags, confusion });
  for (const line of linesFor(figures, sentences)) output.say(line);
}

async function readColumn(file: string): Promise<TagColumn> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  return readTagColumn(lines.join('\n'), path.basename(file));
}

function tagsOf({ sentences }: TagColumn): string[][] {
  return sentences.map(({ tags }) => tags);
}

function linesFor({ tokens, accuracy, entities, classes }: TaggingFigures, sentences: number): string[] {
  const lines = [
    `${percent(accuracy, 2)} of ${whole(tokens)} tokens in ${whole(sentences)} sentences have the right tag.`,
  ];
  if (entities) {
    const { precision, recall, f1, gold, predicted, correct } = entities;
    lines.push(
      `Entities: ${whole(gold)} to be found, ${whole(predicted)} found, ${whole(correct)} of them right.`,
      `Precision ${percent(precision, 2)}, recall ${percent(recall, 2)}, F1 ${percent(f1, 2)}.`,
    );
  }
  if (classes.length === 0) return lines;
  const rows = classes.map(({ label, precision, recall, f1, count }) => [
    ...[label, percent(precision, 2), percent(recall, 2), percent(f1, 2), whole(count)],
  ]);
  return [...lines, '', table([[entities ? 'type' : 'tag', 'precision', 'recall', 'F1', 'count'], ...rows])];
}
