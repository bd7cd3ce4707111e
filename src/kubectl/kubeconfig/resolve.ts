import { readFile } from 'node:fs/promises'
import type { HttpTransportOptions } from '#client'
import { KubectlError } from '../fault.ts'
import type { GlobalValues } from '../global-flags.ts'
import type { Cluster, Context, Kubeconfig, User } from './config.ts'

/** Where to connect to and in which namespace to work. */
export interface Target {
  readonly transport: HttpTransportOptions
  readonly namespace: string
}

const defaultServer = 'http://localhost:8080'

/** What the kubeconfig and the flags say together; flags weigh more. */
export async function resolveTarget(config: Kubeconfig, global: GlobalValues): Promise<Target> {
  const context = contextOf(config, global)
  const cluster = withFlags(clusterOf(config, context, global), {
    server: global.server,
    'certificate-authority': global.certificateAuthority,
    'tls-server-name': global.tlsServerName,
  })
  const user = withFlags(userOf(config, context, global), {
    'client-certificate': global.clientCertificate,
    'client-key': global.clientKey,
    token: global.token,
    username: global.username,
    password: global.password,
    as: global.as,
    'as-uid': global.asUid,
  })
  const skips = global.insecureSkipTlsVerify || cluster['insecure-skip-tls-verify'] === true
  const names = {
    cluster: global.cluster || (context.cluster ?? ''),
    user: global.user || (context.user ?? ''),
  }
  const ca = await pem(cluster, 'certificate-authority', names.cluster)
  const certificate = await pem(user, 'client-certificate', names.user)
  const key = await pem(user, 'client-key', names.user)
  return {
    namespace: global.namespace || (context.namespace ?? ''),
    transport: {
      server: serverUrl(cluster.server ?? '', ca !== undefined || certificate !== undefined || skips),
      ca: skips ? undefined : ca,
      certificate,
      key,
      insecureSkipTlsVerify: skips,
      tlsServerName: cluster['tls-server-name'],
      token: tokenOf(user),
      username: user.username,
      password: user.password,
      headers: impersonation(user, global),
    },
  }
}

/** A server without a scheme is asked by HTTPS when something says that it speaks TLS. */
function serverUrl(server: string, hasTls: boolean): string {
  if (server === '') return defaultServer
  return server.includes('://') ? server : `${hasTls ? 'https' : 'http'}://${server}`
}

function contextOf(config: Kubeconfig, global: GlobalValues): Context {
  const name = global.context || config.currentContext
  const context = config.contexts.get(name)
  if (context === undefined && global.context !== '')
    throw new KubectlError(`Error in configuration: context was not found for specified context: ${name}`, {
      isPrefixed: false,
    })
  return context ?? {}
}

function clusterOf(config: Kubeconfig, context: Context, global: GlobalValues): Cluster {
  const cluster = config.clusters.get(global.cluster || (context.cluster ?? ''))
  if (cluster === undefined && global.cluster !== '')
    throw new KubectlError(`no server found for cluster ${JSON.stringify(global.cluster)}`)
  return cluster ?? {}
}

function userOf(config: Kubeconfig, context: Context, global: GlobalValues): User {
  const user = config.users.get(global.user || (context.user ?? ''))
  if (user === undefined && global.user !== '')
    throw new KubectlError(`auth info ${JSON.stringify(global.user)} does not exist`)
  return user ?? {}
}

/** An entry with those flags that were given. A flag for a file takes the place of data in the entry. */
function withFlags<T extends Record<string, unknown>>(entry: T, flags: Readonly<Record<string, string>>): T {
  const merged: Record<string, unknown> = { ...entry }
  for (const [name, value] of Object.entries(flags)) {
    if (value === '') continue
    merged[name] = value
    delete merged[`${name}-data`]
  }
  return merged as T
}

/** What a `-data` field holds, or the file that the field beside it names. */
async function pem(
  entry: Record<string, unknown>,
  field: string,
  owner: string,
): Promise<string | undefined> {
  const data = entry[`${field}-data`]
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString()
  const path = entry[field]
  if (typeof path !== 'string' || path === '') return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const words =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file or directory' : String(error)
    throw new KubectlError(`unable to read ${field} ${path} for ${owner} due to open ${path}: ${words}`)
  }
}

function tokenOf({ token, tokenFile }: User): HttpTransportOptions['token'] {
  if (token !== undefined && token !== '') return async () => token
  if (tokenFile === undefined || tokenFile === '') return undefined
  return async () => (await readFile(tokenFile, 'utf8')).trim()
}

function impersonation(user: User, global: GlobalValues): Record<string, string> {
  const groups = global.asGroup.length > 0 ? global.asGroup : (user['as-groups'] ?? [])
  return {
    ...(user.as && { 'impersonate-user': user.as }),
    ...(user['as-uid'] && { 'impersonate-uid': user['as-uid'] }),
    ...(groups.length > 0 && { 'impersonate-group': groups.join(',') }),
  }
}
