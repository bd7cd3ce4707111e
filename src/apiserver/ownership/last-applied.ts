import { stringifyJson, parseJson } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'
import { compare } from '#schema/ownership/compare'
import type { Conflict } from '#schema/ownership/apply'
import { difference, type Fields, union } from '#schema/ownership/field-set'
import { fieldsOf } from '#schema/ownership/fields-of'
import { isPlainObject } from '#schema/plain'
import type { Version } from '#schema/ownership/write'

const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** The manager that takes over from client-side apply. */
export const kubectlManager = 'kubectl'

/** True when an object was last applied by a client. */
export const hasLastApplied = ({ metadata }: KubeObject): boolean =>
  (metadata.annotations?.[annotation] ?? '') !== ''

/** Keeps the client's record of what it applied in step with what the server has applied. */
export function setLastApplied(object: KubeObject, config: Json): void {
  const { metadata, ...rest } = config as { [member: string]: Json }
  const { [annotation]: _, ...annotations } =
    (metadata as { annotations?: Record<string, Json> }).annotations ?? {}
  const kept = {
    ...(metadata as Record<string, Json>),
    ...('annotations' in (metadata as object) && { annotations }),
  }
  const text = `${stringifyJson(sortedMembers({ ...rest, metadata: kept }))}\n`
  object.metadata.annotations = { ...object.metadata.annotations, [annotation]: text }
}

/** Members in the order of their names, as upstream writes objects that have no type. */
function sortedMembers(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedMembers)
  if (!isPlainObject(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map((name) => [name, sortedMembers(value[name] as Json)]))
}

/**
 * The conflicts that remain when kubectl turns from applying by itself to server-side apply: fields that it applied
 * before, and that are still as it applied them, are its own.
 */
export function conflictsLeft(
  conflicts: readonly Conflict[],
  live: KubeObject,
  liveValue: Json,
  { apiVersion, structure }: Version,
): Conflict[] {
  const last = readLastApplied(live)
  if (last === undefined || last.apiVersion !== apiVersion) return [...conflicts]
  const changed = compare(structure, last, liveValue)
  const changes = union(union(changed?.added, changed?.modified), changed?.removed)
  const own: Fields = difference(fieldsOf(structure, last), changes)
  return conflicts.flatMap((conflict) => {
    const fields = difference(conflict.fields, own)
    return fields === undefined ? [] : [{ ...conflict, fields }]
  })
}

function readLastApplied({ metadata }: KubeObject): { [member: string]: Json } | undefined {
  try {
    const value = parseJson(metadata.annotations?.[annotation] ?? '')
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
