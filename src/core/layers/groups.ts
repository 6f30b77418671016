/**
 * The group of parameters that gradient norms are shown for together, from a parameter's name: "rnn.0" for
 * "rnn.weight_hh_l0_reverse", else all but the last part: "dense.1" for "dense.1.weight".
 */
export function groupName(parameterName: string): string {
  const layer = /_l(\d+)(_reverse)?$/.exec(parameterName);
  const stem = parameterName.slice(0, parameterName.lastIndexOf('.'));
  return layer ? `${stem}.${layer[1]}` : stem;
}

/** The groups of a model's parameters, in their order, and the place in them of a parameter's, by its name. */
export function groupsOf(parameters: { name: string }[]): { groups: string[]; groupOf(name: string): number } {
  const groups = [...new Set(parameters.map(({ name }) => groupName(name)))];
  return { groups, groupOf: (name) => groups.indexOf(groupName(name)) };
}
