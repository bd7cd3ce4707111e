/** What a quick look at a JSON text tells, without understanding it. Right only for well-formed text. */
export interface JsonSurvey {
  /** Members of all objects, repeated ones included. */
  readonly members: number
  readonly depth: number
  /** Some number has so many digits that it may not fit a double. */
  readonly hasLongNumber: boolean
}

const quoteMark = 0x22
const backslash = 0x5c

/** Index after the closing quotation mark of a string that begins before `from`. */
function afterString(text: string, from: number): number {
  let end = text.indexOf('"', from)
  while (end !== -1) {
    let escapes = 0
    for (let i = end - 1; text.charCodeAt(i) === backslash; i--) escapes++
    if (escapes % 2 === 0) return end + 1
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

/** Counts members, depth and long numbers in one pass that jumps over strings. */
export function surveyJson(text: string): JsonSurvey {
  let members = 0
  let depth = 0
  let depthMax = 0
  let digits = 0
  let hasLongNumber = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x30 && unit <= 0x39) {
      if (++digits > 15) hasLongNumber = true
      continue
    }
    digits = 0
    if (unit === quoteMark) i = afterString(text, i + 1) - 1
    else if (unit === 0x3a) members++
    else if (unit === 0x7b || unit === 0x5b) depthMax = Math.max(depthMax, ++depth)
    else if (unit === 0x7d || unit === 0x5d) depth--
  }
  return { members, depth: depthMax, hasLongNumber }
}
