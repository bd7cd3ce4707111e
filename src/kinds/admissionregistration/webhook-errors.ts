import { duplicate, type FieldError, invalid, notSupported, required } from '#base/field-error'
import { dns1035LabelFaults, subdomainFaults } from '#schema/name-rules'
import { equal } from '#schema/equal'
import type { KubeObject } from '#schema/object'
import type { Rules } from '../define.ts'
import { eachFault } from '../each-fault.ts'
import type { MutatingWebhook, ValidatingWebhook } from '../gen/admissionregistration-v1.ts'
import { selectorErrors } from '../selector-errors.ts'
import { clientErrors } from './client-errors.ts'
import { matchConditionErrors, matchPolicies } from './match-errors.ts'
import { operationRuleErrors } from './operation-rule-errors.ts'

type Webhook = ValidatingWebhook & Partial<Pick<MutatingWebhook, 'reinvocationPolicy'>>

interface Configuration extends KubeObject {
  webhooks?: Webhook[]
}

/** What becomes of a request when its judge cannot be asked. */
export const failurePolicies = ['Fail', 'Ignore']
/** Whether a mutation is done again after others. */
export const reinvocationPolicies = ['IfNeeded', 'Never']
const sideEffects = ['None', 'NoneOnDryRun']
const reviewVersions = ['v1', 'v1beta1']
const timeoutSecondsMax = 30

/** The first fault of a name that must be a domain of three labels at least. */
function hookNameErrors(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)]
  const faults = subdomainFaults(name)
  if (faults.length > 0) return [invalid(path, name, faults.join(','))]
  const text = 'should be a domain with at least three segments separated by dots'
  return name.split('.').length < 3 ? [invalid(path, name, text)] : []
}

function* versionErrors(versions: readonly string[], path: string): Iterable<FieldError> {
  const known = reviewVersions.join(', ')
  if (versions.length === 0) {
    yield required(path, `must specify one of ${known}`)
    return
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) yield invalid(`${path}[${i}]`, version, 'duplicate version')
    else yield* eachFault(`${path}[${i}]`, version, dns1035LabelFaults(version))
  }
  if (!versions.some((one) => reviewVersions.includes(one))) {
    yield invalid(path, versions, `must include at least one of ${known}`)
  }
}

function* choiceErrors(
  value: string | undefined,
  known: readonly string[],
  path: string,
): Iterable<FieldError> {
  if (value !== undefined && !known.includes(value)) yield notSupported(path, value, known)
}

function* hookErrors(hook: Webhook, path: string): Iterable<FieldError> {
  yield* hookNameErrors(hook.name, `${path}.name`)
  for (const [i, rule] of (hook.rules ?? []).entries())
    yield* operationRuleErrors(rule, `${path}.rules[${i}]`)
  yield* choiceErrors(hook.failurePolicy, failurePolicies, `${path}.failurePolicy`)
  yield* choiceErrors(hook.matchPolicy, matchPolicies, `${path}.matchPolicy`)
  const effects = hook.sideEffects as string | undefined
  if (effects === undefined)
    yield required(`${path}.sideEffects`, `must specify one of ${sideEffects.join(', ')}`)
  else yield* choiceErrors(effects, sideEffects, `${path}.sideEffects`)
  const { timeoutSeconds: seconds } = hook
  if (seconds !== undefined && (seconds < 1 || seconds > timeoutSecondsMax)) {
    const text = 'the timeout value must be between 1 and 30 seconds'
    yield invalid(`${path}.timeoutSeconds`, seconds, text)
  }
  yield* selectorErrors(hook.namespaceSelector, `${path}.namespaceSelector`)
  yield* selectorErrors(hook.objectSelector, `${path}.objectSelector`)
  yield* choiceErrors(hook.reinvocationPolicy, reinvocationPolicies, `${path}.reinvocationPolicy`)
  yield* clientErrors(hook.clientConfig, `${path}.clientConfig`)
  yield* matchConditionErrors(hook.matchConditions ?? [], `${path}.matchConditions`)
  yield* versionErrors(hook.admissionReviewVersions, `${path}.admissionReviewVersions`)
}

/** The rules of configurations of webhooks: each change of the webhooks is a generation. */
export const webhookRules: Rules<Configuration> = {
  prepareCreate({ metadata }) {
    metadata.generation = 1
  },
  prepareUpdate(next, old) {
    if (!equal(next.webhooks ?? [], old.webhooks ?? [])) {
      next.metadata.generation = (old.metadata.generation ?? 0) + 1
    }
  },
  *validate({ webhooks = [] }) {
    const names = webhooks.map(({ name }) => name)
    for (const [i, hook] of webhooks.entries()) {
      yield* hookErrors(hook, `webhooks[${i}]`)
      if (hook.name !== '' && names.indexOf(hook.name) < i) yield duplicate(`webhooks[${i}].name`, hook.name)
    }
  },
}
