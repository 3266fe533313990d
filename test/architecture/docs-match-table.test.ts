import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { allCommands } from '../../src/commands/all.js';

const README = new URL('../../README.md', import.meta.url);
const BEGIN = '<!-- supported commands -->\n';
const END = '<!-- end of supported commands -->';

/** One row for each group of commands, subcommands in brackets. */
function supportTable(): string {
  const groups = new Map<string, string[]>();
  for (const declaration of allCommands) {
    const names = groups.get(declaration.group) ?? [];
    groups.set(declaration.group, names);
    const subcommands =
      'subcommands' in declaration ? declaration.subcommands.map(({ name }) => name).sort() : [];
    names.push(
      subcommands.length === 0 ? declaration.name : `${declaration.name} (${subcommands.join(' ')})`,
    );
  }
  const rows = [...groups].sort().map(([group, names]) => `| ${group} | ${names.sort().join(', ')} |`);
  return ['| group | commands |', '|---|---|', ...rows, ''].join('\n');
}

describe("README's table of commands", () => {
  it('names the commands that are declared; WRITE_README=1 brings it up to date', () => {
    const text = readFileSync(README, 'utf8');
    const start = text.indexOf(BEGIN) + BEGIN.length;
    const end = text.indexOf(END);
    assert.ok(start >= BEGIN.length && end > start - 1, 'README has the marks around its table');
    if (process.env.WRITE_README) {
      writeFileSync(README, text.slice(0, start) + supportTable() + text.slice(end));
      return;
    }
    assert.equal(text.slice(start, end), supportTable());
  });
});
