import { Words } from '../common/words';

/** Every word that the page shows. A host may hand over translations under the same keys. */
const english = {
  title: 'Explore Embeddings',
  loading: 'Looking for word vectors…',
  loadFailed: 'The word vectors could not be listed: {reason}',
  failed: 'That did not work: {reason}',
  retry: 'Try Again',
  emptyTitle: 'No word vectors yet',
  emptyText: 'Learn some from a text, or open a file: word2vec, GloVe or fastText.',
  learn: 'Learn Embeddings',
  open: 'Open File…',

  'source.first': 'Vectors',
  'source.second': 'Beside',
  'source.none': 'nothing',
  'source.gone': '{name} (not found)',
  'source.facts': '{words} words, {size} numbers each',
  'source.unseen': 'and vectors for unseen words',

  'tab.label': 'Questions',
  'tab.neighbours': 'Neighbours',
  'tab.analogy': 'Analogy',
  'tab.compare': 'Compare',
  'tab.odd': 'Odd One Out',
  'tab.clusters': 'Clusters',
  'tab.map': 'Map',
  'tab.ratios': 'Ratios',

  'field.word': 'Word',
  'field.count': 'How many',
  'field.a': 'a',
  'field.b': 'is to b',
  'field.c': 'as c',
  'field.answer': 'is to',
  'field.rule': 'Rule',
  'field.first': 'First word',
  'field.second': 'Second word',
  'field.words': 'Words',
  'field.clusters': 'Groups',
  'field.clusterWords': 'Of the most frequent',
  'field.method': 'Method',
  'field.mapWords': 'Most frequent words',
  'field.seed': 'Seed',
  'field.probes': 'Words between them',
  'field.ask': 'Ask',
  'field.examples': 'For example',
  'field.completions': 'Words that begin so',
  'rule.add': '3CosAdd',
  'rule.mul': '3CosMul',
  'method.pca': 'PCA',
  'method.tsne': 't-SNE',
  'method.umap': 'UMAP',

  'pane.working': 'Thinking…',
  'pane.cancel': 'Cancel',
  'pane.cancelled': 'Cancelled.',
  'pane.table': 'Show as table',
  'pane.png': 'Export as PNG',
  'pane.svg': 'Export as SVG',
  'pane.csv': 'Export table as CSV',
  'pane.answers': 'Answers of {name}',
  'pane.help': 'How to read this',
  'bar.aria': '{label}: {value}. Press Enter for its neighbours.',

  'neighbours.ask': 'Type a word to see which words are used like it.',
  'neighbours.summary': 'Nearest to “{word}”: {best}.',
  'neighbours.caption': 'Words nearest to “{word}” by cosine',
  'neighbours.help':
    'The longer the bar, the smaller the angle between both vectors: 1 is the same direction, 0 a right angle. Words are near when they stand in the same surroundings, so opposites such as hot and cold are near too.',
  'analogy.ask': 'Type three words: the answer is the word that makes both pairs alike.',
  'analogy.summary': '{a} is to {b} as {c} is to {answer}.',
  'analogy.none': 'There is no answer.',
  'analogy.caption': '{a} : {b} :: {c} : ?',
  'analogy.plane': '{a}, {b}, {c} and the answers in their plane. The target is b − a + c.',
  'analogy.target': 'b − a + c',
  'analogy.help':
    'The three words span a plane, and the arrow from a to b is laid at c. Where it ends is the target, marked by a ring; the answer is the nearest word other than the three, looked for in all dimensions and not only in the plane. 3CosAdd adds the three cosines, 3CosMul multiplies them, which keeps one large cosine from outweighing the others.',
  'compare.ask': 'Type two words to see in which features they differ most.',
  'compare.summary': 'Cosine of “{first}” and “{second}”: {cosine}.',
  'compare.caption': 'The largest differences between “{first}” and “{second}”',
  'compare.feature': 'Feature {feature}',
  'compare.help':
    'Each word is a list of numbers, its features. A bar to the right means that the first word has more of a feature, one to the left that the second has. Single features seldom have a meaning of their own: what counts is the whole direction.',
  'odd.ask': 'Type three words or more: the one that belongs least comes first.',
  'odd.summary': '“{word}” belongs least.',
  'odd.caption': 'Cosine of each word with the mean of all',
  'odd.help': 'Each word is compared with the mean direction of all of them; the smallest cosine is the odd one out.',
  'clusters.summary': '{clusters} groups of {words} words.',
  'clusters.caption': 'Groups of words, the largest first',
  'clusters.help':
    'k-means on directions: every word belongs to the nearest of the centres, and each centre is the mean of its words. Groups are named by their most central words. Another number of groups cuts the same words differently; none is the right one.',
  'map.summary': '{words} words by {method}.',
  'map.explained': 'The axes show {x} % and {y} % of the variance.',
  'map.caption': 'Words and their places on the map',
  'map.aria': 'Map of {words} words by {method}. Arrow keys go from word to word.',
  'map.lasso': 'Select with a lasso',
  'map.zoomIn': 'Zoom in',
  'map.zoomOut': 'Zoom out',
  'map.reset': 'Reset zoom',
  'map.selected': '{count} selected',
  'map.clear': 'Clear Selection',
  'map.exportSelection': 'Export Selection as CSV',
  'map.nothingSelected': 'Draw a lasso around words, or press Space on one, to list them here.',
  'map.read': '{word}, {x}, {y}',
  'map.readSelected': '{word}, selected',
  'map.hint':
    'Drag to move, Ctrl and the wheel to zoom, double-click to reset; with the lasso switched on, or Shift held, drag around words to select them. With the keyboard: arrows go from word to word, Space selects, Enter asks for neighbours, + and − zoom, Shift and arrows move, 0 resets, Escape clears.',
  'map.help':
    'PCA turns the cloud of words so that the plane shows as much of its spread as a plane can: straight and honest, but most of the spread stays hidden. t-SNE and UMAP keep neighbours together and tear far things apart as they like: groups mean something, distances between groups, sizes and empty space do not. Another seed gives another map.',
  'ratios.ask': 'Type two words and a few words that go with one, both or neither.',
  'ratios.summary': 'Ratio of P(word | {first}) to P(word | {second}).',
  'ratios.caption':
    'What stands near “{first}” ({firstTotal} words) and “{second}” ({secondTotal} words), window {window}',
  'ratios.never': 'never seen',
  'ratios.help':
    'How much more often a word stands near the first word than near the second. A word that goes with the first has a large ratio, one that goes with the second a small one, and a word that goes with both or with neither a ratio around 1: ratios tell the meaning where plain counts cannot (Pennington, Socher and Manning, 2014). Ratios of a few counts are chance.',

  'column.word': 'Word',
  'column.cosine': 'Cosine',
  'column.score': 'Score',
  'column.rank': 'Rank',
  'column.feature': 'Feature',
  'column.difference': 'Difference',
  'column.group': 'Group',
  'column.size': 'Words',
  'column.members': 'Central words',
  'column.x': 'x',
  'column.y': 'y',
  'column.ratio': 'Ratio',
  'column.count': 'Count near {word}',
  'column.probability': 'P near {word}',
} as const;

export type StringKey = keyof typeof english;
const words = new Words<StringKey>(english);

/** Takes translations; keys that are missing stay English, unknown ones are ignored. */
export const translate = (translations: unknown) => words.translate(translations);

/** The words under a key, with each {name} replaced. */
export const t = (key: StringKey, values?: Record<string, string | number>) => words.say(key, values);
