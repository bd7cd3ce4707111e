import type { Cancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import { isRuntimeFault, type Runtime } from '../contract.ts'

/** What watching a runtime takes. */
export interface RuntimeWatch {
  readonly runtime: Pick<Runtime, 'containerEvents'>
  readonly clock: Clock
  /** How often to look while the runtime tells no events. */
  readonly relistMs: number
  /** Looks at everything. Never rejects. */
  readonly look: (signal: Cancel) => Promise<void>
  /** Hears which pod an event is about. */
  readonly hint: (podUid: string) => void
}

/** While events come, the list only catches what they missed. */
const relistMsWithEvents = 60_000
const reconnectMs = 5_000

/** Looks at the runtime again and again until the signal fires: seldom while it tells of changes by itself, else at each tick. */
export async function watchRuntime(watch: RuntimeWatch, signal: Cancel): Promise<void> {
  const { clock, relistMs, look } = watch
  const state = { hasEvents: false, wake: () => {} }
  void listen(watch, state, signal)
  while (!signal.aborted) {
    await look(signal)
    const woken = new AbortController()
    state.wake = () => woken.abort()
    const stop = () => woken.abort()
    signal.addEventListener('abort', stop, { once: true })
    await sleep(
      clock,
      state.hasEvents ? Math.max(relistMs, relistMsWithEvents) : relistMs,
      woken.signal,
    ).catch(() => undefined)
    signal.removeEventListener('abort', stop)
  }
}

/** A runtime that has told one event tells them all: before that, and once they break off, the list tells. */
async function listen(
  { runtime, clock, hint }: RuntimeWatch,
  state: { hasEvents: boolean; wake: () => void },
  signal: Cancel,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await runtime.containerEvents((uid) => {
        state.hasEvents = true
        hint(uid)
      }, signal)
    } catch (error) {
      if (isRuntimeFault(error, 'unimplemented')) return
    } finally {
      if (state.hasEvents) {
        state.hasEvents = false
        state.wake()
      }
    }
    await sleep(clock, reconnectMs, signal).catch(() => undefined)
  }
}
