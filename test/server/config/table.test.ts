import assert from 'node:assert/strict';
import { Config } from '../../../src/server/config/config.js';
import { FILE_ONLY, MULTIPLE } from '../../../src/server/config/directive.js';
import { DIRECTIVE_NAMES, directive, FAMILIES, findDirective } from '../../../src/server/config/table.js';

describe('the table of directives', () => {
  it('has each name and alias once', () => {
    const names = FAMILIES.flatMap((family) =>
      Object.entries(family).flatMap(([name, { aliases }]) => [name, ...aliases]),
    );
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  it('finds a directive by name and alias, in any case', () => {
    assert.equal(findDirective('MaxMemory'), 'maxmemory');
    assert.equal(findDirective('hash-max-ziplist-entries'), 'hash-max-listpack-entries');
    assert.equal(findDirective('constructor'), undefined);
  });

  for (const name of DIRECTIVE_NAMES) {
    const { flags, initial, format } = directive(name);
    if ((flags & FILE_ONLY) !== 0) continue;
    it(`accepts for ${name} the default that it shows`, () => {
      const shown = new Config().show(name);
      const config = new Config();
      const isEmptyList = (flags & MULTIPLE) !== 0 && shown === '';
      if (isEmptyList && name !== 'save') return;
      config.assign(name, (flags & MULTIPLE) !== 0 ? shown.split(' ') : [shown]);
      assert.equal(config.show(name), format(initial));
    });
  }
});
