/** How a text may be written: as it is, in quotes, or as an indented block. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal'

const words = new Set(
  [
    'y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF',
    '~ null Null NULL .nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF',
  ].flatMap((line) => line.split(' ')),
)
const decimal = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
const otherBase = /^[-+]?0(?:[xX][\da-fA-F]+|[oO]?[0-7]+|[bB][01]+)$/
const date = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:Z|[+-]\d\d:\d\d)?)?$/
const sexagesimal = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/

/** True for a text that would be read back as something else: a number, a truth, null, a date. */
function looksOther(text: string): boolean {
  if (text === '' || words.has(text)) return true
  if (!/^[-+.\d]/.test(text)) return false
  // Underscores are left out of numbers that begin with a digit or a sign, but not with a point.
  const bare = text.startsWith('.') ? text : text.replaceAll('_', '')
  return decimal.test(bare) || otherBase.test(bare) || date.test(text) || sexagesimal.test(text)
}

// Upstream's emitter takes tabs, control characters and all beyond the basic plane for unprintable.
// oxlint-disable-next-line no-control-regex -- these are what is looked for.
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/
const startsAsSign = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \n]|$)|---|\.\.\.)/
const holdsSign = /:(?:[ \n]|$)|[ \n]#/

/** True for a text that cannot stand without quotes. */
const needsQuotes = (text: string) =>
  /^[ \n]|[ \n]$/.test(text) ||
  startsAsSign.test(text) ||
  holdsSign.test(text.slice(1)) ||
  (text[0] === ':' && holdsSign.test(text))

/** The style that upstream writes a text in. */
export function styleOf(text: string, isKey: boolean): ScalarStyle {
  if (unprintable.test(text)) return 'double'
  if (text.includes('\n')) return isKey || / (?:\n|$)/.test(text) ? 'double' : 'literal'
  if (looksOther(text)) return 'double'
  return needsQuotes(text) ? 'single' : 'plain'
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

/** One character of a text in double quotes. */
export function escapeChar(char: string): string {
  const short = escapes[char]
  if (short !== undefined) return short
  const point = char.codePointAt(0) as number
  if (!unprintable.test(char)) return char
  const hex = point.toString(16).toUpperCase()
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
