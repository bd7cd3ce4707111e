import { type FieldError, notSupported, required } from '#base/field-error'

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** Faults of the effect of a taint. */
export function* effectErrors(effect: string, path: string): Iterable<FieldError> {
  if (effect === '') yield required(path)
  else if (!effects.includes(effect)) yield notSupported(path, effect, effects)
}
