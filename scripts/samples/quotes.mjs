// Speech in quotation marks of any length: what opens must close, and only a memory of the opening tells when.
const WHO = ['The miller', 'The old captain', 'Her aunt', 'The clerk', 'A small boy', 'The gardener', 'Nobody', 'The owl'];
const SAID = ['said', 'answered', 'whispered', 'shouted', 'wrote', 'sang', 'muttered'];
const BITS = [
  'the bread is cold',
  'we leave at noon',
  'the river is high',
  'my hat is gone',
  'count the geese',
  'the key fits no door',
  'bring the lamp',
  'rain is coming',
  'the boat has no oars',
  'tell the baker',
];
const JOINS = [' and ', ', but ', ', for ', ' while ', ', so '];
const PLAIN = [
  'went down to the water',
  'counted the steps twice',
  'looked for the grey cat',
  'shut the window before the rain',
  'carried a basket of pears',
  'walked to the mill and back',
];

export function quotes({ pick, next }) {
  const speech = () => {
    let text = pick(BITS);
    while (next() < 0.45) text += pick(JOINS) + pick(BITS);
    return text;
  };
  const sentence = () => {
    if (next() < 0.35) return `${pick(WHO)} ${pick(PLAIN)}.`;
    if (next() < 0.5) return `${pick(WHO)} ${pick(SAID)} "${speech()}" and ${pick(PLAIN)}.`;
    return `"${speech()}" ${pick(SAID)} ${pick(WHO).toLowerCase()}.`;
  };
  return `${Array.from({ length: 2500 }, sentence).join('\n')}\n`;
}
