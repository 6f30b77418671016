/** Differences of cosines below this are rounding. */
const TIE = 1e-5;

/** Cosines of vectors with one another, [n][n]; 0 with a vector of zeros. */
export function cosineTable(vectors: readonly Float32Array[]): number[][] {
  const norms = vectors.map((v) => Math.sqrt(dot(v, v)));
  return vectors.map((a, i) =>
    vectors.map((b, j) => (norms[i] > 0 && norms[j] > 0 ? dot(a, b) / (norms[i] * norms[j]) : 0)),
  );
}

/**
 * The label whose centroid is nearest to each vector by cosine, the vector itself left out of its label's centroid
 * (leave one out). Among equals it is the first label by its place, so that vectors which are all alike get one label.
 *
 * @param cosines of the vectors, [n][n]; centroids are those of vectors of length 1
 * @param labels of each vector
 */
export function nearestCentroids(cosines: readonly (readonly number[])[], labels: readonly string[]): string[] {
  const distinct = [...new Set(labels)].sort((a, b) => (a < b ? -1 : 1));
  return cosines.map((row, own) => {
    let [best, most] = ['', -Infinity];
    for (const label of distinct) {
      const members = labels.flatMap((each, n) => (each === label && n !== own ? [n] : []));
      if (members.length === 0) continue;
      const along = members.reduce((sum, n) => sum + row[n], 0);
      const square = members.reduce((sum, a) => sum + members.reduce((part, b) => part + cosines[a][b], 0), 0);
      const cosine = square > 0 ? along / Math.sqrt(square) : 0;
      if (cosine > most + TIE) [best, most] = [label, cosine];
    }
    return best;
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
