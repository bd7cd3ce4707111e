import { hostname } from 'node:os'
import {
  type ApiServer,
  type Authority,
  type HealthCheck,
  type Listener,
  type ServingTls,
  compatPresentation,
  createApiServer,
  listen,
  proxySubresources,
  readTokenFile,
  servingCertificate,
  withLegacyKinds,
} from '#apiserver'
import type { HttpHandler } from '#base/http'
import { kinds } from '#kinds'
import type { Store } from '#store'
import { type AdmissionConfig, readAdmissionConfig } from './apiserver/admission/config-file.ts'
import { type OpenAuditor, openAuditor } from './apiserver/audit/open-auditor.ts'
import { openAuthentication } from './apiserver/authentication/open-authentication.ts'
import { authorizerChoices } from './apiserver/authorization/choices.ts'
import { openTokenAuthority } from './apiserver/account-tokens.ts'
import { encryptedStore } from './apiserver/encryption/encrypted-store.ts'
import { openStore, readText, untilReachable } from './apiserver/open-store.ts'
import {
  type ApiServerHost,
  type ApiServerSettings,
  defaultAddressTypes,
  defaultAdmission,
} from './apiserver/options.ts'
import { allRoutes } from './apiserver/routes.ts'
import { enabledKinds } from './apiserver/runtime-config.ts'
import { neighbours } from './apiserver/components.ts'
import { openSigning } from './apiserver/signing/open-signing.ts'
import { parseServiceRanges } from './apiserver/service-range.ts'
import { starting } from './apiserver/starting.ts'
import { keepSystemObjects } from './apiserver/system/keep-system-objects.ts'

/** An API server with its ports open. */
export interface RunningApiServer {
  /** `https://127.0.0.1:6443`; undefined without a secure port. */
  readonly url: string | undefined
  /** `http://127.0.0.1:8080`; undefined without an insecure port. */
  readonly insecureUrl: string | undefined
  readonly server: ApiServer
  /** Signed the server's certificate and signs those of clients; undefined when the certificate came from files. */
  readonly authority: Authority | undefined
  /** Stops: /readyz fails, no new connections, requests under way end, watches are ended, the store is closed. */
  close(): Promise<void>
}

/** How long requests under way may take after a stop was asked for. */
const graceMs = 10_000

/** Composes store, kinds, server, routes and ports, and resolves when requests are answered. */
export async function startApiServer(
  settings: ApiServerSettings,
  host: ApiServerHost,
): Promise<RunningApiServer> {
  const composition = new Composition(settings, host)
  try {
    await composition.start()
    return composition
  } catch (error) {
    await composition.close()
    throw error
  }
}

class Composition implements RunningApiServer {
  readonly #settings: ApiServerSettings
  readonly #host: ApiServerHost
  readonly #listeners: Listener[] = []
  #store: Store | undefined
  #server: ApiServer | undefined
  #closing: Promise<void> | undefined
  #stopKeeping = () => {}
  #stopSigning = () => {}
  #auditor: OpenAuditor | undefined
  authority: Authority | undefined
  url: string | undefined
  insecureUrl: string | undefined

  constructor(settings: ApiServerSettings, host: ApiServerHost) {
    this.#settings = settings
    this.#host = host
  }

  get server(): ApiServer {
    return this.#server as ApiServer
  }

