// Subject and verb agree over a clause of any length whose own nouns may have the other number.
const NOUNS = [
  ['cat', 'cats'],
  ['dog', 'dogs'],
  ['baker', 'bakers'],
  ['child', 'children'],
  ['sailor', 'sailors'],
  ['teacher', 'teachers'],
  ['horse', 'horses'],
  ['farmer', 'farmers'],
  ['bird', 'birds'],
  ['painter', 'painters'],
];
const THINGS = ['the fish', 'the apples', 'a loaf', 'two pears', 'the soup', 'some bread', 'the cakes', 'a cheese'];
const DID = ['ate', 'found', 'bought', 'carried', 'dropped', 'shared', 'sold', 'smelled'];
const WHEN = ['already', 'never', 'often', 'just', 'nearly', 'slowly'];
const STATES = ['full', 'tired', 'happy', 'late', 'hungry', 'quiet', 'proud', 'wet', 'glad', 'near the river'];
const PLACES = ['in the garden', 'by the mill', 'at the market', 'under the bridge', 'before noon', 'on the hill'];

/** One sentence a line. */
export function agreement({ pick, next, integer }) {
  const clause = () => {
    const parts = [`${pick(WHEN)} ${pick(DID)}`];
    if (next() < 0.6) parts.push(pick(THINGS));
    if (next() < 0.4) parts.push(pick(PLACES));
    if (next() < 0.25) parts.push(`with the ${pick(NOUNS)[integer(2)]}`);
    return parts.join(' ');
  };
  const sentence = () => {
    const plural = integer(2);
    const subject = pick(NOUNS)[plural];
    const verb = plural ? 'were' : 'was';
    const shape = next();
    if (shape < 0.2) return `The ${subject} ${verb} ${pick(STATES)}.`;
    if (shape < 0.4) return `The ${subject} ${pick(PLACES)} ${verb} ${pick(STATES)}.`;
    return `The ${subject}, which ${clause()}, ${verb} ${pick(STATES)}.`;
  };
  return `${Array.from({ length: 6000 }, sentence).join('\n')}\n`;
}
