/** Calls `stop` at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): () => void {
  let asked = false
  const listener = (signal: NodeJS.Signals) => {
    if (asked) process.exit(1)
    asked = true
    stop(signal)
  }
  process.on('SIGINT', listener).on('SIGTERM', listener)
  return () => {
    process.off('SIGINT', listener).off('SIGTERM', listener)
  }
}
