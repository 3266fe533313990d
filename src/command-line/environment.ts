/** What the environment says of the configuration. Files and the command line come after it. */
import type { Config } from '../server/config/config.js';
import { ConfigMistake } from '../server/config/mistake.js';

/** A variable can't be accepted: the server doesn't start. */
export class EnvironmentMistake {
  constructor(
    readonly variable: string,
    readonly value: string,
    readonly reason: string,
  ) {}
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** As for the sister servers, empty is as good as absent. */
const VARIABLES = [['MAX_LISTENERS', 'io-threads']] as const;

/** @throws EnvironmentMistake */
export function readEnvironment(config: Config, environment: Environment): void {
  for (const [variable, directive] of VARIABLES) {
    const value = environment[variable] ?? '';
    if (value === '') continue;
    try {
      config.assign(directive, [value]);
    } catch (error) {
      if (error instanceof ConfigMistake) throw new EnvironmentMistake(variable, value, error.reason);
      throw error;
    }
  }
}
