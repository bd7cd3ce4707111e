import { type FieldError, invalid } from '#base/field-error'
import { type LabelSelectorObject, selectorOf } from '#schema/label-selector'
import { defineKind, type KindDef } from '../define.ts'
import type { Scale as ScaleObject } from '../gen/autoscaling-v1.ts'
import type { KubeObject } from '#schema/object'

/** An object that says how many pods of one kind it wants. */
interface Scaled extends KubeObject {
  spec?: { replicas?: number; selector?: LabelSelectorObject | Record<string, string> }
  status?: { replicas?: number }
}

const column = (name: string, type: string, cell: string) => ({ name, type, format: '', priority: 0, cell })

/** Scale: how many pods an object wants and has, in one form for every kind that wants a number of them. */
export const scale: KindDef = defineKind<ScaleObject>({
  typeName: 'io.k8s.api.autoscaling.v1.Scale',
  group: 'autoscaling',
  version: 'v1',
  plural: 'scales',
  singular: 'scale',
  kind: 'Scale',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: ['get', 'patch', 'update'],
  storageVersionHash: '',
  subresources: [],
  columns: [
    { ...column('Name', 'string', 'metadata.name'), format: 'name' },
    column('Desired', 'integer', 'spec.replicas'),
    column('Available', 'integer', 'status.replicas'),
    column('Age', 'string', 'age(metadata.creationTimestamp)'),
  ],
  name: 'dnsSubdomain',
  upsert: false,
  unconditionalUpdate: true,
  deleteReturns: 'Status',
  fieldSelectors: [],
})

/** Whether a kind selects by labels alone, as the oldest ones do, and not by expressions too. */
function selectsByLabels(kind: KindDef): boolean {
  const spec = kind.type.byName.get('spec')?.shape
  const selector = spec?.is === 'object' ? spec.type().byName.get('selector') : undefined
  return selector?.shape.is === 'map'
}

/** The scale of an object. @throws SelectorSyntaxError when what it selects by cannot be understood. */
export function scaleOf(kind: KindDef, { metadata, spec = {}, status = {} }: Scaled): ScaleObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const given = spec.selector ?? {}
  const selector = selectsByLabels(kind) ? { matchLabels: given as Record<string, string> } : given
  const text = String(selectorOf(selector) ?? '')
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as ScaleObject['metadata'],
    spec: { replicas: spec.replicas ?? 0 },
    status: { replicas: status.replicas ?? 0, ...(text !== '' && { selector: text }) },
  }
}

/** Everything wrong with the number that a scale wants. */
export function* scaleErrors({ spec }: ScaleObject): Iterable<FieldError> {
  const { replicas = 0 } = spec ?? {}
  if (replicas < 0) yield invalid('spec.replicas', replicas, 'must be greater than or equal to 0')
}

/** Puts the number that a scale wants into the object that it is of. */
export function setScale(object: Scaled, { spec }: ScaleObject): void {
  object.spec = { ...object.spec, replicas: spec?.replicas ?? 0 }
}
