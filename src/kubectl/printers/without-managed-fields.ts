import type { Json } from '#schema/object'
import { listItems } from './list-items.ts'

/** The same object (or list of objects) without the record of who manages which field. */
export function withoutManagedFields(value: Json): Json {
  const items = listItems(value)
  if (items) return { ...(value as { [key: string]: Json }), items: items.map(withoutManagedFields) }
  const { metadata, ...rest } = value as { metadata?: { [key: string]: Json } }
  if (!metadata || !('managedFields' in metadata)) return value
  const { managedFields: _managedFields, ...kept } = metadata
  return { ...rest, metadata: kept }
}

/** A value as a format shows it: JSON and YAML leave out who owns which fields, unless told to keep it. */
export const shownIn = (output: string, keeps: boolean, value: Json): Json =>
  keeps || (output !== 'json' && output !== 'yaml') ? value : withoutManagedFields(value)
