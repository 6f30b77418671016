import { expect } from 'vitest';
import { UserError } from '../../src/core/errors';

/** What hostile input may lead to: a result, or one sentence for a person. Anything else fails the test. */
export function resultOrSentence<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message).toMatch(/^[^\n]{10,400}[.?]$/);
    return undefined;
  }
}
