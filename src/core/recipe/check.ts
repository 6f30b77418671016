import type { Recipe, TaskName } from './schema';
import type { ModelKind, ModelOf } from './schema/model';

/** What can learn each task. */
const KINDS: Record<TaskName, ModelKind[]> = {
  'language-model': ['recurrent', 'window', 'ngram'],
  classification: ['recurrent', 'naive-bayes', 'logistic-regression', 'cnn'],
  'multi-label': ['recurrent', 'cnn'],
  'label-to-sequence': ['recurrent'],
  series: ['recurrent'],
  tagging: ['recurrent', 'crf', 'perceptron', 'hmm', 'most-frequent-tag'],
  embeddings: ['word2vec', 'glove', 'ppmi-svd'],
  contextual: ['recurrent'],
  'adding-problem': ['recurrent'],
  'copy-memory': ['recurrent'],
};

/** Keys of taggers as other tasks must have them. */
const PLAIN = { characters: 'none', head: 'softmax', wordDropout: 0, tokenDropout: 0 } as const;

/** A sentence on keys of a valid recipe that make no sense together; undefined when they all do. */
export function contradiction(recipe: Recipe): string | undefined {
  return (
    kindContradiction(recipe) ??
    (recipe.model.kind === 'recurrent' ? recurrentContradiction(recipe.model, recipe) : undefined) ??
    (recipe.model.kind === 'cnn' ? cnnContradiction(recipe.model) : undefined) ??
    (recipe.model.kind === 'word2vec' ? gramContradiction(recipe.model) : undefined) ??
    trainingContradiction(recipe)
  );
}

function kindContradiction({ task, model }: Recipe): string | undefined {
  const kinds = KINDS[task];
  if (kinds.includes(model.kind)) return undefined;
  const tasks = Object.entries(KINDS)
    .filter(([, able]) => able.includes(model.kind))
    .map(([name]) => name);
  return `model.kind ${model.kind} cannot learn the task ${task}: set model.kind to ${kinds.join(' or ')}, or task to ${tasks.join(' or ')}.`;
}

function recurrentContradiction(model: ModelOf<'recurrent'>, { task, tokens }: Recipe): string | undefined {
  const { layers, recurrentLayers, bidirectional, input, embeddingFile, frozen } = model;
  const classifies = task === 'classification' || task === 'multi-label';
  if (bidirectional !== 'no' && !classifies && task !== 'tagging') {
    return `model.bidirectional lets the model see what it must predict in the task ${task}: set model.bidirectional=no.`;
  }
  if (task === 'tagging' && input === 'one-hot') {
    return 'model.input one-hot has no vectors of words, which taggers need: set model.input=embedding.';
  }
  if (recurrentLayers > layers) {
    return `model.recurrentLayers (${recurrentLayers}) must be at most model.layers (${layers}).`;
  }
  if (input === 'one-hot') {
    const table = (['embeddingFile', 'tied', 'inputDropout', 'embeddingDropout'] as const).find((key) => model[key]);
    if (table) return `model.${table} needs an embedding, and one-hot input has none: set model.input=embedding.`;
  }
  if (frozen && embeddingFile === '') {
    return 'model.frozen keeps loaded word vectors as they are: name them in model.embeddingFile, or set model.frozen=false.';
  }
  if (embeddingFile !== '' && task !== 'language-model' && task !== 'tagging' && !classifies) {
    return `model.embeddingFile is for language models, taggers and classifiers: leave it empty for the task ${task}.`;
  }
  const context = contextContradiction(model, task, tokens.unit);
  if (context) return context;
  const tags = (['characters', 'head', 'wordDropout', 'tokenDropout'] as const).find(
    (key) => model[key] !== PLAIN[key],
  );
  if (task === 'contextual') return contextualContradiction(model);
  if (tags && task !== 'tagging') {
    return `model.${tags} is for the task tagging: set model.${tags}=${PLAIN[tags]}, or task=tagging.`;
  }
  return model.tied ? tiedContradiction(model, task) : undefined;
}

