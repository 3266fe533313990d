/** What `ps` shows of the server: the directive `proc-title-template`. */
import { assert } from '../base/assert.js';
import type { RunningServer } from '../index.js';
import type { Config } from '../server/config/config.js';
import { expandTitle } from '../server/config/title-template.js';
import { addressText } from './messages.js';

export function processTitle(config: Config, { addresses }: RunningServer): string {
  const first = addresses[0];
  const title = expandTitle(config.get('proc-title-template'), {
    title: 'januskv',
    'listen-addr': addressText(first),
    'server-mode': '',
    port: String(first.port),
    'tls-port': '0',
    unixsocket: addresses.find(({ path }) => path !== '')?.path ?? '',
    'config-file': config.file === '' ? '-' : config.file,
  });
  assert(title !== null, "the directive takes no template that can't be expanded");
  return title;
}
