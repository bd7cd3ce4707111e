import { ApiError, badRequest } from '#base/errors'
import { DecodeError } from '#schema/decode'
import { noDuplicates } from '#schema/json'
import type { Json, KubeObject } from '#schema/object'
import { type Applied, apply } from '#schema/ownership/apply'
import { conflictText } from '#schema/ownership/conflict-text'
import { faultsOf } from '#schema/ownership/check'
import { type Owners, writeOwners } from '#schema/ownership/owners'
import { recordUpdate } from '#schema/ownership/record-update'
import type { Write } from '#schema/ownership/write'
import { isPlainObject } from '#schema/plain'
import type { Call } from '../call.ts'
import { readAs } from '../codec.ts'
import { copyOf } from '../registry/resource.ts'
import { conflictsLeft, hasLastApplied, kubectlManager, setLastApplied } from './last-applied.ts'
import { ownersOf, setOwners } from './own.ts'
import { plain, writeOf } from './write-of.ts'

/** A configuration as a client applies it. */
export interface Config {
  readonly value: Record<string, Json>
  readonly fieldManager: string
  readonly force: boolean
}

/** `apps/v1, Kind=Deployment` */
function typeText({ apiVersion, kind }: { apiVersion?: Json; kind?: Json }): string {
  const version = typeof apiVersion === 'string' ? apiVersion : ''
  const name = typeof kind === 'string' ? kind : ''
  return `${version.includes('/') || version === '' ? version || '/' : `/${version}`}, Kind=${name}`
}

/** @throws ApiError for a configuration that is not of this kind, or breaks its type. */
export function checkConfig({ kind, info }: Call, { value }: Config, write: Write): void {
  if (value.kind !== kind.kind || value.apiVersion !== kind.apiVersion) {
    throw badRequest(`invalid object type: ${typeText(value)}`)
  }
  const { metadata } = value
  if (isPlainObject(metadata as Json) && (metadata as Record<string, Json>).managedFields != null) {
    throw badRequest('metadata.managedFields must be nil')
  }
  const faults = [...faultsOf(write.version.structure, value)]
  if (faults.length === 0) return
  const what = `${info.namespace}/${info.name}; ${typeText(value)}`
  const text = faults.length === 1 ? faults[0] : `errors:\n${faults.map((one) => `  ${one}`).join('\n')}`
  throw new ApiError('', `failed to create typed patch object (${what}): ${text}`)
}

/** The owners before an apply: everything that has none yet was set by somebody before. */
function ownersBefore(call: Call, live: KubeObject | undefined, liveValue: Json, write: Write): Owners {
  const owners = ownersOf(live?.metadata)
  if (live === undefined || owners.size > 0) return owners
  const empty = plain(call.kind.type, { metadata: {} })
  return recordUpdate(owners, { ...write, manager: 'before-first-apply' }, empty, liveValue)
}

/**
 * The object that an apply makes of the stored one, or of nothing, with its owners.
 * @throws ApiError Conflict when fields of other owners would change and the apply is not forced.
 */
export function applyConfig(call: Call, config: Config, live: KubeObject | undefined): KubeObject {
  const { kind } = call
  const write = writeOf(call, config.fieldManager)
  checkConfig(call, config, write)
  const base = live ?? { kind: kind.kind, apiVersion: kind.apiVersion, metadata: {} }
  const liveValue = plain(kind.type, base)
  const owners = ownersBefore(call, live, liveValue, write)
  const applied = settle(
    call,
    config,
    write,
    base,
    apply(owners, write, liveValue, config.value, config.force),
  )
  const object = applied.isSame ? copyOf(base) : decoded(call, applied.object)
  if (config.fieldManager === kubectlManager && hasLastApplied(object)) setLastApplied(object, config.value)
  setOwners(object.metadata, writeOwners(applied.owners))
  return object
}

type Done = Exclude<Applied, { readonly conflicts: unknown }>

/** Takes an apply that succeeded, or forces one whose conflicts are with the client's own former applies. */
function settle({ kind }: Call, config: Config, write: Write, live: KubeObject, applied: Applied): Done {
  if (!('conflicts' in applied)) return applied
  const liveValue = plain(kind.type, live)
  const isKubectl = config.fieldManager === kubectlManager
  const left = isKubectl
    ? conflictsLeft(applied.conflicts, live, liveValue, write.version)
    : applied.conflicts
  if (left.length === 0) return apply(ownersOf(live.metadata), write, liveValue, config.value, true) as Done
  const { message, causes } = conflictText(left)
  throw new ApiError('Conflict', message, { details: { causes } })
}

/** Reads the outcome as an object of the kind. @throws ApiError for a value that its type does not take. */
function decoded({ kind }: Call, value: Json): KubeObject {
  try {
    return readAs(kind, { value, duplicates: noDuplicates }).object
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new ApiError('', `failed to convert new object to proper version: ${error.message}`)
  }
}
