import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export const PICTURES = 'test-results/webview';

/** Builds the page that is tested. */
export default function setup(): void {
  mkdirSync(PICTURES, { recursive: true });
  execFileSync(process.execPath, ['node_modules/webpack/bin/webpack.js', '--config-name', 'webview'], {
    stdio: 'inherit',
  });
}
