const isLetter = (char: string) => /\p{L}/u.test(char)
const isDigit = (char: string | undefined) => char !== undefined && /\p{Nd}/u.test(char)

/** The number that digits from `at` on make, and where they end. */
function numberAt(chars: readonly string[], at: number, start: bigint): { value: bigint; end: number } {
  let value = start
  let end = at
  for (; isDigit(chars[end]); end++)
    value = value * 10n + BigInt((chars[end] as string).codePointAt(0) as number) - 48n
  return { value, end }
}

/** True when the digits before `at` already make a number, so that zeros from here on count. */
function hasNumberBefore(chars: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && isDigit(chars[i]); i--) if (chars[i] !== '0') return true
  return false
}

/** Compares the keys of a map as upstream's YAML sorts them: numbers inside by value, other signs before letters. */
export function compareYamlKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] !== right[i]) return compareAt(left, right, i)
  }
  return left.length - right.length
}

function compareAt(left: readonly string[], right: readonly string[], i: number): number {
  const [x, y] = [left[i] as string, right[i] as string]
  const [isLeft, isRight] = [isLetter(x), isLetter(y)]
  if (isLeft !== isRight) return isLeft ? 1 : -1
  if (!isLeft) {
    const start = (x === '0' || y === '0') && hasNumberBefore(left, i) ? 1n : 0n
    const one = numberAt(left, i, start)
    const other = numberAt(right, i, start)
    if (one.value !== other.value) return one.value < other.value ? -1 : 1
    if (one.end !== other.end) return one.end - other.end
  }
  return (x.codePointAt(0) as number) - (y.codePointAt(0) as number)
}
