const units = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'])
const part = /^(\d*)(?:\.(\d*))?([^\d.]*)/

/** What is wrong with a span of time such as `1h30m`, in the words of Go. */
export function durationFault(text: string): string | undefined {
  const whole = JSON.stringify(text)
  let rest = text.replace(/^[-+]/, '')
  if (rest === '0') return undefined
  if (rest === '') return `time: invalid duration ${whole}`
  while (rest !== '') {
    const [taken = '', before = '', after = '', unit = ''] = part.exec(rest) ?? []
    if (before === '' && after === '') return `time: invalid duration ${whole}`
    if (unit === '') return `time: missing unit in duration ${whole}`
    if (!units.has(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${whole}`
    rest = rest.slice(taken.length)
  }
  return undefined
}
