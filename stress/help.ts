/** What `npm run stress -- --help` says. */
import { SCENARIOS } from './workloads/scenarios.js';

export function helpText(): string {
  const scenarios = SCENARIOS.map((scenario) => `  ${scenario.name.padEnd(10)} ${scenario.question}`);
  return `npm run stress -- [sizes and scenarios] [options]

  npm run stress                           the ramp: 1k 2k 4k 8k clients (k = 1024), every contender
  npm run stress -- 8k                     one rung of it
  npm run stress -- 1k 8k --contenders v2,redis
  npm run stress -- c10k storm --duration 10 --rounds 5
  npm run stress -- --repeat report.json   the same run again, from its report
  npm run stress -- --compare old.json new.json

Scenarios
${scenarios.join('\n')}

Options
  --contenders v1,v2,redis     who takes part (default v1, v2, and redis if installed; known too:
                               v2-level, v2-oneshot, v2-busy, v2-dedicated, v2-threads: the
                               modes of v2; valkey)
  --contender name='command'   another server; {port}, {maxclients}, {node} and {root} are filled in; may be repeated
  --duration 5                 measured seconds per trial
  --warmup 1                   seconds before that
  --rounds 3                   times that everything is measured, in turns; medians are reported
  --rate 50000                 requests per second of all clients, open loop; knee: where to begin
  --clients 1000               clients of every scenario but the ramp; c10k: the idle ones
  --pipeline 1                 requests in flight per client
  --reads 50                   percent of requests that read
  --value-bytes 64             size of values and messages
  --keys 4                     keys of each client
  --generators 1               load generator processes that share the clients
  --seed 1                     of everything random
  --output stress/reports      folder for the report
  --help

Thousands of clients for half an hour, and whether anything grows or leaks: npm run soak -- --help

The exit code is 0 when every trial passed, 1 when one failed, 2 when nothing could run, 130 when stopped.`;
}
