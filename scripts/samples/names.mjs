// Sentences with people, places and organisations, made by rule: what the tagger that is shipped learned from.
import { organisation } from './names/organisations.mjs';
import { person } from './names/people.mjs';
import { place } from './names/places.mjs';
import { WITH_NAMES, WITHOUT_NAMES, WORDS } from './names/sentences.mjs';

const KINDS = {
  P: { label: 'person', make: person },
  L: { label: 'place', make: place },
  O: { label: 'organisation', make: organisation },
};
const SENTENCES = 8000;
const PLAIN_SHARE = 0.3;

/** A JSON object a line: {"text": "…", "spans": [{"start": 0, "end": 5, "label": "person"}]} */
export function names(random) {
  return Array.from({ length: SENTENCES }, () => `${JSON.stringify(sentence(random))}\n`).join('');
}

function sentence(random) {
  const { pick, next } = random;
  const pattern = pick(next() < PLAIN_SHARE ? WITHOUT_NAMES : WITH_NAMES);
  const spans = [];
  let text = '';
  for (const part of pattern.split(/(\{\w\})/)) {
    const kind = /^\{(\w)\}$/.exec(part)?.[1];
    if (kind in KINDS) {
      const { label, make } = KINDS[kind];
      const { before, name } = make(random);
      if (before) text += `${text === '' ? capital(before) : before} `;
      spans.push({ start: text.length, end: text.length + name.length, label });
      text += name;
    } else if (kind) text += /(^|[.!?] |")$/.test(text) ? capital(filler(kind, random)) : filler(kind, random);
    else text += part;
  }
  return { text, spans };
}

const capital = (word) => word[0].toUpperCase() + word.slice(1);

function filler(kind, { pick, integer }) {
  if (kind === 'n') return String(2 + integer(98));
  if (kind === 'y') return String(1700 + integer(330));
  return pick(WORDS[kind]);
}
