import { goType, jsonWord } from './go-words.ts'
import type { Duplicates } from './json.ts'
import type { Json } from './object.ts'
import type { Shape } from './type.ts'

/** A value of the wrong JSON type or form; the message is in the words of Go's decoder. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}

/** Where the decoder stands, and what it found so far. */
export interface Context {
  /** With indexes and map keys. */
  readonly path: (string | number)[]
  /** Field names only. */
  readonly fields: string[]
  /** Short name of the innermost struct that a field was entered in. */
  struct: string
  readonly strict: string[]
  readonly duplicates: Duplicates
  /** The first fault; decoding goes on, as upstream's does. */
  fault: DecodeError | undefined
}

/** The full path of a member of the value that the decoder stands at: `spec.containers[0].foo`. */
export function fieldName(context: Context, name: string): string {
  let text = ''
  for (const step of context.path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? step : `.${step}`
  }
  return text === '' ? name : `${text}.${name}`
}

/** Notes a fault, unless there was one before. */
export function fail(context: Context, message: string): undefined {
  context.fault ??= new DecodeError(message)
}

/** The field that the decoder stands in, as Go's messages name it. */
export const inField = (context: Context): string =>
  context.struct === '' ? 'Go value' : `Go struct field ${context.struct}.${context.fields.join('.')}`

/** Notes a value of the wrong JSON type; `number` with its digits when only its size or form is wrong. */
export function wrongType(context: Context, value: Json, wanted: Shape, shown = jsonWord(value)): undefined {
  return fail(context, `json: cannot unmarshal ${shown} into ${inField(context)} of type ${goType(wanted)}`)
}
