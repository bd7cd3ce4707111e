import { isApiError } from '#base/errors'
import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import type { KubeObject } from '#schema/object'
import type { Core } from '../../call.ts'
import { internalCall } from '../../internal-call.ts'
import { ownedByWriter } from '../../ownership/own.ts'
import { copyOf, type Resource } from '../../registry/resource.ts'
import { createObject } from '../../verbs/create.ts'
import { deleteObject } from '../../verbs/delete.ts'
import { changeObject } from '../../verbs/update.ts'
import { rbacGroup } from '../rbac/policy.ts'
import { reconciled } from './reconciled.ts'
import { type WantedObject, wantedObjects } from './wanted.ts'

/** Makes the roles and bindings of every cluster, and adds what is missing in those that are there. */
export async function ensurePolicy(core: Core): Promise<void> {
  await Promise.all(
    wantedObjects.map(async (wanted) => {
      try {
        await ensure(core, wanted)
      } catch (error) {
        core.parts.log.error('Unable to see to a role or binding that every cluster has', {
          plural: wanted.plural,
          name: wanted.object.metadata.name,
          err: (error as Error).message,
        })
      }
    }),
  )
}

async function ensure(core: Core, { plural, object }: WantedObject): Promise<void> {
  const resource = core.registry.inGroup(rbacGroup, plural)
  if (resource === undefined) return
  const { name = '', namespace = '' } = object.metadata
  const held = resource.peek(namespace, name)
  if (held === undefined) return make(core, resource, object)
  const next = reconciled(held.object as KubeObject, object)
  if (next === undefined) {
    // A binding keeps its role for life.
    await deleteObject(callFor(core, resource, 'DELETE', object), namespace, name, {})
    return make(core, resource, object)
  }
  if (equal(next, held.object)) return
  const call = callFor(core, resource, 'PUT', object)
  const own = ownedByWriter(call, '')
  await changeObject(call, (old) => copyOf(reconciled(old, object) ?? old), {
    dryRun: false,
    isRetried: true,
    own,
  })
}

async function make(core: Core, resource: Resource, object: KubeObject): Promise<void> {
  const call = callFor(core, resource, 'POST', object)
  const { kind, apiVersion } = resource.kind
  try {
    await createObject(call, copy({ ...object, kind, apiVersion }), false, ownedByWriter(call, ''))
  } catch (error) {
    // Another server may have been faster.
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}

const callFor = (core: Core, resource: Resource, method: string, { metadata }: KubeObject) =>
  internalCall(core, resource, method, method === 'POST' ? '' : metadata.name, metadata.namespace)
