/** A line of a file of examples: what is classified, and the labels that the file gives it, where it does. */
export interface ExampleLine {
  text: string;
  truth?: string[];
}

/**
 * Takes the labels off a line of a label-tab-text file or a fastText file, so that a model does not read the answer;
 * every other line is text as a whole.
 *
 * @param labels that the model knows
 * @param separator between several labels of one example; empty: one label each
 */
export function exampleLine(line: string, labels: readonly string[], separator = ''): ExampleLine {
  const fast = /^((?:__label__\S+\s+)+)(.*)$/.exec(line);
  if (fast) {
    const truth = fast[1].trim().split(/\s+/).map((word) => word.slice('__label__'.length)); // prettier-ignore
    return { text: fast[2], truth };
  }
  const tab = line.indexOf('\t');
  if (tab < 0) return { text: line };
  const before = line.slice(0, tab);
  const truth = (separator ? before.split(separator) : [before]).map((name) => name.trim()).filter(Boolean);
  return truth.every((name) => labels.includes(name)) ? { text: line.slice(tab + 1), truth } : { text: line };
}

/** Whether two sets of labels are the same. */
export function sameLabels(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((label) => other.includes(label));
}
