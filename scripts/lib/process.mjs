// Child processes of a checkout: those of child.mjs, started in its root, and the tools in node_modules.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as child from './child.mjs';
import { inRoot, root } from './paths.mjs';

export { findProgram, tail } from './child.mjs';

/** Runs a program to its end, in the checkout's root unless `options.cwd` says otherwise; see child.mjs. */
export const run = (file, args, options) => child.run(file, args, { cwd: root, ...options });

/** Runs npm likewise. */
export const npm = (args, options) => child.npm(args, { cwd: root, ...options });

/** Runs the program `bin` of an installed package with our Node; no shell and no PATH in between. */
export function tool(name, args, options = {}, bin = name) {
  const folder = inRoot('node_modules', name);
  const { bin: bins } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return run(process.execPath, [path.join(folder, typeof bins === 'string' ? bins : bins[bin]), ...args], options);
}
