import { boolKind, flag, stringKind } from '#base/flags'
import { kubernetesVersion } from '#base/kubernetes-version'
import type { Json } from '#schema/object'
import { toYaml } from '#schema/to-yaml'
import { type Call, defineCommand } from '../command.ts'
import { KubectlError } from '../fault.ts'
import { complain, print } from '../io.ts'
import { indentJson } from '../printers/json.ts'

const flags = {
  client: flag('client', boolKind, false, 'Show the version of this program only.'),
  output: flag('output', stringKind, '', "One of 'yaml' or 'json'.", { short: 'o' }),
} as const

interface VersionInfo {
  readonly major: string
  readonly minor: string
  readonly gitVersion: string
}

/** `kubectl version`. */
export const version = defineCommand({
  about: 'Print the versions of this program and of the server that the current context names.',
  examples: '# Print both versions\nkubectl version',
  usage: '[flags] [options]',
  flags,
  async run(call: Call<typeof flags>) {
    const { values, args, io } = call
    if (args.length > 0) throw new KubectlError(`extra arguments: [${args.join(' ')}]`)
    if (!['', 'yaml', 'json'].includes(values.output))
      throw new KubectlError("--output must be 'yaml' or 'json'")
    const server = values.client ? undefined : await serverVersion(call)
    const clientVersion = ownVersion()
    const both = { clientVersion, ...(server && { serverVersion: server }) } as unknown as Json
    if (values.output === 'yaml') print(io, `${toYaml(both)}\n`)
    else if (values.output === 'json') print(io, `${indentJson(both, 2)}\n`)
    else print(io, inWords(clientVersion, server))
    if (server) complain(io, skewWarning(clientVersion, server))
  },
})

async function serverVersion({ factory }: Call<typeof flags>): Promise<VersionInfo> {
  return (await (await factory.client()).raw('GET', '/version')) as VersionInfo
}

function ownVersion(): VersionInfo & Readonly<Record<string, string>> {
  return {
    major: kubernetesVersion.major,
    minor: kubernetesVersion.minor,
    gitVersion: kubernetesVersion.gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: process.version,
    compiler: 'node',
    platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  }
}

function inWords(client: VersionInfo, server: VersionInfo | undefined): string {
  return `Client Version: ${client.gitVersion}\n${server ? `Server Version: ${server.gitVersion}\n` : ''}`
}

/** Client and server may be one minor version apart. */
function skewWarning(client: VersionInfo, server: VersionInfo): string {
  const minor = ({ minor: text }: VersionInfo) => Number.parseInt(text, 10)
  if (client.major === server.major && Math.abs(minor(client) - minor(server)) <= 1) return ''
  const shown = ({ major, minor: text }: VersionInfo) => `${major}.${text}`
  return `WARNING: version difference between client (${shown(client)}) and server (${shown(server)}) exceeds the supported minor version skew of +/-1\n`
}
