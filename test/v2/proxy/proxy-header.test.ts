import assert from 'node:assert/strict';
import { loadLibc } from '../../../src/native/libc.js';
import { proxyHeader } from '../../../v2/proxy/proxy-header.js';
import { describeOnLinux } from '../../support/linux.js';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

describeOnLinux("PROXY protocol's header", () => {
  const cases: readonly [source: string, destination: string, rest: string][] = [
    ['192.0.2.1:50000', '198.51.100.7:6379', '21 11 000c c0000201 c6336407 c350 18eb'],
    [
      '[2001:db8::1]:50000',
      '[::1]:6379',
      '21 21 0024 20010db8000000000000000000000001 00000000000000000000000000000001 c350 18eb',
    ],
    ['?:0', '198.51.100.7:6379', '21 00 0000'],
    ['192.0.2.1:50000', '[::1]:6379', '21 00 0000'],
    ['/tmp/some.sock:0', '/tmp/some.sock:0', '21 00 0000'],
  ];
  for (const [source, destination, rest] of cases) {
    it(`tells of ${source} at ${destination}`, async () => {
      const header = proxyHeader(await loadLibc(), source, destination);
      assert.equal(header.toString('hex'), SIGNATURE + rest.replaceAll(' ', ''));
    });
  }
});
