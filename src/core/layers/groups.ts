/**
 * The group of parameters that gradient norms are shown for together, from a parameter's name: "rnn.0" for
 * "rnn.weight_hh_l0_reverse", else all but the last part: "dense.1" for "dense.1.weight".
 */
export function groupName(parameterName: string): string {
  const layer = /_l(\d+)(_reverse)?$/.exec(parameterName);
  const stem = parameterName.slice(0, parameterName.lastIndexOf('.'));
  return layer ? `${stem}.${layer[1]}` : stem;
}
