import assert from 'node:assert/strict';
import { descriptorsMax, heedDescriptorLimit } from '../src/descriptor-limit.js';
import { Config } from '../src/server/config/config.js';

describe('the limit of descriptors', () => {
  it('lowers maxclients to what is left', () => {
    const config = new Config({ maxclients: 5000 });
    heedDescriptorLimit(config, 1024);
    assert.equal(config.get('maxclients'), 992);
  });

  it('leaves maxclients alone where there is enough', () => {
    const config = new Config({ maxclients: 500 });
    heedDescriptorLimit(config, 1024);
    assert.equal(config.get('maxclients'), 500);
  });

  it('is the reason for which CONFIG SET refuses more', () => {
    const config = new Config({ maxclients: 500 });
    heedDescriptorLimit(config, 1024);
    assert.throws(() => config.set([['maxclients', '993']]), {
      message:
        "ERR CONFIG SET failed (possibly related to argument 'maxclients') - The operating system is not able to handle the specified number of clients, try with 992",
    });
    config.set([['maxclients', '992']]);
    assert.equal(config.get('maxclients'), 992);
  });

  it('is above what this process has open', () => assert.ok(descriptorsMax() > 3));
});
