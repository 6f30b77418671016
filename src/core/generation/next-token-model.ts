/** Reads on, token by token, and holds the state in between. */
export interface ScoreReader {
  /**
   * @param ids [T·B], time-major
   * @returns unnormalised log-probabilities of the token after each, rows of V numbers: [T·B, V]
   */
  read(ids: Int32Array): Float32Array;
  /** From here on text b goes on from what text `rows[b]` has read; there are then as many texts as rows. */
  select?(rows: Int32Array): void;
  dispose(): void;
}

/** A model of the next token, neural or counted: what sampling, scoring and hovers need. */
export interface NextTokenModel {
  /** V, the number of tokens. */
  readonly vocabulary: number;
  /** Whether scores are log-probabilities as they stand, even where these do not sum to one, as in some ARPA files. */
  readonly isNormalised?: boolean;
  /** Unnormalised log-probabilities [V] of the first token of a text, when nothing was read yet. */
  initialScores(): Float32Array;
  /** @param batch texts side by side; each begins anew */
  reader(batch: number): ScoreReader;
}
