/** The host that every browser here leads to this machine. It is no secure context. */
export const plainHost = 'authed.test'

/** The source of a script that calls `task` on the page's lab with `args`, once the page has one. */
export const callOf = (task: unknown, args: unknown[]): string => {
  const list = ['lab', ...args.map((arg) => JSON.stringify(arg) ?? 'undefined')].join(', ')
  return `window.labReady.then((lab) => (${task})(${list}))`
}
