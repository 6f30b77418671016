// What a bare Debian lacks. Only root on a Debian-like system can add it, and only then is it tried.
import { existsSync } from 'node:fs';
import { findProgram, run, tail } from './child.mjs';

/** True where `aptInstall` can work: root, with apt-get, not switched off by SEQUENCE_LAB_NO_APT=1. */
export const canAptInstall = () =>
  process.platform === 'linux' &&
  process.getuid() === 0 &&
  !process.env.SEQUENCE_LAB_NO_APT &&
  !!findProgram('apt-get');

/**
 * Installs Debian packages. Returns undefined when all went well, else the reason in one line.
 * @param {string[]} packages @param {(line: string) => void} say
 */
export async function aptInstall(packages, say) {
  if (!canAptInstall()) return 'apt-get as root is needed for it';
  say(`installing ${packages.join(', ')} with apt-get`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // The lists of a fresh machine are empty, but updating them costs seconds: only when there are none.
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  if (!existsSync('/var/lib/apt/lists/partial') || !(await hasLists()))
    await run('apt-get', [...lock, 'update', '-qq'], { env });
  const install = () =>
    run('apt-get', [...lock, 'install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  let result = await install();
  if (result.code !== 0) {
    await run('apt-get', [...lock, 'update', '-qq'], { env });
    result = await install();
  }
  return result.code === 0 ? undefined : `apt-get could not install ${packages.join(', ')}: ${tail(result.output, 1)}`;
}

const hasLists = async () => /_Packages/.test((await run('ls', ['/var/lib/apt/lists'])).output);
