import { describeFrontend } from './frontend.contract.js';

describeFrontend('v1');
