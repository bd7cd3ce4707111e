import { compareBytes } from '#base/byte-order'
import { type FieldError, invalid } from '#base/field-error'
import { type Cell, defineKind, type Rules } from '../define.ts'
import type { ResourceQuota as ResourceQuotaObject } from '../gen/core-v1.ts'
import { resources } from '../gen/resources.ts'
import { specStatus } from '../spec-status.ts'
import { eachFault } from '../each-fault.ts'
import { isQuotaResource } from './quota-resources.ts'
import { scopeErrors, selectorErrors } from './quota-scopes.ts'
import { amountErrors, resourceNameFaults } from './resource-names.ts'

const notOfQuotas = 'must be a standard resource for quota'

function* amountsErrors(
  amounts: Readonly<Record<string, string>> | undefined,
  path: string,
): Iterable<FieldError> {
  for (const [name, amount] of Object.entries(amounts ?? {})) {
    const at = `${path}[${name}]`
    yield* eachFault(at, name, resourceNameFaults(name))
    if (!name.includes('/') && !isQuotaResource(name)) yield invalid(at, name, notOfQuotas)
    yield* amountErrors(name, amount, at)
  }
}

const rules: Rules<ResourceQuotaObject> = {
  ...specStatus<ResourceQuotaObject>({ newStatus: () => ({}) }),
  *validate({ spec = {}, status }, { subresource }) {
    if (subresource === 'status') {
      yield* amountsErrors(status?.hard, 'status.hard')
      yield* amountsErrors(status?.used, 'status.used')
      return
    }
    yield* amountsErrors(spec.hard, 'spec.hard')
    yield* scopeErrors(spec)
    yield* selectorErrors(spec)
  },
  *validateUpdate(next, old, { subresource }) {
    const scopesOf = ({ spec }: ResourceQuotaObject) => spec?.scopes ?? []
    const differ = new Set(scopesOf(next)).symmetricDifference(new Set(scopesOf(old))).size > 0
    if (differ && subresource === '') yield invalid('spec.scopes', next.spec?.scopes, 'field is immutable')
  },
}

const isLimit = (name: string) => name.startsWith('limits.')

/** What is used of what there is, of the resources that a column is about. */
const usage =
  (isShown: (name: string) => boolean): Cell<ResourceQuotaObject> =>
  ({ status }) =>
    Object.entries(status?.hard ?? {})
      .filter(([name]) => isShown(name))
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? '0'}/${hard}`)
      .join(', ')

/** ResourceQuota: how much all of a namespace may ask for together. */
export const resourceQuota = defineKind<ResourceQuotaObject>(resources['v1/resourcequotas'], {
  cells: { Request: usage((name) => !isLimit(name)), Limit: usage(isLimit) },
  rules,
})
