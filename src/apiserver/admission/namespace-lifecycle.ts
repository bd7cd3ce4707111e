import { ApiError, forbidden, notFound } from '#base/errors'
import type { Admission, AdmissionPlugin } from './plugin.ts'

/** Nothing is created in a namespace that does not exist or is being deleted, and some are never deleted. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  async validate(admission) {
    const { call, operation } = admission
    if (operation === 'DELETE') return refuseUndeletable(admission)
    if (operation !== 'CREATE' || !call.kind.namespaced) return
    // What is sent to a subresource need not name the namespace that it is in.
    const namespace = call.info.namespace || (admission.object?.metadata.namespace ?? '')
    await refuseOutside(admission, namespace)
  },
}

function refuseUndeletable({ call, old }: Admission): void {
  const name = old?.metadata.name ?? ''
  const { undeletable } = call.kind
  if (undeletable?.names.includes(name)) throw forbidden(call.resource.ref, name, undeletable.why)
}

async function refuseOutside({ call, object }: Admission, namespace: string): Promise<void> {
  const namespaces = call.core.registry.all.find(({ kind }) => kind.containsOthers)
  if (namespaces === undefined) return
  // A namespace may have been made a moment ago through another server.
  const known =
    namespaces.peek('', namespace) ??
    ((await call.core.feed.fresh(1_000)) ? namespaces.peek('', namespace) : undefined)
  if (known === undefined) throw notFound(namespaces.ref, namespace)
  if (known.object.metadata.deletionTimestamp === undefined) return
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`
  const refusal = forbidden(call.resource.ref, object?.metadata.name ?? '', why)
  throw new ApiError('Forbidden', refusal.message, {
    details: {
      ...refusal.details,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  })
}
