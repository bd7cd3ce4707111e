import { copy } from '#schema/copy'
import { equal } from '#schema/equal'
import type { KubeObject } from '#schema/object'
import type { Rules } from './define.ts'

/** What the common split of spec and status may be told of a kind. */
export interface SpecStatusOptions<T> {
  /** The status that a new object has, whatever its author sends; absent: none. */
  newStatus?(object: T): unknown
  /** True for kinds that count the forms which their spec has had. */
  readonly hasGeneration?: boolean
  /** Fields of metadata that a write of the status leaves as they were. */
  readonly keptByStatus?: readonly ('labels' | 'annotations' | 'finalizers' | 'ownerReferences')[]
  /** Further work on a new object, or on a change through the main resource: dropping fields of features that are off. */
  settle?(next: T, old: T | undefined): void
}

type Parted = KubeObject & { spec?: unknown; status?: unknown }

function setOrDelete(object: Parted, field: 'spec' | 'status', value: unknown): void {
  if (value === undefined) delete object[field]
  else object[field] = copy(value)
}

function keepMetadata(next: KubeObject, old: KubeObject, fields: readonly string[]): void {
  const into = next.metadata as unknown as Record<string, unknown>
  const from = old.metadata as unknown as Record<string, unknown>
  for (const field of fields) {
    if (from[field] === undefined) delete into[field]
    else into[field] = copy(from[field])
  }
}

/**
 * The rules of kinds whose spec is written through the resource and whose status through its view: each keeps the
 * other's part as it was, and a changed spec adds one to the generation.
 */
export function specStatus<T extends KubeObject>(
  options: SpecStatusOptions<T> = {},
): Required<Pick<Rules<T>, 'prepareCreate' | 'prepareUpdate'>> {
  return {
    prepareCreate(object) {
      setOrDelete(object, 'status', options.newStatus?.(object))
      if (options.hasGeneration) object.metadata.generation = 1
      options.settle?.(object, undefined)
    },
    prepareUpdate(next: T & Parted, old: T & Parted, { subresource }) {
      if (subresource === 'status') {
        setOrDelete(next, 'spec', old.spec)
        keepMetadata(next, old, options.keptByStatus ?? [])
        return
      }
      setOrDelete(next, 'status', old.status)
      options.settle?.(next, old)
      const isChanged = options.hasGeneration === true && !equal(next.spec, old.spec)
      if (isChanged) next.metadata.generation = (old.metadata.generation ?? 0) + 1
    },
  }
}
