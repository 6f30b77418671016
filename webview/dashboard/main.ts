import { App } from './app';
import { registerCharts } from './charts/setup';
import { connect, readTranslations } from '../common/host';
import { useStyles } from '../common/styles';
import base from '../common/styles/base.css';
import panels from '../common/styles/panels.css';
import type { HostContract, PageContract } from '../../src/protocol/dashboard';
import { translate } from './strings';
import charts from './styles/charts.css';
import header from './styles/header.css';
import layout from './styles/layout.css';
import lists from './styles/lists.css';

useStyles(base, panels, layout, header, charts, lists);
translate(readTranslations());
registerCharts();
const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
new App(root, connect<HostContract, PageContract>()).start();
