/**
 * A small model as other tools lay it out: missing weights, -99. "a b c" is
 * listed without "b c", its suffix, as pruning leaves it.
 */
export const PRUNED = `\\data\\
ngram 1=6
ngram 2=4
ngram 3=2

\\1-grams:
-99\t<s>\t-0.30103
-1.2\t<unk>
-0.7\t</s>
-0.5\ta\t-0.2218487
-0.6\tb\t-0.1
-0.9\tc

\\2-grams:
-0.25	<s> a	0.0791812
-0.4\ta b\t-0.05
-0.35\ta </s>
-0.8\tb a

\\3-grams:
-0.1\t<s> a b
-0.3\ta b c

\\end\\
`;
