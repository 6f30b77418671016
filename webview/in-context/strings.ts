import { wordsOf } from '../common/words';

/** Every word that the page shows. A host may hand over translations under the same keys. */
const english = {
  title: 'Compare in Context',
  loading: 'Waiting for the comparison…',
  emptyText: 'Put the cursor on a word in a text and run “Sequence Lab: Compare in Context”.',
  failed: 'That did not work: {reason}',
  facts: '{count} occurrences in {text}, by {run}',
  factsOfMore: 'The first {count} of {all} occurrences in {text}, by {run}',
  occurrences: 'Occurrences',
  occurrencesHint: 'Click on one, or press Enter, to go to it in the text.',
  line: 'line {line}',
  'context.title': 'In context',
  'context.detail': 'highest layer of the model',
  'alone.title': 'Alone',
  'alone.detail': 'characters of the word',
  summary: 'Mean distance {mean}; the farthest are {first} and {second} with {most}.',
  explained: 'The axes show {x} % and {y} % of the variance.',
  summarySame: 'Mean distance {mean}: every occurrence is in the same place.',
  summaryOne: 'One occurrence has nothing to be compared with.',
  pictureTitle: '{words}, {kind}',
  mapLabel: 'Map of {count} occurrences of {words}, {kind}. The list below has the same occurrences.',
  mapHint:
    'Click on an occurrence to go to it. Arrow keys move from one to the next, Enter goes to it, Space selects, + − and 0 zoom, Shift and arrows move the map.',
  caption: 'Cosine distances of occurrences, {kind}',
  'column.occurrence': 'Occurrence',
  'column.line': 'Line',
} as const;

export type StringKey = keyof typeof english;
export const { translate, t } = wordsOf<StringKey>(english);
