import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A data directory held by this process alone. */
export interface Claim {
  release(): Promise<void>
}

/**
 * Claims a data directory; undefined when another process has it. The kernel takes the claim back when the process ends,
 * however it ends, so that nothing stale is ever left.
 */
export async function claimDataDir(dataDir: string): Promise<Claim | undefined> {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const server = createServer((socket) => socket.destroy())
  // A name that begins with a zero byte is no file: it is gone with its holder.
  server.listen(`\0kubeling-${name}`)
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
  server.unref()
  return {
    async release() {
      server.close()
      await once(server, 'close')
    },
  }
}
