import { boolKind, flag } from '#base/flags'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import type { Kubeconfig } from '../kubeconfig/config.ts'
import { changeFile } from '../kubeconfig/write.ts'

/** `kubectl config set`. */
export const set = defineCommand({
  about: `Set one value of the kubeconfig.

PROPERTY_NAME is a path with dots: clusters.NAME.server, contexts.NAME.namespace, users.NAME.token, current-context.`,
  examples: '# Set the address of a cluster\nkubectl config set clusters.e2e.server https://1.2.3.4',
  usage: 'PROPERTY_NAME PROPERTY_VALUE [options]',
  flags: {
    setRawBytes: flag(
      'set-raw-bytes',
      boolKind,
      false,
      'Take the value of a -data field as it is, and not as base64.',
    ),
  },
  async run(call) {
    const [name, value] = call.args
    if (name === undefined || value === undefined || call.args.length > 2)
      throw new KubectlError(`Unexpected args: [${call.args.join(' ')}]`)
    await change(call, name, (entry, field) => {
      entry[field] = typed(field, value, call.values.setRawBytes)
    })
    print(call.io, `Property ${JSON.stringify(name)} set.\n`)
  },
})

/** `kubectl config unset`. */
export const unset = defineCommand({
  about: 'Remove one value, or a whole entry, of the kubeconfig.',
  examples: '# Forget the namespace of a context\nkubectl config unset contexts.foo.namespace',
  usage: 'PROPERTY_NAME [options]',
  flags: {},
  async run(call) {
    const [name] = call.args
    if (name === undefined || call.args.length > 1)
      throw new KubectlError(`Unexpected args: [${call.args.join(' ')}]`)
    await change(call, name, (entry, field) => {
      delete entry[field]
    })
    print(call.io, `Property ${JSON.stringify(name)} unset.\n`)
  },
})

const truths = ['insecure-skip-tls-verify', 'disable-compression']

function typed(field: string, value: string, isRaw: boolean): unknown {
  if (truths.includes(field)) return value === 'true'
  return field.endsWith('-data') && isRaw ? Buffer.from(value).toString('base64') : value
}

type Mutate = (entry: Record<string, unknown>, field: string) => void

async function change({ global, io }: Call, path: string, mutate: Mutate): Promise<void> {
  const [part = '', ...rest] = path.split('.')
  if (part === 'current-context' || part === 'preferences') {
    await changeFile(
      global,
      io,
      (config) => config.currentContext !== '',
      (config) => changeTop(config, part, rest, mutate),
    )
    return
  }
  if (part !== 'clusters' && part !== 'users' && part !== 'contexts')
    throw new KubectlError(
      `unable to parse ${JSON.stringify(path)} at ${JSON.stringify(part)}: ${JSON.stringify(part)} is not a known field of a kubeconfig`,
    )
  const [name, field] = [
    rest.slice(0, -1).join('.') || (rest[0] ?? ''),
    rest.length > 1 ? (rest.at(-1) as string) : undefined,
  ]
  await changeFile(
    global,
    io,
    (config) => config[part].has(name),
    (config) => {
      const entries = config[part] as Map<string, Record<string, unknown>>
      if (field === undefined) {
        entries.delete(name)
        return
      }
      const entry = { ...entries.get(name) }
      mutate(entry, field)
      entries.set(name, entry)
    },
  )
}

function changeTop(
  config: Kubeconfig,
  part: 'current-context' | 'preferences',
  rest: readonly string[],
  mutate: Mutate,
): void {
  const entry: Record<string, unknown> =
    part === 'preferences' ? config.preferences : { [part]: config.currentContext }
  mutate(entry, part === 'preferences' ? rest.join('.') : part)
  if (part === 'current-context') config.currentContext = (entry[part] as string | undefined) ?? ''
}
