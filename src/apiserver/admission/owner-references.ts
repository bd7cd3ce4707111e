import { forbidden } from '#base/errors'
import { equal } from '#schema/equal'
import type { KubeObject } from '#schema/object'
import type { Call } from '../call.ts'
import type { User } from '../chain/filter.ts'
import type { Admission, AdmissionPlugin } from './plugin.ts'

type Owner = NonNullable<KubeObject['metadata']['ownerReferences']>[number]

/** Writes that may name owners without a right to: the kubelet's, as upstream has it. */
const exempt: ReadonlySet<string> = new Set(['/pods/status'])

const ownersOf = (object: KubeObject | undefined): readonly Owner[] => object?.metadata.ownerReferences ?? []

/**
 * Who names the owner of an object has it deleted with that owner, or keeps the owner from going: both take the rights to
 * do so at once.
 */
export const ownerReferences: AdmissionPlugin = {
  name: 'OwnerReferencesPermissionEnforcement',
  async validate(admission) {
    const { call, operation, object, old } = admission
    const { user, kind, info } = call
    if (!user || !object || exempt.has(`${kind.group}/${kind.plural}/${info.subresource}`)) return
    if (equal(ownersOf(object), ownersOf(old))) return
    const why =
      (operation === 'UPDATE' ? await deletionFault(call, user) : undefined) ??
      (await blockingFault(admission, user))
    if (why !== undefined) throw forbidden(call.resource.ref, object.metadata.name ?? '', why)
  },
}

/** What an authorizer answers to a right that was asked for; undefined when it is given. */
async function missing(
  { core, info }: Call,
  user: User,
  wanted: {
    verb: string
    group: string
    version: string
    namespace: string
    resource: string
    subresource: string
    name: string
  },
): Promise<string | undefined> {
  const asked = { ...wanted, user, isResource: true, path: info.path }
  const { decision, reason, error } = await core.authorizer.authorize(asked)
  return decision === 'allow' ? undefined : `${reason}, ${error?.message ?? '<nil>'}`
}

async function deletionFault(call: Call, user: User): Promise<string | undefined> {
  const { group, version, namespace, resource, subresource, name } = call.info
  const wanted = { verb: 'delete', group, version, namespace, resource, subresource, name }
  const said = await missing(call, user, wanted)
  return said === undefined ? undefined : `cannot set an ownerRef on a resource you can't delete: ${said}`
}

async function blockingFault({ call, object, old }: Admission, user: User): Promise<string | undefined> {
  const before = new Set(ownersOf(old).flatMap((one) => (one.blockOwnerDeletion ? [one.uid] : [])))
  for (const owner of ownersOf(object)) {
    if (owner.blockOwnerDeletion !== true || before.has(owner.uid)) continue
    const why = await finalizersFault(call, user, owner)
    if (why !== undefined) return why
  }
  return undefined
}

async function finalizersFault(call: Call, user: User, owner: Owner): Promise<string | undefined> {
  const { apiVersion, kind, name } = owner
  const found = call.core.registry.ofKind(apiVersion, kind)?.kind
  if (found === undefined) {
    const why = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`
    return `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}: ${why}`
  }
  const { group, version, plural: resource, namespaced } = found
  const namespace = namespaced ? call.info.namespace : ''
  const wanted = { verb: 'update', group, version, namespace, resource, subresource: 'finalizers', name }
  const said = await missing(call, user, wanted)
  return said === undefined
    ? undefined
    : `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${said}`
}
