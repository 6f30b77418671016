import { COLORS, fade, opaque, type Theme } from './colour';

/** Order chosen for colour blindness: blue and orange are far apart for everybody, red and green are not neighbours. */
const paletteVariables = ['blue', 'orange', 'purple', 'green', 'red', 'yellow'] as const;
/** In the light high-contrast theme VS Code's orange is a dark blue; its dark red takes that place. */
const highContrastLightVariables = ['blue', 'red', 'purple', 'green', 'yellow', 'orange'] as const;
const fallbackPalette = ['#1a85ff', '#d18616', '#b180d7', '#388a34', '#e51400', '#bf8803'];

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const read = (names: string[], otherwise: string): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value) return value;
    }
    return otherwise;
  };
  const classes = document.body.classList;
  const highContrast = classes.contains('vscode-high-contrast') || classes.contains('vscode-high-contrast-light');
  const variables = classes.contains('vscode-high-contrast-light') ? highContrastLightVariables : paletteVariables;
  const foreground = read(['editor-foreground', 'foreground'], '#3b3b3b');
  const edge = read(['contrastBorder'], '');
  return {
    background: read(['editor-background'], '#ffffff'),
    foreground,
    quiet: highContrast ? foreground : read(['descriptionForeground'], foreground),
    grid: fade(foreground, highContrast ? 0.25 : 0.11),
    axis: edge || read(['panel-border'], 'rgba(128, 128, 128, 0.6)'),
    focus: read(['focusBorder'], '#0078d4'),
    tooltipBackground: read(['editorHoverWidget-background', 'editorWidget-background'], '#f8f8f8'),
    tooltipForeground: read(['editorHoverWidget-foreground', 'editor-foreground'], foreground),
    tooltipBorder: edge || read(['editorHoverWidget-border', 'panel-border'], '#c8c8c8'),
    selection: read(['editor-selectionBackground'], 'rgba(0, 120, 212, 0.25)'),
    palette: Array.from({ length: COLORS }, (_, i) => opaque(read([`charts-${variables[i]}`], fallbackPalette[i]))),
    highContrast,
    font: read(['font-family'], 'sans-serif'),
    fontSize: Number.parseFloat(read(['font-size'], '13px')) || 13,
  };
}

/** Calls back after each change of theme. VS Code swaps classes of the body and variables of the root element. */
export function onThemeChange(callback: () => void): void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style'] });
}
