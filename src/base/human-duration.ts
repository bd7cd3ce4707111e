const dayHours = 24
const yearHours = 365 * dayHours

const joined = (big: number, bigUnit: string, small: number, smallUnit: string) =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`

/** A span of time as `kubectl get` shows it: `5s`, `3m20s`, `4d12h`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return joined(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return joined(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (hours < 192) return joined(Math.floor(hours / dayHours), 'd', hours % dayHours, 'h')
  if (hours < 2 * yearHours) return `${Math.floor(hours / dayHours)}d`
  if (hours < 8 * yearHours) {
    return joined(Math.floor(hours / yearHours), 'y', Math.floor((hours % yearHours) / dayHours), 'd')
  }
  return `${Math.floor(hours / yearHours)}y`
}

/** How long ago an RFC 3339 time was: `<unknown>` without one. */
export function age(time: string | null | undefined, now: number): string {
  if (time === undefined || time === null) return '<unknown>'
  return humanDuration(now - new Date(time).getTime())
}
