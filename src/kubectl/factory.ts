import { join } from 'node:path'
import { parseDuration } from '#base/flags'
import { type Client, type HttpTransportOptions, createClient, httpTransport } from '#client'
import { cacheFile, readCache, writeCache } from './discovery/cache.ts'
import { fetchDiscovery } from './discovery/fetch.ts'
import { ResourceMapper } from './discovery/mapper.ts'
import type { Discovery } from './discovery/resource.ts'
import { KubectlError } from './fault.ts'
import type { GlobalValues } from './global-flags.ts'
import { type Io, complain } from './io.ts'
import type { Kubeconfig } from './kubeconfig/config.ts'
import { loadKubeconfig } from './kubeconfig/read.ts'
import { type Target, resolveTarget } from './kubeconfig/resolve.ts'
import { withTimeout } from './timeout-transport.ts'
import { userAgent } from './user-agent.ts'

/** Makes what commands need, each once and only when asked for. */
export class Factory {
  readonly #global: GlobalValues
  readonly #io: Io
  #kubeconfig: Promise<Kubeconfig> | undefined
  #target: Promise<Target> | undefined
  #client: Promise<Client> | undefined
  #mapper: Promise<ResourceMapper> | undefined

  constructor(global: GlobalValues, io: Io) {
    this.#global = global
    this.#io = io
  }

  /** The merged kubeconfig. */
  kubeconfig(): Promise<Kubeconfig> {
    this.#kubeconfig ??= loadKubeconfig(this.#global, this.#io)
    return this.#kubeconfig
  }

  /** The server, the credentials and the namespace. */
  target(): Promise<Target> {
    this.#target ??= this.kubeconfig().then((config) => resolveTarget(config, this.#global))
    return this.#target
  }

  /** The namespace to work in, and whether the user named it on the command line. */
  async namespace(): Promise<{ namespace: string; isGiven: boolean }> {
    const { namespace } = await this.target()
    return { namespace: namespace || 'default', isGiven: this.#global.namespace !== '' }
  }

  client(): Promise<Client> {
    this.#client ??= this.target().then(({ transport }) => this.#connect(transport))
    return this.#client
  }

  /** Closes the connections that commands left open. */
  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    client?.transport.close()
  }

  /** Finds resources by name; knows the server's from the last calls. */
  mapper(): Promise<ResourceMapper> {
    this.#mapper ??= this.#loadMapper()
    return this.#mapper
  }

  /** What the server serves now, asked anew. */
  async freshDiscovery(): Promise<Discovery> {
    const discovery = await fetchDiscovery(await this.client())
    await writeCache(await this.#cacheFile(), discovery)
    return discovery
  }

  async #loadMapper(): Promise<ResourceMapper> {
    const kept = await readCache(await this.#cacheFile(), this.#io.clock.now())
    if (kept) return new ResourceMapper(kept, () => this.freshDiscovery())
    return new ResourceMapper(await this.freshDiscovery())
  }

  async #cacheFile(): Promise<string> {
    const { transport } = await this.target()
    const folder = this.#global.cacheDir || join(this.#io.home, '.kube', 'cache')
    return cacheFile(folder, transport.server)
  }

  #connect(options: HttpTransportOptions): Client {
    const headers = { 'user-agent': userAgent, ...options.headers }
    const transport = httpTransport({ ...options, headers, onAnswer: this.#tell(), onWarning: this.#warn() })
    return createClient(withTimeout(transport, timeoutMs(this.#global.requestTimeout), this.#io.clock))
  }

  /** What the server warns of is told once. */
  #warn(): (text: string) => void {
    const told = new Set<string>()
    return (text) => {
      if (!told.has(text)) complain(this.#io, `Warning: ${text}\n`)
      told.add(text)
    }
  }

  /** From `--v=6` on, each request is told of. */
  #tell(): HttpTransportOptions['onAnswer'] {
    if (this.#global.verbosity < 6) return undefined
    return ({ method }, url, status, ms) =>
      complain(
        this.#io,
        `"Response" verb="${method}" url="${url}" status="${status}" milliseconds=${Math.round(ms)}\n`,
      )
  }
}

/** A number of seconds or a duration with its unit; 0 for no limit. */
function timeoutMs(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text)
  if (ms !== undefined) return ms
  throw new KubectlError(
    'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    { isPrefixed: false },
  )
}
