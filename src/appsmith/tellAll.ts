/** Calls every listener. One that throws is reported as an uncaught error and stops none of the others. */
export function tellAll(listeners: Iterable<() => void>): void {
  for (const listener of [...listeners]) {
    try {
      listener()
    } catch (error) {
      if (typeof reportError === 'function') reportError(error)
      else console.error(error)
    }
  }
}
