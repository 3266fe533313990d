/** `rename-command`: commands under other names, or out of reach. */
import type { CommandTable } from '../../commands/table.js';

/** The server can't start with these names. */
class BadCommandName extends Error {
  readonly code = 'EBADCOMMANDNAME';
}

/** @param renames pairs of a command's name and its new one, or an empty word. @throws BadCommandName */
export function renameCommands(table: CommandTable, renames: readonly (readonly string[])[]): void {
  for (const [from, to] of renames) {
    const reason = table.rename(from, to);
    if (reason !== null) throw new BadCommandName(`rename-command ${from} ${to}: ${reason}`);
  }
}
