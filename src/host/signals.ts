/** A launcher such as npx passes on the Ctrl-C that the terminal gave to us too: two within this time are one. */
const echoMs = 300

/** Calls `stop` at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): () => void {
  let askedAt: number | undefined
  const listener = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (askedAt === undefined) {
      askedAt = now
      stop(signal)
    } else if (now - askedAt > echoMs) process.exit(1)
  }
  process.on('SIGINT', listener).on('SIGTERM', listener)
  return () => {
    process.off('SIGINT', listener).off('SIGTERM', listener)
  }
}
