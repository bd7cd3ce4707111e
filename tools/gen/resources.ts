// Writes what discovery, tables, names and selectors know of each resource.
import type { Facts, ResourceFact } from './facts.ts'

function columnsOf(facts: Facts, { kind, group }: ResourceFact) {
  const own = facts.columns.tables.find((one) => one.kind === kind && one.groups.includes(group))
  const generic = [
    { name: 'Name', type: 'string', format: 'name', priority: 0, cell: 'metadata.name' },
    { name: 'Created At', type: 'date', priority: 0, cell: 'metadata.creationTimestamp' },
  ]
  const columns = own?.columns ?? (own?.table === undefined ? generic : generic)
  return columns.map(({ name, type, format, priority, cell }) => ({
    name,
    type,
    format: format ?? '',
    priority,
    cell,
  }))
}

function selectorsOf(facts: Facts, { kind, group, version }: ResourceFact) {
  const own = facts.selectors.kinds.find(
    (one) => one.kind === kind && one.group === group && one.version === version,
  )
  const fields = own?.fields ?? [
    { label: 'metadata.name', value: 'metadata.name' },
    { label: 'metadata.namespace', value: 'metadata.namespace' },
  ]
  return fields.map((field) => ({ ...field, ...(own?.indexed?.includes(field.label) && { indexed: true }) }))
}

function typeOf(facts: Facts, { kind, group, version }: ResourceFact): string | undefined {
  const found = Object.entries(facts.types).find(([, fact]) =>
    fact.gvk?.some((gvk) => gvk[0] === group && gvk[1] === version && gvk[2] === kind),
  )
  return found?.[0]
}

const isUnusual = (propagation: string | undefined) =>
  propagation === 'Orphan' || propagation === 'Unsupported'

/** The facts of one resource, in the form of ResourceFacts. */
function factsOf(facts: Facts, one: ResourceFact) {
  const names = facts.names.kinds.find((name) => name.kind === one.kind && name.group === one.group)
  return {
    typeName: typeOf(facts, one),
    group: one.group,
    version: one.version,
    plural: one.resource,
    singular: one.singular,
    kind: one.kind,
    namespaced: one.namespaced,
    shortNames: one.shortNames,
    categories: one.categories,
    verbs: one.verbs,
    storageVersionHash: one.storageVersionHash ?? '',
    subresources: one.subresources,
    columns: columnsOf(facts, one),
    name: names?.name ?? 'none',
    upsert: names?.upsert ?? false,
    unconditionalUpdate: names?.unconditionalUpdate ?? false,
    deleteReturns: names?.deleteReturns === 'object' ? 'object' : 'Status',
    ...(names && isUnusual(names.propagation) && { propagation: names.propagation }),
    fieldSelectors: selectorsOf(facts, one),
  }
}

/** The module of resource facts, by `group/version/plural`. */
export function resourcesText(facts: Facts): string {
  const served = facts.resources.resources.filter((one) => one.enabledByDefault && !one.aggregated)
  const rows = served.map((one) => {
    const key = [one.group, one.version, one.resource].filter((part) => part !== '').join('/')
    return `  ${JSON.stringify(key)}: ${JSON.stringify(factsOf(facts, one))},`
  })
  const groups = facts.resources.groups.map(
    ({ group, versions, preferred, priority, enabledByDefault }) =>
      `  ${JSON.stringify({ group, versions, preferred, priority, enabledByDefault })},`,
  )
  return [
    "import type { GroupFacts, ResourceFacts } from '../define.ts'",
    '',
    '/** API groups in discovery order. */',
    `export const groups: readonly GroupFacts[] = [\n${groups.join('\n')}\n]`,
    '',
    '/** Every resource that is on by default. */',
    `export const resources = {\n${rows.join('\n')}\n} as const satisfies Record<string, ResourceFacts>`,
    '',
  ].join('\n')
}
