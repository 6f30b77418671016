/** Gives the page its style sheets; an inline `style` would break its content security policy. */
export function useStyles(...sheets: string[]): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(sheets.join('\n'));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