/** Of a recipe that reads a biLM. */
function contextContradiction(
  { contextual, input }: ModelOf<'recurrent'>,
  task: TaskName,
  unit: Recipe['tokens']['unit'],
): string | undefined {
  if (contextual === '') return undefined;
  const classifies = task === 'classification' || task === 'multi-label';
  if (task !== 'tagging' && !classifies) {
    return `model.contextual is for taggers and classifiers: leave it empty for the task ${task}.`;
  }
  if (input === 'one-hot') return 'model.contextual stands beside vectors of words: set model.input=embedding.';
  return classifies && unit !== 'word'
    ? 'model.contextual names a biLM, which reads words: set tokens.unit=word.'
    : undefined;
}

function contextualContradiction(model: ModelOf<'recurrent'>): string | undefined {
  const { characters, recurrentLayers, layers, head, wordDropout, tokenDropout, tied, input } = model;
  if (characters === 'none') {
    return 'The task contextual reads words by their characters: set model.characters=cnn or lstm.';
  }
  if (recurrentLayers > 0 && recurrentLayers < layers) {
    return 'In the task contextual all layers recur: set model.recurrentLayers=0.';
  }
  if (head !== 'softmax') return 'The task contextual predicts words: set model.head=softmax.';
  if (wordDropout > 0) return 'The task contextual has no vectors of whole words: set model.wordDropout=0.';
  if (tokenDropout > 0) return 'Blank tokens are for the task tagging: set model.tokenDropout=0.';
  if (input !== 'embedding') return 'The task contextual reads characters: set model.input=embedding.';
  return tied
    ? 'model.tied needs a table of words, which the task contextual has not: set model.tied=false.'
    : undefined;
}

function tiedContradiction({ embedding, hidden }: ModelOf<'recurrent'>, task: TaskName): string | undefined {
  if (task !== 'language-model') {
    return `model.tied is for language models, whose output has a row for each token: set model.tied=false for the task ${task}.`;
  }
  if (embedding === hidden) return undefined;
  return `model.tied needs model.embedding and model.hidden to be equal (they are ${embedding} and ${hidden}).`;
}

function cnnContradiction({ channels, embeddingFile }: ModelOf<'cnn'>): string | undefined {
  if (channels === 'random' && embeddingFile !== '') {
    return 'model.channels random learns word vectors from nothing: set it to static, tuned or two-channel, or leave model.embeddingFile empty.';
  }
  if (channels === 'random' || embeddingFile !== '') return undefined;
  return `model.channels ${channels} needs word vectors: name a file in model.embeddingFile, or set model.channels=random.`;
}

function gramContradiction({ minGram, maxGram }: ModelOf<'word2vec'>): string | undefined {
  if (minGram <= maxGram && (minGram > 0 || maxGram === 0)) return undefined;
  return `model.minGram (${minGram}) must be 1 to model.maxGram (${maxGram}), or both 0 for whole words only.`;
}

function trainingContradiction({ task, training, evaluation, model, tokens }: Recipe): string | undefined {
  if (tokens.minCount === 0 && task !== 'embeddings') {
    return `tokens.minCount 0 chooses by the length of the text, for word vectors only: set it to 1 or more for the task ${task}.`;
  }
  if (training.stride > training.length) {
    return `training.stride (${training.stride}) must be at most training.length (${training.length}).`;
  }
  if (task === 'adding-problem' && training.length < 2) {
    return 'training.length must be at least 2 for the task adding-problem, which marks two steps.';
  }
  if (training.classWeights !== 'none' && task !== 'classification') {
    if (task !== 'tagging' || model.kind !== 'recurrent') {
      return `training.classWeights weighs the labels of the task classification: set it to none for the task ${task}.`;
    }
    if (model.head === 'crf') {
      return 'training.classWeights weighs single tags, and a CRF chooses them together: set it to none, or model.head=softmax.';
    }
  }
  if (training.missCost > 0 && (task !== 'tagging' || model.kind !== 'recurrent')) {
    return 'training.missCost is for networks that find entities: set it to 0, or task=tagging and model.kind=recurrent.';
  }
  if (evaluation.folds === 1) return 'evaluation.folds must be 2 or more, or 0 for a held-out share.';
  if (evaluation.folds > 0 && evaluation.fold >= evaluation.folds) {
    return `evaluation.fold (${evaluation.fold}) must be less than evaluation.folds (${evaluation.folds}): the first fold is 0.`;
  }
  return undefined;
}
