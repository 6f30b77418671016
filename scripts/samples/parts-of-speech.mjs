// Sentences of a small grammar in which many words are nouns or verbs, nouns or adjectives, as their neighbours decide.
const NOUNS = ['dog', 'girl', 'teacher', 'garden', 'letter', 'window', 'boat', 'farmer'];
const BOTH = ['fish', 'watch', 'light', 'plant', 'paint', 'hammer', 'water', 'book', 'cook', 'ship', 'drink', 'walk'];
const VERBS = ['see', 'find', 'like', 'need', 'carry', 'follow'];
const ADJECTIVES = ['old', 'red', 'small', 'quiet', 'light', 'green', 'cold'];
const ADVERBS = ['slowly', 'often', 'never', 'again', 'today'];
const NAMES = ['Ana', 'Boris', 'Chidi', 'Mei', 'Oslo', 'Lima'];
const SENTENCES = 1500;

/** CoNLL-U: words and their universal parts of speech. */
export function partsOfSpeech({ pick, next }) {
  const noun = () => (next() < 0.5 ? pick(BOTH) : pick(NOUNS));
  const verb = () => (next() < 0.5 ? pick(BOTH) : pick(VERBS));
  const nounPhrase = () => {
    const kind = next();
    if (kind < 0.2) return [[pick(NAMES), 'PROPN']];
    if (kind < 0.35) return [[pick(['they', 'we', 'you', 'I']), 'PRON']];
    const adjective = next() < 0.45 ? [[pick(ADJECTIVES), 'ADJ']] : [];
    return [[pick(['the', 'a', 'this', 'every']), 'DET'], ...adjective, [noun(), 'NOUN']];
  };
  const verbPhrase = () => {
    const kind = next();
    if (kind < 0.25) return [[pick(['can', 'will', 'must']), 'AUX'], [verb(), 'VERB'], ...nounPhrase()];
    if (kind < 0.45) return [[pick(['want', 'like']), 'VERB'], ['to', 'PART'], [verb(), 'VERB'], ...nounPhrase()];
    if (kind < 0.6) return [[verb(), 'VERB'], [pick(ADVERBS), 'ADV']];
    return [[verb(), 'VERB'], ...nounPhrase(), [pick(['in', 'with', 'to', 'near']), 'ADP'], ...nounPhrase()];
  };
  return Array.from({ length: SENTENCES }, () => {
    const words = [...nounPhrase(), ...verbPhrase(), ['.', 'PUNCT']];
    words[0] = [words[0][0][0].toUpperCase() + words[0][0].slice(1), words[0][1]];
    const rows = words.map(([form, upos], i) => [i + 1, form, '_', upos, '_', '_', '_', '_', '_', '_'].join('\t'));
    return `${rows.join('\n')}\n\n`;
  }).join('');
}
