/**
 * All directives: the families in one table. What is derived from it: the types of the values, the
 * defaults, CONFIG GET, SET and REWRITE, and what a file or the command line may say.
 */
import type { Directive } from './directive.js';
import { clients } from './families/clients.js';
import { cluster } from './families/cluster.js';
import { encodings } from './families/encodings.js';
import { frontends } from './families/frontends.js';
import { memoryUse } from './families/memory.js';
import { network } from './families/network.js';
import { observability } from './families/observability.js';
import { persistence } from './families/persistence.js';
import { processes } from './families/process.js';
import { replication } from './families/replication.js';
import { security } from './families/security.js';
import { tls } from './families/tls.js';

/** In the order in which CONFIG GET and CONFIG REWRITE have them. A test finds names used twice. */
export const FAMILIES = [
  network,
  frontends,
  clients,
  memoryUse,
  encodings,
  security,
  observability,
  processes,
  persistence,
  replication,
  cluster,
  tls,
] as const;

const DIRECTIVES = {
  ...network,
  ...frontends,
  ...clients,
  ...memoryUse,
  ...encodings,
  ...security,
  ...observability,
  ...processes,
  ...persistence,
  ...replication,
  ...cluster,
  ...tls,
};

export type DirectiveName = keyof typeof DIRECTIVES;

/** What the value of a directive is. */
export type DirectiveValue<N extends DirectiveName> =
  (typeof DIRECTIVES)[N] extends Directive<infer T> ? T : never;

export const DIRECTIVE_NAMES = Object.keys(DIRECTIVES) as DirectiveName[];

const NAME_OF: ReadonlyMap<string, DirectiveName> = new Map(
  DIRECTIVE_NAMES.flatMap((name) =>
    [name, ...DIRECTIVES[name].aliases].map((known): [string, DirectiveName] => [known, name]),
  ),
);

/** The directive of a name or an alias, in any case; undefined when there is none. */
export function findDirective(name: string): DirectiveName | undefined {
  return NAME_OF.get(name.toLowerCase());
}

/** Every name and alias with its directive. */
export function allNames(): IterableIterator<[string, DirectiveName]> {
  return NAME_OF.entries();
}

/** The declaration without its value's type, for code that handles all of them alike. */
export function directive(name: DirectiveName): Directive<unknown> {
  return DIRECTIVES[name];
}
