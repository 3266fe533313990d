/** `describe`, skipped with its reason where there is no epoll. */
export function describeOnLinux(title: string, body: () => void): void {
  if (process.platform === 'linux') describe(title, body);
  else describe.skip(`${title} (skipped: epoll is Linux' own)`, body);
}
