import { ApiError, type StatusCause } from './errors.ts'

/** The kinds of field fault, with the words that upstream puts before the detail. */
export const faultText = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
} as const

/** A kind of field fault. */
export type Fault = keyof typeof faultText

/** One thing wrong with an object. Validation yields these and never throws. */
export interface FieldError {
  readonly fault: Fault
  /** `spec.containers[0].name` */
  readonly path: string
  /** Everything after `path: `, as upstream words it. */
  readonly body: string
}

/** A value as upstream quotes it in field errors: strings quoted, numbers and booleans bare, the rest as JSON. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  return JSON.stringify(value)
}

const withDetail = (text: string, detail: string) => (detail === '' ? text : `${text}: ${detail}`)

/** A field that must be set. */
export const required = (path: string, detail = ''): FieldError => ({
  fault: 'FieldValueRequired',
  path,
  body: withDetail('Required value', detail),
})
/** A value that breaks a rule. */
export const invalid = (path: string, value: unknown, detail: string): FieldError => ({
  fault: 'FieldValueInvalid',
  path,
  body: withDetail(`Invalid value: ${show(value)}`, detail),
})
/** A value of the wrong type. */
export const typeInvalid = (path: string, value: unknown, detail: string): FieldError => ({
  fault: 'FieldValueTypeInvalid',
  path,
  body: withDetail(`Invalid value: ${show(value)}`, detail),
})
/** A value that must stand once and stands again. */
export const duplicate = (path: string, value: unknown): FieldError => ({
  fault: 'FieldValueDuplicate',
  path,
  body: `Duplicate value: ${show(value)}`,
})
/** A value outside the closed set of a field. */
export const notSupported = (path: string, value: unknown, supported: readonly string[]): FieldError => ({
  fault: 'FieldValueNotSupported',
  path,
  body: withDetail(
    `Unsupported value: ${show(value)}`,
    supported.length === 0
      ? ''
      : `supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`,
  ),
})
/** A field that must not be set here, or must not change. */
export const fieldForbidden = (path: string, detail: string): FieldError => ({
  fault: 'FieldValueForbidden',
  path,
  body: withDetail('Forbidden', detail),
})
/** A reference to what is not there. */
export const fieldNotFound = (path: string, value: unknown): FieldError => ({
  fault: 'FieldValueNotFound',
  path,
  body: `Not found: ${show(value)}`,
})
/** A text with too many bytes. */
export const tooLong = (path: string, bytesMax: number): FieldError => ({
  fault: 'FieldValueTooLong',
  path,
  body: `Too long: may not be more than ${bytesMax} bytes`,
})
/** A list with too many items. */
export const tooMany = (path: string, count: number, countMax: number): FieldError => ({
  fault: 'FieldValueTooMany',
  path,
  body: `Too many: ${count}: must have at most ${countMax} items`,
})

const toCause = (error: FieldError): StatusCause => ({
  reason: error.fault,
  message: error.body,
  field: error.path,
})

/** 422 for an object with faults: one message that joins them all as upstream's aggregate does. */
export function invalidObject(
  group: string,
  kind: string,
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const qualifiedKind = group === '' ? kind : `${kind}.${group}`
  const texts = [...new Set(errors.map((error) => `${error.path}: ${error.body}`))]
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  return new ApiError('Invalid', `${qualifiedKind} ${JSON.stringify(name)} is invalid: ${joined}`, {
    details: {
      ...(name !== '' && { name }),
      ...(group !== '' && { group }),
      ...(kind !== '' && { kind }),
      causes: errors.map(toCause),
    },
  })
}
