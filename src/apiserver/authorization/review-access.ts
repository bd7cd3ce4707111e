import type { ResourceAttributes, SubjectAccessReviewSpec } from '#kinds/gen/authorization-v1'
import { type FieldRequirement, parseFieldSelector } from '#schema/field-selector'
import { parseLabelSelector, type Requirement } from '#schema/label-selector'
import type { User } from '../chain/filter.ts'
import type { Access } from './contract.ts'

type Asked = Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>

/** What a review asks about, and what of it could not be read. */
export interface AskedAccess {
  readonly access: Access
  readonly faults: readonly string[]
}

const nothing = { group: '', version: '', namespace: '', resource: '', subresource: '', name: '', path: '' }

/** The access that a review asks about. */
export function accessOfReview(
  { resourceAttributes, nonResourceAttributes }: Asked,
  user: User,
): AskedAccess {
  if (resourceAttributes !== undefined) return ofResource(resourceAttributes, user)
  const { verb = '', path = '' } = nonResourceAttributes ?? {}
  return { access: { ...nothing, user, verb, path, isResource: false }, faults: [] }
}

function ofResource(asked: ResourceAttributes, user: User): AskedAccess {
  const { verb = '', version = '', fieldSelector, labelSelector } = asked
  const { group = '', namespace = '', resource = '', subresource = '', name = '' } = asked
  const faults: string[] = []
  const fields = read(faults, 'fieldSelector', () => fieldsOf(fieldSelector)) ?? []
  const labels = read(faults, 'labelSelector', () => labelsOf(labelSelector)) ?? []
  const access: Access = {
    user,
    verb,
    isResource: true,
    group,
    version: version === '' ? '*' : version,
    namespace,
    resource,
    subresource,
    name,
    path: '',
    ...(fields.length > 0 && { fields }),
    ...(labels.length > 0 && { labels }),
  }
  return { access, faults }
}

function read<T>(faults: string[], field: string, parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    faults.push(`spec.resourceAttributes.${field} partially ignored due to parse error`)
    return undefined
  }
}

/** Requirements count before text. Only those of one value are known of fields; the rest narrow nothing. */
function fieldsOf(selector: ResourceAttributes['fieldSelector']): readonly FieldRequirement[] {
  const { requirements = [], rawSelector = '' } = selector ?? {}
  if (requirements.length === 0) return parseFieldSelector(rawSelector)
  return requirements
    .filter(({ operator, values = [] }) => (operator === 'In' || operator === 'NotIn') && values.length === 1)
    .map(({ key, operator, values = [] }) => ({
      field: key,
      operator: operator === 'In' ? '=' : '!=',
      value: values[0] as string,
    }))
}

const labelOperators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const

function labelsOf(selector: ResourceAttributes['labelSelector']): readonly Requirement[] {
  const { requirements = [], rawSelector = '' } = selector ?? {}
  if (requirements.length === 0) return parseLabelSelector(rawSelector).requirements
  return requirements.flatMap(({ key, operator, values = [] }) => {
    const known = labelOperators[operator as keyof typeof labelOperators]
    return known === undefined ? [] : [{ key, operator: known, values }]
  })
}
