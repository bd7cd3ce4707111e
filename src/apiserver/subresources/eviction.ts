import { badRequest, isApiError } from '#base/errors'
import type { KubeObject } from '#schema/object'
import type { Subresource, SubresourceCall } from '../contract.ts'
import { success } from './binding.ts'
import { budgetOf, stillProcessed, takeFrom } from './disruption-budget.ts'

interface DeleteOptions {
  readonly dryRun?: readonly string[]
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

interface Eviction extends KubeObject {
  readonly deleteOptions?: DeleteOptions
}

interface Podlike extends KubeObject {
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly { type: string; status: string }[]
  }
}

/** How often an eviction begins again when the pod has changed meanwhile. */
const attemptsMax = 20

/** POST to .../eviction: a deletion that asks the pod's disruption budget first. */
export const eviction: Subresource = {
  async handle(call) {
    const sent = (await call.body('io.k8s.api.policy.v1.Eviction', ['policy/v1beta1'])) as Eviction
    if ((sent.metadata.name ?? '') !== call.name) {
      throw badRequest('name in URL does not match name in Eviction object')
    }
    const dryRun = call.query.getAll('dryRun')
    const options = { ...sent.deleteOptions, ...(dryRun.length > 0 && { dryRun }) }
    if (!(await deleteUncounted(call, options))) await deleteCounted(call, options)
    return success(call)
  },
}

const isOver = ({ metadata, status }: Podlike) =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed' || metadata.deletionTimestamp !== undefined

const namesRevision = ({ preconditions }: DeleteOptions) => preconditions?.resourceVersion !== undefined

const at = (options: DeleteOptions, { metadata }: KubeObject) => ({
  ...options,
  preconditions: { ...options.preconditions, resourceVersion: metadata.resourceVersion },
})

/** Deletes a pod that disturbs nobody by going: one that has ended or has not begun. False for any other. */
async function deleteUncounted(call: SubresourceCall, options: DeleteOptions): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const pod = (await call.object()) as Podlike
    if (!isOver(pod) && pod.status?.phase !== 'Pending') return false
    try {
      // A pod that waits may become ready at this moment, and count.
      await call.delete({ ...(isOver(pod) || namesRevision(options) ? options : at(options, pod)) })
      return true
    } catch (error) {
      if (!isApiError(error, 'Conflict') || namesRevision(options) || attempt === attemptsMax) throw error
    }
  }
}

/** Deletes a pod that counts, when its budget allows. @throws ApiError TooManyRequests when it does not. */
async function deleteCounted(call: SubresourceCall, options: DeleteOptions): Promise<void> {
  const pod = (await call.object()) as Podlike
  const budget = await budgetOf(call, pod)
  if (budget === undefined) return void (await call.delete({ ...options }))
  const isReady =
    pod.status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  const { spec = {}, status = {} } = budget
  const { currentHealthy = 0, desiredHealthy = 0 } = status
  const isSpare =
    spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' ||
    (currentHealthy >= desiredHealthy && desiredHealthy > 0)
  if (isReady || !isSpare) {
    await takeFrom(call, budget, options.dryRun?.includes('All') === true)
    await call.delete({ ...options })
    return
  }
  try {
    await call.delete({ ...at(options, pod), ...(namesRevision(options) && options) })
  } catch (error) {
    if (isApiError(error, 'Conflict') && !namesRevision(options)) throw stillProcessed(budget)
    throw error
  }
}
