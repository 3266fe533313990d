/**
 * The addresses of the directive `listen`: a frontend, then a port, a host and port, or a socket's path.
 *
 *     v1:6379   v2:127.0.0.1:6379   auto:[::1]:6379   v2:/run/januskv.sock   6379
 */
import { ConfigMistake } from './mistake.js';

const FRONTEND_NAMES = ['auto', 'v1', 'v2'] as const;
export type FrontendChoice = (typeof FRONTEND_NAMES)[number];

export interface ListenSpecification {
  /** null: as the directive `frontend` says. */
  readonly frontend: FrontendChoice | null;
  /** null: the addresses of `bind`. */
  readonly host: string | null;
  /** 0 asks for a free port. */
  readonly port: number;
  /** A Unix socket instead, or null. */
  readonly path: string | null;
}

/** @throws ConfigMistake */
export function parseListenAddress(text: string): ListenSpecification {
  const frontend = FRONTEND_NAMES.find((name) => text.startsWith(`${name}:`)) ?? null;
  const rest = frontend === null ? text : text.slice(frontend.length + 1);
  if (rest.startsWith('/')) return { frontend, host: null, port: 0, path: rest };
  const parts = /^(?:(?:\[([0-9a-f:.%]+)\]|([^:[\]]+)):)?([0-9]{1,5})$/i.exec(rest);
  // `v9:6379` means a frontend that isn't there, not a host.
  if (parts === null || Number(parts[3]) > 65535 || /^v[0-9]+$/.test(parts[2] ?? '')) {
    throw new ConfigMistake(
      `'${text}' is no address: want [auto:|v1:|v2:][host:]port or [auto:|v1:|v2:]/path`,
    );
  }
  return { frontend, host: parts[1] ?? parts[2] ?? null, port: Number(parts[3]), path: null };
}
