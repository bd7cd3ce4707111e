import { parseDuration } from '#base/flags'
import { canonicalQuantity, quantityFault } from '#base/quantity'
import { canonicalMicroTime, canonicalTime, TimeSyntaxError } from '#base/time'
import { type Context, fail } from './decode-context.ts'
import { isInteger } from './decode-scalar.ts'
import { goType, jsonWord } from './go-words.ts'
import { stringifyJson } from './json.ts'
import type { Json } from './object.ts'
import type { TypeDef } from './type.ts'

/** These types have decoders of their own upstream, whose messages do not know the field. */
const bare = (context: Context, value: Json, type: string) =>
  fail(context, `json: cannot unmarshal ${jsonWord(value)} into Go value of type ${type}`)

/** Reads a value of a type with a JSON form of its own. */
export function readSpecial(type: TypeDef, value: Json, context: Context): Json | undefined {
  switch (type.special) {
    case 'quantity':
      return quantity(value, context)
    case 'time':
      return time(canonicalTime, value, context)
    case 'microtime':
      return time(canonicalMicroTime, value, context)
    case 'duration':
      return duration(value, context)
    case 'int-or-string':
      return intOrString(value, context)
    case 'raw':
    case 'json':
    case 'fieldsV1':
    case 'wrapper':
    case 'or':
    case 'typeMeta':
    case 'envelope':
    case undefined:
      return value
  }
}

function quantity(value: Json, context: Context): string | undefined {
  const text = typeof value === 'string' ? value.trim() : stringifyJson(value)
  return canonicalQuantity(text) ?? fail(context, quantityFault(text))
}

function time(
  canonical: (text: string) => string | undefined,
  value: Json,
  context: Context,
): string | undefined {
  if (typeof value !== 'string') return bare(context, value, 'string')
  try {
    return canonical(value)
  } catch (cause) {
    if (cause instanceof TimeSyntaxError) return fail(context, cause.message)
    throw cause
  }
}

function duration(value: Json, context: Context): string | undefined {
  if (typeof value !== 'string') return bare(context, value, 'string')
  return parseDuration(value) === undefined
    ? fail(context, `time: invalid duration ${JSON.stringify(value)}`)
    : value
}

function intOrString(value: Json, context: Context): Json | undefined {
  if (typeof value === 'string' || isInteger('int32', value)) return value
  const int32 = goType({ is: 'scalar', scalar: 'int32' })
  if (typeof value !== 'number' && typeof value !== 'bigint') return bare(context, value, int32)
  return fail(context, `json: cannot unmarshal number ${value} into Go value of type ${int32}`)
}
