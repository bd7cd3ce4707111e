import type { Container, ContainerState, ContainerStatus, Pod, Probe } from '#kinds/gen/core-v1'
import { writeEnvironment } from './environment.ts'
import { longTime, sortedEntries } from './metadata.ts'
import type { Page } from './page.ts'

/** What init, ordinary and ephemeral containers have in common. */
export type AnyContainer = Omit<Container, 'resizePolicy'>

/** Containers with their state. */
export function writeContainers(
  page: Page,
  title: string,
  containers: readonly AnyContainer[],
  statuses: readonly ContainerStatus[],
  pod: Pod,
): void {
  page.line(0, `${title}:${containers.length === 0 ? ' <none>' : ''}`)
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name)
    writeBasics(page, container, status)
    writeWords(page, 'Command', container.command)
    writeWords(page, 'Args', container.args)
    if (status) writeStatus(page, status)
    writeResources(page, 'Limits', container.resources?.limits)
    writeResources(page, 'Requests', container.resources?.requests)
    writeProbe(page, 'Liveness', container.livenessProbe)
    writeProbe(page, 'Readiness', container.readinessProbe)
    writeProbe(page, 'Startup', container.startupProbe)
    writeEnvironment(page, container, pod)
    writeMounts(page, container)
  }
}

function writeBasics(
  page: Page,
  { name, image = '', ports = [], securityContext }: AnyContainer,
  status: ContainerStatus | undefined,
): void {
  page.line(1, `${name}:`)
  if (status) page.line(2, `Container ID:\t${status.containerID ?? ''}`)
  page.line(2, `Image:\t${image}`)
  if (status) page.line(2, `Image ID:\t${status.imageID ?? ''}`)
  writePorts(
    page,
    'Port',
    ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`),
  )
  writePorts(
    page,
    'Host Port',
    ports.map(({ hostPort = 0, protocol }) => `${hostPort}/${protocol}`),
  )
  const seccomp = securityContext?.seccompProfile
  if (seccomp) page.line(2, `SeccompProfile:\t${seccomp.type}`)
  if (seccomp?.localhostProfile) page.line(2, `LocalhostProfile:\t${seccomp.localhostProfile}`)
}

function writePorts(page: Page, title: string, ports: readonly string[]): void {
  page.line(2, `${title}${ports.length > 1 ? 's' : ''}:\t${ports.join(', ') || '<none>'}`)
}

function writeWords(page: Page, title: string, words: readonly string[] = []): void {
  if (words.length === 0) return
  page.line(2, `${title}:`)
  for (const word of words) for (const line of word.split('\n')) page.line(3, line)
}

function writeStatus(page: Page, { state, lastState, ready, restartCount }: ContainerStatus): void {
  writeState(page, 'State', state)
  if (lastState?.terminated) writeState(page, 'Last State', lastState)
  page.line(2, `Ready:\t${ready ? 'True' : 'False'}`)
  page.line(2, `Restart Count:\t${restartCount}`)
}

function writeState(page: Page, title: string, { running, waiting, terminated }: ContainerState = {}): void {
  if (running) {
    page.line(2, `${title}:\tRunning`)
    page.line(3, `Started:\t${longTime(running.startedAt)}`)
  } else if (terminated) {
    page.line(2, `${title}:\tTerminated`)
    if (terminated.reason) page.line(3, `Reason:\t${terminated.reason}`)
    if (terminated.message) page.line(3, `Message:\t${terminated.message}`)
    page.line(3, `Exit Code:\t${terminated.exitCode}`)
    if (terminated.signal) page.line(3, `Signal:\t${terminated.signal}`)
    page.line(3, `Started:\t${longTime(terminated.startedAt)}`)
    page.line(3, `Finished:\t${longTime(terminated.finishedAt)}`)
  } else {
    page.line(2, `${title}:\tWaiting`)
    if (waiting?.reason) page.line(3, `Reason:\t${waiting.reason}`)
  }
}

function writeResources(page: Page, title: string, amounts: Readonly<Record<string, string>> = {}): void {
  const entries = sortedEntries(amounts)
  if (entries.length === 0) return
  page.line(2, `${title}:`)
  for (const [name, amount] of entries) page.line(3, `${name}:\t${amount}`)
}

function writeProbe(page: Page, title: string, probe: Probe | undefined): void {
  if (probe) page.line(2, `${title}:\t${probeText(probe)}`)
}

function probeText(probe: Probe): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe
  const times = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`
  const { exec, httpGet, tcpSocket, grpc } = probe
  if (exec) return `exec [${(exec.command ?? []).join(' ')}] ${times}`
  if (httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = httpGet
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path} ${times}`
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${times}`
  if (grpc) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${times}`
  return `unknown ${times}`
}

function writeMounts(page: Page, { volumeMounts = [], volumeDevices = [] }: AnyContainer): void {
  page.line(2, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}`)
  for (const { mountPath, name, readOnly, subPath } of volumeMounts.toSorted(byPath)) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path=${JSON.stringify(subPath)}`] : [])]
    page.line(3, `${mountPath} from ${name} (${flags.join(',')})`)
  }
  if (volumeDevices.length === 0) return
  page.line(2, 'Devices:')
  for (const { devicePath, name } of volumeDevices) page.line(3, `${devicePath} from ${name}`)
}

const byPath = (a: { mountPath: string }, b: { mountPath: string }) => (a.mountPath < b.mountPath ? -1 : 1)
