/** TLS, which januskv doesn't have: see `unsupported`. */
import { SENSITIVE } from '../directive.js';
import { choice } from '../kinds/choice.js';
import { INT_MAX, integer } from '../kinds/number.js';
import { text } from '../kinds/text.js';
import { allUnsupported } from '../kinds/unsupported.js';
import { yesNo } from '../kinds/yes-no.js';

export const tls = allUnsupported({
  'tls-port': integer(0, { min: 0, max: 65535 }),
  'tls-cluster': yesNo(false),
  'tls-replication': yesNo(false),
  'tls-auth-clients': choice('yes', ['no', 'yes', 'optional']),
  'tls-prefer-server-ciphers': yesNo(false),
  'tls-session-caching': yesNo(true),
  'tls-session-cache-size': integer(20 * 1024, { min: 0, max: INT_MAX }),
  'tls-session-cache-timeout': integer(300, { min: 0, max: INT_MAX }),
  'tls-cert-file': text(''),
  'tls-key-file': text(''),
  'tls-key-file-pass': text('', { flags: SENSITIVE }),
  'tls-client-cert-file': text(''),
  'tls-client-key-file': text(''),
  'tls-client-key-file-pass': text('', { flags: SENSITIVE }),
  'tls-dh-params-file': text(''),
  'tls-ca-cert-file': text(''),
  'tls-ca-cert-dir': text(''),
  'tls-protocols': text(''),
  'tls-ciphers': text(''),
  'tls-ciphersuites': text(''),
});
