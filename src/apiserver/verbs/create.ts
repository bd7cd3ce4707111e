import { ApiError, badRequest, isApiError, methodNotAllowed } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { KubeObject } from '#schema/object'
import { mutateAll, validateAll } from '../admission/plugin.ts'
import { refuseEscalation } from '../authorization/rbac/escalation.ts'
import { requireCreate } from '../authorization/require.ts'
import { readObject } from '../body.ts'
import type { Call } from '../call.ts'
import { writeOptions } from '../options.ts'
import { keepOwners, type Own, ownedByWriter } from '../ownership/own.ts'
import { checkNew, ruleContext, settleNamespace, stampNew, wipeSystemMeta } from '../prepare.ts'
import { answerObject } from '../present.ts'
import type { Entry } from '../watch-cache/entry.ts'

const generateTries = 8

/** POST to a collection. */
export async function create(call: Call): Promise<HttpResponse> {
  const { info, kind } = call
  if (kind.namespaced && info.namespace === '') throw methodNotAllowed()
  const options = writeOptions(info.query, 'CreateOptions')
  const object = await readObject(call, kind)
  const own = ownedByWriter(call, options.fieldManager)
  const entry = await createObject(call, object, options.dryRun, own)
  return answerObject(call, entry, 201)
}

/** Makes a new object of what a client sent: defaults, admission, checks, and the write. */
export async function createObject(
  call: Call,
  object: KubeObject,
  dryRun: boolean,
  own: Own = keepOwners,
): Promise<Entry> {
  const { kind } = call
  settleNamespace(call, object)
  if ((object.metadata.resourceVersion ?? '') !== '') {
    throw new ApiError('', 'resourceVersion should not be set on objects to be created')
  }
  wipeSystemMeta(object)
  const generated = (object.metadata.name ?? '') === '' && (object.metadata.generateName ?? '') !== ''
  for (let tries = 1; ; tries++) {
    if (generated) delete object.metadata.name
    kind.fillIn(object)
    if (tries === 1) own(object, undefined)
    stampNew(call, object)
    kind.rules.prepareCreate?.(object, ruleContext(call))
    if (tries === 1) await mutateAll({ call, operation: 'CREATE', object, old: undefined })
    await refuseEscalation(call, object)
    checkNew(call, object)
    await requireCreate(call)
    await validateAll({ call, operation: 'CREATE', object, old: undefined })
    try {
      return dryRun ? await dryEntry(call, object) : await call.resource.create(object)
    } catch (error) {
      // A generated name that is taken is tried again with another suffix.
      if (!generated || tries === generateTries || !isApiError(error, 'AlreadyExists')) throw error
    }
  }
}

/** What a dry run answers with: the object as it would be, without a resourceVersion of its own. */
async function dryEntry({ resource, kind }: Call, object: KubeObject): Promise<Entry> {
  const { namespace = '', name = '' } = object.metadata
  if (resource.peek(namespace, name)) {
    throw new ApiError('AlreadyExists', `${kind.plural} ${JSON.stringify(name)} already exists`, {
      details: { name, kind: kind.plural },
    })
  }
  await resource.reserve(object, undefined, true)
  return resource.entryFor(object)
}

/** Refuses a body whose name is not that of the path. */
export function settleName({ info }: Call, object: KubeObject): void {
  const { metadata } = object
  if ((metadata.name ?? '') === '') {
    throw badRequest(
      `the name of the object (${info.name} based on URL) was undeterminable: name must be provided`,
    )
  }
  if (metadata.name !== info.name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    )
  }
}
