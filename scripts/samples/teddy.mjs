// Names that are words as well: only what follows tells "Teddy Roosevelt" from "Teddy bears".
const NAMES = {
  Teddy: { surnames: ['Roosevelt', 'Kennedy', 'Lupin', 'Morris'], things: ['bears are on sale', 'bears are soft', 'bear owners meet today'] },
  Rose: { surnames: ['Miller', 'Weasley', 'Tyler', 'Ellis'], things: ['petals fell on the floor', 'gardens need water', 'hips make good tea'] },
  Mark: { surnames: ['Twain', 'Evans', 'Antony', 'Reed'], things: ['all mistakes in red', 'the date in the book', 'sheets are on the desk'] },
  Grace: { surnames: ['Kelly', 'Hopper', 'Jones', 'Nakamura'], things: ['periods are short', 'notes are not for beginners', 'was said before the meal'] },
  Will: { surnames: ['Turner', 'Smith', 'Rogers', 'Shah'], things: ['you be at home', 'the rain never stop', 'they ever learn'] },
  Frank: { surnames: ['Sinatra', 'Bauer', 'Lloyd', 'Okafor'], things: ['words are rare', 'talk does no harm', 'answers are best'] },
  Bill: { surnames: ['Gates', 'Clinton', 'Novak', 'Murray'], things: ['payments are due', 'collectors came again', 'after bill arrived'] },
  Jack: { surnames: ['London', 'Black', 'Sparrow', 'Lane'], things: ['rabbits run fast', 'boots were invented later', 'knives are sharp'] },
}; // prettier-ignore
const DEEDS = ['was a great president', 'wrote a book', 'is on the phone', 'came home late', 'has won the prize', 'sings tonight'];
const SPEAKERS = ['He said', 'She said', 'They wrote', 'The paper said', 'My uncle said', 'Somebody shouted'];
const SENTENCES = 1600;

/** A JSON object a line, with spans. */
export function teddy({ pick, next, shuffle }) {
  const rows = Array.from({ length: SENTENCES }, () => {
    const [given, { surnames, things }] = pick(Object.entries(NAMES));
    const before = next() < 0.6 ? `${pick(SPEAKERS)}, "` : '';
    const after = before ? `${pick(['!', '.'])}"` : '.';
    const named = next() < 0.5;
    const name = `${given} ${pick(surnames)}`;
    const text = before + (named ? `${name} ${pick(DEEDS)}` : `${given} ${pick(things)}`) + after;
    const spans = named ? [{ start: before.length, end: before.length + name.length, label: 'person' }] : [];
    return `${JSON.stringify({ text, spans })}\n`;
  });
  return shuffle(rows).join('');
}
