// Names and contents of files in one hash: two equal hashes mean that nothing has to be done again.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** The files (not folders) at or below `place`, relative to the checkout, sorted. */
function filesUnder(place) {
  const absolute = inRoot(place);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [place];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesUnder(path.join(place, name)));
}

/** SHA-256, in hex, of the names and contents of all files at these places of the checkout. */
export function hashOf(places) {
  const hash = createHash('sha256');
  for (const file of places.flatMap(filesUnder))
    hash
      .update(`${file}\0`)
      .update(readFileSync(inRoot(file)))
      .update('\0');
  return hash.digest('hex');
}
