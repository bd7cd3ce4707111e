import { copyOf } from '../registry/resource.ts'
import { badRequest, conflict, modified } from '#base/errors'
import { invalidObject } from '#base/field-error'
import type { HttpResponse } from '#base/http'
import { scale, scaleErrors, scaleOf, setScale } from '#kinds/autoscaling/scale'
import { validateMeta } from '#kinds/meta'
import { toJson } from '#schema/encode'
import { SelectorSyntaxError } from '#schema/label-selector'
import type { KubeObject } from '#schema/object'
import { readObject } from '../body.ts'
import type { Call } from '../call.ts'
import { writeOptions } from '../options.ts'
import { ownedByWriter } from '../ownership/own.ts'
import { settleNamespace } from '../prepare.ts'
import { answerObject } from '../present.ts'
import { settleName } from '../verbs/create.ts'
import { readEntry } from '../verbs/get.ts'
import { patchReader } from '../verbs/patch.ts'
import { changeObject } from '../verbs/update.ts'
import { type Entry, entryOf } from '../watch-cache/entry.ts'

/** GET, PUT and PATCH of an object's scale: the number of pods that it wants, and nothing else of it. */
export async function scaleView(call: Call): Promise<HttpResponse> {
  // The body and the answer are of the scale's own kind; what is stored is the object.
  const view = { ...call, kind: scale }
  if (call.info.verb === 'get') return answerObject(view, shown(call, await readEntry(call)), 200)
  const entry = call.info.verb === 'update' ? await replace(call, view) : await patchScale(call, view)
  return answerObject(view, shown(call, entry), 200)
}

/** The scale of a stored object, as a client reads it. */
function shown({ kind }: Call, { key, object, revision }: Entry): Entry {
  const value = readScale(kind, object)
  const { resourceVersion: _, ...metadata } = value.metadata
  const text = toJson(scale.type, { kind: scale.kind, apiVersion: scale.apiVersion, ...value, metadata })
  return entryOf(scale, key, text, revision, value)
}

function readScale(kind: Call['kind'], object: Readonly<KubeObject>): KubeObject {
  try {
    return scaleOf(kind, object)
  } catch (error) {
    throw error instanceof SelectorSyntaxError ? badRequest(error.message, error) : error
  }
}

async function replace(call: Call, view: Call): Promise<Entry> {
  const options = writeOptions(call.info.query, 'UpdateOptions')
  const sent = await readObject(view, scale)
  settleName(view, sent)
  settleNamespace(view, sent)
  const isRetried = (sent.metadata.resourceVersion ?? '') === ''
  const own = ownedByWriter(call, options.fieldManager)
  return changeObject(call, (old) => scaled(call, old, sent), { dryRun: options.dryRun, isRetried, own })
}

async function patchScale(call: Call, view: Call): Promise<Entry> {
  const read = patchReader(view)
  const options = writeOptions(call.info.query, 'PatchOptions')
  const { next, isRetried } = await read()
  const own = ownedByWriter(call, options.fieldManager)
  const change = (old: KubeObject) => {
    const now = { ...readScale(call.kind, old), kind: scale.kind, apiVersion: scale.apiVersion }
    return scaled(call, old, next(now))
  }
  return changeObject(call, change, { dryRun: options.dryRun, isRetried, own })
}

/** The object with the number that a scale wants. @throws ApiError Invalid, Conflict. */
function scaled({ kind, info, resource }: Call, object: KubeObject, wanted: KubeObject): KubeObject {
  const errors = [...validateMeta(scale, wanted), ...scaleErrors(wanted)]
  if (errors.length > 0) throw invalidObject(scale.group, scale.kind, info.name, errors)
  const { uid = '', resourceVersion = '' } = wanted.metadata
  if (uid !== '' && uid !== object.metadata.uid) {
    const ref = { group: kind.group, resource: `${kind.plural}/scale` }
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`
    throw conflict(ref, info.name, why)
  }
  if (resourceVersion !== '' && resourceVersion !== object.metadata.resourceVersion) {
    throw conflict(resource.ref, info.name, modified)
  }
  const next = copyOf(object)
  setScale(next, wanted)
  return next
}