  async start(): Promise<void> {
    const opening = openStore(this.#settings.store, this.#host)
    const authority = openTokenAuthority(this.#settings, this.#host)
    const modes = this.#settings.authorization ?? { modes: ['AlwaysAllow'] }
    const deciding = authorizerChoices(modes, this.#host)
    const reviewing = openAuthentication(this.#settings, authority, this.#host)
    this.#auditor = await openAuditor(this.#settings.audit, this.#host)
    const [store, tls, tokens, accountTokens, authorization, admission, authentication] = await Promise.all([
      opening,
      this.#tls(),
      this.#tokens(),
      authority,
      deciding,
      this.#admissionConfig(),
      reviewing,
    ])
    this.#store = store
    const options = serverOptions(this.#settings)
    const kept = { kinds: this.#kinds(), etcdPrefix: options.etcdPrefix }
    const encrypted = await encryptedStore(store, this.#settings.encryptionConfigFile, kept, this.#host)
    await this.#listen(tls)
    await untilReachable(store, this.#host)
    const server = await createApiServer({
      store: encrypted,
      kinds: enabledKinds(kept.kinds, this.#settings.runtimeConfig ?? {}),
      clock: this.#host.clock,
      random: this.#host.random,
      log: this.#host.log,
      options: { ...options, ...admission, ...authentication.options, authorization },
      routes: (server) =>
        allRoutes(server, {
          serverAddress: this.#serverAddress(),
          compat: this.#settings.compat === 'v1.3',
          readLogs: this.#settings.readLogs,
          checks: [this.#shutdownCheck()],
        }),
      subresources: this.#proxies(),
      tokens,
      proxyHeaders: this.#settings.proxies?.headers,
      accountTokens,
      tokenReviewer: authentication.tokenReviewer,
      auditor: this.#auditor,
      components: neighbours,
      presentation: this.#settings.compat === 'v1.3' ? compatPresentation : undefined,
    })
    await this.#keepSystemObjects(server, tls)
    this.#stopSigning = await openSigning(this.#settings, server, this.authority, this.#host)
    this.#server = server
  }

  async #admissionConfig(): Promise<AdmissionConfig> {
    const { admissionConfigFile: path } = this.#settings
    if (path === undefined) return {}
    return readAdmissionConfig(path, async (file) => (await readText(file, this.#host)) ?? '')
  }

  #kinds() {
    return this.#settings.compat === 'v1.3' ? withLegacyKinds(kinds) : kinds
  }

  /** What the server has of itself; without a secure port there is nothing that a service could lead to. */
  async #keepSystemObjects(server: ApiServer, tls: ServingTls | undefined): Promise<void> {
    if (tls === undefined) return
    const { advertiseAddress: address, serviceClusterIpRange, proxies } = this.#settings
    const own = {
      address,
      port: this.#listeners[0]?.port ?? 0,
      serviceRange: parseServiceRanges(serviceClusterIpRange ?? '')[0],
      clientCa: tls.clientCa,
      ...(tls.proxyCa !== undefined && proxies && { proxies: { ca: tls.proxyCa, headers: proxies.headers } }),
      isRecent: this.#settings.compat === undefined,
    }
    this.#stopKeeping = await keepSystemObjects(server, own, this.#host)
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  async #stop(): Promise<void> {
    const { clock } = this.#host
    if (this.#settings.shutdownDelayMs && this.#server) {
      const delayMs = this.#settings.shutdownDelayMs
      await new Promise<void>((resolve) => void clock.after(delayMs, resolve))
    }
    this.#stopKeeping()
    this.#stopSigning()
    const ports = Promise.all(this.#listeners.map((listener) => listener.close(graceMs)))
    this.#server?.endWatches()
    // Requests that are under way need the server as it is.
    await ports
    await this.#server?.close()
    await this.#auditor?.close()
    if (this.#settings.store.kind !== 'given') await this.#store?.close()
  }

  #shutdownCheck(): HealthCheck {
    return {
      name: 'shutdown',
      in: ['readyz'],
      check: async () => {
        if (this.#closing) throw new Error('process is shutting down')
      },
    }
  }

  #serverAddress(): string {
    const port = this.#listeners[0]?.port ?? this.#settings.secure?.port ?? 0
    return `${this.#settings.advertiseAddress}:${port}`
  }

  async #listen(tls: ServingTls | undefined): Promise<void> {
    const { clock, log } = this.#host
    const { secure, insecure } = this.#settings
    const handler: HttpHandler = (request) => (this.#server ?? starting).handle(request)
    const upgrade: ApiServer['upgrade'] = (request, socket, head) =>
      (this.#server ?? starting).upgrade(request, socket, head)
    if (secure && tls) {
      const linedHeaders = linedHeadersOf(this.#settings)
      const listener = await listen({ ...secure, tls, handler, upgrade, clock, log, linedHeaders })
      this.#listeners.push(listener)
      this.url = urlOf('https', listener)
      log.info('Serving securely', { address: listener.address, port: listener.port })
    }
    if (insecure) {
      const { names = [], ...where } = insecure
      const noPagesBut = [hostname(), ...names]
      const listener = await listen({ ...where, noPagesBut, handler, upgrade, clock, log })
      this.#listeners.push(listener)
      this.insecureUrl = urlOf('http', listener)
      log.warn(
        'Serving insecurely: whoever reaches this port may do everything. --insecure-port=0 turns it off',
        {
          address: listener.address,
          port: listener.port,
        },
      )
    }
  }

  async #tls(): Promise<ServingTls | undefined> {
    const { secure, tlsCertFile, tlsKeyFile, clientCaFile, certDir, proxies } = this.#settings
    if (!secure) return undefined
    const clientCa = await readText(clientCaFile, this.#host)
    const proxyCa = await readText(proxies?.caFile, this.#host)
    const ofProxies = { ...(proxyCa !== undefined && { proxyCa }) }
    const certificate = await readText(tlsCertFile, this.#host)
    const key = await readText(tlsKeyFile, this.#host)
    if (certificate !== undefined && key !== undefined)
      return { certificate, key, ...ofProxies, ...(clientCa !== undefined && { clientCa }) }
    const { clock, log, files } = this.#host
    const made = await servingCertificate(certDir, certificateNames(this.#settings), files, clock, log)
    this.authority = made.authority
    return {
      certificate: made.certificate,
      key: made.key,
      ...ofProxies,
      clientCa: clientCa ?? made.authority.certificate,
    }
  }

  async #tokens() {
    const { tokenAuthFile = '' } = this.#settings
    const text = await readText(tokenAuthFile, this.#host)
    return text === undefined ? undefined : readTokenFile(tokenAuthFile, text)
  }

  #proxies() {
    const { kubelet } = this.#settings
    return proxySubresources({
      addressTypes: kubelet?.addressTypes ?? defaultAddressTypes,
      clock: this.#host.clock,
      credentials: async () => {
        const ca = await readText(kubelet?.certificateAuthority, this.#host)
        const certificate = await readText(kubelet?.clientCertificate, this.#host)
        const key = await readText(kubelet?.clientKey, this.#host)
        const own = { ...(ca !== undefined && { ca }) }
        if (certificate !== undefined && key !== undefined) return { ...own, certificate, key }
        const wish = {
          commonName: 'kube-apiserver-kubelet-client',
          organizations: ['system:masters'],
          use: 'client',
        } as const
        return { ...own, ...(await this.authority?.issue(wish)) }
      },
    })
  }
}

/** An address that this machine can connect to. */
function urlOf(scheme: string, { address, port }: Listener): string {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Headers of proxies whose values may hold commas: names of groups do. */
function linedHeadersOf({ proxies }: ApiServerSettings): string[] {
  if (proxies === undefined) return []
  const { username, uid, group, extraPrefixes } = proxies.headers
  return [...username, ...uid, ...group, ...extraPrefixes]
}

function certificateNames(settings: ApiServerSettings): string[] {
  const [{ first }] = parseServiceRanges(settings.serviceClusterIpRange ?? '')
  const bound = settings.secure?.address ?? ''
  return [
    ...new Set([
      settings.advertiseAddress,
      ...(bound === '0.0.0.0' || bound === '::' || bound === '' ? [] : [bound]),
      'localhost',
      '127.0.0.1',
      '::1',
      first,
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      ...(settings.certNames ?? []),
    ]),
  ]
}

function serverOptions(settings: ApiServerSettings) {
  return {
    etcdPrefix: settings.etcdPrefix ?? '/registry',
    compat: settings.compat,
    requestTimeoutMs: settings.requestTimeoutMs ?? 60_000,
    watchTimeoutMinMs: settings.watchTimeoutMinMs ?? 1_800_000,
    eventTtlSeconds: Math.ceil((settings.eventTtlMs ?? 3_600_000) / 1000),
    admission: settings.admission ?? defaultAdmission,
    allowPrivileged: settings.allowPrivileged ?? false,
    services: {
      cidrs: parseServiceRanges(settings.serviceClusterIpRange ?? '').map(({ cidr }) => cidr),
      ...(settings.serviceNodePorts && { nodePorts: settings.serviceNodePorts }),
    },
    requestsInflightMax: settings.requestsInflightMax ?? 400,
    mutatingInflightMax: settings.mutatingInflightMax ?? 200,
    bootstrapTokens: settings.bootstrapTokens ?? false,
    anonymousAuth: settings.anonymousAuth ?? true,
    ...(settings.anonymousPaths && { anonymousPaths: settings.anonymousPaths }),
  }
}
