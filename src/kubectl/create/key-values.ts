import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Values, flag, stringArrayKind, stringsKind } from '#base/flags'
import { configMapKeyFaults } from '#schema/name-rules'
import { KubectlError } from '../fault.ts'

/** Flags by which ConfigMaps and Secrets get their data. */
export const keyValueFlags = {
  fromEnvFile: flag('from-env-file', stringsKind, [], 'File of lines NAME=VALUE.'),
  fromFile: flag(
    'from-file',
    stringsKind,
    [],
    'File or folder: its name, or what stands before =, becomes the key.',
  ),
  fromLiteral: flag('from-literal', stringArrayKind, [], 'A key and its value: KEY=VALUE.'),
} as const

/**
 * The data that the flags name.
 * @param alreadyThere what is said of a key that is named twice
 * @throws KubectlError in upstream's words.
 */
export async function readKeyValues(
  values: Values<typeof keyValueFlags>,
  env: Readonly<Record<string, string | undefined>>,
  alreadyThere: (key: string) => string,
): Promise<Map<string, Buffer>> {
  const data = new Map<string, Buffer>()
  if (values.fromEnvFile.length > 0 && values.fromFile.length + values.fromLiteral.length > 0)
    throw new KubectlError('from-env-file cannot be combined with from-file or from-literal')
  const add = (key: string, value: Buffer) => {
    const faults = configMapKeyFaults(key)
    if (faults.length > 0)
      throw new KubectlError(
        `${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${faults.join(';')}`,
      )
    if (data.has(key)) throw new KubectlError(alreadyThere(key))
    data.set(key, value)
  }
  for (const text of values.fromLiteral) add(...literal(text))
  for (const text of values.fromFile) for (const [key, value] of await files(text)) add(key, value)
  for (const file of values.fromEnvFile) for (const [key, value] of await envFile(file, env)) add(key, value)
  return data
}

function literal(text: string): [string, Buffer] {
  const at = text.indexOf('=')
  if (at < 1) throw new KubectlError(`invalid literal source ${text}, expected key=value`)
  const value = text.slice(at + 1)
  const quoted = /^(['"])([\s\S]*)\1$/.exec(value)?.[2]
  return [text.slice(0, at), Buffer.from(quoted ?? value)]
}

async function files(text: string): Promise<[string, Buffer][]> {
  const at = text.indexOf('=')
  if (text.indexOf('=', at + 1) > at && at >= 0)
    throw new KubectlError("key names or file paths cannot contain '='")
  if (at === 0) throw new KubectlError(`key name for file path ${text.slice(1)} missing`)
  const path = text.slice(at + 1)
  const found = await stat(path).catch(() => {
    throw new KubectlError(`error reading ${path}: no such file or directory`)
  })
  if (!found.isDirectory()) return [[at > 0 ? text.slice(0, at) : basename(path), await readFile(path)]]
  if (at > 0) throw new KubectlError('cannot give a key name for a directory path')
  const entries = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile())
  return Promise.all(
    entries.map(async ({ name }): Promise<[string, Buffer]> => [name, await readFile(join(path, name))]),
  )
}

async function envFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<[string, Buffer][]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new KubectlError(`error reading ${path}: no such file or directory`)
  })
  return text.split('\n').flatMap((given): [string, Buffer][] => {
    const line = given.trimStart().replace(/\r$/, '')
    if (line === '' || line.startsWith('#')) return []
    const at = line.indexOf('=')
    // A name alone takes the value that it has here.
    if (at < 0) return env[line] === undefined ? [] : [[line, Buffer.from(env[line])]]
    return [[line.slice(0, at), Buffer.from(line.slice(at + 1))]]
  })
}
