import { FRONTENDS } from '../support/running-server.js';
import { describeFrontend } from './frontend.contract.js';

const describeOnLinux = FRONTENDS.includes('v2') ? describe : describe.skip;

describeOnLinux('The v2 frontend (epoll is Linux)', () => {
  describeFrontend('v2');
  for (const trigger of ['level', 'oneshot']) {
    describe(`with reactor-trigger ${trigger}`, () => describeFrontend('v2', { 'reactor-trigger': trigger }));
  }
  describe('with reactor-loop leading', () => describeFrontend('v2', { 'reactor-loop': 'leading' }));
  describe('with io-threads 2', () => describeFrontend('v2', { 'io-threads': '2' }));
  describe('with reactor-loop dedicated and io-threads 2', () =>
    describeFrontend('v2', { 'io-threads': '2', 'reactor-loop': 'dedicated' }));
  describe('with reactor-busy-poll', () => describeFrontend('v2', { 'reactor-busy-poll': '50' }));
});
