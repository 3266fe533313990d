/** A look into a running proxy: Node's inspector, and CPU profiles over HTTP for those who can't use it. */
import { open, Session, url } from 'node:inspector/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpReply, plain, type Route } from './http-responder.js';

const SECONDS_USUAL = 10;
const SECONDS_MAX = 300;

/** Opens the inspector on a free port of this machine's own address. @returns what answers HTTP */
export function startProfiler(): Route {
  open(0, '127.0.0.1');
  const inspector = url() ?? 'closed';
  let isProfiling = false;
  return (path, query) => {
    if (path === '/' || path === '/debug/pprof/') return plain(200, overview(inspector));
    if (path !== '/debug/pprof/profile') return null;
    const seconds = Number(query.get('seconds') ?? SECONDS_USUAL);
    if (!(seconds > 0 && seconds <= SECONDS_MAX)) return plain(400, `seconds: 1 to ${SECONDS_MAX}\n`);
    if (isProfiling) return plain(409, 'a profile is being taken\n');
    isProfiling = true;
    return profile(seconds).finally(() => {
      isProfiling = false;
    });
  };
}

function overview(inspector: string): string {
  return `/debug/pprof/profile?seconds=${SECONDS_USUAL}  a CPU profile, for a browser's developer tools
inspector: ${inspector}
`;
}

async function profile(seconds: number): Promise<HttpReply> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await sleep(seconds * 1000);
    const { profile } = await session.post('Profiler.stop');
    return { status: 200, type: 'application/json', body: JSON.stringify(profile) };
  } finally {
    session.disconnect();
  }
}
