import { isIPv6 } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import type { EndpointSlice } from '#kinds/gen/discovery-v1'
import type { KubeObject } from '#schema/object'
import type { Wanted } from './wanted.ts'

/** Where the servers behind the service are, as slices: one for the servers of each port, the first named like the service. */
export function ownEndpointSlices(servers: readonly { address: string; port: number }[]): Wanted[] {
  const ports = [...new Set(servers.map(({ port }) => port))].toSorted((a, b) => a - b)
  return ports.map((port, i) => {
    const addresses = servers.filter((one) => one.port === port).map(({ address }) => address)
    return sliceOf(i === 0 ? 'kubernetes' : `kubernetes-${port}`, addresses, port)
  })
}

function sliceOf(name: string, addresses: readonly string[], port: number): Wanted {
  const endpoints = addresses.map((address) => ({ addresses: [address], conditions: { ready: true } }))
  const ports = [{ name: 'https', port, protocol: 'TCP' }]
  const object = {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: addresses.some((one) => isIPv6(one)) ? 'IPv6' : 'IPv4',
    endpoints,
    ports,
  }
  return {
    object: object as unknown as KubeObject,
    repair(found) {
      const held = found as unknown as EndpointSlice
      if (isDeepStrictEqual(held.endpoints, endpoints) && isDeepStrictEqual(held.ports, ports))
        return undefined
      return { ...found, endpoints, ports } as unknown as KubeObject
    },
  }
}
