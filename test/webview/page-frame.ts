import type { ThemeFixture } from './themes';

const NONCE = 'c2VxdWVuY2U';

/** The page as the editor would serve it: strict policy, nothing but one script with a nonce. */
export function pageFor(theme: ThemeFixture, script: string): string {
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'nonce-${NONCE}'; img-src data: blob:; font-src 'none'`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"></head>
<body class="${theme.bodyClass}"><div id="app"></div>
<script nonce="${NONCE}">
for (const [name, value] of Object.entries(${JSON.stringify(theme.variables)})) document.documentElement.style.setProperty('--vscode-' + name, value);
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => globalThis.postToHost(JSON.stringify(message, (key, value) =>
    value instanceof Uint8Array ? { base64: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join('')) } : value)),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});
</script><script nonce="${NONCE}" src="${script}"></script></body></html>`;
}

export interface SavedFile {
  name: string;
  kind: string;
  data: Buffer | string;
}
