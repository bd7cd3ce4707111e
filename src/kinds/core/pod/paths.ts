import { type FieldError, invalid } from '#base/field-error'

/** Faults of a path that must not lead upwards. */
export function* backstepErrors(text: string, path: string): Iterable<FieldError> {
  if (text.split('/').includes('..')) yield invalid(path, text, "must not contain '..'")
}

/** Faults of a path that must stay below where it starts. */
export function* descendingPathErrors(text: string, path: string): Iterable<FieldError> {
  if (text.startsWith('/')) yield invalid(path, text, 'must be a relative path')
  yield* backstepErrors(text, path)
}

/** Faults of a path below a volume, where names with two leading dots are the kubelet's own. */
export function* volumePathErrors(text: string, path: string): Iterable<FieldError> {
  yield* descendingPathErrors(text, path)
  if (text.startsWith('..') && !text.startsWith('../')) {
    yield invalid(path, text, "must not start with '..'")
  }
}

/** Faults of the mode of files. */
export function* modeErrors(mode: number | undefined, path: string): Iterable<FieldError> {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) {
    yield invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')
  }
}
