// Opinions in which "not" turns the meaning round, so that counting words is not enough.
const GOOD = ['good', 'great', 'funny', 'clever', 'lovely', 'brilliant', 'charming', 'fresh'];
const BAD = ['bad', 'awful', 'dull', 'boring', 'weak', 'clumsy', 'poor', 'stale'];
const WHAT = ['the film', 'this play', 'the story', 'the music', 'the cast', 'the ending', 'the book', 'that show'];
const VERY = ['', '', 'very ', 'really ', 'quite '];
const NOT = ['not', 'not', 'never', 'hardly'];

/** "label TAB text", in no order. */
export function sentiment({ pick, next, shuffle }) {
  const opinion = () => {
    const happy = next() < 0.5;
    const turned = next() < 0.45;
    const word = pick(happy !== turned ? GOOD : BAD);
    const verdict = `${turned ? `${pick(NOT)} ` : ''}${pick(VERY)}${word}`;
    const shape = next();
    const label = happy ? 'positive' : 'negative';
    if (shape < 0.4) return `${label}\t${pick(WHAT)} was ${verdict}`;
    if (shape < 0.7) return `${label}\ti thought that ${pick(WHAT)} was ${verdict}`;
    return `${label}\t${pick(WHAT)} we saw with friends was ${verdict} in the end`;
  };
  return `${shuffle(Array.from({ length: 3000 }, opinion)).join('\n')}\n`;
}
