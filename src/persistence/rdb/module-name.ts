/** The name of a module in RDB: nine characters of six bits each, then ten bits of a version. */
const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NAME_LENGTH = 9;
const VERSION_BITS = 10n;

export function moduleName(id: bigint): string {
  let name = '';
  let rest = id >> VERSION_BITS;
  for (let index = 0; index < NAME_LENGTH; index++, rest >>= 6n) name = CHARACTERS[Number(rest & 63n)] + name;
  return name;
}
