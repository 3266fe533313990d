/**
 * Whoever started the process and wants to hear when it serves: systemd or upstart, by the directive `supervised`.
 *
 * Source: sd_notify(3); upstart's `expect stop`.
 */
import { LocalDatagram } from '../native/local-datagram.js';
import type { Config } from '../server/config/config.js';
import { NOTICE, WARNING } from '../server/log-levels.js';
import type { Log } from './log.js';

interface Environment {
  NOTIFY_SOCKET?: string | undefined;
  UPSTART_JOB?: string | undefined;
}

type Kind = 'no' | 'systemd' | 'upstart';

export class Supervisor {
  readonly #log: Log;
  readonly #kind: Kind;
  readonly #stop: () => void;
  #systemd: LocalDatagram | null = null;
  #isFound = false;

  /** @param stop stops the process until somebody continues it */
  constructor(
    config: Config,
    log: Log,
    environment: Environment = process.env,
    stop: () => void = () => process.kill(process.pid, 'SIGSTOP'),
  ) {
    this.#log = log;
    this.#stop = stop;
    this.#kind = kindOf(config.get('supervised'), environment);
  }

  /** Whom the process tells of itself, for INFO. */
  get name(): Kind {
    return this.#isFound ? this.#kind : 'no';
  }

  /** Before anything takes long. */
  async begin(environment: Environment = process.env): Promise<void> {
    const { NOTIFY_SOCKET: path = '' } = environment;
    if (this.#kind === 'upstart') {
      if (environment.UPSTART_JOB === undefined) {
        this.#log.write(WARNING, 'upstart supervision requested, but UPSTART_JOB not found!');
        return;
      }
      this.#isFound = true;
      this.#log.write(NOTICE, 'supervised by upstart, will stop to signal readiness.');
      this.#stop();
    } else if (this.#kind === 'systemd') {
      if (path === '') {
        this.#log.write(WARNING, 'systemd supervision requested, but NOTIFY_SOCKET not found!');
        return;
      }
      this.#isFound = true;
      const advice =
        'you MUST set appropriate values for TimeoutStartSec and TimeoutStopSec in your service unit.';
      this.#log.write(WARNING, `WARNING supervised by systemd - ${advice}`);
      try {
        this.#systemd = await LocalDatagram.open(path.replace(/^@/, '\0'));
      } catch (error) {
        this.#failed(error);
      }
      this.#tell('STATUS=januskv is loading...');
    }
  }

  ready(): void {
    this.#tell('READY=1\nSTATUS=Ready to accept connections');
  }

  stopping(): void {
    this.#tell('STOPPING=1\nSTATUS=User requested shutdown...');
  }

  #tell(state: string): void {
    try {
      this.#systemd?.send(state);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#log.write(WARNING, `systemd can't be told: ${error instanceof Error ? error.message : error}`);
  }
}

function kindOf(wanted: Kind | 'auto', { NOTIFY_SOCKET, UPSTART_JOB }: Environment): Kind {
  if (wanted !== 'auto') return wanted;
  if (UPSTART_JOB !== undefined) return 'upstart';
  return NOTIFY_SOCKET === undefined ? 'no' : 'systemd';
}
