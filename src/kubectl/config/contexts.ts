import { boolKind, flag, stringKind } from '#base/flags'
import { type Call, defineCommand } from '../command.ts'
import { Failures } from '../failures.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import { fileOf, changeFile } from '../kubeconfig/write.ts'
import { Columns } from '../printers/columns.ts'

/** `kubectl config current-context`. */
export const currentContext = defineCommand({
  about: 'Show the current context.',
  examples: '# Show the current context\nkubectl config current-context',
  usage: '[flags] [options]',
  flags: {},
  async run({ factory, io }) {
    const config = await factory.kubeconfig()
    if (config.currentContext === '') throw new KubectlError('current-context is not set')
    print(io, `${config.currentContext}\n`)
  },
})

/** `kubectl config use-context`. */
export const useContext = defineCommand({
  about: 'Set the current context.',
  examples: '# Use the context of the cluster kubeling\nkubectl config use-context kubeling',
  usage: 'CONTEXT_NAME [options]',
  aliases: ['use'],
  flags: {},
  async run({ args, global, factory, io }) {
    const [name] = args
    if (name === undefined || args.length > 1) throw new KubectlError(`Unexpected args: [${args.join(' ')}]`)
    const config = await factory.kubeconfig()
    if (!config.contexts.has(name))
      throw new KubectlError(`no context exists with the name: ${JSON.stringify(name)}`)
    await changeFile(
      global,
      io,
      (one) => one.currentContext !== '',
      (one) => {
        one.currentContext = name
      },
    )
    print(io, `Switched to context ${JSON.stringify(name)}.\n`)
  },
})

const getFlags = {
  noHeaders: flag('no-headers', boolKind, false, "Leave out the table's head."),
  output: flag('output', stringKind, '', 'Output format. One of: (name).', { short: 'o' }),
} as const

/** `kubectl config get-contexts`. */
export const getContexts = defineCommand({
  about: 'Show one or many contexts; a star marks the current one.',
  examples: '# List all contexts\nkubectl config get-contexts',
  usage: '[(-o|--output=)name)] [options]',
  flags: getFlags,
  run: showContexts,
})

async function showContexts({ args, values, factory, io }: Call<typeof getFlags>): Promise<void> {
  if (!['', 'name'].includes(values.output))
    throw new KubectlError(`output must be one of '' or 'name': ${values.output}`)
  const config = await factory.kubeconfig()
  const names = (args.length > 0 ? [...args] : [...config.contexts.keys()]).sort((a, b) => (a < b ? -1 : 1))
  const found = names.filter((name) => config.contexts.has(name))
  const rows = found.map((name) => {
    const { cluster = '', user = '', namespace = '' } = config.contexts.get(name) ?? {}
    return [name === config.currentContext ? '*' : '', name, cluster, user, namespace]
  })
  if (values.output === 'name') print(io, found.map((name) => `${name}\n`).join(''))
  else {
    const head = values.noHeaders ? [] : [['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']]
    print(io, new Columns().format([...head, ...rows]))
  }
  const missing = names.filter((name) => !config.contexts.has(name))
  Failures.throwIfAny(missing.map((name) => new KubectlError(`context ${name} not found`)))
}

/** `kubectl config rename-context`. */
export const renameContext = defineCommand({
  about: 'Rename a context.',
  examples: '# Rename a context\nkubectl config rename-context old new',
  usage: 'CONTEXT_NAME NEW_NAME [options]',
  flags: {},
  async run({ args, global, factory, io }) {
    const [old, next] = args
    if (old === undefined || next === undefined || args.length > 2)
      throw new KubectlError(`Unexpected args: [${args.join(' ')}]`)
    const { contexts } = await factory.kubeconfig()
    const file = await fileOf(global, io, (one) => one.contexts.has(old))
    if (!contexts.has(old))
      throw new KubectlError(`cannot rename the context ${JSON.stringify(old)}, it's not in ${file}`)
    if (contexts.has(next))
      throw new KubectlError(
        `cannot rename the context ${JSON.stringify(old)}, the context ${JSON.stringify(next)} already exists in ${file}`,
      )
    await changeFile(
      global,
      io,
      (one) => one.contexts.has(old),
      (one) => {
        one.contexts.set(next, one.contexts.get(old) ?? {})
        one.contexts.delete(old)
        if (one.currentContext === old) one.currentContext = next
      },
    )
    print(io, `Context ${JSON.stringify(old)} renamed to ${JSON.stringify(next)}.\n`)
  },
})
