// Sentences of a school of magic: {P} is a person, {L} a place, {w} a thing and {s} things that are no names. Many things and many
// names occur once, so that a word that was never read may be either.
import { ORDINARY } from './names/ordinary.mjs';
import { inventedName } from './names/people.mjs';

const PEOPLE = ['Harry Potter', 'Hermione Granger', 'Ron Weasley', 'Harry', 'Hermione', 'Ron', 'Luna Lovegood', 'Neville Longbottom', 'Professor McGonagall', 'Ginny', 'Hagrid', 'Albus Dumbledore', 'Draco Malfoy', 'Snape']; // prettier-ignore
const PLACES = ['Hogwarts', 'Hogsmeade', 'Diagon Alley', 'London', 'the Great Hall', 'Gringotts', 'the Forbidden Forest', "King's Cross"]; // prettier-ignore
const PATTERNS = [
  '{P} and {P} invented a new spell.',
  '{P} met {P} in {L}.',
  '{P} had never seen {L} at night.',
  '"Have you been to {L}?" asked {P}.',
  '"Quiet," said {P}, "somebody is coming."',
  '{P} waved the wand, and {P} laughed.',
  'The owl brought a letter from {P} to {P}.',
  'On the way to {L}, {P} lost a broom.',
  'Nobody in {L} knew what {P} had done.',
  'The potion that {P} brewed was green.',
  'After dinner {P} told {P} about {L}.',
  'A door in {L} opened by itself.',
  'The spell did not work.',
  'Wizards like hats.',
  'The {w} of {P} was under the {w}.',
  '{P} turned the {w} into a {w}.',
  '{s} like {s}.',
  '{s} in {L} are larger than {s}.',
  'Without a {w} nobody can reach {L}.',
  'Do {s} dream of {s}?',
  'Magic is difficult.',
  '{P} was in the library with {P} and {P}.',
];
const NAMES = { P: { label: 'person', known: PEOPLE }, L: { label: 'place', known: PLACES } };
const SENTENCES = 900;
const INVENTED = 0.45;

/** A JSON object a line, with spans of people and places. */
export function spells(random) {
  const { pick, next } = random;
  return Array.from({ length: SENTENCES }, () => {
    let text = '';
    const spans = [];
    for (const part of pick(PATTERNS).split(/(\{\w\})/)) {
      const kind = /^\{(\w)\}$/.exec(part)?.[1];
      if (kind !== 'P' && kind !== 'L') {
        const words = kind ? pick(ORDINARY[kind]) : part;
        text += text === '' && words ? words[0].toUpperCase() + words.slice(1) : words;
        continue;
      }
      const name = next() < INVENTED ? invented(kind, random) : pick(NAMES[kind].known);
      spans.push({ start: text.length, end: text.length + name.length, label: NAMES[kind].label });
      text += name;
    }
    return `${JSON.stringify({ text, spans })}\n`;
  }).join('');
}

function invented(kind, random) {
  const name = inventedName(random);
  return kind === 'P' && random.next() < 0.5 ? `${name} ${inventedName(random)}` : name;
}
