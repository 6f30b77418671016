/** What the page's document needs to know of its host. */
export interface PageParts {
  /** `webview.cspSource` */
  cspSource: string;
  /** Address of the page's script, as the webview sees it. */
  script: string;
  title: string;
  language: string;
  nonce: string;
}

/** The page's document: an empty frame that loads one script, and may load nothing else. */
export function pageHtml({ cspSource, script, title, language, nonce }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${attribute(script)}"></script>
</body>
</html>`;
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
