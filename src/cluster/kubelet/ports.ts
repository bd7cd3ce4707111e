import { isIP } from 'node:net'
import { join } from 'node:path'
import { type KeyPair, type Listener, listen, type ServingTls } from '#apiserver'
import type { KubeletServer } from '#kubelet'
import type { KubeletHost, KubeletSettings } from './options.ts'
import { kubeletCertificate } from './serving-certificate.ts'

/** The open ports of a kubelet. */
export interface KubeletPorts {
  readonly url: string | undefined
  /** What the node tells as its kubelet's port. */
  readonly port: number
  close(): Promise<void>
}

/** How long answers under way may take after a stop was asked for; followed logs would never end. */
const graceMs = 500

/** Opens the ports that were asked for. @throws the system's error when one cannot be had. */
export async function openPorts(
  server: KubeletServer,
  names: readonly string[],
  rootDir: string,
  settings: KubeletSettings,
  host: KubeletHost,
): Promise<KubeletPorts> {
  const { clock, log } = host
  const listeners: Listener[] = []
  const close = async () => void (await Promise.all(listeners.map((one) => one.close(graceMs))))
  try {
    if (settings.healthz) {
      const health = await listen({ ...settings.healthz, ...healthOnly(server), clock, log })
      listeners.push(health)
      log.info('Starting to listen for /healthz', { address: health.address, port: health.port })
    }
    if (!settings.server) return { url: undefined, port: 0, close }
    const folder = settings.certDir ?? join(rootDir, 'pki')
    const own = () => kubeletCertificate(folder, names, host)
    const tls = withClientCa(settings.tls ?? (await own()), settings)
    const { handle: handler } = server
    const upgrade: KubeletServer['upgrade'] = (request, socket, head) => server.upgrade(request, socket, head)
    const main = await listen({ ...settings.server, handler, upgrade, tls, clock, log })
    listeners.push(main)
    log.info('Starting to listen', { address: main.address, port: main.port })
    const stopRenewing = settings.tls ? () => {} : keepRenewed(main, own, settings, host)
    return {
      url: urlOf(main),
      port: main.port,
      close: async () => {
        stopRenewing()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

const withClientCa = (pair: KeyPair, { clientCa }: KubeletSettings): ServingTls => ({
  ...pair,
  ...(clientCa !== undefined && { clientCa }),
})

const dayMs = 86_400_000

/** Looks at the certificate once a day: a node may run for longer than one lasts. Gives a function that ends it. */
function keepRenewed(
  listener: Listener,
  current: () => Promise<KeyPair>,
  settings: KubeletSettings,
  { clock, log }: KubeletHost,
): () => void {
  let isOver = false
  let cancel = () => {}
  const again = () => {
    if (!isOver) cancel = clock.after(dayMs, renew, { unref: true })
  }
  const renew = () => {
    current()
      .then((pair) => listener.renew(withClientCa(pair, settings)))
      .catch((error: unknown) => log.error('Cannot renew the certificate', { err: error }))
      .finally(again)
  }
  again()
  return () => {
    isOver = true
    cancel()
  }
}

/** Plain HTTP shows nobody's identity, so it answers what everybody may ask. */
const healthOnly = (server: KubeletServer): Pick<Parameters<typeof listen>[0], 'handler' | 'upgrade'> => ({
  handler: (request) =>
    server.handle(request.url.startsWith('/healthz') ? request : { ...request, url: '/healthz/unknown' }),
  upgrade: async (_request, socket) => void socket.destroy(),
})

function urlOf({ address, port }: Listener): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}
