import { common } from './common.ts'
import { fieldsAToE } from './fields-a-e.ts'
import { fieldsFToO } from './fields-f-o.ts'
import { fieldsPToR } from './fields-p-r.ts'
import { fieldsSToZ } from './fields-s-z.ts'
import { ownTexts } from './own.ts'
import { typesAToL } from './types-a-l.ts'
import { typesMToZ } from './types-m-z.ts'

const fields = [common, fieldsAToE, fieldsFToO, fieldsPToR, fieldsSToZ]

const shortName = (typeName: string) => typeName.slice(typeName.lastIndexOf('.') + 1)

/** Types that are described by the kind that they are part of. */
const parts: readonly (readonly [ending: string, words: (kind: string) => string])[] = [
  ['List', (kind) => `${kind}List is a list of ${kind} objects.`],
  ['Spec', (kind) => `What is wanted of a ${kind}.`],
  ['Status', (kind) => `What is so of a ${kind}, as last observed.`],
  ['Condition', (kind) => `One observation of a ${kind}.`],
  ['PersistentVolumeSource', (kind) => `A persistent volume of the type ${kind}.`],
  ['VolumeSource', (kind) => `A volume of the type ${kind}.`],
  ['MetricSource', (kind) => `How to scale by a metric of the type ${kind}.`],
  ['MetricStatus', (kind) => `A metric of the type ${kind}, as measured.`],
  ['Metrics', (kind) => `What a ${kind} uses.`],
]

/** What a type is, in a sentence; undefined for one that has no description. */
export function describeType(typeName: string): string | undefined {
  const name = shortName(typeName)
  const own = typesAToL[name] ?? typesMToZ[name]
  if (own !== undefined) return own
  const part = parts.find(([ending]) => name.endsWith(ending) && name.length > ending.length)
  return part && part[1](name.slice(0, -part[0].length))
}

/** What a field of a type is, in a sentence; undefined for one that has no description. */
export function describeField(typeName: string, field: string): string | undefined {
  const own = ownTexts[shortName(typeName)]
  if (own && Object.hasOwn(own, field)) return own[field]
  return fields.find((texts) => Object.hasOwn(texts, field))?.[field]
}
