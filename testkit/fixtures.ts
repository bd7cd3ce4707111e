// The published wire forms of every API type, when they are on this machine.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const folder = process.env.KUBELING_FIXTURES ?? resolve(import.meta.dirname, '../../shared/fixtures/api-1.36')

/** Why the fixtures cannot be used, or undefined when they can. */
export const fixturesMissing = existsSync(folder)
  ? undefined
  : `no API fixtures at ${folder}; set KUBELING_FIXTURES to their folder`

/** One fixture: its kind, and its text in JSON and YAML and its protobuf bytes. */
export interface Fixture {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly json: string
  readonly yaml: string
  readonly protobuf: Uint8Array
}

/** All fixtures, sorted by name. */
export function readFixtures(): Fixture[] {
  const names = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return names.sort().map((file) => {
    const name = file.slice(0, -5)
    const [kind, version, ...group] = name.split('.').reverse() as [string, string, ...string[]]
    const read = (ending: string) => readFileSync(join(folder, `${name}.${ending}`))
    return {
      group: group
        .reverse()
        .join('.')
        .replace(/^core$/, ''),
      version,
      kind,
      json: read('json').toString(),
      yaml: read('yaml').toString(),
      protobuf: read('pb'),
    }
  })
}
