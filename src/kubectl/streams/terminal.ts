import { once } from 'node:events'
import type { Io } from '../io.ts'

/** Lets every key through to the container; gives a function that puts the terminal back. */
export function rawTerminal({ stdin }: Io): () => void {
  if (stdin.isTTY !== true || !stdin.setRawMode) return () => {}
  stdin.setRawMode(true)
  return () => void stdin.setRawMode?.(false)
}

/** The terminal's size, now and whenever it changes; nothing when there is no terminal. */
export async function* terminalSize({ stdout }: Io): AsyncGenerator<{ columns: number; rows: number }> {
  if (stdout.isTTY !== true) return
  for (;;) {
    yield { columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 }
    await once(stdout, 'resize')
  }
}
