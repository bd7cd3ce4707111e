import { aggregateText } from '../authorization/aggregate-text.ts'
import { domainPathErrors } from '#schema/domain-names'
import type { Access } from '../authorization/contract.ts'
import { refusal } from '../authorization/refusal.ts'
import { type Asking, isAllowed, isConstrained, many, requireAccess } from './asking.ts'

/** Asks for each value of what a wanted user's credentials would tell beside. @throws ApiError Forbidden. */
export async function checkExtra(
  asking: Asking,
  access: Access,
  extra: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  if (extra.size === 0) return
  if (isConstrained(asking)) {
    const fault = faultOf(extra)
    if (fault !== undefined) throw refusal(access, fault)
    if (isMany(extra) && (await isAllowed(asking, { ...access, subresource: '*', name: '*' }))) return
  }
  for (const [subresource, values] of extra) {
    for (const name of values) await requireAccess(asking.authorizer, { ...access, subresource, name })
  }
}

function faultOf(extra: ReadonlyMap<string, readonly string[]>): string | undefined {
  for (const [key, values] of extra) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed'
    const faults = Array.from(domainPathErrors(key, 'extra.key'), ({ path, body }) => `${path}: ${body}`)
    if (faults.length > 0)
      return `impersonating an invalid key in extra is not allowed: ${aggregateText(faults)}`
    if (key !== key.toLowerCase()) {
      return `impersonating a non-lowercase key in extra is not allowed: ${JSON.stringify(key)}`
    }
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed'
  }
  return undefined
}

/** Whether there are so many values that one question for all of them is worth a try. */
const isMany = (extra: ReadonlyMap<string, readonly string[]>): boolean =>
  extra.size >= many || [...extra.values()].flat().length >= many
