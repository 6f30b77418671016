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

/** A small model in the layout of KenLM's lmplz: every back-off is written, and <s> has a probability of one. */
export const LMPLZ = `\\data\\
ngram 1=6
ngram 2=3

\\1-grams:
-1.3	<unk>	0
0	<s>	-0.5
-0.6	</s>	0
-0.7	the	-0.2
-0.8	cat	-0.1
-1.3	dog	0

\\2-grams:
-0.3	<s> the
-0.2	the cat
-0.4	cat </s>

\\end\\
`;
