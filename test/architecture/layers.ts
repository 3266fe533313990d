/**
 * Which folder may import which, as rules for dependency-cruiser. This table is the law; src/ARCHITECTURE.md
 * explains it. `import type` counts too: a type is a promise to know the other's shape.
 */
import type { IForbiddenRuleType } from 'dependency-cruiser';

interface Layer {
  readonly folder: string;
  readonly may: readonly string[];
  /** What to do instead of importing something else. */
  readonly instead: string;
}

/** The servers beside the key-value one. */
const SISTERS_MAY = ['v2/reactor', 'v2/ring', 'v2/threads', 'v2/program', 'src/native', 'src/base'];

export const LAYERS: readonly Layer[] = [
  {
    folder: 'src/base',
    may: [],
    instead: 'base knows nothing of januskv. What needs another layer belongs in that layer.',
  },
  {
    folder: 'src/protocol',
    may: ['src/base'],
    instead: 'The protocol knows bytes, no commands, data or sockets. Hand it what it needs as an argument.',
  },
  {
    folder: 'src/engine',
    may: ['src/base'],
    instead:
      'The engine knows neither RESP nor clients. Return values and let the command reply; announce what happens through KeyspaceListener.',
  },
  {
    folder: 'src/native',
    may: ['src/base'],
    instead: 'native wraps system calls and nothing else. Policy belongs in v2.',
  },
  {
    folder: 'src/commands',
    may: ['src/engine', 'src/protocol', 'src/base'],
    instead:
      'A command that needs something of the server asks for it through an interface in src/commands/services, which src/server implements.',
  },
  {
    folder: 'src/scripting',
    may: ['src/protocol', 'src/base'],
    instead: 'The Lua machine calls back through its own interface. The server implements it.',
  },
  {
    folder: 'src/persistence',
    may: ['src/engine', 'src/protocol', 'src/base'],
    instead: 'Persistence reads and writes the engine. What starts it, and when, belongs in src/server.',
  },
  {
    folder: 'src/server',
    may: ['src/commands', 'src/scripting', 'src/persistence', 'src/engine', 'src/protocol', 'src/base'],
    instead:
      'The server knows no frontend and no system call. Extend the Transport seam in src/server/frontend.ts.',
  },
  {
    folder: 'src/process',
    may: ['src/native', 'src/engine', 'src/base'],
    instead:
      'What the process is given: V8, threads, pages. It knows the arena, whose memory this is about, and neither a server nor its configuration.',
  },
  {
    folder: 'src/debugging',
    may: ['src/server', 'src/scripting', 'src/commands', 'src/base', 'v2/threads'],
    instead:
      'The threads and sockets that the server asks for when scripts are debugged. What is debugged is src/scripting.',
  },
  {
    folder: 'v1',
    may: ['src/server', 'src/base'],
    instead: 'A frontend moves bytes. It uses src/server/frontend.ts and never another frontend.',
  },
  {
    folder: 'v2/reactor',
    may: ['src/native', 'src/base'],
    instead: 'The reactor knows no Redis. What does belongs in v2 itself.',
  },
  {
    folder: 'v2/ring',
    may: ['src/base'],
    instead: 'The ring carries bytes between two threads, whoever they are, and is told how to wake them.',
  },
  {
    folder: 'v2/threads',
    may: ['src/base'],
    instead: 'This starts threads, and knows none of their programs.',
  },
  {
    folder: 'v2/program',
    may: ['src/native', 'src/base'],
    instead: 'What all programs have in common. What one of them needs belongs to it.',
  },
  {
    folder: 'v2/echo',
    may: SISTERS_MAY,
    instead: 'The sister servers show what the reactor can do alone: no Redis, and nothing of each other.',
  },
  {
    folder: 'v2/reverse',
    may: SISTERS_MAY,
    instead: 'The sister servers show what the reactor can do alone: no Redis, and nothing of each other.',
  },
  {
    folder: 'v2/proxy',
    may: SISTERS_MAY,
    instead: 'The sister servers show what the reactor can do alone: no Redis, and nothing of each other.',
  },
  {
    folder: 'v2',
    may: ['v2/reactor', 'v2/ring', 'v2/threads', 'src/server', 'src/native', 'src/base'],
    instead: 'A frontend moves bytes. It uses src/server/frontend.ts and never another frontend.',
  },
];

/** They join everything, as the files of `src` itself do: no layer imports them, and they may import anything that ships. */
export const COMPOSITION_ROOT = ['src/command-line', 'src/rehearsal'];

const OURS = '^(src|v[0-9]+|test|stress)/';
const within = (folders: readonly string[]): string[] => folders.map((folder) => `^${folder}/`);

/** A folder's rule doesn't hold in the folders below it that have one of their own. */
const foldersBelow = (folder: string): string[] =>
  LAYERS.map((layer) => layer.folder).filter((other) => other.startsWith(`${folder}/`));

const layerRules: IForbiddenRuleType[] = LAYERS.map(({ folder, may, instead }) => ({
  name: `${folder} may import ${may.length === 0 ? 'nothing' : may.join(', ')}`,
  severity: 'error',
  comment: instead,
  from: { path: `^${folder}/`, pathNot: within(foldersBelow(folder)) },
  to: { path: OURS, pathNot: within([folder, ...may]) },
}));

export const rules: readonly IForbiddenRuleType[] = [
  ...layerRules,
  {
    name: 'koffi only in src/native',
    severity: 'error',
    comment: 'Add a wrapper to src/native, which maps errno and asserts layouts, and use that.',
    from: { path: '^(src|v[0-9]+|stress)/', pathNot: '^src/native/' },
    to: { path: 'node_modules/koffi' },
  },
  {
    name: 'sockets of Node only in v1',
    severity: 'error',
    comment:
      'src opens no socket: bytes come and go through the seam in src/server/frontend.ts. v2 has its reactor. The connection to a master comes from the composition root.',
    from: { path: '^(src|v2)/', pathNot: '^src/replication-link\\.ts$' },
    to: { path: '^(node:)?(net|tls|dgram|http|http2|https)$' },
  },
  {
    name: 'nothing that ships imports test or stress',
    severity: 'error',
    comment: 'Move what both need to the layer that it belongs to.',
    // Layers have a rule of their own, which says so too.
    from: { path: '^(src|v[0-9]+)/', pathNot: within(LAYERS.map((layer) => layer.folder)) },
    to: { path: '^(test|stress)/' },
  },
  {
    name: 'nothing that ships imports a development dependency',
    severity: 'error',
    comment: 'Whoever installs januskv gets dependencies only. Each one is justified in src/ARCHITECTURE.md.',
    from: { path: '^(src|v[0-9]+)/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'every import is found',
    severity: 'error',
    comment: 'A path is misspelt, or lacks its .js extension.',
    // Runs in a checkout alone, where tsx is, and imports a path that only Node's own resolution knows.
    from: { pathNot: '^v2/threads/from-source\\.mjs$' },
    to: { couldNotResolve: true },
  },
  {
    name: 'no cycles',
    severity: 'error',
    comment:
      'Two files that need each other are one idea: merge them, or have one of them take an interface.',
    from: { path: '^(src|v[0-9]+)/' },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
];
