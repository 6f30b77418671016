// Sentences of a school of magic with people, places and spells.
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
  'Magic is difficult.',
  '{P} was in the library with {P} and {P}.',
];
const SENTENCES = 900;
const INVENTED = 0.2;

/** A JSON object a line, with spans of people and places. */
export function spells(random) {
  const { pick, next } = random;
  return Array.from({ length: SENTENCES }, () => {
    let text = '';
    const spans = [];
    for (const part of pick(PATTERNS).split(/(\{[PL]\})/)) {
      if (part !== '{P}' && part !== '{L}') {
        text += part;
        continue;
      }
      const isPerson = part === '{P}';
      const name = next() < INVENTED ? inventedName(random) : pick(isPerson ? PEOPLE : PLACES);
      spans.push({ start: text.length, end: text.length + name.length, label: isPerson ? 'person' : 'place' });
      text += name;
    }
    return `${JSON.stringify({ text, spans })}\n`;
  }).join('');
}
