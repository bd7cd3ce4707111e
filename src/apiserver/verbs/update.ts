import { ApiError, conflict, isApiError, modified, notFound } from '#base/errors'
import { invalid, invalidObject } from '#base/field-error'
import type { HttpResponse } from '#base/http'
import type { KubeObject, Meta } from '#schema/object'
import { mutateAll, validateAll } from '../admission/plugin.ts'
import { refuseEscalation } from '../authorization/rbac/escalation.ts'
import { readObject } from '../body.ts'
import type { Call } from '../call.ts'
import { writeOptions } from '../options.ts'
import { keepOwners, type Own, ownedByWriter } from '../ownership/own.ts'
import { checkChanged, ruleContext, settleNamespace } from '../prepare.ts'
import { answerObject } from '../present.ts'
import { copyOf, type Outcome } from '../registry/resource.ts'
import type { Entry } from '../watch-cache/entry.ts'
import { createObject, settleName } from './create.ts'

/** PUT of an object or of one of its views. */
export async function update(call: Call): Promise<HttpResponse> {
  const { info, kind } = call
  const options = writeOptions(info.query, 'UpdateOptions')
  const object = await readObject(call, kind)
  settleName(call, object)
  settleNamespace(call, object)
  const own = ownedByWriter(call, options.fieldManager)
  const upserts = kind.upsert && info.subresource === ''
  try {
    const entry = await replace(call, object, options.dryRun, own)
    return await answerObject(call, entry, 200)
  } catch (error) {
    if (!upserts || !isApiError(error, 'NotFound') || (object.metadata.resourceVersion ?? '') !== '')
      throw error
    checkUid(call, object.metadata.uid, '')
    return answerObject(call, await createObject(call, object, options.dryRun, own), 201)
  }
}

/** Replaces an object by what a client sent, if it is still what the client has seen. */
async function replace(call: Call, sent: KubeObject, dryRun: boolean, own: Own): Promise<Entry> {
  const { info, kind, resource } = call
  const expected = sent.metadata.resourceVersion ?? ''
  if (expected === '' && !kind.unconditionalUpdate) {
    const error = invalid('metadata.resourceVersion', 0, 'must be specified for an update')
    if (resource.peek(info.namespace, info.name) === undefined) throw notFound(resource.ref, info.name)
    // Upstream names the resource here, where it names the kind everywhere else.
    throw invalidObject(kind.group, kind.plural, info.name, [error])
  }
  return changeObject(
    call,
    (old) => {
      checkUid(call, sent.metadata.uid, old.metadata.uid ?? '')
      if (expected !== '' && expected !== old.metadata.resourceVersion)
        throw conflict(resource.ref, info.name, modified)
      return copyOf(sent)
    },
    { dryRun, isRetried: expected === '', own },
  )
}

/** A replacement that names a uid is for that object alone, not for another of its name. */
function checkUid({ info, resource }: Call, wanted: string | undefined, actual: string): void {
  if (wanted === undefined || wanted === '' || wanted === actual) return
  const key = resource.keyOf(info.namespace, info.name)
  const why = `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${actual}`
  const storageWords = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`
  throw conflict(resource.ref, info.name, storageWords)
}

/**
 * Changes the object that the path names: the one way from old to new for PUT, PATCH and subresources. `next` gives an
 * object of its own; the old one stays as it is.
 */
export async function changeObject(
  call: Call,
  next: (old: KubeObject) => KubeObject | Promise<KubeObject>,
  options: { dryRun: boolean; isRetried: boolean; own?: Own },
): Promise<Entry> {
  const { info, resource } = call
  const decide = async (entry: Entry): Promise<Outcome> => {
    const old = { ...entry.object, kind: call.kind.kind, apiVersion: call.kind.apiVersion }
    const wanted = await next(old)
    await prepareChange(call, wanted, old, options.own ?? keepOwners)
    return isFinished(call, wanted) ? { remove: wanted } : { write: wanted }
  }
  if (!options.dryRun) return resource.change(info.namespace, info.name, decide, options.isRetried)
  return dryRunChange(call, decide)
}

async function dryRunChange(call: Call, decide: (entry: Entry) => Promise<Outcome>): Promise<Entry> {
  const entry = call.resource.peek(call.info.namespace, call.info.name)
  if (entry === undefined) throw notFound(call.resource.ref, call.info.name)
  const outcome = await decide(entry)
  if ('keep' in outcome) return entry
  const object = 'write' in outcome ? outcome.write : outcome.remove
  if ('write' in outcome) await call.resource.reserve(object, entry.object, true)
  return call.resource.entryFor(object, entry.revision)
}

/** Everything between a wanted object and its write: carry over, default, admit, check. */
async function prepareChange(call: Call, next: KubeObject, old: KubeObject, own: Own): Promise<void> {
  const { kind } = call
  keepSystemMeta(next.metadata, old.metadata)
  kind.fillIn(next)
  own(next, old)
  kind.rules.prepareUpdate?.(next, old, ruleContext(call))
  await mutateAll({ call, operation: 'UPDATE', object: next, old })
  await refuseEscalation(call, next, old)
  checkChanged(call, next, old)
  await validateAll({ call, operation: 'UPDATE', object: next, old })
}

/** Metadata that is not the client's to change is taken from the stored object where the client left it out. */
function keepSystemMeta(next: Meta, old: Meta): void {
  next.uid ??= old.uid ?? ''
  next.creationTimestamp ??= old.creationTimestamp ?? null
  next.resourceVersion = old.resourceVersion ?? ''
  delete next.selfLink
  if (old.generation === undefined) delete next.generation
  else next.generation ??= old.generation
  if (old.deletionTimestamp !== undefined) {
    next.deletionTimestamp ??= old.deletionTimestamp
    if (old.deletionGracePeriodSeconds !== undefined) {
      next.deletionGracePeriodSeconds ??= old.deletionGracePeriodSeconds
    }
  }
}

/** True when this write takes away the last thing that kept a deleted object. */
function isFinished({ kind }: Call, { metadata, ...rest }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers?.length ?? 0) > 0) return false
  if ((metadata.deletionGracePeriodSeconds ?? 0) > 0) return false
  return !(kind.rules.holdsDeletion?.({ metadata, ...rest }) ?? false)
}

/** The refusal of a verb on a path that has no such verb. */
export const unsupportedPatch = (accepted: readonly string[]) =>
  new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    { details: {} },
  )
