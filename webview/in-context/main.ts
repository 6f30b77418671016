import type { InContextHost, InContextPage } from '../../src/protocol/in-context';
import { connect, readTranslations } from '../common/host';
import { useStyles } from '../common/styles';
import base from '../common/styles/base.css';
import panels from '../common/styles/panels.css';
import { translate as translateExplore } from '../explore/strings';
import explore from '../explore/styles/explore.css';
import { App } from './app';
import inContext from './in-context.css';
import { translate } from './strings';

useStyles(base, panels, explore, inContext);
// The panes and the map are those of the page of word vectors, with words of their own.
translateExplore(readTranslations());
translate(readTranslations());
const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
new App(root, connect<InContextHost, InContextPage>()).start();
