import { onCancel, type Cancel } from '#base/cancel'
import type { Clock } from '#base/clock'

/** Runs a task whose signal also fires after `limitMs`; the timer ends with the task. */
export async function withTimeLimit<T>(
  clock: Clock,
  limitMs: number,
  signal: Cancel,
  task: (signal: Cancel) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const release = onCancel(signal, () => controller.abort(signal.reason))
  const cancelTimer = clock.after(limitMs, () => controller.abort(new Error('the time limit passed')))
  try {
    return await task(controller.signal)
  } finally {
    cancelTimer()
    release()
  }
}

/** Goes on only if the signal has not fired. @throws its reason. */
export function checkCancel(signal: Cancel): void {
  if (signal.aborted) throw signal.reason
}
