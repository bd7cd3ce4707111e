import { ApiError } from '#base/errors'
import type { Node } from '#kinds/gen/core-v1'

/** Where a node's kubelet listens. */
export interface KubeletAddress {
  readonly host: string
  readonly port: number
}

/** The kubelet's port when the node does not say. */
const defaultPort = 10250

/** Reads a node's own word on where its kubelet is; `types` are the kinds of address to take, best first. */
export function kubeletAddress(node: Node, types: readonly string[]): KubeletAddress {
  const addresses = node.status?.addresses ?? []
  for (const type of types) {
    const found = addresses.find((one) => one.type === type && one.address !== '')
    if (found)
      return { host: found.address, port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port || defaultPort }
  }
  throw new ApiError(
    '',
    `no preferred addresses found; known addresses: [${addresses.map((one) => `${one.type}:${one.address}`).join(' ')}]`,
  )
}
