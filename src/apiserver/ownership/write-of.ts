import { timeOf } from '#base/time'
import type { KindDef } from '#kinds/define'
import { canonical } from '#schema/canonical'
import type { Json, KubeObject } from '#schema/object'
import { structureOfType } from '#schema/ownership/structure'
import type { OtherVersion, Write } from '#schema/ownership/write'
import type { Call } from '../call.ts'
import { unwritten } from './unwritten.ts'
import { managerName } from './manager-name.ts'

/** What ownership needs to know of a request that writes. */
export function writeOf(call: Call, fieldManager: string): Write {
  const { core, kind, info, request } = call
  return {
    version: { apiVersion: kind.apiVersion, structure: structureOfType(kind.type) },
    other: (apiVersion) => otherVersion(call, apiVersion),
    manager: managerName(fieldManager, request.headers['user-agent'] ?? ''),
    subresource: info.subresource,
    ...unwritten(kind, info.subresource),
    time: timeOf(core.parts.clock.now()),
  }
}

/** Another version in which the same stored objects are served. */
function otherVersion({ core, kind, resource }: Call, apiVersion: string): OtherVersion | undefined {
  const other = core.registry.all.find(
    (one) => one.kind.apiVersion === apiVersion && one.directory === resource.directory,
  )?.kind
  if (other === undefined) return undefined
  return {
    apiVersion,
    structure: structureOfType(other.type),
    convert(object) {
      const copied = structuredClone(object) as unknown as KubeObject
      const stored = kind.convert?.toStored(copied) ?? copied
      return plain(other.type, other.convert?.fromStored(stored) ?? stored)
    },
  }
}

const empties = new WeakMap<KindDef, Json>()

/** The form of an object that is not there yet. */
export function emptyPlain(kind: KindDef): Json {
  let empty = empties.get(kind)
  if (empty === undefined) {
    empty = plain(kind.type, { metadata: {} })
    empties.set(kind, empty)
  }
  return empty
}

/** An object as upstream's encoder would show it: the form in which owned fields are told. */
export function plain(type: Call['kind']['type'], object: KubeObject): Json {
  const { managedFields: _, ...metadata } = object.metadata
  return canonical(type, { ...object, metadata }) as unknown as Json
}
