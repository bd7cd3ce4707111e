import type { Clock } from '#base/clock'

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run, options) {
    return startTimer(delayMs, run, options?.unref === true)
  },
}

/** What setTimeout can count to; longer waits are made of several. */
const delayMsMax = 2 ** 31 - 1

function startTimer(delayMs: number, run: () => void, unref: boolean): () => void {
  let timer: NodeJS.Timeout
  let leftMs = Math.max(0, delayMs)
  const arm = () => {
    const stepMs = Math.min(leftMs, delayMsMax)
    leftMs -= stepMs
    timer = setTimeout(leftMs > 0 ? arm : run, stepMs)
    if (unref) timer.unref()
  }
  arm()
  return () => clearTimeout(timer)
}
