import { isApiError } from '#base/errors'
import type { InitialObject } from '#kinds/define'
import { copy } from '#schema/copy'
import type { Core } from './call.ts'
import { internalCall } from './internal-call.ts'
import { ownedByWriter } from './ownership/own.ts'
import type { Resource } from './registry/resource.ts'
import { createObject } from './verbs/create.ts'

/** Makes the objects that every cluster has, where they are missing. */
export async function makeInitialObjects(core: Core): Promise<void> {
  for (const resource of core.registry.all) {
    for (const object of resource.kind.initialObjects ?? []) {
      if (!resource.peek('', object.metadata.name)) await make(core, resource, object)
    }
  }
}

async function make(core: Core, resource: Resource, wanted: InitialObject): Promise<void> {
  const { kind } = resource
  const object = copy({ ...wanted, kind: kind.kind, apiVersion: kind.apiVersion })
  const call = internalCall(core, resource, 'POST')
  try {
    await createObject(call, object, false, ownedByWriter(call, ''))
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return
    if (!isApiError(error, 'Forbidden')) throw error
    core.parts.log.error('Unable to create an object that every cluster has', {
      kind: kind.kind,
      name: wanted.metadata.name,
      err: error.message,
    })
  }
}
