/** What people see first when they start the server at a terminal, or with `always-show-logo`. */
import { JANUSKV_VERSION, REDIS_VERSION } from '../base/version.js';
import type { RunningServer } from '../index.js';
import type { Config } from '../server/config/config.js';

/** Redis shows its own then, too. */
export function showsLogo(config: Config): boolean {
  if (config.get('always-show-logo')) return true;
  return config.get('logfile') === '' && !config.get('syslog-enabled') && process.stdout.isTTY;
}

export function logo({ addresses, port }: RunningServer): string {
  const frontends = [...new Set(addresses.map(({ frontend }) => frontend))].join(', ');
  return `
       _____   _____
     .'     \\ /     '.       januskv ${JANUSKV_VERSION}, Redis ${REDIS_VERSION}, 64 bit
    /  o     |     o  \\
   <         |         >     Frontend: ${frontends}
    \\_  --   |   --  _/      Port: ${port}
      |      |      |        PID: ${process.pid}
      '--.___|___.--'

`;
}
