import * as tf from '@tensorflow/tfjs-core';
import type { NamedVariable } from '../../layers/parameters';
import { scoped } from '../../ops/scope';
import { Random } from '../../random';
import type { NamedTensor } from '../../runs/safetensors';
import type { EncodedSentence } from '../../text/tagged/vocabulary';
import { loadWeights, OPTIMIZER_PREFIX } from '../checkpoint-model';
import { taggerBatch } from '../tagger/neural/tagger-batch';
import { BidirectionalEncoder, type BidirectionalEncoderShape } from './bidirectional-encoder';
import { OUTPUT } from './bidirectional-language-model';
import { ScalarMix, type LayerMix } from './scalar-mix';
import { StateCache } from './state-cache';

/** Beginning of the names of the biLM's weights in the checkpoint of a model that reads it. */
const PREFIX = 'contextual.';

/** A biLM that a model reads beside its own word vectors. */
export interface ContextualShape {
  /** The biLM's own; the size of its characters' vectors must be that of its layers. */
  bilm: BidirectionalEncoderShape;
  /**
   * Bytes of states that are kept, so that sentences which come again need not be read again. Each sentence is then read by
   * itself: in the last digit states depend on what is read with it, and a run that goes on must not read others than before.
   */
  keep: number;
}

/**
 * What words are in their sentences to a biLM, as features of another model (ELMo: Peters et al., 2018): the characters'
 * vectors, twice side by side, and the states of each layer, mixed by learned weights. The biLM stays as it is: its weights
 * are "contextual.…" in the checkpoint, and no gradient goes into it.
 */
export class ContextualInput {
  readonly parameters: NamedVariable[];
  /** Names of the biLM's weights. */
  readonly frozen: ReadonlySet<string>;
  /** 2H, the size of a token's vector. */
  readonly size: number;
  private readonly encoder: BidirectionalEncoder;
  private readonly weights: NamedVariable[];
  private readonly mix: ScalarMix;
  private readonly cache: StateCache;
  private readonly keeps: boolean;

  constructor({ bilm, keep }: ContextualShape) {
    this.encoder = new BidirectionalEncoder(bilm, new Random(0));
    this.size = 2 * bilm.hidden;
    this.mix = new ScalarMix(bilm.layers + 1);
    this.cache = new StateCache(keep);
    this.keeps = keep > 0;
    this.weights = this.encoder.parameters.map(({ name, variable }) => ({ name: `${PREFIX}${name}`, variable }));
    this.frozen = new Set(this.weights.map(({ name }) => name));
    this.parameters = [...this.mix.parameters, ...this.weights];
  }

  /** Takes the weights of a biLM's checkpoint. Throws UserError when they are not of this shape. */
  load(tensors: Map<string, NamedTensor>): void {
    const own = [...tensors].filter(([name]) => !name.startsWith(`${OUTPUT}.`) && !name.startsWith(OPTIMIZER_PREFIX));
    loadWeights({ parameters: this.weights }, new Map(own.map(([name, tensor]) => [`${PREFIX}${name}`, tensor])));
  }

  /**
   * Run it in a tidy.
   * @param sentences as the biLM spells them
   * @param time T, at least the longest sentence
   * @returns [T·B, 2H], time-major; 0 past a sentence's end
   */
  forward(sentences: readonly EncodedSentence[], time: number): tf.Tensor2D {
    const batch = sentences.length;
    const { layers } = this.encoder.shape;
    const width = this.size;
    const half = width / 2;
    const all = new Float32Array((layers + 1) * time * batch * width);
    this.statesOf(sentences).forEach((states, b) => {
      const tokens = sentences[b].words.length;
      for (let t = 0; t < tokens; t++) {
        const word = states.subarray(t * half, (t + 1) * half);
        const to = (t * batch + b) * width;
        all.set(word, to);
        all.set(word, to + half);
        for (let layer = 0; layer < layers; layer++) {
          const from = tokens * half + (layer * tokens + t) * width;
          all.set(states.subarray(from, from + width), (layer + 1) * time * batch * width + to);
        }
      }
    });
    const mixed = this.mix.forward(tf.tensor2d(all, [layers + 1, time * batch * width]));
    return tf.reshape(mixed, [time * batch, width]);
  }

  /** How the layers are mixed now: the characters first. */
  mixture(): LayerMix {
    return this.mix.values();
  }

  /** Of each sentence the characters' vectors [tokens, H], then [tokens, 2H] for each layer. */
  private statesOf(sentences: readonly EncodedSentence[]): Float32Array[] {
    const known = sentences.map((sentence) => this.cache.get(sentence));
    const missing = sentences.filter((_, n) => !known[n]);
    if (missing.length === 0) return known as Float32Array[];
    const fresh = this.keeps ? missing.flatMap((sentence) => this.read([sentence])) : this.read(missing);
    missing.forEach((sentence, n) => this.cache.add(sentence, fresh[n]));
    let next = 0;
    return known.map((states) => states ?? fresh[next++]);
  }

  private read(sentences: readonly EncodedSentence[]): Float32Array[] {
    const batch = taggerBatch(sentences);
    const layers = scoped(() =>
      this.encoder.layers(batch).map((layer) => ({ width: layer.shape[2], values: layer.dataSync<'float32'>() })),
    );
    return sentences.map(({ words }, b) => {
      const states = new Float32Array(words.length * layers.reduce((sum, { width }) => sum + width, 0));
      let to = 0;
      for (const { width, values } of layers) {
        for (let t = 0; t < words.length; t++, to += width) {
          const from = (t * batch.batch + b) * width;
          states.set(values.subarray(from, from + width), to);
        }
      }
      return states;
    });
  }
}
