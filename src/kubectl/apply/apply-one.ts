import { isApiError } from '#base/errors'
import type { Client } from '#client'
import { stringifyJson } from '#schema/json'
import { threeWayMergePatch } from '#schema/merge-patch'
import type { Json, KubeObject } from '#schema/object'
import { threeWayStrategicPatch } from '#schema/strategic-diff'
import { whileDoing } from '../error-text.ts'
import type { Manifest } from '../manifests/manifest.ts'
import { typeOf } from '../write/type-of.ts'
import type { DryRun, Validation } from '../write-flags.ts'
import { lastApplied, withLastApplied } from './last-applied.ts'
import { placeOf } from '../resources/place-of.ts'

/** How to apply. */
export interface ApplyOptions {
  readonly client: Client
  readonly dryRun: DryRun
  readonly validation: Validation
  readonly fieldManager: string
  /** Delete and create anew what cannot be changed. */
  readonly force: boolean
  /** Told what is odd. */
  readonly warn: (text: string) => void
}

/** What became of an object. */
export interface Applied {
  readonly object: KubeObject
  readonly done: 'created' | 'configured' | 'unchanged'
}

type Members = { [key: string]: Json }

const triesMax = 5

/** Makes the server's object what the manifest says, leaving alone what others have set. */
export async function applyOne(manifest: Manifest, options: ApplyOptions): Promise<Applied> {
  const wanted = withLastApplied(manifest.object)
  for (let attempt = 1; ; attempt++) {
    const current = await find(manifest, options)
    if (!current) return create(manifest, wanted, options)
    try {
      return await change(manifest, wanted, current, options)
    } catch (error) {
      if (isApiError(error, 'Conflict') && attempt < triesMax) continue
      if (options.force && (isApiError(error, 'Conflict') || isApiError(error, 'Invalid')))
        return recreate(manifest, wanted, options)
      throw error
    }
  }
}

async function find(manifest: Manifest, { client }: ApplyOptions): Promise<KubeObject | undefined> {
  const { resource, name, source } = manifest
  try {
    return await client.get<KubeObject>(resource, name, placeOf(manifest))
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw whileDoing(
      error,
      `error when retrieving current configuration of:\n${described(manifest)}\nfrom server for: ${JSON.stringify(source)}`,
    )
  }
}

async function create(manifest: Manifest, wanted: KubeObject, options: ApplyOptions): Promise<Applied> {
  const { client, dryRun, fieldManager, validation } = options
  if (dryRun === 'client') return { object: wanted, done: 'created' }
  const params = {
    ...placeOf(manifest),
    dryRun: dryRun === 'server',
    fieldManager,
    fieldValidation: validation,
  }
  try {
    return { object: await client.create(manifest.resource, wanted, params), done: 'created' }
  } catch (error) {
    throw whileDoing(error, `error when creating ${JSON.stringify(manifest.source)}`)
  }
}

async function change(
  manifest: Manifest,
  wanted: KubeObject,
  current: KubeObject,
  { client, dryRun, fieldManager, validation, warn }: ApplyOptions,
): Promise<Applied> {
  const { resource, name, source } = manifest
  const original = current.metadata.annotations?.[lastApplied]
  if (original === undefined) warn(neverApplied(manifest))
  if (dryRun === 'client') return { object: wanted, done: 'configured' }
  const { patch, isStrategic } = await patchOf(manifest, original, wanted, current)
  if (Object.keys(patch).length === 0) return { object: current, done: 'unchanged' }
  const type = isStrategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json'
  const params = {
    ...placeOf(manifest),
    dryRun: dryRun === 'server',
    fieldManager,
    fieldValidation: validation,
  }
  try {
    return { object: await client.patch(resource, name, type, patch, params), done: 'configured' }
  } catch (error) {
    throw whileDoing(
      error,
      `error when applying patch:\n${stringifyJson(patch)}\nto:\n${described(manifest)}\nfor: ${JSON.stringify(source)}: error when patching ${JSON.stringify(source)}`,
    )
  }
}

async function patchOf(
  manifest: Manifest,
  original: string | undefined,
  wanted: KubeObject,
  current: KubeObject,
) {
  const type = await typeOf(manifest.resource)
  const texts = [JSON.parse(original ?? '{}'), wanted, current] as unknown as [Members, Members, Members]
  const patch = type ? threeWayStrategicPatch(type, ...texts) : threeWayMergePatch(...texts)
  return { patch, isStrategic: type !== undefined }
}

async function recreate(manifest: Manifest, wanted: KubeObject, options: ApplyOptions): Promise<Applied> {
  const { resource, name } = manifest
  await options.client.delete(resource, name, {
    ...placeOf(manifest),
    gracePeriodSeconds: 0,
    propagationPolicy: 'Background',
  })
  const { done: _, ...made } = await create(manifest, wanted, options)
  return { ...made, done: 'configured' }
}

const neverApplied = ({ resource, name }: Manifest) =>
  `resource ${resource.plural}/${name} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`

function described({ resource, name, namespace = '' }: Manifest): string {
  const { group, version, plural, kind } = resource
  const gvr = JSON.stringify(`${group}/${version}, Resource=${plural}`)
  const gvk = JSON.stringify(`${group}/${version}, Kind=${kind}`)
  return `Resource: ${gvr}, GroupVersionKind: ${gvk}\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`
}
