import { badRequest, conflict, isApiError, modified } from '#base/errors'
import type { HttpResponse } from '#base/http'
import type { Json, KubeObject } from '#schema/object'
import { isPlainObject } from '#schema/plain'
import { bodyBytesMax } from '../body.ts'
import type { Call } from '../call.ts'
import { writeOptions } from '../options.ts'
import { applyConfig, type Config } from '../ownership/apply-config.ts'
import type { Own } from '../ownership/own.ts'
import { parseYaml } from '../parse-yaml.ts'
import { answerObject } from '../present.ts'
import { isTrue } from '../request-info.ts'
import type { Entry } from '../watch-cache/entry.ts'
import { createObject, settleName } from './create.ts'
import { changeObject } from './update.ts'

/** The media type of a configuration that is applied. */
export const applyMediaType = 'application/apply-patch+yaml'

/** The owners are settled where the configuration is applied. */
const settled: Own = () => {}

/** PATCH with a configuration: server-side apply. Makes the object where there is none. */
export async function applyPatch(call: Call): Promise<HttpResponse> {
  const { info, request } = call
  const options = writeOptions(info.query, 'PatchOptions', true)
  const value = readConfig(Buffer.from(await request.body(bodyBytesMax)).toString())
  const config = { value, fieldManager: options.fieldManager, force: isTrue(info.query.get('force')) }
  try {
    return await answerObject(call, await change(call, config, options.dryRun), 200)
  } catch (error) {
    if (!isApiError(error, 'NotFound') || info.subresource !== '') throw error
    return answerObject(call, await make(call, config, options.dryRun), 201)
  }
}

function readConfig(text: string): Record<string, Json> {
  let value: Json
  try {
    value = parseYaml(text)
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`, error)
  }
  if (isPlainObject(value)) return value
  const word = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  throw badRequest(
    `error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${word} into Go value of type map[string]interface {}`,
  )
}

/** True when the configuration names the state that it is for. */
const namesRevision = ({ value: { metadata } }: Config) =>
  isPlainObject(metadata as Json) && ((metadata as Record<string, Json>).resourceVersion ?? '') !== ''

function change(call: Call, config: Config, dryRun: boolean): Promise<Entry> {
  return changeObject(
    call,
    (old) => {
      const next = applyConfig(call, config, old)
      settleName(call, next)
      if (next.metadata.resourceVersion !== old.metadata.resourceVersion) {
        throw conflict(call.resource.ref, call.info.name, modified)
      }
      return next
    },
    { dryRun, isRetried: !namesRevision(config), own: settled },
  )
}

async function make(call: Call, config: Config, dryRun: boolean): Promise<Entry> {
  const { info, resource } = call
  const object: KubeObject = applyConfig(call, config, undefined)
  const { uid = '' } = object.metadata
  if (uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`
    throw conflict(resource.ref, info.name, why)
  }
  settleName(call, object)
  return createObject(call, object, dryRun, settled)
}
