import type { Filter } from './filter.ts'

const bytesMax = 4096

/** Sends what the request's handling warned of as one Warning header. */
export const warningHeaders: Filter = async (passing, next) => {
  const answer = await next(passing)
  if (passing.warnings.length === 0) return answer
  const texts = [...new Set(passing.warnings)].map((text) => `299 - ${quoted(text)}`)
  let total = 0
  const fitting = texts.filter((text) => (total += text.length) <= bytesMax)
  return { ...answer, headers: { ...answer.headers, warning: fitting.join(', ') } }
}

/** An HTTP quoted string: printable ASCII, the rest left out. */
const quoted = (text: string) => `"${text.replaceAll(/[^\x20-\x7e]/g, '').replaceAll(/["\\]/g, '\\$&')}"`
