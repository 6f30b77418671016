import { UserError } from './errors';

/**
 * Deterministic generator whose state can be saved: xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", 2021), seeded by splitmix32. Not for secrets.
 */
export class Random {
  private readonly words = new Uint32Array(4);

  /** @param seed any number; only its lowest 32 bits as an integer count. */
  constructor(seed: number) {
    let mixer = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mixer = (mixer + 0x9e3779b9) >>> 0;
      let z = mixer;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.words[i] = z ^ (z >>> 16);
    }
  }

  /** Uniform in [0, 1), a multiple of 2^-32. */
  next(): number {
    return this.word() / 0x1_0000_0000;
  }

  /** Uniform whole number in [0, below), without bias. `below` is a whole number from 1 to 2^32. */
  integer(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 0x1_0000_0000) {
      throw new RangeError(`Random.integer needs a whole number from 1 to 2^32, not ${below}.`);
    }
    // Values past the last whole multiple of `below` would make small results likelier, so they are drawn again.
    const fair = 0x1_0000_0000 - (0x1_0000_0000 % below);
    let value = this.word();
    while (value >= fair) value = this.word();
    return value % below;
  }

  /** Standard normal (Box and Muller, 1958). Takes two draws and keeps nothing back, so the state stays four words. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Four unsigned 32-bit words; `restore` continues exactly here. */
  state(): number[] {
    return Array.from(this.words);
  }

  /** Throws UserError when `state` is not four unsigned 32-bit words with at least one that is not zero. */
  restore(state: number[]): void {
    const valid =
      Array.isArray(state) &&
      state.length === 4 &&
      state.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff) &&
      state.some((word) => word !== 0);
    if (!valid) throw new UserError('The saved state of the random generator is damaged: train again from the start.');
    this.words.set(state);
  }

  /** The next unsigned 32-bit word. */
  private word(): number {
    const s = this.words;
    const scrambled = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return scrambled;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
