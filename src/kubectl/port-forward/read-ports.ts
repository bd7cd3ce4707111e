import { KubectlError } from '../fault.ts'

/** A port here and the one of the pod that it leads to. */
export interface PortPair {
  /** 0 takes a free one. */
  readonly local: number
  readonly remote: number
}

/** Reads `8080:80`, `80` and `:80`. @throws KubectlError in upstream's words. */
export function readPorts(words: readonly string[]): PortPair[] {
  return words.map((word) => {
    const parts = word.split(':')
    if (parts.length > 2) throw new KubectlError(`invalid port format '${word}'`)
    const remote = port(parts.at(-1) as string, 'remote')
    const local = parts.length === 1 ? remote : parts[0] === '' ? 0 : port(parts[0] as string, 'local')
    if (remote === 0) throw new KubectlError('remote port must be > 0')
    return { local, remote }
  })
}

function port(text: string, which: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= 0 && value <= 65535) return value
  const why = Number.isNaN(value) ? 'invalid syntax' : 'value out of range'
  throw new KubectlError(
    `error parsing ${which} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`,
  )
}
