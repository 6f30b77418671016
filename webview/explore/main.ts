import type { ExploreHost, ExplorePage } from '../../src/protocol/explore';
import { connect, readTranslations } from '../common/host';
import { useStyles } from '../common/styles';
import base from '../common/styles/base.css';
import panels from '../common/styles/panels.css';
import { App } from './app';
import { translate } from './strings';
import explore from './styles/explore.css';

useStyles(base, panels, explore);
translate(readTranslations());
const root = document.getElementById('app') ?? document.body.appendChild(document.createElement('div'));
new App(root, connect<ExploreHost, ExplorePage>()).start();
