import type { Endpoints } from '#kinds/gen/core-v1'
import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '#schema/object'
import type { Wanted } from './wanted.ts'

/** Where the servers behind the service are: those of one port together. */
export function ownEndpoints(servers: readonly { address: string; port: number }[]): Wanted {
  const ports = [...new Set(servers.map(({ port }) => port))].toSorted((a, b) => a - b)
  const subsets = ports.map((port) => ({
    addresses: servers.filter((one) => one.port === port).map(({ address }) => ({ ip: address })),
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  }))
  const labels = { 'endpointslice.kubernetes.io/skip-mirror': 'true' }
  const object = {
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    subsets,
  }
  return {
    object: object as unknown as KubeObject,
    repair(found) {
      if (isDeepStrictEqual((found as Endpoints).subsets, subsets)) return undefined
      return { ...found, subsets } as unknown as KubeObject
    },
  }
}
