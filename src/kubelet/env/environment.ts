import { fromBase64 } from '#base/base64'
import { isApiError } from '#base/errors'
import type { ConfigMap, Container, EnvVar, EnvVarSource, Pod, Secret } from '#kinds/gen/core-v1'
import type { NodeFacts } from '../contract.ts'
import { StartError } from '../pod/problem.ts'
import { expand } from './expand.ts'
import { fieldValue, type Place } from './field-value.ts'
import { containerNamed, resourceValue } from './resource-value.ts'

/** What values of the environment are taken from. */
export interface EnvironmentSources {
  readonly configMap: (namespace: string, name: string) => Promise<ConfigMap>
  readonly secret: (namespace: string, name: string) => Promise<Secret>
  readonly place: Place
  readonly node: NodeFacts
}

const configError = (message: string, cause?: unknown) =>
  new StartError({ reason: 'CreateContainerConfigError', message }, cause === undefined ? {} : { cause })

/** The environment of a container. @throws StartError when something that it must have is not there. */
export async function environment(
  pod: Pod,
  container: Container,
  sources: EnvironmentSources,
): Promise<Map<string, string>> {
  const result = new Map<string, string>()
  for (const from of container.envFrom ?? []) {
    for (const [key, value] of await entriesOf(pod, from.configMapRef, from.secretRef, sources)) {
      result.set(`${from.prefix ?? ''}${key}`, value)
    }
  }
  for (const variable of container.env ?? []) {
    const value = await valueOf(pod, container, variable, result, sources)
    if (value !== undefined) result.set(variable.name, value)
  }
  return result
}

type Ref = { readonly name?: string; readonly optional?: boolean }

async function entriesOf(
  pod: Pod,
  configMapRef: Ref | undefined,
  secretRef: Ref | undefined,
  sources: EnvironmentSources,
): Promise<[string, string][]> {
  if (configMapRef) {
    const found = await read(pod, configMapRef, sources.configMap)
    return Object.entries(found?.data ?? {})
  }
  if (secretRef === undefined) return []
  const found = await read(pod, secretRef, sources.secret)
  return Object.entries(found?.data ?? {}).map(([key, value]) => [key, fromBase64(value)])
}

/** The object, or undefined for an optional one that is not there. */
async function read<T>(
  pod: Pod,
  { name = '', optional }: Ref,
  get: (namespace: string, name: string) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await get(pod.metadata.namespace ?? '', name)
  } catch (error) {
    if (isApiError(error, 'NotFound') && optional === true) return undefined
    throw configError(error instanceof Error ? error.message : String(error), error)
  }
}

async function valueOf(
  pod: Pod,
  container: Container,
  { name, value, valueFrom }: EnvVar,
  before: ReadonlyMap<string, string>,
  sources: EnvironmentSources,
): Promise<string | undefined> {
  if (valueFrom === undefined) return expand(value ?? '', (other) => before.get(other))
  const { fieldRef, resourceFieldRef } = valueFrom
  if (fieldRef) {
    const text = fieldValue(pod, fieldRef.fieldPath, sources.place)
    if (text === undefined) throw configError(`unsupported fieldPath: ${fieldRef.fieldPath}`)
    return text
  }
  if (resourceFieldRef) {
    const of = resourceFieldRef.containerName
      ? containerNamed(pod, resourceFieldRef.containerName)
      : container
    const text = of && resourceValue(of, resourceFieldRef, sources.node.capacity)
    if (text === undefined) throw configError(`unsupported resource of environment variable ${name}`)
    return text
  }
  return await keyValue(pod, valueFrom, sources)
}

async function keyValue(
  pod: Pod,
  { configMapKeyRef, secretKeyRef }: EnvVarSource,
  sources: EnvironmentSources,
): Promise<string | undefined> {
  const { namespace } = pod.metadata
  if (configMapKeyRef) {
    const found = await read(pod, configMapKeyRef, sources.configMap)
    const text = found?.data?.[configMapKeyRef.key]
    if (text !== undefined || configMapKeyRef.optional === true) return text
    throw configError(
      `couldn't find key ${configMapKeyRef.key} in ConfigMap ${namespace}/${configMapKeyRef.name}`,
    )
  }
  if (secretKeyRef === undefined) return undefined
  const found = await read(pod, secretKeyRef, sources.secret)
  const text = found?.data?.[secretKeyRef.key]
  if (text !== undefined) return fromBase64(text)
  if (secretKeyRef.optional === true) return undefined
  throw configError(`couldn't find key ${secretKeyRef.key} in Secret ${namespace}/${secretKeyRef.name}`)
}
