/** redis.conf: any text is refused with its line and the reason, or makes a configuration that can be shown. */
import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { ConfigLineError, readLines } from '../../../src/server/config/read-lines.js';
import { DIRECTIVE_NAMES } from '../../../src/server/config/table.js';
import type { FuzzTarget } from '../target.js';

export const createConfig = (): FuzzTarget => ({
  name: 'config',
  dictionary: [...DIRECTIVE_NAMES, ' yes\n', ' no\n', '"', "'", '\\x00', '100mb', '50%', 'include a\n', '# '],
  seeds: () =>
    [
      'port 7000\nbind 127.0.0.1 -::1\nmaxmemory 100mb\nmaxmemory-policy allkeys-lru\n',
      'save 900 1 300 10\nsave ""\nappendonly yes\nappendfsync everysec\n',
      'client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit pubsub 32mb 8mb 60\n',
      'user default on nopass ~* &* +@all\nrequirepass "a \\x41 \\"b\\""\nnotify-keyspace-events KEA\n',
      '# a note\n\ninclude other.conf\nlisten v1:7000\nlisten v2:7001\nunixsocketperm 700\n',
    ].map((text) => Buffer.from(text, 'latin1')),
  run(input) {
    const config = new Config();
    try {
      readLines(config, input.toString('latin1'), (path) => (path.startsWith('a') ? ['timeout 5'] : []));
    } catch (error) {
      if (!(error instanceof ConfigLineError)) throw error;
      assert.ok(error.lineNumber >= 1 && error.reason !== '', 'a refusal has its line and its reason');
      return;
    }
    for (const [name, value] of config.matching(['*'])) assert.equal(typeof value, 'string', name);
  },
});
