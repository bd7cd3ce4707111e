import { type FieldError, invalid, tooLong } from '#base/field-error'
import { byteLength, labelValueFaults, qualifiedNameFaults } from './name-rules.ts'

/** Annotations of one object may have this many bytes, keys and values together. */
export const annotationBytesMax = 256 * 1024

/** Everything wrong with a map of labels. */
export function* validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
): Iterable<FieldError> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    for (const fault of qualifiedNameFaults(key)) yield invalid(path, key, fault)
    for (const fault of labelValueFaults(value)) yield invalid(path, value, fault)
  }
}

/** Everything wrong with a map of annotations. */
export function* validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): Iterable<FieldError> {
  let bytes = 0
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const fault of qualifiedNameFaults(key.toLowerCase())) yield invalid(path, key, fault)
    bytes += byteLength(key) + byteLength(value)
  }
  if (bytes > annotationBytesMax) yield tooLong(path, annotationBytesMax)
}
