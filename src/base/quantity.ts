/** The family of suffixes that a quantity is written with. */
export type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent'

/** An exact amount: `nano` billionths, and the family of suffixes it is written with. */
export interface Quantity {
  readonly nano: bigint
  readonly format: QuantityFormat
}

const giga = 1_000_000_000n
/** Long and binary amounts are capped here, as upstream's are. */
const nanoMax = (2n ** 63n - 1n) * giga
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const suffixes = new Map(Object.entries(decimal).map(([suffix, exponent]) => [exponent, suffix]))
const form = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/
const wrongForm =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const alreadyCanonical = /^[1-9]\d{0,2}(?:[mkMGTP]|[KMGTP]i)?$/

const tenTo = (exponent: number) => 10n ** BigInt(exponent)

/** numerator / denominator, away from zero. */
function dividedUp(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator
  if (whole * denominator === numerator) return whole
  return numerator < 0n ? whole - 1n : whole + 1n
}

interface Scale {
  readonly factor: bigint
  readonly divisor: bigint
  readonly format: QuantityFormat
}

/** What a suffix multiplies by; undefined for what is no suffix. */
function scaleOf(suffix: string): Scale | undefined {
  const power = binary.indexOf(suffix)
  if (power > 0) return { factor: 1n << BigInt(10 * power), divisor: 1n, format: 'BinarySI' }
  const exponent = decimal[suffix]
  if (exponent !== undefined) return decimalScale(exponent, 'DecimalSI')
  if (/^[eE][+-]?\d+$/.test(suffix)) return decimalScale(Number(suffix.slice(1)), 'DecimalExponent')
  return undefined
}

function decimalScale(exponent: number, format: QuantityFormat): Scale {
  const size = Math.min(Math.abs(exponent), 1000)
  return exponent < 0
    ? { factor: 1n, divisor: tenTo(size), format }
    : { factor: tenTo(size), divisor: 1n, format }
}

const known = new Map<string, Quantity>()
const knownMax = 1024

/** Reads `100m`, `1.5Gi`, `2e3`, rounding away from zero to billionths; undefined for what is no quantity. */
export function parseQuantity(text: string): Quantity | undefined {
  // The same few amounts stand in every pod, and each is read many times.
  const found = known.get(text)
  if (found !== undefined) return found
  const quantity = readQuantity(text)
  if (quantity === undefined) return undefined
  if (known.size === knownMax) known.clear()
  known.set(text, quantity)
  return quantity
}

function readQuantity(text: string): Quantity | undefined {
  const match = form.exec(text)
  const [, sign, whole = '', part = '', suffix = ''] = match ?? []
  const scale = whole === '' && part === '' ? undefined : scaleOf(suffix)
  if (scale === undefined) return undefined
  const { factor, divisor, format } = scale
  const digits = BigInt(whole + part) * factor * giga
  const size = dividedUp(digits, divisor * tenTo(part.length))
  const mayCap = format === 'BinarySI' || whole.length + part.length > 18
  const capped = mayCap && size > nanoMax ? nanoMax : size
  return { nano: sign === '-' ? -capped : capped, format }
}

function decimalText(nano: bigint, exponentMax: number, withSuffix: (exponent: number) => string): string {
  let mantissa = nano
  let exponent = -9
  while (exponent < exponentMax && mantissa % 1000n === 0n) {
    mantissa /= 1000n
    exponent += 3
  }
  return `${mantissa}${withSuffix(exponent)}`
}

function binaryText(nano: bigint): string {
  let mantissa = nano / giga
  let power = 0
  while (power < 6 && mantissa % 1024n === 0n) {
    mantissa /= 1024n
    power++
  }
  return `${mantissa}${binary[power]}`
}

/** The canonical text: the largest suffix of the family that leaves a whole number. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0'
  const size = nano < 0n ? -nano : nano
  const suitsBinary = format === 'BinarySI' && size >= 1024n * giga && nano % giga === 0n
  if (suitsBinary) return binaryText(nano)
  if (format === 'DecimalExponent') {
    return decimalText(nano, Infinity, (exponent) => (exponent === 0 ? '' : `e${exponent}`))
  }
  return decimalText(nano, 18, (exponent) => suffixes.get(exponent) as string)
}

/** The canonical text of a quantity's text; undefined when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  if (alreadyCanonical.test(text)) return text
  const quantity = parseQuantity(text)
  return quantity && formatQuantity(quantity)
}

/** Why a text is no quantity, in upstream's words. */
export function quantityFault(text: string): string {
  const match = form.exec(text)
  return match && (match[2] || match[3]) ? "unable to parse quantity's suffix" : wrongForm
}

/** Less than, equal to or greater than zero, as `a` is to `b`. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  return a.nano === b.nano ? 0 : a.nano < b.nano ? -1 : 1
}

/** The sum, written with the suffixes of `a` (of `b` when `a` is zero). */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format }
}

/** The difference, written with the suffixes of `a` (of `b` when `a` is zero). */
export function subtractQuantity(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano - b.nano, format: a.nano === 0n ? b.format : a.format }
}

/** In whole units, rounded up. */
export const quantityValue = (quantity: Quantity): number => Number(dividedUp(quantity.nano, giga))

/** In thousandths, rounded up. */
export const quantityMilliValue = (quantity: Quantity): number => Number(dividedUp(quantity.nano, 1_000_000n))

/** Rounded up to thousandths, as stored resource lists are. */
export function roundToMilli({ nano, format }: Quantity): Quantity {
  return { nano: dividedUp(nano, 1_000_000n) * 1_000_000n, format }
}
