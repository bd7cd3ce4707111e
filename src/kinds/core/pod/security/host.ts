// What a pod may not take of its node.
import type { ContainerPort, LifecycleHandler, Probe } from '../../../gen/core-v1.ts'
import {
  type Check,
  containersOf,
  containerWords,
  counted,
  namesOf,
  quoted,
  setterWords,
  sorted,
} from './check.ts'

const baseline = { level: 'baseline', since: 0 } as const

const namespaces: Check = {
  ...baseline,
  id: 'hostNamespaces',
  check({ spec }) {
    const names = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec?.[name] === true)
    if (names.length === 0) return undefined
    return { reason: 'host namespaces', detail: names.map((name) => `${name}=true`).join(', ') }
  },
}

const paths: Check = {
  ...baseline,
  id: 'hostPathVolumes',
  check({ spec }) {
    const names = (spec?.volumes ?? []).flatMap(({ name, hostPath }) => (hostPath ? [name] : []))
    if (names.length === 0) return undefined
    return { reason: 'hostPath volumes', detail: `${counted(names, 'volume')} ${quoted(names)}` }
  },
}

const hostPortsOf = ({ ports = [] }: { ports?: readonly ContainerPort[] }) =>
  ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [String(hostPort)]))

const ports: Check = {
  ...baseline,
  id: 'hostPorts',
  check(pod) {
    const names = namesOf(pod, (one) => hostPortsOf(one).length > 0)
    if (names.length === 0) return undefined
    const taken = sorted(containersOf(pod).flatMap(hostPortsOf))
    const use = `${counted(names, 'uses', 'use')} ${counted(taken, 'hostPort')}`
    return { reason: 'hostPort', detail: `${containerWords(names)} ${use} ${taken.join(', ')}` }
  },
}

const hostsOf = (handler: Probe | LifecycleHandler | undefined) =>
  [handler?.httpGet?.host ?? '', handler?.tcpSocket?.host ?? ''].filter((host) => host !== '')

const hostsIn = ({
  livenessProbe,
  readinessProbe,
  startupProbe,
  lifecycle,
}: ReturnType<typeof containersOf>[0]) =>
  [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].flatMap(hostsOf)

const probes: Check = {
  ...baseline,
  id: 'hostProbesAndHostLifecycle',
  since: 34,
  check(pod) {
    const names = sorted(namesOf(pod, (one) => hostsIn(one).length > 0))
    if (names.length === 0) return undefined
    const hosts = sorted(containersOf(pod).flatMap(hostsIn))
    const use = `${counted(names, 'uses', 'use')} ${counted(hosts, 'probe or lifecycle host')}`
    return { reason: 'probe or lifecycle host', detail: `${containerWords(names)} ${use} ${quoted(hosts)}` }
  },
}

const privileged: Check = {
  ...baseline,
  id: 'privileged',
  check(pod) {
    const names = namesOf(pod, ({ securityContext }) => securityContext?.privileged === true)
    if (names.length === 0) return undefined
    return {
      reason: 'privileged',
      detail: `${containerWords(names)} must not set securityContext.privileged=true`,
    }
  },
}

const hostProcess: Check = {
  ...baseline,
  id: 'windowsHostProcess',
  check(pod) {
    const names = namesOf(pod, ({ securityContext }) => securityContext?.windowsOptions?.hostProcess === true)
    const setters = setterWords(pod.spec?.securityContext?.windowsOptions?.hostProcess === true, names)
    if (setters === '') return undefined
    return {
      reason: 'hostProcess',
      detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true`,
    }
  },
}

/** Checks of what a pod takes of its node. */
export const hostChecks: readonly Check[] = [namespaces, paths, ports, probes, privileged, hostProcess]
