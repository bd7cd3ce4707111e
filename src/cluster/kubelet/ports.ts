import { isIP } from 'node:net'
import { type KeyPair, type Listener, listen, type ServingTls } from '#apiserver'
import type { KubeletServer } from '#kubelet'
import type { KubeletHost, KubeletSettings } from './options.ts'
import { servingStore } from './certificates/serving-identity.ts'
import { kubeletCertificate } from './serving-certificate.ts'

/** The open ports of a kubelet. */
export interface KubeletPorts {
  readonly url: string | undefined
  /** What the node tells as its kubelet's port. */
  readonly port: number
  /** Shows a certificate that was replaced now, and not in a minute. */
  renew(): void
  close(): Promise<void>
}

/** How long answers under way may take after a stop was asked for; followed logs would never end. */
const graceMs = 500

/** Opens the ports that were asked for. @throws the system's error when one cannot be had. */
export async function openPorts(
  server: KubeletServer,
  names: readonly string[],
  folder: string,
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
    if (settings.readOnly) {
      const readOnly = await listen({
        ...settings.readOnly,
        handler: server.readOnly,
        ...noStreams,
        clock,
        log,
      })
      listeners.push(readOnly)
      log.info('Starting to listen read-only', { address: readOnly.address, port: readOnly.port })
    }
    if (!settings.server) return { url: undefined, port: 0, renew: () => {}, close }
    const own = async () =>
      (await signedPair(settings, folder, host)) ?? (await kubeletCertificate(folder, names, host))
    const current = () => servingTls(settings, own)
    const tls = await current()
    const { handle: handler } = server
    const upgrade: KubeletServer['upgrade'] = (request, socket, head) => server.upgrade(request, socket, head)
    const main = await listen({ ...settings.server, handler, upgrade, tls, clock, log })
    listeners.push(main)
    log.info('Starting to listen', { address: main.address, port: main.port })
    const renewal = keepRenewed(main, tls, current, host)
    return {
      url: urlOf(main),
      port: main.port,
      renew: () => renewal.renew(),
      close: async () => {
        renewal.stop()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The certificate that the cluster signed, where it is asked to. */
async function signedPair(
  { rotatesServerCertificates = false }: KubeletSettings,
  folder: string,
  host: KubeletHost,
): Promise<KeyPair | undefined> {
  return rotatesServerCertificates ? servingStore(folder, host).current(host.clock.now()) : undefined
}

/** What the port shows and whom it knows, as their files say now. */
async function servingTls(settings: KubeletSettings, own: () => Promise<KeyPair>): Promise<ServingTls> {
  const { tls, clientCa } = { ...settings, ...(await settings.readTls?.()) }
  return { ...(tls ?? (await own())), ...(clientCa !== undefined && { clientCa }) }
}

const renewMs = 60_000

/** Looks once a minute whether certificates were replaced or will not last. */
function keepRenewed(
  listener: Listener,
  first: ServingTls,
  current: () => Promise<ServingTls>,
  { clock, log }: KubeletHost,
): { renew(): void; stop(): void } {
  let shown = JSON.stringify(first)
  let isOver = false
  let cancel = () => {}
  const again = () => {
    if (!isOver) cancel = clock.after(renewMs, renew, { unref: true })
  }
  const renew = () => {
    current()
      .then((tls) => {
        const text = JSON.stringify(tls)
        if (text === shown) return
        listener.renew(tls)
        shown = text
        log.info('Certificates were replaced')
      })
      .catch((error: unknown) => log.error('Cannot renew the certificate', { err: error }))
      .finally(again)
  }
  again()
  return {
    renew() {
      cancel()
      renew()
    },
    stop() {
      isOver = true
      cancel()
    },
  }
}

/** Plain HTTP shows nobody's identity, so it answers what everybody may ask. */
const healthOnly = (server: KubeletServer): Pick<Parameters<typeof listen>[0], 'handler' | 'upgrade'> => ({
  handler: server.health,
  ...noStreams,
})

const noStreams: Pick<Parameters<typeof listen>[0], 'upgrade'> = {
  upgrade: async (_request, socket) => void socket.destroy(),
}

function urlOf({ address, port }: Listener): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}
