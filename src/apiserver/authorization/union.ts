import { aggregateText } from './aggregate-text.ts'
import type { Access, Authorizer, KnownRules, Verdict } from './contract.ts'

/** The first authorizer with an opinion decides; without any, all their reasons are told. */
export function union(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize: (access) => ask(authorizers, access, 0, [], []),
    rulesFor: (user, namespace) => joined(authorizers.map((one) => one.rulesFor(user, namespace))),
  }
}

function ask(
  authorizers: readonly Authorizer[],
  access: Access,
  from: number,
  reasons: string[],
  errors: string[],
): Verdict | Promise<Verdict> {
  for (let i = from; i < authorizers.length; i++) {
    const verdict = (authorizers[i] as Authorizer).authorize(access)
    if (verdict instanceof Promise) {
      return verdict.then((one) =>
        isDecided(one, reasons, errors) ? one : ask(authorizers, access, i + 1, reasons, errors),
      )
    }
    if (isDecided(verdict, reasons, errors)) return verdict
  }
  const error = errors.length > 0 && { error: new Error(aggregateText(errors)) }
  return { decision: 'none', reason: reasons.join('\n'), ...error }
}

function isDecided({ decision, reason, error }: Verdict, reasons: string[], errors: string[]): boolean {
  if (decision !== 'none') return true
  if (reason !== '') reasons.push(reason)
  if (error !== undefined) errors.push(error.message)
  return false
}

const joined = (known: readonly KnownRules[]): KnownRules => ({
  resourceRules: known.flatMap(({ resourceRules }) => resourceRules),
  nonResourceRules: known.flatMap(({ nonResourceRules }) => nonResourceRules),
  incomplete: known.some(({ incomplete }) => incomplete),
  errors: known.flatMap(({ errors }) => errors),
})
