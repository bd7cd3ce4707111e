import { dirname, isAbsolute, join } from 'node:path'
import { parseYaml } from '#apiserver'
import { decode, DecodeError } from '#schema/decode'
import { applyMergePatch } from '#schema/merge-patch'
import type { Json } from '#schema/object'
import { isPlainObject } from '#schema/plain'
import type { Field, TypeDef } from '#schema/type'
import { kubeletConfiguration } from './rows.ts'

type Mapping = { [key: string]: Json }

const version = 'kubelet.config.k8s.io/v1beta1'
const kind = 'KubeletConfiguration'

/** A configuration and what upstream's strict decoder says of it. */
export interface ReadConfiguration {
  readonly object: Mapping
  readonly strict: readonly string[]
}

/** Reads the text of a configuration file; relative paths in it are below its folder. @throws Error in upstream's words. */
export function readConfiguration(text: string, path: string): ReadConfiguration {
  if (text === '') throw new Error(`kubelet config file ${JSON.stringify(path)} was empty`)
  const value = mapping(text)
  const { apiVersion, kind: itsKind } = value
  if (!itsKind) throw new Error(`failed to decode: Object 'Kind' is missing in '${text}'`)
  if (!apiVersion) throw new Error(`failed to decode: Object 'apiVersion' is missing in '${text}'`)
  if (apiVersion !== version || itsKind !== kind)
    throw new Error(
      `failed to decode: no kind ${JSON.stringify(itsKind)} is registered for version ${JSON.stringify(apiVersion)}`,
    )
  const { object, strict } = decoded(value)
  return { object: withAbsolutePaths(object, dirname(path)), strict }
}

/** A configuration with a drop-in merged over it: lists are replaced, null takes away. @throws Error in upstream's words. */
export function mergeDropIn(base: ReadConfiguration, text: string, path: string): ReadConfiguration {
  const where = `failed to load kubelet dropin file, path: ${path}`
  try {
    const value = mapping(text)
    const { apiVersion, kind: itsKind } = value
    if (!itsKind || !apiVersion) throw new Error('no apiVersion/kind')
    if (apiVersion !== version || itsKind !== kind)
      throw new Error(`unknown apiVersion/kind: ${apiVersion as string}, Kind=${itsKind as string}`)
    const { object, strict } = decoded(applyMergePatch(base.object, value) as Mapping)
    return { object, strict: [...base.strict, ...strict] }
  } catch (error) {
    throw new Error(`${where}, ${(error as Error).message}`, { cause: error })
  }
}

/** What no file says. */
export const emptyConfiguration: ReadConfiguration = { object: { apiVersion: version, kind }, strict: [] }

function mapping(text: string): Mapping {
  let value: Json
  try {
    value = parseYaml(text)
  } catch (error) {
    throw new Error(`failed to decode: ${(error as Error).message}`, { cause: error })
  }
  if (!isPlainObject(value)) throw new Error('failed to decode: it is no mapping')
  return value
}

function decoded(value: Mapping): ReadConfiguration {
  try {
    return decode(kubeletConfiguration, value)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new Error(`failed to decode: ${error.message}`, { cause: error })
  }
}

const paths = [
  ['staticPodPath'],
  ['tlsCertFile'],
  ['tlsPrivateKeyFile'],
  ['resolvConf'],
  ['volumePluginDir'],
  ['podLogsDir'],
  ['authentication', 'x509', 'clientCAFile'],
]

function withAbsolutePaths(object: Mapping, folder: string): Mapping {
  const patch = paths.flatMap((names): Mapping[] => {
    const found = names.reduce<Json | undefined>((at, name) => (at as Mapping | undefined)?.[name], object)
    if (typeof found !== 'string' || found === '' || isAbsolute(found)) return []
    return [names.reduceRight<Json>((inner, name) => ({ [name]: inner }), join(folder, found)) as Mapping]
  })
  return patch.reduce<Mapping>((whole, one) => applyMergePatch(whole, one) as Mapping, object)
}

/** A field that holds no further fields, and its path. */
export interface Leaf {
  readonly path: string
  readonly value: Json
}

/** What a configuration sets. Fields that Go holds by value count as unset while they are zero. */
export function* leavesOf(
  object: Mapping,
  type: TypeDef = kubeletConfiguration,
  prefix = '',
): Generator<Leaf> {
  for (const field of type.fields) {
    const value = object[field.name]
    const path = `${prefix}${field.name}`
    const inner = structOf(field)
    if (value === undefined || path === 'kind' || path === 'apiVersion') continue
    if (inner) yield* leavesOf(value as Mapping, inner, `${path}.`)
    else if (field.pointer || value !== '0s') yield { path, value }
  }
}

/** Paths of all fields that hold no further fields. */
export function* leafPaths(type: TypeDef = kubeletConfiguration, prefix = ''): Generator<string> {
  for (const field of type.fields) {
    const path = `${prefix}${field.name}`
    const inner = structOf(field)
    if (path === 'kind' || path === 'apiVersion') continue
    if (inner) yield* leafPaths(inner, `${path}.`)
    else yield path
  }
}

function structOf({ shape }: Field): TypeDef | undefined {
  if (shape.is !== 'object') return undefined
  const type = shape.type()
  return type.special === undefined ? type : undefined
}
