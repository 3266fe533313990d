/** `describe`, skipped with its reason where the system's calls are others. */
export function describeOnLinux(title: string, body: (this: Mocha.Suite) => void): void {
  if (process.platform === 'linux') describe(title, body);
  else describe.skip(`${title} (skipped: it needs Linux)`, body);
}
