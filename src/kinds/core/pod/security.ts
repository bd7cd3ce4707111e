import {
  duplicate,
  type FieldError,
  fieldForbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '#base/field-error'
import { idFaults } from '#schema/field-names'
import { eachFault } from '../../each-fault.ts'
import type { AppArmorProfile, PodSpec, SeccompProfile, SecurityContext, Sysctl } from '../../gen/core-v1.ts'
import { descendingPathErrors } from './paths.ts'
import type { Surroundings } from './surroundings.ts'
import { windowsOptionErrors } from './windows.ts'

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']

function* seccompErrors(profile: SeccompProfile | undefined, path: string): Iterable<FieldError> {
  if (!profile) return
  const { type, localhostProfile } = profile
  if (type === '') yield required(`${path}.type`, 'type is required when seccompProfile is set')
  else if (!profileTypes.includes(type)) yield notSupported(`${path}.type`, type, profileTypes)
  const at = `${path}.localhostProfile`
  if (type === 'Localhost') {
    if (localhostProfile === undefined) yield required(at, 'must be set when seccomp type is Localhost')
    else yield* descendingPathErrors(localhostProfile, at)
  } else if (localhostProfile !== undefined) {
    yield invalid(at, profile, 'can only be set when seccomp type is Localhost')
  }
}

const profileBytesMax = 4095

function* localProfileErrors(name: string | undefined, path: string): Iterable<FieldError> {
  const text = name?.trim() ?? ''
  if (name !== undefined && text !== name) yield invalid(path, name, 'must not be padded with whitespace')
  else if (text === '') yield required(path, 'must be set when AppArmor type is Localhost')
  if ((name ?? '').length > profileBytesMax) yield tooLong(path, profileBytesMax)
}

function* appArmorErrors(profile: AppArmorProfile | undefined, path: string): Iterable<FieldError> {
  if (!profile) return
  const { type, localhostProfile } = profile
  if (type === 'Localhost') yield* localProfileErrors(localhostProfile, `${path}.localhostProfile`)
  else if (type === '') yield required(`${path}.type`, 'type is required when appArmorProfile is set')
  else if (!profileTypes.includes(type)) yield notSupported(`${path}.type`, type, profileTypes)
  else if (localhostProfile !== undefined) {
    const text = 'can only be set when AppArmor type is Localhost'
    yield invalid(`${path}.localhostProfile`, localhostProfile, text)
  }
}

function* escalationErrors(context: SecurityContext, path: string): Iterable<FieldError> {
  if (context.allowPrivilegeEscalation !== false) return
  const cannot = 'cannot set `allowPrivilegeEscalation` to false and'
  if (context.privileged) yield invalid(path, context, `${cannot} \`privileged\` to true`)
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    yield invalid(path, context, `${cannot} \`capabilities.Add\` CAP_SYS_ADMIN`)
  }
}

const procMounts = ['Default', 'Unmasked']

/** Faults of how a container is confined. */
export function* securityErrors(
  context: SecurityContext | undefined,
  { hasHostUsers, mayBePrivileged }: Surroundings,
  path: string,
): Iterable<FieldError> {
  if (!context) return
  const { privileged, runAsUser, runAsGroup, procMount } = context
  if (privileged && !mayBePrivileged) {
    yield fieldForbidden(`${path}.privileged`, 'disallowed by cluster policy')
  }
  if (runAsUser !== undefined) yield* eachFault(`${path}.runAsUser`, runAsUser, idFaults(runAsUser))
  if (runAsGroup !== undefined) yield* eachFault(`${path}.runAsGroup`, runAsGroup, idFaults(runAsGroup))
  if (procMount !== undefined) {
    if (!procMounts.includes(procMount)) yield notSupported(`${path}.procMount`, procMount, procMounts)
    if (hasHostUsers && procMount === 'Unmasked') {
      yield invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`')
    }
  }
  yield* seccompErrors(context.seccompProfile, `${path}.seccompProfile`)
  yield* escalationErrors(context, path)
  yield* windowsOptionErrors(context.windowsOptions, `${path}.windowsOptions`)
  yield* appArmorErrors(context.appArmorProfile, `${path}.appArmorProfile`)
}

const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const sysctlPattern = `^(${segment}[\\./])*${segment}$`
const sysctlRegex = new RegExp(sysctlPattern)
const sysctlBytesMax = 253

const ofNetwork = (name: string) => name.startsWith('net.')
const ofIpc = (name: string) => name.startsWith('fs.mqueue.') || /^kernel\.(?:shm|msg|sem)/.test(name)

function* sysctlErrors(sysctls: readonly Sysctl[], spec: PodSpec, path: string): Iterable<FieldError> {
  for (const [i, { name }] of sysctls.entries()) {
    const at = `${path}[${i}].name`
    if (name === '') yield required(at)
    else if (name.length > sysctlBytesMax || !sysctlRegex.test(name)) {
      yield invalid(
        at,
        name,
        `must have at most ${sysctlBytesMax} characters and match regex ${sysctlPattern}`,
      )
    } else if (sysctls.findIndex((one) => one.name === name) < i) yield duplicate(at, name)
    const dotted = name.replaceAll('/', '.')
    if (spec.hostNetwork && ofNetwork(dotted)) {
      yield invalid(at, name, "may not be specified when 'hostNetwork' is true")
    } else if (spec.hostIPC && ofIpc(dotted)) {
      yield invalid(at, name, "may not be specified when 'hostIPC' is true")
    }
  }
}

/** Fields of the pod's security context with a closed set of values. */
const choices = {
  fsGroupChangePolicy: ['Always', 'OnRootMismatch'],
  supplementalGroupsPolicy: ['Merge', 'Strict'],
  seLinuxChangePolicy: ['MountOption', 'Recursive'],
} as const

/** Faults of how all containers of a pod are confined. */
export function* podSecurityErrors(spec: PodSpec): Iterable<FieldError> {
  const path = 'spec.securityContext'
  const { securityContext: context = {} } = spec
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    const id = context[name]
    if (id !== undefined) yield* eachFault(`${path}.${name}`, id, idFaults(id))
  }
  for (const [i, id] of (context.supplementalGroups ?? []).entries()) {
    yield* eachFault(`${path}.supplementalGroups[${i}]`, id, idFaults(id))
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    const text = 'ShareProcessNamespace and HostPID cannot both be enabled'
    yield invalid(`${path}.shareProcessNamespace`, true, text)
  }
  yield* sysctlErrors(context.sysctls ?? [], spec, `${path}.sysctls`)
  for (const name of ['fsGroupChangePolicy', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'] as const) {
    const value = context[name]
    const allowed: readonly string[] = choices[name]
    if (value !== undefined && !allowed.includes(value)) yield notSupported(`${path}.${name}`, value, allowed)
  }
  yield* seccompErrors(context.seccompProfile, `${path}.seccompProfile`)
  yield* windowsOptionErrors(context.windowsOptions, `${path}.windowsOptions`)
  yield* appArmorErrors(context.appArmorProfile, `${path}.appArmorProfile`)
}

/** A user namespace of its own does not go with namespaces of the host. */
export function* hostUserErrors(spec: PodSpec): Iterable<FieldError> {
  if (spec.hostUsers !== false) return
  const text = 'when `hostUsers` is false'
  if (spec.hostNetwork) yield fieldForbidden('spec.hostNetwork', text)
  if (spec.hostPID) yield fieldForbidden('spec.hostPID', text)
  if (spec.hostIPC) yield fieldForbidden('spec.hostIPC', text)
}
