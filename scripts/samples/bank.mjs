// Two worlds that share one word: what stands around "bank" tells a river's from one with money.
const RIVER = {
  who: ['boy', 'girl', 'otter', 'heron', 'duck', 'frog', 'fisherman', 'beaver', 'swan', 'child', 'ranger', 'hiker'],
  did: ['sat on', 'walked along', 'swam to', 'rested on', 'slept on', 'jumped from', 'ran down', 'came to', 'stood on', 'climbed', 'fished from', 'rowed to', 'camped on'],
  place: ['bank', 'shore', 'stream', 'bridge', 'path', 'meadow', 'hill', 'stones'],
  kind: ['muddy', 'grassy', 'steep', 'wet', 'far', 'green', 'other'],
  of: ['of the river', 'of the lake', 'of the stream', 'under the trees', 'by the water', 'near the bridge', 'in the shade', 'in the grass'],
  end: ['until the sun set', 'after the rain', 'before the storm', 'and watched the boats', 'and tied the canoe', 'in the flood', 'and rested by the water'],
  thing: ['boat', 'current', 'water', 'river', 'flood', 'canoe', 'raft'],
  touched: ['touched', 'washed away', 'rose over', 'covered', 'reached', 'left'],
}; // prettier-ignore
const MONEY = {
  who: ['clerk', 'manager', 'customer', 'firm', 'teacher', 'shopkeeper', 'lawyer', 'company', 'farmer', 'owner'],
  did: ['deposited cash at', 'opened an account at', 'paid the cheque into', 'owed money to', 'worked in', 'asked', 'sued', 'borrowed from', 'changed dollars at', 'counted coins in', 'took a loan from', 'signed a contract with'],
  place: ['bank', 'office', 'lender', 'insurer', 'exchange', 'branch', 'broker'],
  kind: ['small', 'national', 'central', 'private', 'new', 'old', 'large'],
  of: ['in the morning', 'last week', 'on Monday', 'with low interest', 'about the mortgage', 'for a loan', 'without a letter'],
  end: ['and paid interest', 'and paid a fee', 'for the savings', 'and sold the shares', 'and paid it back', 'before the trip'],
  lender: ['bank', 'lender', 'broker', 'office', 'insurer', 'company'],
  gave: ['raised the rate on', 'closed', 'charged a fee for', 'refused', 'sent a letter about', 'paid interest on', 'lent money for', 'signed', 'bought', 'sold'],
  what: ['my loan', 'the account', 'the card', 'her mortgage', 'the contract', 'the shares', 'every account', 'more money', 'the bonds', 'the savings'],
}; // prettier-ignore
const SENTENCES = 3000;

/** A sentence a line. */
export function bank({ pick, next }) {
  const about = {
    river: () =>
      next() < 0.65
        ? `${start(RIVER)} ${pick(RIVER.did)} the ${some(RIVER.kind)}${pick(RIVER.place)} ${ending(RIVER)}`
        : `The ${pick(RIVER.thing)} ${pick(RIVER.touched)} the ${some(RIVER.kind)}${pick(RIVER.place)} ${ending(RIVER)}`,
    money: () =>
      next() < 0.5
        ? `${start(MONEY)} ${pick(MONEY.did)} the ${some(MONEY.kind)}${pick(MONEY.place)} ${ending(MONEY)}`
        : `${pick(['The', 'My', 'Our', 'A'])} ${some(MONEY.kind)}${pick(MONEY.lender)} ${pick(MONEY.gave)} ${pick(MONEY.what)} ${ending(MONEY)}`,
  };
  const start = ({ who }) => (next() < 0.3 ? pick(['He', 'She', 'They', 'We', 'I']) : `${pick(['The', 'A'])} ${pick(who)}`);
  const some = (list) => (next() < 0.3 ? `${pick(list)} ` : '');
  const ending = ({ of, end }) => (next() < 0.5 ? pick(of) : pick(end));
  return Array.from({ length: SENTENCES }, () => `${about[pick(['river', 'money'])]()}.\n`).join('');
}
