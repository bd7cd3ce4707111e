import type { Service } from '#kinds/gen/core-v1'
import type { KubeObject } from '#schema/object'
import type { OwnAddress } from './own-address.ts'
import type { Wanted } from './wanted.ts'

/** The service by which pods reach the API server. */
export function ownService({ port, serviceRange }: OwnAddress): Wanted {
  const ports = [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }]
  const labels = { component: 'apiserver', provider: 'kubernetes' }
  const object = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: { type: 'ClusterIP', clusterIP: serviceRange.first, sessionAffinity: 'None', ports },
  }
  return {
    object: object as unknown as KubeObject,
    repair(found) {
      const { spec = {} } = found as Service
      const [held] = spec.ports ?? []
      const isRight =
        spec.ports?.length === 1 && held?.name === 'https' && held.port === 443 && held.targetPort === port
      if (isRight) return undefined
      return { ...found, spec: { ...spec, ports } } as unknown as KubeObject
    },
  }
}
