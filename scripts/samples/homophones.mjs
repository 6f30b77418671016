// Words that sound alike stand in places of their own: pear and pair, flour and flower, sea and see.
const FRUIT = ['apple', 'plum', 'cherry', 'peach', 'quince', 'grape'];
const DISH = ['salad', 'tart', 'jam', 'pie', 'juice', 'cake'];
const WORN = ['shoes', 'socks', 'gloves', 'boots', 'skates', 'glasses'];
const COLOUR = ['red', 'green', 'old', 'new', 'warm', 'blue'];
const WHO = ['She', 'He', 'The cook', 'Our neighbour', 'My sister', 'The tailor'];

export function homophones({ pick, next }) {
  const lines = [
    () => `The ${pick(FRUIT)} and pear ${pick(DISH)} was sweet.`,
    () => `The pear and ${pick(FRUIT)} ${pick(DISH)} was ready.`,
    () => `${pick(WHO)} peeled a ripe pear and a ${pick(FRUIT)} for the ${pick(DISH)}.`,
    () => `${pick(WHO)} ate a pear under the tree.`,
    () => `${pick(WHO)} bought a pair of ${pick(COLOUR)} ${pick(WORN)}.`,
    () => `This pair of ${pick(WORN)} is ${pick(COLOUR)}.`,
    () => `${pick(WHO)} lost one pair of ${pick(WORN)} and found a ${pick(COLOUR)} pair.`,
    () => `${pick(WHO)} sifted the flour for the ${pick(FRUIT)} ${pick(DISH)}.`,
    () => `${pick(WHO)} put a ${pick(COLOUR)} flower in the vase.`,
    () => `${pick(WHO)} can see the ships from the hill.`,
    () => `The sea was ${next() < 0.5 ? 'calm' : 'rough'} before the storm.`,
  ];
  return `${Array.from({ length: 3500 }, () => pick(lines)()).join('\n')}\n`;
}
