import { isApiError } from '#base/errors'
import type { KubeObject } from '#schema/object'
import type { Core } from './call.ts'
import { internalCall } from './internal-call.ts'
import { ownedByWriter } from './ownership/own.ts'
import { createObject } from './verbs/create.ts'

/** Namespaces that exist from the start. */
const names = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** Makes the namespaces that every cluster has, where they are missing. */
export async function ensureNamespaces(core: Core): Promise<void> {
  const resource = core.registry.all.find(({ kind }) => kind.containsOthers)
  if (resource === undefined) return
  const { kind } = resource
  for (const name of names) {
    if (resource.peek('', name)) continue
    const object: KubeObject = { kind: kind.kind, apiVersion: kind.apiVersion, metadata: { name } }
    const call = internalCall(core, resource, 'POST')
    try {
      await createObject(call, object, false, ownedByWriter(call, ''))
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) continue
      if (!isApiError(error, 'Forbidden')) throw error
      core.parts.log.error('Unable to create a namespace that every cluster has', {
        name,
        err: error.message,
      })
    }
  }
}
