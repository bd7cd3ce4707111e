import type { Service } from '#kinds/gen/core-v1'
import { labelText } from '../printers/table.ts'
import { writeEvents } from './events.ts'
import { writeHead } from './metadata.ts'
import { Page, type Surroundings } from './page.ts'

/** A service with its addresses and ports. */
export function describeService(service: Service, around: Surroundings): string {
  const page = new Page()
  const { spec = {}, status } = service
  writeHead(page, service.metadata ?? {})
  const rows: [string, string | undefined][] = [
    ['Selector', labelText(spec.selector ?? {})],
    ['Type', spec.type ?? ''],
    ['IP Family Policy', spec.ipFamilyPolicy],
    ['IP Families', spec.ipFamilies?.join(',') || '<none>'],
    ['IP', spec.clusterIP ?? ''],
    ['IPs', spec.clusterIPs?.join(',') || '<none>'],
    ['External IPs', spec.externalIPs?.join(',')],
    ['Desired LoadBalancer IP', spec.loadBalancerIP],
    ['External Name', spec.externalName],
    [
      'LoadBalancer Ingress',
      status?.loadBalancer?.ingress?.map(({ ip, hostname }) => ip ?? hostname ?? '').join(', '),
    ],
  ]
  for (const [title, value] of rows) if (value !== undefined) page.line(0, `${title}:\t${value}`)
  for (const { name, port, protocol, targetPort, nodePort } of spec.ports ?? []) {
    page.line(0, `Port:\t${name || '<unset>'}\t${port}/${protocol}`)
    page.line(0, `TargetPort:\t${targetPort}/${protocol}`)
    if (nodePort) page.line(0, `NodePort:\t${name || '<unset>'}\t${nodePort}/${protocol}`)
    page.line(0, 'Endpoints:\t<none>')
  }
  page.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`)
  if (spec.externalTrafficPolicy) page.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`)
  if (spec.internalTrafficPolicy) page.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`)
  writeEvents(page, around)
  return page.toString()
}
