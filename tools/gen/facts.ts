// The published facts of the Kubernetes 1.36 API, as tools/gen reads them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A field in types.json; `inline` fields stand for all fields of the named type. */
export interface FieldFact {
  name: string
  type: string
  inline?: string
  proto?: number
  ptype?: string
  ptr?: true
  omit?: 'empty' | 'empty+zero'
  required?: true
  default?: unknown
  enum?: string[]
  patchStrategy?: string
  patchMergeKey?: string
  listType?: string
  listMapKeys?: string[]
  mapType?: string
  structType?: string
}

/** A type in types.json. */
export interface TypeFact {
  proto?: string
  gvk?: [string, string, string][]
  structType?: 'atomic'
  special?: string
  json?: string
  fields?: FieldFact[]
}

export interface SubresourceFact {
  name: string
  kind: string
  group?: string
  version?: string
  verbs: string[]
  connect?: string[]
  pathTail?: boolean
}

export interface ResourceFact {
  group: string
  version: string
  resource: string
  singular: string
  kind: string
  namespaced: boolean
  shortNames: string[]
  categories: string[]
  verbs: string[]
  subresources: SubresourceFact[]
  enabledByDefault: boolean
  aggregated?: boolean
  storageVersionHash?: string
}

export interface GroupFact {
  group: string
  versions: string[]
  preferred: string
  priority: number | null
  enabledByDefault: string[]
}

export interface ColumnFact {
  name: string
  type: string
  format?: string
  priority: number
  cell: string
}

export interface NameFact {
  group: string
  kind: string
  name: string
  upsert?: boolean
  unconditionalUpdate?: boolean
  deleteReturns?: string
  propagation?: string
}

export interface DefaultRule {
  type: string
  sets: { field: string; when: string; value: unknown }[]
}

export type DefaultStep = [path: string, what: string | { default: unknown }]

/** All facts, read from tools/gen/facts. */
export function readFacts() {
  const read = <T>(file: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, 'facts', `${file}.json`), 'utf8')) as T
  return {
    types: read<Record<string, TypeFact>>('types'),
    resources: read<{ kubernetes: string; groups: GroupFact[]; resources: ResourceFact[] }>('resources'),
    columns: read<{ tables: { kind: string; groups: string[]; columns?: ColumnFact[]; table?: string }[] }>(
      'columns',
    ),
    names: read<{ kinds: NameFact[] }>('names'),
    selectors: read<{
      kinds: {
        group: string
        version: string
        kind: string
        fields: { label: string; value: string; alias?: string }[]
        indexed?: string[]
      }[]
    }>('fieldselectors'),
    defaults: read<{
      rules: DefaultRule[]
      podSpecSteps: DefaultStep[]
      order: { type: string; steps: DefaultStep[] }[]
    }>('defaults'),
  }
}

export type Facts = ReturnType<typeof readFacts>
