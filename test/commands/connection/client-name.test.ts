import assert from 'node:assert/strict';
import { describeCommand } from '../../support/describe-command.js';

describeCommand('CLIENT SETNAME', ({ call, refused }) => {
  it('sets and forgets a name', async () => {
    assert.equal(await call('CLIENT', 'GETNAME'), null);
    assert.equal(await call('CLIENT', 'SETNAME', 'worker-1'), 'OK');
    assert.equal(await call('CLIENT', 'GETNAME'), 'worker-1');
    assert.equal(await call('CLIENT', 'SETNAME', ''), 'OK');
    assert.equal(await call('CLIENT', 'GETNAME'), null);
  });

  it('refuses names that would spoil CLIENT LIST', async () => {
    for (const name of ['a b', 'a\nb', '\x7f', '\xe9']) {
      await refused(
        'ERR Client names cannot contain spaces, newlines or special characters.',
        ...['CLIENT', 'SETNAME', name],
      );
    }
  });
});

describeCommand(
  'CLIENT SETINFO',
  ({ call, refused }) => {
    it('shows the library in CLIENT INFO, also after RESET', async () => {
      assert.equal(await call('CLIENT', 'SETINFO', 'lib-name', 'redis-py(lettuce)'), 'OK');
      assert.equal(await call('CLIENT', 'SETINFO', 'LIB-VER', '1.2.3'), 'OK');
      assert.match(String(await call('CLIENT', 'INFO')), / lib-name=redis-py\(lettuce\) lib-ver=1\.2\.3\n$/);
    });

    it('refuses unknown attributes and unprintable values', async () => {
      await refused("ERR Unrecognized option 'lib'", 'CLIENT', 'SETINFO', 'lib', 'x');
      await refused(
        'ERR lib-name cannot contain spaces, newlines or special characters.',
        ...['CLIENT', 'SETINFO', 'lib-name', 'redis py'],
      );
      await refused(
        'ERR LIB-VER cannot contain spaces, newlines or special characters.',
        ...['CLIENT', 'SETINFO', 'LIB-VER', '1\n2'],
      );
      await refused(
        'ERR lib-ver cannot contain spaces, newlines or special characters.',
        ...['CLIENT', 'SETINFO', 'lib-ver', '1 2'],
      );
    });
  },
  { ourOwn: 'redis-server 7.0 has no CLIENT SETINFO' },
);
