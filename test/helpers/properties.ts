import fc from 'fast-check';

/**
 * Property tests draw the same examples on every run, so that a change is judged by what it did and not by luck;
 * `PROPERTY_SEED=random npm test` (or a number that a failure printed) looks elsewhere.
 */
const { PROPERTY_SEED = '20261122' } = process.env;
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });
