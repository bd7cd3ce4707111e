import type { FieldError } from '#base/field-error'

/** The fault of a value that is not worth showing: it is the whole that is wrong. */
export const invalidState = (path: string, detail: string): FieldError => ({
  fault: 'FieldValueInvalid',
  path,
  body: `Invalid value: ${detail}`,
})
