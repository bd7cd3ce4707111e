import { isApiError } from '#base/errors'
import type {
  ConfigMap,
  DownwardAPIVolumeFile,
  Pod,
  Secret,
  ServiceAccountTokenProjection,
  Volume,
  VolumeProjection,
} from '#kinds/gen/core-v1'
import { fieldValue } from '../env/field-value.ts'
import { containerNamed, resourceValue } from '../env/resource-value.ts'
import type { NodeFacts } from '../contract.ts'
import type { AccountTokens } from './account-tokens.ts'
import { type Payload, pickFiles, type Selection, type VolumeFile, VolumeError } from './payload.ts'

/** What files of volumes are taken from. */
export interface FileSources {
  readonly configMap: (namespace: string, name: string) => Promise<ConfigMap>
  readonly secret: (namespace: string, name: string) => Promise<Secret>
  readonly tokens: Pick<AccountTokens, 'get'>
  readonly node: Pick<NodeFacts, 'capacity' | 'allocatable'>
}

const modeDefault = 0o644
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
  wanted: Selection,
  { configMap }: FileSources,
): Promise<Payload> {
  const object = await found(configMap(pod.metadata.namespace ?? '', name), wanted.optional)
  const data = new Map<string, Uint8Array>([
    ...Object.entries(object?.data ?? {}).map(([key, value]) => [key, text(value)] as const),
    ...Object.entries(object?.binaryData ?? {}).map(([key, value]) => [key, bytes(value)] as const),
  ])
  return pickFiles(data, wanted, 'configmap references non-existent config key')
}

async function secretFiles(
  pod: Pod,
  name: string,
  wanted: Selection,
  { secret }: FileSources,
): Promise<Payload> {
  const object: Partial<Secret> | undefined = await found(
    secret(pod.metadata.namespace ?? '', name),
    wanted.optional,
  )
  const data = new Map(Object.entries(object?.data ?? {}).map(([key, value]) => [key, bytes(value)] as const))
  return pickFiles(data, wanted, 'references non-existent secret key')
}

function downwardFiles(
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[],
  defaultMode: number = modeDefault,
  { node }: FileSources,
): Payload {
  const capacity = node.allocatable ?? node.capacity
  const files = new Map<string, VolumeFile>()
  for (const { path, fieldRef, resourceFieldRef, mode } of items) {
    const container = resourceFieldRef && containerNamed(pod, resourceFieldRef.containerName ?? '')
    const value = fieldRef
      ? fieldValue(pod, fieldRef.fieldPath, { hostIPs: [], podIPs: [] })
      : container && resourceValue(container, resourceFieldRef, capacity)
    if (value === undefined) throw new VolumeError(`cannot tell what ${path} shall hold`)
    files.set(path, { data: text(value), mode: mode ?? defaultMode })
  }
  return files
}

/** The user of all containers, when it is one and the same. */
export function userOfAll({ spec }: Pod): number | undefined {
  const users = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
    ({ securityContext }) => securityContext?.runAsUser ?? spec?.securityContext?.runAsUser,
  )
  return users.every((user) => user === users[0]) ? users[0] : undefined
}

/** A token is for whoever the containers run as, and nobody else where that is known. */
async function tokenFiles(
  pod: Pod,
  wish: ServiceAccountTokenProjection,
  defaultMode: number = modeDefault,
  { tokens }: FileSources,
): Promise<Payload> {
  const data = text(await tokens.get(pod, wish))
  const owner = userOfAll(pod)
  const isGuarded = owner !== undefined || pod.spec?.securityContext?.fsGroup !== undefined
  const mode = isGuarded ? 0o600 : defaultMode
  return new Map([[wish.path, { data, mode, ...(owner !== undefined && { owner }) }]])
}

async function projectedFiles(
  pod: Pod,
  part: VolumeProjection,
  defaultMode: number | undefined,
  sources: FileSources,
): Promise<Payload> {
  const mode = defaultMode === undefined ? {} : { defaultMode }
  const { configMap, secret, downwardAPI, serviceAccountToken } = part
  if (configMap) return await configMapFiles(pod, configMap.name ?? '', { ...configMap, ...mode }, sources)
  if (secret) return await secretFiles(pod, secret.name ?? '', { ...secret, ...mode }, sources)
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items ?? [], defaultMode, sources)
  if (serviceAccountToken) return await tokenFiles(pod, serviceAccountToken, defaultMode, sources)
  throw new VolumeError(`projected source ${Object.keys(part)[0] ?? ''} is not supported by this node`)
}

/** The files of a volume that comes from the API; undefined for a volume of another sort. */
export async function apiFiles(pod: Pod, volume: Volume, sources: FileSources): Promise<Payload | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap) return await configMapFiles(pod, configMap.name ?? '', configMap, sources)
  if (secret) return await secretFiles(pod, secret.secretName ?? '', secret, sources)
  if (downwardAPI) return downwardFiles(pod, downwardAPI.items ?? [], downwardAPI.defaultMode, sources)
  if (projected === undefined) return undefined
  const files = new Map<string, VolumeFile>()
  for (const part of projected.sources ?? []) {
    for (const [path, file] of await projectedFiles(pod, part, projected.defaultMode, sources))
      files.set(path, file)
  }
  return files
}
