import type { Duplex } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import type { Clock } from '#base/clock'
import type { Node } from '#kinds/gen/core-v1'
import type { SubresourceCall } from '../contract.ts'
import { type Target, request } from './backend.ts'
import { kubeletAddress } from './kubelet-address.ts'
import { tunnel } from './tunnel.ts'

/** How the API server shows itself to kubelets and knows them. */
export interface KubeletCredentials {
  readonly key?: string
  readonly certificate?: string
  readonly ca?: string
}

export interface KubeletClientOptions {
  /** Asked once, when a kubelet is first called. */
  readonly credentials: () => Promise<KubeletCredentials>
  /** Kinds of node address to connect to, best first. */
  readonly addressTypes: readonly string[]
  readonly clock: Clock
}

/** Calls kubelets on behalf of clients of the API. */
export class KubeletClient {
  readonly #options: KubeletClientOptions
  #credentials: Promise<KubeletCredentials> | undefined

  constructor(options: KubeletClientOptions) {
    this.#options = options
  }

  /** Where the kubelet of a node is. @throws ApiError NotFound for no such node. */
  async target(call: SubresourceCall, nodeName: string): Promise<Target> {
    const node = (await call.related('', 'nodes', '', nodeName)) as unknown as Node
    this.#credentials ??= this.#options.credentials()
    const tls = await this.#credentials
    return { scheme: 'https', ...kubeletAddress(node, this.#options.addressTypes), tls }
  }

  /** Sends a GET to a kubelet. */
  async get(call: SubresourceCall, nodeName: string, path: string): Promise<IncomingMessage> {
    const target = await this.target(call, nodeName)
    const wanted = { method: 'GET', path, headers: { 'user-agent': 'kube-apiserver' } }
    return await request(target, wanted, call.request.signal, this.#options.clock)
  }

  /** Joins the client's upgraded connection with a kubelet's. */
  async tunnel(call: SubresourceCall, nodeName: string, path: string, socket: Duplex, head: Uint8Array) {
    const target = await this.target(call, nodeName)
    await tunnel(target, path, call.request, socket, head, this.#options.clock)
  }
}
