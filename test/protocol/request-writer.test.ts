import assert from 'node:assert/strict';
import { requestOf } from '../../src/protocol/request-writer.js';

describe('the request writer', () => {
  it('counts bytes, not characters, and takes bytes as they are', () => {
    const request = requestOf(['SET', '', Buffer.from([0xff, 0x0d, 0x0a]), '\u00e9']);
    assert.equal(request.toString('latin1'), '*4\r\n$3\r\nSET\r\n$0\r\n\r\n$3\r\n\xff\r\n\r\n$1\r\n\xe9\r\n');
  });
});
