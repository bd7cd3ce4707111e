/** A resource quantity: an exact decimal, `digits × 10^-scale`, and the family of suffixes it is written with. */
export interface Quantity {
  readonly digits: bigint
  /** Decimal places of `digits`; never negative. */
  readonly scale: number
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent'
}

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const
const form = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,9})?$/
const scaleMax = 9

/** Reads `100m`, `1.5Gi`, `2e3`. Gives undefined for anything that is no quantity. Finer than nano is rounded up. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = form.exec(text)
  if (!match) return undefined
  const [, sign, whole = '', fraction = '', suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const digits = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n)
  const binary = binarySuffixes.indexOf(suffix as 'Ki')
  if (suffix !== '' && binary > 0) {
    return normal(digits * 1024n ** BigInt(binary), fraction.length, 'BinarySI')
  }
  const exponent = /^[eE][+-]?\d+$/.test(suffix) ? Number(suffix.slice(1)) : undefined
  const power = exponent ?? (decimalSuffixes.indexOf(suffix as 'n') - 3) * 3
  if (Math.abs(power) > 400) return undefined
  const scale = fraction.length - power
  const formatName = exponent === undefined ? 'DecimalSI' : 'DecimalExponent'
  return scale < 0 ? normal(digits * 10n ** BigInt(-scale), 0, formatName) : normal(digits, scale, formatName)
}

/** Rounds away from zero to nano units and drops trailing zeros behind the point. */
function normal(digits: bigint, scale: number, format: Quantity['format']): Quantity {
  if (scale > scaleMax) {
    const factor = 10n ** BigInt(scale - scaleMax)
    const rounded = digits / factor
    const rest = digits % factor
    return normal(rest === 0n ? rounded : rounded + (digits < 0n ? -1n : 1n), scaleMax, format)
  }
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n
    scale--
  }
  return { digits, scale, format }
}

/** The canonical text: the largest suffix of the family that leaves a whole number. */
export function formatQuantity(quantity: Quantity): string {
  const { digits, scale, format } = quantity
  if (digits === 0n) return '0'
  if (format === 'BinarySI' && scale === 0 && (digits >= 1024n || digits <= -1024n)) return binaryText(digits)
  // Below 1024 and fractions, binary quantities are written with decimal suffixes.
  return decimalText(digits, scale, format === 'DecimalExponent')
}

function binaryText(digits: bigint): string {
  let step = 0
  while (step < 6 && digits % 1024n === 0n) {
    digits /= 1024n
    step++
  }
  return `${digits}${binarySuffixes[step]}`
}

function decimalText(digits: bigint, scale: number, asExponent: boolean): string {
  // Bring the scale to a multiple of three, then take off whole thousands.
  let places = Math.ceil(scale / 3) * 3
  let value = digits * 10n ** BigInt(places - scale)
  while (places > -18 && value % 1000n === 0n) {
    value /= 1000n
    places -= 3
  }
  if (asExponent) return places === 0 ? `${value}` : `${value}e${-places}`
  return `${value}${decimalSuffixes[3 - places / 3]}`
}

/** The canonical text of a quantity's text, or undefined when it is none. */
export function canonicalQuantity(text: string): string | undefined {
  const quantity = parseQuantity(text)
  return quantity && formatQuantity(quantity)
}

function aligned(a: Quantity, b: Quantity): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale)
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale), scale]
}

/** Less than, equal to or greater than zero, as a comparator gives. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  const [left, right] = aligned(a, b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** The sum, in the format of `a` (of `b` when `a` is zero). */
export function addQuantity(a: Quantity, b: Quantity): Quantity {
  const [left, right, scale] = aligned(a, b)
  return normal(left + right, scale, a.digits === 0n ? b.format : a.format)
}

/** The value in whole units, rounded up. */
export const quantityValue = (quantity: Quantity): number => Number(roundUp(quantity.digits, quantity.scale))

/** The value in thousandths, rounded up. */
export const quantityMilliValue = (quantity: Quantity): number =>
  Number(roundUp(quantity.digits * 1000n, quantity.scale))

function roundUp(digits: bigint, scale: number): bigint {
  const factor = 10n ** BigInt(scale)
  const whole = digits / factor
  return digits % factor > 0n ? whole + 1n : whole
}

/** The quantity rounded up to thousandths, as stored resource lists are. */
export function roundToMilli(quantity: Quantity): Quantity {
  if (quantity.scale <= 3) return quantity
  return normal(roundUp(quantity.digits * 1000n, quantity.scale), 3, quantity.format)
}
