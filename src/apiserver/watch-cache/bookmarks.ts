import type { Clock } from '#base/clock'
import type { Random } from '#base/random'

const everyMs = 60_000
/** A last bookmark this long before the time is up, so that the next watch starts close to now. */
const beforeEndMs = 2_000

/** Calls `tell` about once a minute and shortly before a watch's time is up; gives a function that stops it. */
export function keepBookmarking(
  { clock, random }: { clock: Clock; random: Random },
  timeoutMs: number,
  tell: () => void,
): () => void {
  const spread = () => everyMs * (1 + random.next() * 0.25)
  let cancelNext = () => {}
  const next = () => {
    cancelNext = clock.after(
      spread(),
      () => {
        tell()
        next()
      },
      { unref: true },
    )
  }
  next()
  const lastMs = timeoutMs - beforeEndMs
  const cancelLast = lastMs > 0 ? clock.after(lastMs, tell, { unref: true }) : () => {}
  return () => {
    cancelNext()
    cancelLast()
  }
}
