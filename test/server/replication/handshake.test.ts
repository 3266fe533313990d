import assert from 'node:assert/strict';
import { Handshake, type HandshakeSettings } from '../../../src/server/replication/handshake.js';

const SETTINGS: HandshakeSettings = {
  user: '',
  password: '',
  port: 7000,
  address: '',
  replicationId: '?',
  offset: -1,
  handsOver: false,
};

describe('the handshake with a master', () => {
  /** Answered up to PSYNC. */
  function atPsync(settings: Partial<HandshakeSettings> = {}): { handshake: Handshake; sent: string[] } {
    const sent: string[] = [];
    const handshake = new Handshake({ ...SETTINGS, ...settings }, (bytes) => sent.push(bytes.toString()));
    handshake.begin();
    while (!sent[sent.length - 1].includes('PSYNC')) handshake.answered('+OK');
    return { handshake, sent };
  }

  it('asks one question after the other, PSYNC last', () => {
    const { sent } = atPsync({ user: 'replica', password: 'secret', address: 'host' });
    assert.deepEqual(
      sent.map((request) =>
        request
          .split('\r\n')
          .filter((_, index) => index > 0 && index % 2 === 0)
          .join(' '),
      ),
      [
        'PING',
        'AUTH replica secret',
        'REPLCONF listening-port 7000',
        'REPLCONF ip-address host',
        'REPLCONF capa eof capa psync2',
        'PSYNC ? -1',
      ],
    );
  });

  it('ends with the history that follows', () => {
    const id = 'a'.repeat(40);
    assert.deepEqual(atPsync().handshake.answered(`+FULLRESYNC ${id} 12`), { kind: 'full', id, offset: 12 });
    assert.deepEqual(atPsync().handshake.answered(`+CONTINUE ${id}`), { kind: 'partial', id });
    assert.deepEqual(atPsync().handshake.answered('+CONTINUE'), { kind: 'partial', id: '' });
  });

  it('says of a master that has no master or no data itself that it will have', () => {
    for (const line of ["-NOMASTERLINK Can't SYNC", '-LOADING Redis is loading']) {
      assert.throws(() => atPsync().handshake.answered(line), {
        message: `Master is currently unable to PSYNC but should be in the future: ${line}`,
      });
    }
    assert.throws(() => atPsync().handshake.answered('-ERR no'), {
      message: "Unexpected reply to PSYNC from master: '-ERR no'",
    });
  });
});
