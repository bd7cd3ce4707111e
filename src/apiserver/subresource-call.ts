import { copyOf } from './registry/resource.ts'
import { notFound } from '#base/errors'
import type { KubeObject } from '#schema/object'
import { mutateAll, validateAll } from './admission/plugin.ts'
import { typeNamed } from '#kinds/types'
import { readObject } from './body.ts'
import type { Call } from './call.ts'
import type { RelatedView, SubresourceCall } from './contract.ts'
import { ownedByWriter } from './ownership/own.ts'
import { deleteObject } from './verbs/delete.ts'
import { changeObject } from './verbs/update.ts'
import { checkDeleteOptions, type DeleteOptions } from './verbs/delete-options.ts'

/** What a subresource's behaviour is given: reading and changing the object, without knowing of caches and keys. */
export function subresourceCall(call: Call): SubresourceCall {
  const { core, info, kind, request, resource } = call
  return {
    request,
    server: core.server(),
    kind,
    namespace: info.namespace,
    name: info.name,
    tail: info.tail,
    query: info.query,
    async object() {
      await core.feed.fresh(1_000)
      const entry =
        resource.peek(info.namespace, info.name) ?? (await resource.get(info.namespace, info.name))
      return { ...entry.object, kind: kind.kind, apiVersion: kind.apiVersion }
    },
    async change(mutate) {
      const entry = await changeObject(call, (old) => mutate(copyOf(old)), {
        dryRun: info.query.getAll('dryRun').includes('All'),
        isRetried: true,
      })
      return entry.object
    },
    async related(group, plural, namespace, name) {
      const other = core.registry.inGroup(group, plural)
      const entry = other?.peek(namespace, name)
      if (entry === undefined) throw notFound({ group, resource: plural }, name)
      return entry.object
    },
    async all(group, plural, namespace) {
      await core.feed.fresh(1_000)
      const other = core.registry.inGroup(group, plural)
      if (other === undefined) return []
      return Array.from(other.cache.current.prefix(other.prefixOf(namespace)), ([, entry]) => entry.object)
    },
    async changeRelated(which, mutate) {
      const other = callOfOther(call, which)
      const own = ownedByWriter(other, 'kube-apiserver')
      return (
        await changeObject(other, (old) => mutate(copyOf(old)), { dryRun: false, isRetried: true, own })
      ).object
    },
    async delete(options) {
      const checked = checkDeleteOptions(options as DeleteOptions)
      return (await deleteObject(call, info.namespace, info.name, checked)).entry.object
    },
    async body(name, alsoIn) {
      const object = await readBodyAs(call, name, alsoIn)
      await admitBody(call, object)
      return object
    },
  }
}

/** The call that a write to another kind's object would be. @throws ApiError NotFound for a kind that is not served. */
function callOfOther(call: Call, { group, plural, namespace, name, subresource }: RelatedView): Call {
  const resource = call.core.registry.inGroup(group, plural)
  if (resource === undefined) throw notFound({ group, resource: plural }, name)
  const { version } = resource.kind
  const info = {
    ...call.info,
    group,
    version,
    resource: plural,
    namespace,
    name,
    subresource,
    verb: 'update',
  }
  return { ...call, info, resource, kind: resource.kind }
}

/** What is sent to a subresource is an object of its own for admission. @throws ApiError when it is refused. */
async function admitBody(call: Call, object: KubeObject): Promise<void> {
  const admission = { call, operation: 'CREATE', object, old: undefined } as const
  await mutateAll(admission)
  await validateAll(admission)
}

/** Reads the body as the type that the subresource takes (Binding, Eviction). */
function readBodyAs(call: Call, typeName: string, alsoIn: readonly string[] = []): Promise<KubeObject> {
  const { kind, info } = call
  const facts = kind.subresources.find(({ name }) => name === info.subresource)
  const { group = kind.group, version = kind.version } = facts ?? {}
  const apiVersion = group === '' ? version : `${group}/${version}`
  const type = typeNamed(typeName)
  return readObject(call, { kind: facts?.kind ?? kind.kind, apiVersion, group, type, alsoIn })
}
