import { App } from './app';
import { registerCharts } from './charts/setup';
import { connect } from './host';
import { translate } from './strings';
import base from './styles/base.css';
import charts from './styles/charts.css';
import header from './styles/header.css';
import lists from './styles/lists.css';

const sheet = new CSSStyleSheet();
sheet.replaceSync([base, header, charts, lists].join('\n'));
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/** The host may put translations, as JSON, into `data-strings` of the body. */
function readTranslations(): unknown {
  try {
    return JSON.parse(document.body.dataset.strings ?? '{}');
  } catch {
    return {};
  }
}

translate(readTranslations());
registerCharts();
const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
new App(root, connect()).start();
