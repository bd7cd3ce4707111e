import { badRequest } from '#base/errors'
import { bodyBytesMax, readObject } from '../body.ts'
import type { Call } from '../call.ts'
import type { Resource } from '../registry/resource.ts'
import { subresourceCall } from '../subresource-call.ts'
import { binding } from '../subresources/binding.ts'

/** POST to the collection of bindings: the old path for what is a subresource of the pod that the binding names. */
export async function bindByName(call: Call) {
  const bytes = await call.request.body(bodyBytesMax)
  const request = { ...call.request, body: async () => bytes }
  const { metadata } = await readObject({ ...call, request }, call.kind)
  const { name = '', namespace = call.info.namespace } = metadata
  if (namespace !== call.info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  const resource = call.core.registry.inGroup('', 'pods') as Resource
  const info = { ...call.info, resource: resource.kind.plural, name, subresource: 'binding' }
  return binding.handle(subresourceCall({ ...call, request, resource, kind: resource.kind, info }))
}
