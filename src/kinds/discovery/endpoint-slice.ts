import { invalid } from '#base/field-error'
import { equal } from '#schema/equal'
import { subdomainFaults } from '#schema/name-rules'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { EndpointSlice as EndpointSliceObject } from '../gen/discovery-v1.ts'
import { resources } from '../gen/resources.ts'
import { isNew } from '../is-new.ts'
import { endpointSliceErrors } from './endpoint-slice-errors.ts'

const hostnameLabel = 'kubernetes.io/hostname'

/** Where endpoints are was once told by labels; of these only the node's name is kept, in its own field. */
function dropTopology(slice: EndpointSliceObject, old?: EndpointSliceObject): void {
  if (old && equal(slice.endpoints, old.endpoints)) return
  const nodes = (old?.endpoints ?? []).map((one) => one.deprecatedTopology?.[hostnameLabel])
  for (const endpoint of slice.endpoints ?? []) {
    const node = endpoint.deprecatedTopology?.[hostnameLabel]
    if (node && nodes.includes(node) && subdomainFaults(node).length === 0) endpoint.nodeName ??= node
    delete endpoint.deprecatedTopology
  }
}

const withoutMeta = ({ metadata, ...rest }: EndpointSliceObject) => ({ ...rest, labels: metadata.labels })

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
    if (!isNew(slice) || slice.addressType !== 'FQDN') return
    yield 'spec.addressType: FQDN endpoints are deprecated'
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
