import { type Context, fail, wrongType } from './decode-context.ts'
import type { Json } from './object.ts'
import type { Scalar } from './type.ts'

const int32Max = 2 ** 31
const zeros = { string: '', bytes: '', boolean: false, int32: 0, int64: 0, double: 0, any: null } as const

/** What Go holds for an unset scalar. */
export const zeroScalar = (scalar: Scalar): string | number | boolean | null => zeros[scalar]

/** Whether a number fits an integer type of Go. */
export function isInteger(kind: 'int32' | 'int64', value: Json): boolean {
  if (typeof value === 'bigint') return kind === 'int64' && BigInt.asIntN(64, value) === value
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return kind === 'int64' ? Math.abs(value) < 2 ** 63 : value >= -int32Max && value < int32Max
}

/** Reads a scalar, or notes what is wrong with it. */
export function readScalar(scalar: Scalar, value: Json, context: Context): Json | undefined {
  switch (scalar) {
    case 'any':
      return value
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'bytes':
      if (typeof value === 'string') return base64(value, context)
      break
    case 'boolean':
      if (typeof value === 'boolean') return value
      break
    case 'double':
      if (typeof value === 'number') return value
      if (typeof value === 'bigint') return Number(value)
      break
    case 'int32':
    case 'int64':
      return integer(scalar, value, context)
  }
  return wrongType(context, value, { is: 'scalar', scalar })
}

function integer(scalar: 'int32' | 'int64', value: Json, context: Context): Json | undefined {
  if (isInteger(scalar, value)) return value
  const shape = { is: 'scalar', scalar } as const
  if (typeof value !== 'number' && typeof value !== 'bigint') return wrongType(context, value, shape)
  return wrongType(context, value, shape, `number ${value}`)
}

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function base64(text: string, context: Context): string | undefined {
  const bare = /[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, '') : text
  if (base64Form.test(bare)) return bare
  const lead = /^[A-Za-z0-9+/]*/.exec(bare)?.[0].length as number
  return fail(context, `illegal base64 data at input byte ${faultyByte(bare, lead)}`)
}

/** Go tells a foreign byte by its place, padding too early or too late likewise, a missing rest by where its group begins. */
function faultyByte(text: string, lead: number): number {
  if (lead === text.length) return lead - (lead % 4)
  if (text[lead] !== '=' || lead % 4 < 2) return lead
  const padded = lead % 4 === 2 && text[lead + 1] === '=' ? lead + 2 : lead + 1
  return lead % 4 === 2 && padded === lead + 1 ? Math.min(padded, text.length) : padded
}
