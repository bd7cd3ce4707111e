import { conflict } from '#base/errors'
import type { HttpResponse } from '#base/http'
import { timeOf } from '#base/time'
import { typeNamed } from '#kinds/types'
import type { KindDef } from '#kinds/define'
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
    if (call.kind.containsOthers) checkContainer(call, old, options)
    checkPreconditions(call, old, options)
    await validateAll({ call, operation: 'DELETE', object: undefined, old })
    const next = copyOf(old)
    const isMarked = markDeleted(call, next, options)
    gone = isMarked && mayGo(call, next)
    if (!gone) return { write: next }
    // What goes at once has never been marked.
    return { remove: call.kind.rules.graceSeconds ? next : copyOf(old) }
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

/** Kinds that hold others tell of their preconditions in words of their own. */
function checkContainer(
  { resource }: Call,
  { metadata }: Readonly<KubeObject>,
  { preconditions = {} }: DeleteOptions,
): void {
  const checks = [
    ['UID', preconditions.uid, metadata.uid],
    ['ResourceVersion', preconditions.resourceVersion, metadata.resourceVersion],
  ] as const
  for (const [what, asked, actual] of checks) {
    if (asked === undefined || asked === actual) continue
    const why = `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${actual}`
    throw conflict(resource.ref, metadata.name ?? '', why)
  }
}

/**
 * Puts the deletion's marks on the object: time, grace and the finalizers of its propagation. Gives true when the grace is
 * over and nothing but finalizers can hold it. Grace only shrinks: a later request may hurry an object, never slow it.
 */
function markDeleted(call: Call, object: KubeObject, options: DeleteOptions): boolean {
  const { metadata } = object
  const isRunning = metadata.deletionTimestamp !== undefined
  if (call.kind.containsOthers) return isRunning ? mayGo(call, object) : beginEmptying(call, object, options)
  const runningSeconds = metadata.deletionGracePeriodSeconds ?? 0
  const askedSeconds = askedGrace(options)
  // While an object is given time, only a request for less of it changes anything.
  if (isRunning && runningSeconds > 0 && (askedSeconds ?? runningSeconds) >= runningSeconds) return false
  settlePropagation(call.kind, metadata, options)
  if (!isRunning) begin(call, object, askedSeconds)
  else if (askedSeconds !== undefined && askedSeconds < runningSeconds) hurry(call, metadata, askedSeconds)
  return metadata.deletionGracePeriodSeconds === 0
}

const askedGrace = ({ gracePeriodSeconds: asked }: DeleteOptions) =>
  asked !== undefined && asked < 0 ? 1 : asked

/** What holds others is only marked at first, and knows no grace: it goes when somebody has emptied it. */
function beginEmptying({ kind, core }: Call, object: KubeObject, options: DeleteOptions): boolean {
  settlePropagation(kind, object.metadata, options)
  object.metadata.deletionTimestamp = timeOf(core.parts.clock.now())
  kind.rules.markDeleting?.(object)
  return false
}

function begin({ kind, core }: Call, object: KubeObject, askedSeconds: number | undefined): void {
  const { metadata } = object
  const graceSeconds = kind.rules.graceSeconds?.(object, askedSeconds) ?? 0
  if ((metadata.generation ?? 0) > 0) metadata.generation = (metadata.generation ?? 0) + 1
  metadata.deletionTimestamp = timeOf(core.parts.clock.now() + graceSeconds * 1000)
  metadata.deletionGracePeriodSeconds = graceSeconds
  kind.rules.markDeleting?.(object)
}

/** Shortens the grace, counted from when it began; what should be over by now still gets a second to end in order. */
function hurry({ core }: Call, metadata: Meta, seconds: number): void {
  const now = core.parts.clock.now()
  const beganMs =
    Date.parse(metadata.deletionTimestamp as string) - (metadata.deletionGracePeriodSeconds ?? 0) * 1000
  const endsMs = beganMs + seconds * 1000
  metadata.deletionTimestamp = timeOf(Math.max(now, endsMs))
  metadata.deletionGracePeriodSeconds = endsMs < now && seconds > 0 ? 1 : seconds
}

const collectorFinalizers = { Orphan: 'orphan', Foreground: 'foregroundDeletion' } as const

/** What becomes of the objects that belong to this one: as asked, as its finalizers say, or as is usual for its kind. */
function propagationOf({ propagation }: KindDef, { finalizers = [] }: Meta, options: DeleteOptions): string {
  const { orphanDependents, propagationPolicy } = options
  if (propagation === 'Unsupported') return 'Background'
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background'
  if (propagationPolicy !== undefined) return propagationPolicy
  const held = Object.entries(collectorFinalizers).find(([, finalizer]) => finalizers.includes(finalizer))
  return held?.[0] ?? propagation ?? 'Background'
}

/** Orphaning and foreground deletion are asked of the garbage collector by finalizers. */
function settlePropagation(kind: KindDef, metadata: Meta, options: DeleteOptions): void {
  const policy = propagationOf(kind, metadata, options)
  const wanted = policy === 'Orphan' || policy === 'Foreground' ? collectorFinalizers[policy] : undefined
  const known: readonly string[] = Object.values(collectorFinalizers)
  const kept = (metadata.finalizers ?? []).filter((one) => one === wanted || !known.includes(one))
  const finalizers = wanted === undefined || kept.includes(wanted) ? kept : [...kept, wanted]
  if (finalizers.length === 0) delete metadata.finalizers
  else metadata.finalizers = finalizers
}

function mayGo({ kind }: Call, object: KubeObject): boolean {
  return (object.metadata.finalizers?.length ?? 0) === 0 && !(kind.rules.holdsDeletion?.(object) ?? false)
}
