import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors';
import { hasModel } from '../../../src/core/recipe/schema';
import {
  builtInRecipes,
  estimateMemory,
  refuseTooLarge,
  DEFAULT_MINUTES,
  findBuiltIn,
  parseRecipe,
  parseRecipeText,
  recipeDifferences,
  recipeJsonSchema,
  resolveBudget,
  setByAssignment,
  setByPath,
  type RecipeInput,
} from '../../../src/core/recipe';
import { editDistance, nearestKey, recipeKeys } from '../../../src/core/recipe/keys';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  return 'accepted';
}

describe('parseRecipe', () => {
  it('fills in the defaults', () => {
    const recipe = parseRecipe({ model: { cell: 'gru' } }, 'x');
    expect(recipe.model).toMatchObject({ cell: 'gru', hidden: 192, layers: 1 });
    expect(recipe.training.batch).toBe(16);
    expect(recipe.training.minutes).toBeUndefined();
    expect(parseRecipe(recipe, 'x')).toEqual(recipe);
  });

  it.each<[unknown, string]>([
    [{ training: { batchs: 1 } }, 'training.batchs is not a key of a recipe: did you mean training.batch?'],
    [{ training: { batch: 1e6 } }, 'training.batch must be at most 4096 (it is 1000000).'],
    [{ batch: 1 }, 'batch is not a key of a recipe: did you mean training.batch?'],
    [{ trainig: {} }, 'trainig is not a key of a recipe: did you mean training?'],
    [
      { training: { learning_rate: 1 } },
      'training.learning_rate is not a key of a recipe: did you mean training.rate?',
    ],
    [
      { model: { cell: 'lsmt' } },
      'model.cell must be "lstm", "gru", "rnn" or "layernorm-lstm" (it is "lsmt"): did you mean "lstm"?',
    ],
    [
      { model: { cell: 'transformer' } },
      'model.cell must be "lstm", "gru", "rnn" or "layernorm-lstm" (it is "transformer").',
    ],
    [{ training: { batch: 1.5 } }, 'training.batch must be a whole number (it is 1.5).'],
    [{ training: { batch: 'x' } }, 'training.batch must be a whole number (it is "x").'],
    [{ training: { rate: 0 } }, 'training.rate must be more than 0 (it is 0).'],
    [{ seed: 1e300 }, 'seed must be at most 4294967295 (it is 1e+300).'],
    [{ seed: -1 }, 'seed must be at least 0 (it is -1).'],
    [{ training: { rate: NaN } }, 'training.rate must be a number (it is NaN).'],
    [{ name: '' }, 'name must have at least 1 character (it is "").'],
    [{ name: 'x'.repeat(101) }, `name must have at most 100 characters (it is "${'x'.repeat(40)}…").`],
    [{ evaluation: { baseline: 'yes' } }, 'evaluation.baseline must be true or false (it is "yes").'],
    [{ training: [1] }, 'training must be a group of keys in { } (it is a list).'],
    [
      { model: { kind: 'ngram', zzzzzz: 1 } },
      'model.zzzzzz is not a key of a recipe: model has kind, order, smoothing, k, discount.',
    ],
    [{ model: { order: 3 } }, 'model.order is a key of ngram and hmm models: set model.kind to one of them.'],
    [
      { model: { kind: 'ngram', ngrams: 3 } },
      'model.ngrams is a key of naive-bayes and logistic-regression models: set model.kind to one of them.',
    ],
    [{ model: { kind: 'ngram', ordr: 3 } }, 'model.ordr is not a key of a recipe: did you mean model.order?'],
    [
      { model: { kind: 'ngrm' } },
      'model.kind must be "recurrent", "window", "ngram", "naive-bayes", "logistic-regression", "cnn", "hmm", "most-frequent-tag", "perceptron", "crf", "word2vec", "glove" or "ppmi-svd" (it is "ngrm"): did you mean "ngram"?',
    ],
    [{ model: { kind: 'cnn', widths: [3, 99] } }, 'model.widths.1 must be at most 32 (it is 99).'],
    [{ model: { kind: 'cnn', widths: [] } }, 'model.widths must have at least 1 entry (it is a list).'],
    [{ model: { kind: 'cnn', widths: 3 } }, 'model.widths must be a list in [ ] (it is 3).'],
    [{ model: 7 }, 'model must be a group of keys in { } (it is 7).'],
    [null, 'a recipe is a JSON object, not null: write { } for the default recipe.'],
    [[], 'a recipe is a JSON object, not a list: write { } for the default recipe.'],
    [7, 'a recipe is a JSON object, not 7: write { } for the default recipe.'],
  ])('%j', (value, sentence) => {
    expect(refusal(() => parseRecipe(value, ''))).toBe(sentence);
    expect(refusal(() => parseRecipe(value, 'my.recipe.json'))).toBe(`my.recipe.json: ${sentence}`);
  });

  it('is not fooled by names that every object has', () => {
    for (const text of ['{"__proto__": {"seed": 3}}', '{"constructor": 1}', '{"model": {"toString": 1}}']) {
      expect(refusal(() => parseRecipe(JSON.parse(text), ''))).toMatch(/^\S+ is not a key of a recipe: /);
    }
  });

  it('finds the key that was meant after any one slip of the pen', () => {
    const keys = recipeKeys().filter(({ path }) => path !== '$schema');
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.nat(),
        fc.constantFrom('drop', 'double', 'swap', 'other'),
        ({ path }, at, slip) => {
          const start = path.lastIndexOf('.') + 1;
          const i = start + (at % (path.length - start));
          const slips = {
            drop: path.slice(0, i) + path.slice(i + 1),
            double: path.slice(0, i) + path[i] + path.slice(i),
            swap: i + 1 < path.length ? path.slice(0, i) + path[i + 1] + path[i] + path.slice(i + 2) : path,
            other: `${path.slice(0, i)}q${path.slice(i + 1)}`,
          };
          const written = slips[slip];
          if (keys.some((key) => key.path === written)) return;
          // Some slips are as near to a second key ("beta" to beta1 and beta2): the distance decides.
          const found = nearestKey(written, 'recurrent') ?? '';
          // Two neighbours that differ in case alone ("worDdropout") are no distance at all.
          expect(editDistance(found, written)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('keys that make no sense together', () => {
  it.each<[RecipeInput, string]>([
    [
      { model: { kind: 'cnn' } },
      'model.kind cnn cannot learn the task language-model: set model.kind to recurrent or window or ngram, or task to classification or multi-label.',
    ],
    [
      { model: { bidirectional: 'concat' } },
      'model.bidirectional lets the model see what it must predict in the task language-model: set model.bidirectional=no.',
    ],
    [{ model: { tied: true } }, 'model.tied needs model.embedding and model.hidden to be equal (they are 64 and 192).'],
    [
      { task: 'classification', model: { tied: true } },
      'model.tied is for language models, whose output has a row for each token: set model.tied=false for the task classification.',
    ],
    [{ model: { recurrentLayers: 3, layers: 2 } }, 'model.recurrentLayers (3) must be at most model.layers (2).'],
    [
      { model: { input: 'one-hot', embeddingFile: 'v.txt' } },
      'model.embeddingFile needs an embedding, and one-hot input has none: set model.input=embedding.',
    ],
    [
      { model: { input: 'one-hot', inputDropout: 0.1 } },
      'model.inputDropout needs an embedding, and one-hot input has none: set model.input=embedding.',
    ],
    [
      { model: { frozen: true } },
      'model.frozen keeps loaded word vectors as they are: name them in model.embeddingFile, or set model.frozen=false.',
    ],
    [
      { task: 'classification', model: { kind: 'cnn', channels: 'static' } },
      'model.channels static needs word vectors: name a file in model.embeddingFile, or set model.channels=random.',
    ],
    [{ training: { stride: 65 } }, 'training.stride (65) must be at most training.length (64).'],
    [
      { training: { classWeights: 'balanced' } },
      'training.classWeights weighs the labels of the task classification: set it to none for the task language-model.',
    ],
    [
      { training: { missCost: 1 } },
      'training.missCost is for networks that find entities: set it to 0, or task=tagging and model.kind=recurrent.',
    ],
    [{ evaluation: { folds: 1 } }, 'evaluation.folds must be 2 or more, or 0 for a held-out share.'],
    [
      { evaluation: { folds: 5, fold: 5 } },
      'evaluation.fold (5) must be less than evaluation.folds (5): the first fold is 0.',
    ],
  ])('%j', (input, sentence) => {
    expect(refusal(() => parseRecipe(input, 'x'))).toBe(`x: ${sentence}`);
  });
});

describe('parseRecipeText', () => {
  it('reads a recipe, and the recipe of a run', () => {
    expect(parseRecipeText('\uFEFF{"seed": 5}', 'x').seed).toBe(5);
    expect(parseRecipeText('{"schemaVersion": 1, "recipe": {"seed": 6}}', 'run.json').seed).toBe(6);
  });

  it('names line and column of what is not JSON', () => {
    expect(refusal(() => parseRecipeText('{"seed": 1,\n  }', 'my.recipe.json'))).toBe(
      'my.recipe.json is not valid JSON (line 2, column 3): correct it there and try again.',
    );
    expect(refusal(() => parseRecipeText('', 'my.recipe.json'))).toMatch(/^my\.recipe\.json is not valid JSON/);
  });
});

describe('setByPath', () => {
  it('converts text to the type of the key and leaves the rest alone', () => {
    const input: RecipeInput = { training: { steps: 5 } };
    expect(setByPath(input, 'training.batch', '64')).toEqual({ training: { steps: 5, batch: 64 } });
    expect(setByPath(input, 'training.rate', ' 2.5e-3 ')).toEqual({ training: { steps: 5, rate: 0.0025 } });
    expect(setByPath(input, 'evaluation.baseline', 'false')).toEqual({ ...input, evaluation: { baseline: false } });
    expect(setByPath(input, 'model.cell', 'gru')).toEqual({ ...input, model: { cell: 'gru' } });
    expect(setByPath(input, 'model.widths', '3, 4,5')).toEqual({ ...input, model: { widths: [3, 4, 5] } });
    expect(setByPath(input, 'source.columns', '["a,b"]')).toEqual({ ...input, source: { columns: ['a,b'] } });
    expect(setByPath(input, 'source.columns', '')).toEqual({ ...input, source: { columns: [] } });
    expect(setByPath(input, 'name', '12')).toEqual({ ...input, name: '12' });
    expect(input).toEqual({ training: { steps: 5 } });
    expect(setByAssignment({}, 'name=a=b')).toEqual({ name: 'a=b' });
  });

  it('takes assignments in any order, and the whole is checked at the end', () => {
    const set = (...all: string[]) => all.reduce<RecipeInput>(setByAssignment, {});
    const kindLast = set('model.order=3', 'model.kind=ngram', 'model.k=0.5');
    expect(kindLast).toEqual(set('model.kind=ngram', 'model.k=0.5', 'model.order=3'));
    expect(parseRecipe(kindLast, '').model).toMatchObject({ kind: 'ngram', order: 3, k: 0.5 });
    expect(refusal(() => parseRecipe(set('model.order=3'), ''))).toBe(
      'model.order is a key of ngram and hmm models: set model.kind to one of them.',
    );
  });

  it.each([
    ['training.batchs', '64', 'training.batchs is not a key of a recipe: did you mean training.batch?'],
    ['training.batch', '1000000', 'training.batch must be at most 4096 (it is 1000000).'],
    ['training.batch', 'many', 'training.batch must be a whole number (it is "many").'],
    ['training.batch', '0x10', 'training.batch must be a whole number (it is "0x10").'],
    ['training.batch', '', 'training.batch must be a whole number (it is "").'],
    ['training.batch', '1e999', 'training.batch must be a whole number (it is Infinity).'],
    [
      'model.cell',
      'gur',
      'model.cell must be "lstm", "gru", "rnn" or "layernorm-lstm" (it is "gur"): did you mean "gru"?',
    ],
    ['evaluation.baseline', 'no', 'evaluation.baseline must be true or false (it is "no").'],
    ['model', '5', 'model is a group of keys, not a value: set one of them, such as model.kind.'],
    ['model.order', '99', 'model.order must be at most 12 (it is 99).'],
    ['model.widths', '3,x', 'model.widths.1 must be a whole number (it is "x").'],
    ['training', '5', 'training is a group of keys, not a value: set one of them, such as training.minutes.'],
    ['__proto__.polluted', '1', /^__proto__\.polluted is not a key of a recipe/],
    ['training.batch.x', '1', /^training\.batch\.x is not a key of a recipe/],
    ['', '1', /^"" is not a key of a recipe/],
  ])('%s=%s', (path, text, sentence) => {
    const message = refusal(() => setByPath({}, path, text));
    if (typeof sentence === 'string') expect(message).toBe(sentence);
    else expect(message).toMatch(sentence);
  });

  it('says how to write an assignment', () => {
    expect(refusal(() => setByAssignment({}, 'training.batch'))).toBe(
      '"training.batch" does not set anything: write a key, =, and a value, such as training.batch=64.',
    );
    expect(refusal(() => setByAssignment({}, '=64'))).toContain('does not set anything');
  });

  it('sets every key to its own default', () => {
    for (const { path, schema } of recipeKeys()) {
      if (schema.properties || schema.oneOf || schema.default === undefined) continue;
      expect(setByPath({}, path, String(schema.default))).not.toEqual({});
    }
  });
});

describe('recipeJsonSchema', () => {
  it('describes every key, in draft 7', () => {
    expect(recipeJsonSchema()).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: false,
    });
    expect(recipeJsonSchema()).not.toHaveProperty('required');
    for (const { path, schema } of recipeKeys()) expect(schema.description, path).toMatch(/\.$|;/);
  });

  // After a change of the schema: npx vitest run test/unit/core/recipe.test.ts -u
  it('is the file that the editor uses', async () => {
    const text = `${JSON.stringify(recipeJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../schemas/recipe.schema.json');
  });
});

describe('built-in recipes', () => {
  it('are valid, and the first is the schema with its defaults and some dropout', () => {
    expect(builtInRecipes.map(({ name }) => name)).toEqual([
      ...['character-lstm', 'character-lstm-deep', 'character-lstm-large', 'character-gru', 'character-rnn'],
      ...['word-lstm', 'word-lstm-small', 'bpe-lstm'],
      ...['ngram-characters', 'ngram-words', 'window-mlp'],
      ...['naive-bayes', 'logistic-regression', 'cnn-classifier', 'recurrent-classifier'],
      ...['label-to-sequence', 'series', 'tagger', 'tagger-forward'],
      ...['crf-features', 'hmm-tagger', 'perceptron-tagger', 'most-frequent-tag'],
      ...['skip-gram', 'cbow', 'fasttext', 'glove', 'ppmi-svd', 'bilm', 'adding-problem', 'copy-memory'],
    ]);
    for (const { name, description, recipe } of builtInRecipes) {
      expect(parseRecipe(recipe, name)).toMatchObject({ name, description });
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
    expect(recipeDifferences(parseRecipe(builtInRecipes[0].recipe, ''), parseRecipe({}, ''))).toEqual([
      { path: 'model.dropout', a: 0.2, b: 0 },
    ]);
  });

  it('are found by name', () => {
    expect(findBuiltIn('character-gru').recipe.model).toMatchObject({ cell: 'gru' });
    expect(refusal(() => findBuiltIn('character-ltsm'))).toBe(
      'There is no built-in recipe "character-ltsm": did you mean character-lstm?',
    );
    expect(refusal(() => findBuiltIn('cnn'))).toBe('There is no built-in recipe "cnn": did you mean cnn-classifier?');
    expect(refusal(() => findBuiltIn('lstm'))).toMatch(/did you mean character-lstm, .*word-lstm, .* or bpe-lstm\?$/);
    expect(refusal(() => findBuiltIn('poem'))).toMatch(
      /^There is no built-in recipe "poem": "sequence-lab recipes list" shows all \d+\.$/,
    );
  });
});

describe('recipeDifferences', () => {
  it('lists the values that differ and no names', () => {
    const a = parseRecipe({ name: 'a', training: { minutes: 2, batch: 8 } }, '');
    const b = parseRecipe({ name: 'b', model: { cell: 'gru' }, training: { steps: 10 } }, '');
    expect(recipeDifferences(a, a)).toEqual([]);
    const differences = recipeDifferences(a, b);
    expect(differences).toHaveLength(4);
    expect(differences).toEqual(
      expect.arrayContaining([
        { path: 'model.cell', a: 'lstm', b: 'gru' },
        { path: 'training.minutes', a: 2, b: undefined },
        { path: 'training.steps', a: undefined, b: 10 },
        { path: 'training.batch', a: 8, b: 16 },
      ]),
    );
  });
});

describe('resolveBudget', () => {
  it('takes what the recipe names, or three minutes', () => {
    const budget = (training: RecipeInput['training']): object => resolveBudget(parseRecipe({ training }, ''));
    expect(budget({})).toEqual({ minutes: DEFAULT_MINUTES });
    expect(budget({ steps: 5 })).toEqual({ steps: 5 });
    expect(budget({ minutes: 1, epochs: 0.5 })).toEqual({ minutes: 1, epochs: 0.5 });
  });
});

describe('estimateMemory', () => {
  it('counts the weights as PyTorch has them', () => {
    // Embedding 65 x 64, LSTM 4 x 192 x (64 + 192 + 2), output 65 x 193.
    expect(estimateMemory(parseRecipe({}, ''), 65).parameters).toBe(65 * 64 + 4 * 192 * 258 + 65 * 193);
    const gru = parseRecipe({ model: { cell: 'gru', layers: 2, hidden: 10, embedding: 3 } }, '');
    expect(estimateMemory(gru, 7).parameters).toBe(21 + 30 * (3 + 12) + 30 * (10 + 12) + 77);
  });
  it('counts the biLM that a model reads: its weights once, and those of the wider input with all that is kept of them', () => {
    const model = { cell: 'lstm', hidden: 10, embedding: 5, input: 'embedding', contextual: 'run:bilm' };
    const reader = parseRecipe({ task: 'classification', tokens: { unit: 'word' }, model, training: { batch: 3, optimiser: 'adam' } }, ''); // prettier-ignore
    const bilm = parseRecipe({ task: 'contextual', model: { cell: 'lstm', hidden: 4, layers: 2, characters: 'cnn', characterHidden: 4 } }, ''); // prettier-ignore
    if (!hasModel(bilm, 'recurrent')) throw new Error(bilm.model.kind);
    const data = { outputs: 2, length: 6 };
    const alone = estimateMemory(reader, 7, data);
    const both = estimateMemory(reader, 7, { ...data, contextual: bilm.model });
    const fixed = estimateMemory(bilm, 0).parameters;
    expect(fixed).toBeGreaterThan(2 * 2 * 4 * 4 * (4 + 4));
    expect(both.parameters).toBe(alone.parameters);
    expect(both.model - alone.model).toBe(4 * (4 * (4 * 10 * 8) + fixed));
    expect(both.step - alone.step).toBe(4 * 3 * 6 * (2 + 3) * 8);
    expect(
      refusal(() => refuseTooLarge(reader, 7, alone.model + alone.step, { ...data, contextual: bilm.model })),
    ).toMatch(/^The recipe needs about .* GB of memory/);
  });

  it('knows every kind of model', () => {
    const of = (input: RecipeInput, data?: { outputs?: number; tokens?: number }) =>
      estimateMemory(parseRecipe(input, ''), 1000, data);
    const ngram = of({ model: { kind: 'ngram', order: 5 } }, { tokens: 1e6 });
    expect(ngram).toEqual({ parameters: 0, model: 5 * 24e6, step: 0 });
    for (const kind of ['naive-bayes', 'logistic-regression'] as const) {
      expect(of({ task: 'classification', model: { kind } }, { tokens: 1e6, outputs: 2 }).model).toBe(32e6);
    }
    const cnn: RecipeInput = {
      task: 'classification',
      model: { kind: 'cnn', embedding: 8, widths: [2, 3], filters: 10 },
    };
    expect(of(cnn, { outputs: 4 }).parameters).toBe(8000 + 10 * 17 + 10 * 25 + 4 * 21);
    const attention: RecipeInput = {
      task: 'classification',
      model: { cell: 'gru', embedding: 3, hidden: 5, bidirectional: 'concat', pooling: 'attention' },
    };
    expect(of(attention, { outputs: 4 }).parameters).toBe(3000 + 2 * 15 * (3 + 5 + 2) + 120 + 4 * 11);
    expect(of({ training: { optimiser: 'sgd' } }).model).toBe(of({}).model / 2);
  });

  it('refuses what no machine here holds and says what to lower', () => {
    const limit = 4e9;
    refuseTooLarge(parseRecipe({}, ''), 65_536, limit);
    const wide = parseRecipe({ training: { batch: 4096, length: 4096 } }, '');
    expect(refusal(() => refuseTooLarge(wide, 65, limit))).toBe(
      'The recipe needs about 160 GB of memory, and 4 GB can be used: lower training.batch or training.length.',
    );
    const deep = parseRecipe({ model: { hidden: 4096, layers: 8, embedding: 4096 } }, '');
    expect(refusal(() => refuseTooLarge(deep, 65, limit))).toMatch(
      /lower model\.hidden, model\.layers or tokens\.maxVocabulary\.$/,
    );
  });
});
