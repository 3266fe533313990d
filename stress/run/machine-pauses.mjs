/**
 * What the machine does to a program that only reads the clocks: how long it stands still although it is accounted as
 * running. A host that takes a virtual machine's core away, or has to find memory for it, pauses whatever runs there.
 *
 *     node machine-pauses.mjs SECONDS    → the longest pause of each second in ms, as JSON
 */
const seconds = Array.from({ length: Number(process.argv[2]) }, () => 0);

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const startMs = performance.now();
let lastMs = startMs;
let lastCpuMs = cpuMs();
for (;;) {
  const nowMs = performance.now();
  const nowCpuMs = cpuMs();
  const second = Math.floor((nowMs - startMs) / 1000);
  if (second >= seconds.length) break;
  seconds[second] = Math.max(seconds[second], Math.min(nowMs - lastMs, nowCpuMs - lastCpuMs));
  lastMs = nowMs;
  lastCpuMs = nowCpuMs;
}
console.log(JSON.stringify(seconds));
