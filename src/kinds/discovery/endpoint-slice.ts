import { invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { formatIp, parseIp } from '#schema/ip'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { EndpointSlice as EndpointSliceObject } from '../gen/discovery-v1.ts'
import { resources } from '../gen/resources.ts'
import { endpointSliceErrors } from './endpoint-slice-errors.ts'

const hostnameLabel = 'kubernetes.io/hostname'

/** Where endpoints are was once told by labels; of these only the node's name is kept, in its own field. */
function dropTopology(slice: EndpointSliceObject, old?: EndpointSliceObject): void {
  if (old && equal(slice.endpoints, old.endpoints)) return
  const nodes = (old?.endpoints ?? []).map((one) => one.deprecatedTopology?.[hostnameLabel])
  for (const endpoint of slice.endpoints ?? []) {
    const node = endpoint.deprecatedTopology?.[hostnameLabel]
    if (node && nodes.includes(node)) endpoint.nodeName ??= node
    delete endpoint.deprecatedTopology
  }
}

const withoutMeta = ({ metadata, ...rest }: EndpointSliceObject) => ({ ...rest, labels: metadata.labels })

/** Addresses in an old way of writing are warned of, except to controllers, which know better. */
const controllers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

function* addressWarnings({ metadata, endpoints = [] }: EndpointSliceObject): Iterable<string> {
  if (controllers.includes(metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return
  for (const [i, { addresses }] of endpoints.entries()) {
    for (const [j, address] of addresses.entries()) {
      const ip = parseIp(address)
      if (ip?.family !== 6 || formatIp(ip) === address) continue
      const canonical = JSON.stringify(formatIp(ip))
      const text = `IPv6 address ${JSON.stringify(address)} should be in RFC 5952 canonical format (${canonical})`
      yield `endpoints[${i}].addresses[${j}]: ${text}`
    }
  }
}

const rules: Rules<EndpointSliceObject> = {
  prepareCreate(slice) {
    slice.metadata.generation = 1
    dropTopology(slice)
  },
  prepareUpdate(next, old) {
    if (!equal(withoutMeta(next), withoutMeta(old))) {
      next.metadata.generation = (old.metadata.generation ?? 0) + 1
    }
    dropTopology(next, old)
  },
  validate: endpointSliceErrors,
  *validateUpdate({ addressType }, old) {
    if (addressType !== old.addressType) yield invalid('addressType', addressType, 'field is immutable')
  },
  *warnings(slice) {
    if (slice.addressType === 'FQDN') yield 'spec.addressType: FQDN endpoints are deprecated'
    yield* addressWarnings(slice)
  },
}

const shownMax = 3

function firstOf(texts: readonly string[]): string {
  if (texts.length === 0) return '<unset>'
  const more = texts.length > shownMax ? ` + ${texts.length - shownMax} more...` : ''
  return texts.slice(0, shownMax).join(',') + more
}

const cells: Record<string, Cell<EndpointSliceObject>> = {
  Ports: ({ ports = [] }) => firstOf(ports.map(({ port, name }) => String(port ?? (name || '*')))),
  Endpoints: ({ endpoints = [] }) => firstOf(endpoints.flatMap(({ addresses }) => addresses)),
}

/** EndpointSlice: some of the addresses that a service leads to. */
export const endpointSlice = defineKind<EndpointSliceObject>(
  resources['discovery.k8s.io/v1/endpointslices'],
  { cells, rules },
)
