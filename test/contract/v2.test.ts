import { FRONTENDS } from '../support/running-server.js';
import { describeFrontend } from './frontend.contract.js';

if (FRONTENDS.includes('v2')) describeFrontend('v2');
else describe.skip('The v2 frontend (epoll is Linux)', () => describeFrontend('v2'));
