import { compareBytes } from '#base/byte-order'
import type { Cell } from '../define.ts'
import type { Service } from '../gen/core-v1.ts'
import { balancerAddresses } from './balancer-addresses.ts'

const listed = (texts: readonly string[], none: string) => (texts.length === 0 ? none : texts.join(','))

function externalIp({ spec, status }: Service): string {
  const externalIps = spec?.externalIPs ?? []
  switch (spec?.type ?? '') {
    case 'ClusterIP':
    case 'NodePort':
      return listed(externalIps, '<none>')
    case 'LoadBalancer': {
      const addresses = balancerAddresses(status?.loadBalancer?.ingress)
      return listed([...addresses, ...externalIps], '<pending>')
    }
    case 'ExternalName':
      return spec?.externalName ?? ''
    default:
      return '<unknown>'
  }
}

function ports({ spec }: Service): string {
  const texts = (spec?.ports ?? []).map(({ port, nodePort = 0, protocol = '' }) =>
    nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  )
  return listed(texts, '<none>')
}

function selector({ spec }: Service): string {
  const pairs = Object.entries(spec?.selector ?? {}).sort(([a], [b]) => compareBytes(a, b))
  return listed(
    pairs.map(([key, value]) => `${key}=${value}`),
    '<none>',
  )
}

/** The columns of a service's table that are no plain paths. */
export const serviceCells: Readonly<Record<string, Cell<Service>>> = {
  'External-IP': externalIp,
  'Port(s)': ports,
  Selector: selector,
}
