import { type FieldError, fieldForbidden, invalid, notSupported, required } from '#base/field-error'
import { subdomainFaults } from '#schema/name-rules'
import { eachFault } from '../../each-fault.ts'
import type { Container, PodSpec, WindowsSecurityContextOptions } from '../../gen/core-v1.ts'

const specBytesMax = 64 << 10
const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const domainLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const domainName = new RegExp(`^${domainLabel}(?:\\.${domainLabel})*$`)

/** Why a name is no Windows user's: `DOMAIN\user`, the domain optional. */
function userFault(name: string): string | undefined {
  if (name === '') return 'runAsUserName cannot be an empty string'
  if (/\p{Cc}/u.test(name)) return 'runAsUserName cannot contain control characters'
  const parts = name.split('\\')
  if (parts.length > 2) return 'runAsUserName cannot contain more than one backslash'
  const user = parts.at(-1) as string
  const domain = parts.length === 2 ? (parts[0] as string) : undefined
  if (domain !== undefined && domain.length >= 256) {
    return "runAsUserName's Domain length must be under 256 characters"
  }
  if (domain !== undefined && !netBiosName.test(domain) && !domainName.test(domain)) {
    return "runAsUserName's Domain doesn't match the NetBios nor the DNS format"
  }
  if (user === '') return "runAsUserName's User cannot be empty"
  if (user.length > 104) return "runAsUserName's User length must not be longer than 104 characters"
  if (/^[. ]+$/.test(user)) return "runAsUserName's User cannot contain only periods or spaces"
  return /["/\\:;|=,+*?<>@[\]]/.test(user)
    ? `runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`
    : undefined
}

/** Faults of what only Windows containers have. */
export function* windowsOptionErrors(
  options: WindowsSecurityContextOptions | undefined,
  path: string,
): Iterable<FieldError> {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {}
  if (name !== undefined) yield* eachFault(`${path}.gmsaCredentialSpecName`, name, subdomainFaults(name))
  if (spec === '') {
    yield invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string')
  }
  if (spec !== undefined && spec.length > specBytesMax) {
    yield invalid(`${path}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB')
  }
  const fault = user === undefined ? undefined : userFault(user)
  if (fault !== undefined) yield invalid(`${path}.runAsUserName`, user, fault)
}

const notOnWindows = {
  spec: ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'],
  pod: [
    'appArmorProfile',
    'seLinuxOptions',
    'seccompProfile',
    'fsGroup',
    'fsGroupChangePolicy',
    'sysctls',
    'runAsUser',
    'runAsGroup',
    'supplementalGroups',
    'supplementalGroupsPolicy',
    'seLinuxChangePolicy',
  ],
  container: [
    'appArmorProfile',
    'seLinuxOptions',
    'seccompProfile',
    'capabilities',
    'readOnlyRootFilesystem',
    'privileged',
    'allowPrivilegeEscalation',
    'procMount',
    'runAsUser',
    'runAsGroup',
  ],
} as const

function* forbidSet(
  holder: object | undefined,
  names: readonly string[],
  path: string,
  why: string,
): Iterable<FieldError> {
  for (const name of names) {
    const value = (holder as Record<string, unknown> | undefined)?.[name]
    if (value !== undefined && value !== false) yield fieldForbidden(`${path}.${name}`, why)
  }
}

function* containersOf(spec: PodSpec): Iterable<readonly [Container, string]> {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, one] of (spec[list] ?? []).entries()) yield [one, `spec.${list}[${i}]`]
  }
}

/** Faults of the operating system that a pod names: fields of the other one must not be set. */
export function* systemErrors(spec: PodSpec): Iterable<FieldError> {
  if (!spec.os) return
  const { name } = spec.os
  if (name === '') yield required('spec.os.name')
  else if (name !== 'linux' && name !== 'windows')
    yield notSupported('spec.os.name', name, ['linux', 'windows'])
  const isWindows = name === 'windows'
  if (name !== 'linux' && !isWindows) return
  const why = isWindows ? 'cannot be set for a windows pod' : 'windows options cannot be set for a linux pod'
  if (isWindows) yield* forbidSet(spec, notOnWindows.spec, 'spec', why)
  const podNames = isWindows ? notOnWindows.pod : ['windowsOptions']
  yield* forbidSet(spec.securityContext, podNames, 'spec.securityContext', why)
  const containerNames = isWindows ? notOnWindows.container : ['windowsOptions']
  for (const [{ securityContext }, path] of containersOf(spec)) {
    yield* forbidSet(securityContext, containerNames, `${path}.securityContext`, why)
  }
}
