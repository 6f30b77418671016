// People in pairs that differ by one thing each: he or she, at a court or in a village, grown up or a child. What stands around
// them says which, so that differences of vectors carry it.
const PEOPLE = [
  ['king', 'he', 'court', 'old'],
  ['queen', 'she', 'court', 'old'],
  ['prince', 'he', 'court', 'young'],
  ['princess', 'she', 'court', 'young'],
  ['man', 'he', 'village', 'old'],
  ['woman', 'she', 'village', 'old'],
  ['boy', 'he', 'village', 'young'],
  ['girl', 'she', 'village', 'young'],
];
const DID = {
  he: ['trimmed his beard', 'called his brother', 'mended his coat and his hat', 'wrestled with his uncle', 'took his sword himself', 'greeted his father'],
  she: ['braided her hair', 'called her sister', 'mended her gown and her veil', 'danced with her aunt', 'took her fan herself', 'greeted her mother'],
  court: ['in the palace', 'beside the throne', 'under the golden crown', 'in the great castle', 'before the nobles', 'among the royal guards', 'at the banquet of the realm'],
  village: ['in the cottage', 'beside the plough', 'in the barley field', 'at the market stall', 'before the neighbours', 'among the goats', 'at the mill by the brook'],
  old: ['paid the taxes', 'spoke of grey years', 'signed a letter', 'leaned on a stick', 'remembered the war', 'judged a quarrel'],
  young: ['played with a ball', 'spoke of lessons', 'drew a picture', 'climbed the apple tree', 'chased the kitten', 'learned to read'],
}; // prettier-ignore
const WHEN = ['in spring', 'at noon', 'after supper', 'one morning', 'before the rain', 'on a holiday', 'again', 'that day'];
const SENTENCES = 2000;

/** A sentence a line. */
export function kingAndQueen({ pick, shuffle, next }) {
  return Array.from({ length: SENTENCES }, () => {
    const [who, ...traits] = pick(PEOPLE);
    const said = shuffle(traits).slice(0, 2 + (next() < 0.5 ? 1 : 0));
    const [first, ...others] = said.map((trait) => pick(DID[trait]));
    const rest = others.map((each) => (/^(in|at|before|beside|under|among) /.test(each) ? each : `and ${each}`)).join(' ');
    const begin = /^(in|at|before|beside|under|among) /.test(first) ? `stood ${first}` : first;
    return `The ${who} ${begin} ${rest} ${pick(WHEN)}.\n`;
  }).join('');
}
