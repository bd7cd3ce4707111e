import { once } from 'node:events'
import { createServer } from 'node:net'
import { Problem } from './problem.ts'

/** A port that is to be opened, and the flag that chooses another. */
export interface WantedPort {
  readonly what: string
  readonly address: string
  readonly port: number
  readonly flag: string
}

/** Says why a port cannot be had; undefined when it can. Port 0 always can. */
export async function portFault(address: string, port: number): Promise<string | undefined> {
  const server = createServer()
  server.listen({ host: address, port, exclusive: true })
  try {
    await once(server, 'listening')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
  server.close()
  await once(server, 'close')
  return undefined
}

/** Checks ports before anything is started. @throws Problem with every port that cannot be had and its flag. */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  const lines: string[] = []
  for (const { what, address, port, flag } of wanted) {
    const fault = await portFault(address, port)
    if (fault !== undefined) lines.push(describe(fault, what, address, port, flag))
  }
  if (lines.length > 0) throw new Problem(lines.join('\n'))
}

function describe(fault: string, what: string, address: string, port: number, flag: string): string {
  switch (fault) {
    case 'EADDRINUSE':
      return `port ${port} on ${address}, wanted for ${what}, is taken: choose another with --${flag}`
    case 'EADDRNOTAVAIL':
      return `${address}, wanted for ${what}, is no address of this machine: choose another with --bind-address or --node-ip`
    case 'EACCES':
      return `port ${port} on ${address}, wanted for ${what}, may not be opened: choose one over 1023 with --${flag}`
    default:
      return `port ${port} on ${address}, wanted for ${what}, cannot be opened (${fault}): choose another with --${flag}`
  }
}

/** A loopback port that nothing listens on now: `preferred`, or any when that is taken. */
export async function freePort(address: string, preferred: number): Promise<number> {
  if ((await portFault(address, preferred)) === undefined) return preferred
  const server = createServer().listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
