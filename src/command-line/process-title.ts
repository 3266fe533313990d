/** What `ps` shows of the server: the directive `proc-title-template`. */
import type { RunningServer } from '../index.js';
import type { Config } from '../server/config/config.js';
import { addressText } from './messages.js';

export function processTitle(config: Config, { addresses }: RunningServer): string {
  const first = addresses[0];
  const values: Readonly<Record<string, string>> = {
    title: 'januskv',
    'listen-addr': addressText(first),
    'server-mode': '',
    port: String(first.port),
    'tls-port': '0',
    unixsocket: addresses.find(({ path }) => path !== '')?.path ?? '',
    'config-file': config.file,
  };
  return config
    .get('proc-title-template')
    .replace(/\{([a-z-]+)\}/g, (_, name: string) => values[name])
    .trimEnd();
}
