import { isApiError } from '#base/errors'
import type {
  ConfigMap,
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  Pod,
  Secret,
  SecretVolumeSource,
  Volume,
  VolumeProjection,
} from '#kinds/gen/core-v1'
import { fieldValue } from '../env/field-value.ts'
import { containerNamed, resourceValue } from '../env/resource-value.ts'
import type { NodeFacts } from '../contract.ts'
import { checkPath, type Payload, pickFiles, type VolumeFile, VolumeError } from './payload.ts'

/** What files of volumes are taken from. */
export interface FileSources {
  readonly configMap: (namespace: string, name: string) => Promise<ConfigMap>
  readonly secret: (namespace: string, name: string) => Promise<Secret>
  readonly node: NodeFacts
}

type Wanted = {
  readonly items?: ConfigMapVolumeSource['items']
  readonly defaultMode?: number
  readonly optional?: boolean
}

const text = (value: string) => new TextEncoder().encode(value)
const bytes = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

/** The object, or undefined for an optional one that is not there. */
async function found<T>(get: Promise<T>, optional: boolean | undefined): Promise<T | undefined> {
  try {
    return await get
  } catch (error) {
    if (optional === true && isApiError(error, 'NotFound')) return undefined
    throw error
  }
}

async function configMapFiles(
  pod: Pod,
  name: string,
  wanted: Wanted,
  { configMap }: FileSources,
): Promise<Payload> {
  const object = await found(configMap(pod.metadata.namespace ?? '', name), wanted.optional)
  const data = new Map<string, Uint8Array>([
    ...Object.entries(object?.data ?? {}).map(([key, value]) => [key, text(value)] as const),
    ...Object.entries(object?.binaryData ?? {}).map(([key, value]) => [key, bytes(value)] as const),
  ])
  return pickFiles(data, wanted.items, wanted.defaultMode, wanted.optional === true)
}

async function secretFiles(
  pod: Pod,
  name: string,
  wanted: Wanted,
  { secret }: FileSources,
): Promise<Payload> {
  const object: Partial<Secret> | undefined = await found(
    secret(pod.metadata.namespace ?? '', name),
    wanted.optional,
  )
  const data = new Map(Object.entries(object?.data ?? {}).map(([key, value]) => [key, bytes(value)] as const))
  return pickFiles(data, wanted.items, wanted.defaultMode, wanted.optional === true)
}

function downwardFiles(
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number | undefined,
  { node }: FileSources,
): Payload {
  const files = new Map<string, VolumeFile>()
  for (const { path, fieldRef, resourceFieldRef, mode } of items) {
    checkPath(path)
    const container = resourceFieldRef && containerNamed(pod, resourceFieldRef.containerName ?? '')
    const value = fieldRef
      ? fieldValue(pod, fieldRef.fieldPath, { hostIPs: [], podIPs: [] })
      : container && resourceValue(container, resourceFieldRef, node.capacity)
    if (value === undefined) throw new VolumeError(`cannot tell what ${path} shall hold`)
    files.set(path, { data: text(value), mode: mode ?? defaultMode ?? 0o644 })
  }
  return files
}

async function projectedFiles(
  pod: Pod,
  part: VolumeProjection,
  defaultMode: number | undefined,
  sources: FileSources,
): Promise<Payload> {
  const mode = defaultMode === undefined ? {} : { defaultMode }
  if (part.configMap)
    return await configMapFiles(pod, part.configMap.name ?? '', { ...part.configMap, ...mode }, sources)
  if (part.secret) return await secretFiles(pod, part.secret.name ?? '', { ...part.secret, ...mode }, sources)
  if (part.downwardAPI) return downwardFiles(pod, part.downwardAPI.items ?? [], defaultMode, sources)
  throw new VolumeError('no volume plugin matched')
}

const secretWanted = ({ secretName = '', ...wanted }: SecretVolumeSource) => [secretName, wanted] as const

/** The files of a volume that comes from the API; undefined for a volume of another sort. */
export async function apiFiles(pod: Pod, volume: Volume, sources: FileSources): Promise<Payload | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap) return await configMapFiles(pod, configMap.name ?? '', configMap, sources)
  if (secret) return await secretFiles(pod, ...secretWanted(secret), sources)
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items ?? [], downwardAPI.defaultMode, sources)
  if (projected === undefined) return undefined
  const files = new Map<string, VolumeFile>()
  for (const part of projected.sources ?? []) {
    for (const [path, file] of await projectedFiles(pod, part, projected.defaultMode, sources))
      files.set(path, file)
  }
  return files
}
