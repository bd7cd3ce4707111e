import type { ApiServer } from '#apiserver'
import { type Client, createClient, inProcessTransport } from '#client'
import type { ApiServerHost } from '../options.ts'
import { ownEndpointSlices } from './endpoint-slices.ts'
import { ownEndpoints } from './endpoints.ts'
import { clientCaFacts, tokenUseFacts } from './facts.ts'
import { livingServers, ownLease, renewMs } from './identity.ts'
import type { OwnAddress } from './own-address.ts'
import { ownService } from './service.ts'
import { ensure, type Wanted } from './wanted.ts'

/** Who the server is in its own requests. */
const itself = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] }

type Make = () => Wanted | Promise<Wanted | Wanted[]>

/**
 * Makes the objects that a server has of itself (its service, where it is, that it lives), through the same path as
 * everybody's, and repairs them every ten seconds until the function it gives is called. A refusal is told to the log,
 * once, and stops nothing: the next round tries again.
 */
export async function keepSystemObjects(
  server: Pick<ApiServer, 'handle' | 'upgrade'>,
  own: OwnAddress,
  { clock, random, log }: Pick<ApiServerHost, 'clock' | 'random' | 'log'>,
): Promise<() => void> {
  const client = createClient(inProcessTransport(server, itself))
  const holder = random.uuid()
  const told = new Set<string>()
  let isStopped = false
  let stopTimer = () => {}
  const attempt = async (what: string, make: Make) => {
    try {
      for (const wanted of [await make()].flat()) await ensure(client, wanted)
      told.delete(what)
    } catch (error) {
      if (!isStopped && !told.has(what)) log.warn(`Unable to keep ${what}, trying again`, { err: error })
      told.add(what)
    }
  }
  const round = async () => {
    await keepAll(attempt, client, own, holder, clock.now())
    if (!isStopped) stopTimer = clock.after(renewMs, () => void round(), { unref: true })
  }
  await round()
  return () => {
    isStopped = true
    stopTimer()
  }
}

async function keepAll(
  attempt: (what: string, make: Make) => Promise<void>,
  client: Client,
  own: OwnAddress,
  holder: string,
  now: number,
): Promise<void> {
  await attempt("the server's lease", () => ownLease(own, holder, now))
  if (own.isRecent) {
    await attempt('what extension servers must know', () => clientCaFacts(own))
    await attempt('what is noted of tokens', () => tokenUseFacts(now))
  }
  await attempt("the server's service", () => ownService(own))
  await attempt("the service's endpoints", async () => {
    const servers = await livingServers(client, own, now)
    return [ownEndpoints(servers), ...(own.isRecent ? ownEndpointSlices(servers) : [])]
  })
}
