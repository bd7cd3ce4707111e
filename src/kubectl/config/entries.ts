import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Flag, type Flags, boolKind, flag, stringKind } from '#base/flags'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { print } from '../io.ts'
import type { Kubeconfig } from '../kubeconfig/config.ts'
import { changeFile } from '../kubeconfig/write.ts'

const text = (name: string, usage: string) => flag(name, stringKind, '', usage)
const embedCerts = flag(
  'embed-certs',
  boolKind,
  false,
  'Put the contents of certificate files into the kubeconfig.',
)

const clusterFlags = {
  certificateAuthority: text('certificate-authority', 'File with the certificate of the authority.'),
  embedCerts,
  insecureSkipTlsVerify: flag(
    'insecure-skip-tls-verify',
    boolKind,
    false,
    "Do not check the server's certificate.",
  ),
  proxyUrl: text('proxy-url', 'Proxy to reach the server through.'),
  server: text('server', 'URL of the server.'),
  tlsServerName: text('tls-server-name', "Name that the server's certificate must hold."),
} as const

/** `kubectl config set-cluster`. */
export const setCluster = defineCommand({
  about: 'Set a cluster of the kubeconfig. Of one that is there, only the given fields change.',
  examples: '# Set the address of a cluster\nkubectl config set-cluster e2e --server=https://1.2.3.4',
  usage:
    'NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com] [options]',
  flags: clusterFlags,
  run: (call) => setEntry(call, 'clusters', 'Cluster', clusterFlags),
})

const userFlags = {
  clientCertificate: text('client-certificate', 'File with the client certificate.'),
  clientKey: text('client-key', 'File with the key of the client certificate.'),
  embedCerts,
  password: text('password', 'Password for basic authentication.'),
  token: text('token', 'Bearer token.'),
  username: text('username', 'User name for basic authentication.'),
} as const

/** `kubectl config set-credentials`. */
export const setCredentials = defineCommand({
  about: 'Set a user of the kubeconfig. Of one that is there, only the given fields change.',
  examples: '# Set the token of a user\nkubectl config set-credentials admin --token=abc',
  usage:
    'NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [options]',
  flags: userFlags,
  async run(call) {
    const { token, username, password } = call.values
    if (token !== '' && (username !== '' || password !== ''))
      throw new KubectlError(
        'you cannot specify more than one authentication method at the same time: --token, --username/--password',
      )
    await setEntry(call, 'users', 'User', userFlags)
  },
})

const contextFlags = {
  cluster: text('cluster', 'Cluster of the context.'),
  current: flag('current', boolKind, false, 'Change the current context.'),
  namespace: flag('namespace', stringKind, '', 'Namespace of the context.', { short: 'n' }),
  user: text('user', 'User of the context.'),
} as const

/** `kubectl config set-context`. */
export const setContext = defineCommand({
  about: 'Set a context of the kubeconfig. Of one that is there, only the given fields change.',
  examples:
    '# Set the namespace of the current context\nkubectl config set-context --current --namespace=dev',
  usage:
    '[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]',
  flags: contextFlags,
  async run(call) {
    const { values, args, factory, io } = call
    if (values.current && args.length > 0)
      throw new KubectlError('you cannot specify both a context name and --current')
    const config = await factory.kubeconfig()
    const name = values.current ? config.currentContext : (args[0] ?? '')
    if (values.current && name === '') throw new KubectlError('no current context is set')
    if (name === '') throw new KubectlError('you must specify a non-empty context name or --current')
    const isNew = !config.contexts.has(name)
    const known = config.contexts.get(name) ?? {}
    const fields = {
      cluster: known.cluster ?? '',
      ...(await fieldsOf(call, contextFlags)),
      user: call.values.user || (known.user ?? ''),
    }
    await put(call, 'contexts', name, fields)
    print(io, `Context ${JSON.stringify(name)} ${isNew ? 'created' : 'modified'}.\n`)
  },
})

type EntryCall = Call<Record<string, Flag<unknown>>>
type Part = 'clusters' | 'users' | 'contexts'

async function setEntry(call: unknown, part: Part, title: string, flags: Flags): Promise<void> {
  const { args, io } = call as EntryCall
  const [name] = args
  if (name === undefined || args.length > 1) throw new KubectlError(`Unexpected args: [${args.join(' ')}]`)
  await put(call, part, name, await fieldsOf(call, flags))
  print(io, `${title} ${JSON.stringify(name)} set.\n`)
}

async function put(call: unknown, part: Part, name: string, fields: Record<string, unknown>): Promise<void> {
  const { global, io } = call as EntryCall
  await changeFile(
    global,
    io,
    (config) => config[part].has(name),
    (config) => merge(config, part, name, fields),
  )
}

function merge(config: Kubeconfig, part: Part, name: string, fields: Record<string, unknown>): void {
  const entries = config[part] as Map<string, Record<string, unknown>>
  const merged = { ...entries.get(name), ...fields }
  // A file and its contents, or an authority and no check, would contradict each other.
  for (const field of Object.keys(fields)) {
    if (field.endsWith('-data')) delete merged[field.slice(0, -5)]
    else delete merged[`${field}-data`]
  }
  if (fields['insecure-skip-tls-verify'] === true) {
    delete merged['certificate-authority']
    delete merged['certificate-authority-data']
  }
  entries.set(name, merged)
}

const isFile = (name: string) => /^(certificate-authority|client-certificate|client-key)$/.test(name)

/** The given flags as fields of the entry, which have their names. */
async function fieldsOf(call: unknown, flags: Flags): Promise<Record<string, unknown>> {
  const { values, given } = call as EntryCall
  const fields: Record<string, unknown> = {}
  for (const [key, { name }] of Object.entries(flags)) {
    if (!given.has(name) || name === 'embed-certs' || name === 'current') continue
    const value = values[key]
    if (!isFile(name)) fields[name] = value
    else if (values['embedCerts'] === true)
      fields[`${name}-data`] = (await readFile(String(value))).toString('base64')
    else fields[name] = resolve(String(value))
  }
  return fields
}
