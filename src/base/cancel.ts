/** The part of AbortSignal that our code uses; the platform's own AbortSignal fits. */
export interface Cancel {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** A signal that never fires. */
export const never: Cancel = {
  aborted: false,
  reason: undefined,
  addEventListener() {},
  removeEventListener() {},
}

/** Calls `listener` once when `signal` fires (at once if it has); gives a function that takes the listener back. */
export function onCancel(signal: Cancel, listener: () => void): () => void {
  if (signal.aborted) {
    listener()
    return () => {}
  }
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
