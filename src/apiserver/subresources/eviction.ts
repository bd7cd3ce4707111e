import { badRequest } from '#base/errors'
import type { KubeObject } from '#schema/object'
import type { Subresource } from '../contract.ts'
import { success } from './binding.ts'

interface Eviction extends KubeObject {
  readonly deleteOptions?: Readonly<Record<string, unknown>>
}

/** POST to .../eviction: a deletion that asks first. Without disruption budgets in the API nothing stands against it. */
export const eviction: Subresource = {
  async handle(call) {
    const sent = (await call.body('io.k8s.api.policy.v1.Eviction')) as Eviction
    const name = sent.metadata.name ?? ''
    if (name !== call.name) {
      throw badRequest(
        `name in URL does not match name in Eviction object: name in URL: ${call.name}, name in Eviction object: ${name}`,
      )
    }
    const dryRun = call.query.getAll('dryRun')
    await call.delete({ ...sent.deleteOptions, ...(dryRun.length > 0 && { dryRun }) })
    return success(call)
  },
}
