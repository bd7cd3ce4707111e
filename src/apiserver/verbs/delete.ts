import { conflict } from '#base/errors'
import type { HttpResponse } from '#base/http'
import { timeOf } from '#base/time'
import { typeNamed } from '#kinds/types'
import type { KubeObject, Meta } from '#schema/object'
import { validateAll } from '../admission/plugin.ts'
import { answerWith } from '../answer.ts'
import type { Call } from '../call.ts'
import { answerObject } from '../present.ts'
import { copyOf, type Outcome } from '../registry/resource.ts'
import type { Entry } from '../watch-cache/entry.ts'
import { type DeleteOptions, deleteOptions } from './delete-options.ts'

/** The type of DeleteOptions, as bodies of deletions are read. */
export const deleteOptionsType = () => typeNamed('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions')

/** What a deletion came to. */
export interface Deleted {
  readonly entry: Entry
  /** False when the object is still there and ends later. */
  readonly gone: boolean
}

/** DELETE of one object. */
export async function remove(call: Call): Promise<HttpResponse> {
  const options = await deleteOptions(call, deleteOptionsType())
  const { entry, gone } = await deleteObject(call, call.info.namespace, call.info.name, options)
  if (!gone || call.kind.deleteReturns === 'object') {
    return answerObject(call, entry, !gone && options.orphanDependents === false ? 202 : 200)
  }
  const { group, plural } = call.kind
  return answerWith(call.form, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: entry.name,
      ...(group !== '' && { group }),
      kind: plural,
      uid: entry.object.metadata.uid,
    },
  })
}

/** Deletes, or begins to: preconditions, grace, finalizers, and only then the removal. */
export async function deleteObject(
  call: Call,
  namespace: string,
  name: string,
  options: DeleteOptions,
): Promise<Deleted> {
  let gone = false
  const decide = async (entry: Entry): Promise<Outcome> => {
    const old = entry.object
    checkPreconditions(call, old, options)
    await validateAll({ call, operation: 'DELETE', object: undefined, old })
    const next = copyOf(old)
    const isMarked = markDeleted(call, next, options)
    gone = isMarked && mayGo(call, next)
    if (gone) return { remove: next }
    return { write: next }
  }
  if (options.dryRun?.includes('All')) return dryRunDelete(call, namespace, name, decide)
  const entry = await call.resource.change(namespace, name, decide)
  return { entry, gone }
}

async function dryRunDelete(
  call: Call,
  namespace: string,
  name: string,
  decide: (entry: Entry) => Promise<Outcome>,
): Promise<Deleted> {
  const entry = await call.resource.get(namespace, name)
  const outcome = await decide(entry)
  return { entry, gone: 'remove' in outcome }
}

function checkPreconditions(
  { kind }: Call,
  { metadata }: Readonly<KubeObject>,
  options: DeleteOptions,
): void {
  const { uid, resourceVersion } = options.preconditions ?? {}
  // Upstream names the kind here, where it names the resource everywhere else.
  const ref = { group: kind.group, resource: kind.kind }
  const refuse = (what: string, asked: string, actual: string, end: string) => {
    const why = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${actual}). ${end}`
    throw conflict(ref, metadata.name ?? '', why)
  }
  if (uid !== undefined && uid !== metadata.uid) {
    refuse('UID', uid, metadata.uid ?? '', 'The object might have been deleted and then recreated')
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const actual = metadata.resourceVersion ?? ''
    refuse('ResourceVersion', resourceVersion, actual, 'The object might have been modified')
  }
}

/**
 * Puts the deletion's marks on the object: time, grace and the finalizers of its propagation. Gives true when the grace is
 * over and nothing but finalizers can hold it. Grace only shrinks: a later request may hurry an object, never slow it.
 */
function markDeleted(call: Call, object: KubeObject, options: DeleteOptions): boolean {
  const { kind, core } = call
  const { metadata } = object
  const now = core.parts.clock.now()
  settlePropagation(metadata, options)
  const graceSeconds = graceOf(call, object, options)
  const runningSeconds =
    metadata.deletionTimestamp === undefined ? undefined : (metadata.deletionGracePeriodSeconds ?? 0)
  if (runningSeconds === undefined) {
    if ((metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1
    metadata.deletionTimestamp = timeOf(now + graceSeconds * 1000)
    metadata.deletionGracePeriodSeconds = graceSeconds
    kind.rules.markDeleting?.(object)
    return graceSeconds === 0
  }
  if (graceSeconds < runningSeconds) {
    const startedMs = new Date(metadata.deletionTimestamp as string).getTime() - runningSeconds * 1000
    metadata.deletionTimestamp = timeOf(Math.max(now, startedMs + graceSeconds * 1000))
    metadata.deletionGracePeriodSeconds = graceSeconds
  }
  return metadata.deletionGracePeriodSeconds === 0
}

function graceOf({ kind }: Call, object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  const asked = gracePeriodSeconds !== undefined && gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds
  return kind.rules.graceSeconds?.(object, asked) ?? 0
}

/** Orphaning and foreground deletion are asked of the garbage collector by finalizers. */
function settlePropagation(metadata: Meta, { orphanDependents, propagationPolicy }: DeleteOptions): void {
  const policy =
    orphanDependents === undefined ? propagationPolicy : orphanDependents ? 'Orphan' : 'Background'
  if (policy === undefined) return
  const others = (metadata.finalizers ?? []).filter((one) => one !== 'orphan' && one !== 'foregroundDeletion')
  if (policy === 'Orphan') metadata.finalizers = [...others, 'orphan']
  else if (policy === 'Foreground') metadata.finalizers = [...others, 'foregroundDeletion']
  else metadata.finalizers = others
  if (metadata.finalizers.length === 0) delete metadata.finalizers
}

function mayGo({ kind }: Call, object: KubeObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) === 0 && !(kind.rules.holdsDeletion?.(object) ?? false)
}
