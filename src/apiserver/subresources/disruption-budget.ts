import { ApiError, forbidden } from '#base/errors'
import { timeOf } from '#base/time'
import { type LabelSelectorObject, selectorOf, SelectorSyntaxError } from '#schema/label-selector'
import type { KubeObject } from '#schema/object'
import type { SubresourceCall } from '../contract.ts'

/** policy/v1 PodDisruptionBudget, as far as evictions look at it. */
export interface Budget extends KubeObject {
  spec?: { selector?: LabelSelectorObject; unhealthyPodEvictionPolicy?: string }
  status?: {
    observedGeneration?: number
    disruptedPods?: Record<string, string>
    disruptionsAllowed?: number
    currentHealthy?: number
    desiredHealthy?: number
    conditions?: Condition[]
  }
}

interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastTransitionTime: string
  observedGeneration?: number
}

const group = 'policy'
const plural = 'poddisruptionbudgets'
const allowedType = 'DisruptionAllowed'
/** More evictions than this may not wait for the controller to notice them. */
const pendingMax = 2_000

/** The budget that a pod counts in. @throws ApiError when there are several, which nobody can satisfy. */
export async function budgetOf(call: SubresourceCall, pod: KubeObject): Promise<Budget | undefined> {
  const all = (await call.all(group, plural, call.namespace)) as Budget[]
  const [budget, ...more] = all.filter(({ spec }) => selects(spec?.selector, pod))
  if (more.length === 0) return budget
  const message =
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
  throw new ApiError('', message, { code: 500 })
}

/** A selector without conditions selects no pod here, unlike elsewhere; so does one that cannot be understood. */
function selects(selector: LabelSelectorObject | undefined, { metadata }: KubeObject): boolean {
  try {
    const parsed = selectorOf(selector)
    return parsed !== undefined && parsed.requirements.length > 0 && parsed.matches(metadata.labels)
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return false
    throw error
  }
}

/** Takes one disruption from a budget, and notes the pod for the controller. @throws ApiError when none is left. */
export async function takeFrom(call: SubresourceCall, budget: Budget, dryRun: boolean): Promise<void> {
  const { name = '' } = budget.metadata
  if (dryRun) return check(budget)
  await call.changeRelated(
    { group, plural, namespace: call.namespace, name, subresource: 'status' },
    (now) => {
      check(now)
      return taken(now, call.name, timeOf(call.server.parts.clock.now()))
    },
  )
}

function taken({ ...budget }: Budget, pod: string, time: string): Budget {
  const status = { ...budget.status }
  status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1
  status.disruptedPods = { ...status.disruptedPods, [pod]: time }
  if (status.disruptionsAllowed === 0) status.conditions = withNoneAllowed(status, time)
  return { ...budget, status }
}

function withNoneAllowed(
  { conditions = [], observedGeneration }: NonNullable<Budget['status']>,
  time: string,
) {
  const old = conditions.find(({ type }) => type === allowedType)
  const condition: Condition = {
    type: allowedType,
    status: 'False',
    ...(observedGeneration !== undefined && { observedGeneration }),
    lastTransitionTime: old?.status === 'False' ? old.lastTransitionTime : time,
    reason: 'InsufficientPods',
    message: '',
  }
  return old ? conditions.map((one) => (one === old ? condition : one)) : [...conditions, condition]
}

const cannot = "Cannot evict pod as it would violate the pod's disruption budget."
const tooMany = (message: string, retryAfterSeconds?: number) =>
  new ApiError('TooManyRequests', cannot, {
    details: {
      causes: [{ reason: 'DisruptionBudget', message }],
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  })

/** The refusal while the controller has not seen the budget as it is now. */
export const stillProcessed = ({ metadata }: Budget) =>
  tooMany(`The disruption budget ${metadata.name} is still being processed by the server.`, 10)

/** @throws ApiError when the budget allows no disruption. */
function check(budget: Budget): void {
  const { metadata, status = {} } = budget
  const { name = '', generation = 0 } = metadata
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status
  if (observedGeneration < generation) throw stillProcessed(budget)
  const refuse = (why: string) => forbidden({ group, resource: 'poddisruptionbudget' }, name, why)
  if (disruptionsAllowed < 0) throw refuse('pdb disruptions allowed is negative')
  if (Object.keys(disruptedPods).length > pendingMax) {
    throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  }
  if (disruptionsAllowed === 0) throw tooMany(whyNone(budget))
}

function whyNone({ metadata: { name }, status = {} }: Budget): string {
  const { currentHealthy = 0, desiredHealthy = 0, conditions = [] } = status
  const told = conditions.find(
    (one) => one.type === allowedType && one.status === 'False' && one.message !== '',
  )
  const none = `The disruption budget ${name} does not allow evicting pods currently`
  // Where the controller failed, its numbers mean nothing.
  if (told?.reason === 'SyncFailed') return `${none} because it failed sync: ${told.message}`
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  }
  return told ? `${none} (${told.reason}): ${told.message}` : none
}
