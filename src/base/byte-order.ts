const high = /[\ud800-\uffff]/

/** True when a string has code units whose UTF-16 order may differ from their UTF-8 order. */
export const hasHighUnits = (text: string): boolean => high.test(text)

/** Compares as etcd and SQLite do: by the bytes of UTF-8, which is the order of code points. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above all others, though their own numbers are below U+E000. */
const rank = (unit: number) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)

/** The first string after all that start with `prefix`; undefined when nothing comes after them. */
export function prefixEnd(prefix: string): string | undefined {
  const points = Array.from(prefix)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) as number
    if (point < 0x10ffff) {
      return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1)
    }
  }
  return undefined
}
