import { ApiError, badRequest, conflict, modified } from '#base/errors'
import { invalid, invalidObject } from '#base/field-error'
import type { HttpResponse } from '#base/http'
import { applyJsonPatch, JsonPatchError, patchOperationsMax } from '#schema/json-patch'
import { DecodeError } from '#schema/decode'
import { JsonSyntaxError, noDuplicates, stringifyJson } from '#schema/json'
import { applyMergePatch } from '#schema/merge-patch'
import { isPlainObject } from '#schema/plain'
import type { Json, KubeObject } from '#schema/object'
import { applyStrategicMergePatch, StrategicPatchError } from '#schema/strategic-merge-patch'
import { bodyBytesMax, mediaTypeOf, understand, unsupportedMediaType } from '../body.ts'
import type { Call } from '../call.ts'
import { fromJson, readAs } from '../codec.ts'
import { writeOptions } from '../options.ts'
import { ownedByWriter } from '../ownership/own.ts'
import { settleNamespace } from '../prepare.ts'
import { answerObject } from '../present.ts'
import { applyMediaType, applyPatch } from './apply.ts'
import { settleName } from './create.ts'
import { changeObject } from './update.ts'

type Patch = (call: Call, object: Json, patch: Json) => Json

const patches: Readonly<Record<string, Patch>> = {
  'application/json-patch+json': (_call, object, patch) => applyJsonPatch(object, asOperations(patch)),
  'application/merge-patch+json': (_call, object, patch) => applyMergePatch(object, asObject(patch)),
  'application/strategic-merge-patch+json': (call, object, patch) =>
    applyStrategicMergePatch(call.kind.type, object, asObject(patch)),
}

function asObject(patch: Json): Json {
  if (isPlainObject(patch)) return patch
  throw cannotDecode(patch, 'map[string]interface {}')
}

/** @throws ApiError for what is no list, or a list that is too long. */
function asOperations(patch: Json): Json {
  if (!Array.isArray(patch)) throw cannotDecode(patch, '[]handlers.jsonPatchOp')
  const odd = patch.find((one) => !isPlainObject(one))
  if (odd !== undefined) throw cannotDecode(odd, 'handlers.jsonPatchOp')
  if (patch.length <= patchOperationsMax) return patch
  const limit = `The allowed maximum operations in a JSON patch is ${patchOperationsMax}, got ${patch.length}`
  throw new ApiError('RequestEntityTooLarge', `Request entity too large: ${limit}`)
}

function cannotDecode(patch: Json, type: string): ApiError {
  const word = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch
  return badRequest(`error decoding patch: json: cannot unmarshal ${word} into Go value of type ${type}`)
}

/** PATCH of an object or of one of its views; the patch is applied again when another write came between. */
export async function patch(call: Call): Promise<HttpResponse> {
  if (mediaTypeOf(call.request.headers) === applyMediaType) return applyPatch(call)
  const read = patchReader(call)
  const options = writeOptions(call.info.query, 'PatchOptions')
  const { next, isRetried } = await read()
  const own = ownedByWriter(call, options.fieldManager)
  const entry = await changeObject(call, next, { dryRun: options.dryRun, isRetried, own })
  return answerObject(call, entry, 200)
}

/** A patch as a way from one state to the next. */
export interface PatchChange {
  /** @throws ApiError for a patch that does not fit the state. */
  readonly next: (old: KubeObject) => KubeObject
  /** False for a patch that names the state which it is for. */
  readonly isRetried: boolean
}

/** How the patch of a request is read, by its media type. @throws ApiError UnsupportedMediaType. */
export function patchReader(call: Call): () => Promise<PatchChange> {
  const { info, request, resource } = call
  const apply = patches[mediaTypeOf(request.headers)]
  if (apply === undefined) throw unsupportedMediaType([...Object.keys(patches), applyMediaType])
  return async () => {
    const change = parsePatch(Buffer.from(await request.body(bodyBytesMax)).toString())
    call.audit?.sentValue(change)
    const isRetried = !setsRevision(change)
    const next = (old: KubeObject) => {
      const object = patched(call, apply, old, change)
      if (!isRetried && object.metadata.resourceVersion !== old.metadata.resourceVersion) {
        throw conflict(resource.ref, info.name, modified)
      }
      return object
    }
    return { next, isRetried }
  }
}

function parsePatch(text: string): Json {
  try {
    return fromJson(text).value
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badRequest(`error decoding patch: ${error.message}`, error)
    throw error
  }
}

/** True when the patch names the state that it is for: then it is not tried on another. */
function setsRevision(change: Json): boolean {
  if (Array.isArray(change))
    return change.some((one) => isPlainObject(one) && one.path === '/metadata/resourceVersion')
  const { metadata } = isPlainObject(change) ? change : { metadata: null }
  return (
    isPlainObject(metadata as Json) && typeof (metadata as Record<string, Json>).resourceVersion === 'string'
  )
}

function patched(call: Call, apply: Patch, old: KubeObject, change: Json): KubeObject {
  const { kind, info } = call
  let result: Json
  try {
    result = apply(call, old as unknown as Json, change)
  } catch (error) {
    if (error instanceof JsonPatchError) {
      const words = 'the server rejected our request due to an error in our request'
      throw new ApiError('Invalid', words, { cause: error, details: {} })
    }
    if (error instanceof StrategicPatchError) throw badRequest(error.message, error)
    throw error
  }
  const object = readPatched(call, result)
  settleName(call, object)
  if (kind.namespaced && object.metadata.namespace !== info.namespace) settleNamespace(call, object)
  return object
}

/** Reads the outcome of a patch. @throws ApiError Invalid for one that is no object of the kind. */
function readPatched(call: Call, result: Json): KubeObject {
  const { kind, info } = call
  const { kind: named, apiVersion } = isPlainObject(result) ? result : {}
  if (named !== kind.kind || apiVersion !== kind.apiVersion)
    return understand(call, kind, { value: result, duplicates: noDuplicates })
  try {
    const { object, complaints } = readAs(kind, { value: result, duplicates: noDuplicates })
    const validation = info.query.get('fieldValidation') ?? 'Warn'
    if (complaints.length > 0 && validation === 'Strict') {
      throw unreadable(result, `strict decoding error: ${complaints.join(', ')}`)
    }
    if (validation === 'Warn' || validation === '') call.warnings.push(...complaints)
    return object
  } catch (error) {
    throw error instanceof DecodeError ? unreadable(result, error.message) : error
  }
}

const unreadable = (result: Json, why: string) =>
  invalidObject('', '', '', [invalid('patch', stringifyJson(result), why)])
