import { humanDuration } from '#base/human-duration'
import type { Pod, PodSpec, PodStatus, Toleration } from '#kinds/gen/core-v1'
import { writeContainers } from './containers.ts'
import { writeEvents } from './events.ts'
import { longTime, writeAnnotations, writeList, writeMap } from './metadata.ts'
import { Page, type Surroundings } from './page.ts'
import { writeVolumes } from './volumes.ts'

/** A pod with its containers, volumes and events. */
export function describePod(pod: Pod, around: Surroundings): string {
  const page = new Page()
  const spec = pod.spec ?? ({ containers: [] } as PodSpec)
  const status = pod.status ?? {}
  writeIdentity(page, pod, spec, status)
  writeState(page, pod, status, around.now)
  writeAddresses(page, pod, status)
  if (spec.initContainers?.length)
    writeContainers(page, 'Init Containers', spec.initContainers, status.initContainerStatuses ?? [], pod)
  writeContainers(page, 'Containers', spec.containers, status.containerStatuses ?? [], pod)
  if (spec.ephemeralContainers?.length)
    writeContainers(
      page,
      'Ephemeral Containers',
      spec.ephemeralContainers,
      status.ephemeralContainerStatuses ?? [],
      pod,
    )
  writeConditions(page, spec, status)
  writeVolumes(page, spec.volumes ?? [])
  if (status.qosClass) page.line(0, `QoS Class:\t${status.qosClass}`)
  writeMap(page, 'Node-Selectors', spec.nodeSelector)
  writeList(page, 'Tolerations', (spec.tolerations ?? []).map(tolerationText))
  writeEvents(page, around)
  return page.toString()
}

function writeIdentity(page: Page, { metadata }: Pod, spec: PodSpec, status: PodStatus): void {
  page.line(0, `Name:\t${metadata.name}`)
  page.line(0, `Namespace:\t${metadata.namespace}`)
  if (spec.priority !== undefined) page.line(0, `Priority:\t${spec.priority}`)
  if (spec.priorityClassName) page.line(0, `Priority Class Name:\t${spec.priorityClassName}`)
  if (spec.runtimeClassName) page.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`)
  if (spec.serviceAccountName) page.line(0, `Service Account:\t${spec.serviceAccountName}`)
  page.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`)
  if (status.startTime) page.line(0, `Start Time:\t${longTime(status.startTime)}`)
  writeMap(page, 'Labels', metadata.labels)
  writeAnnotations(page, metadata.annotations)
}

function writeState(page: Page, { metadata, spec }: Pod, status: PodStatus, now: number): void {
  if (metadata.deletionTimestamp && status.reason !== 'NodeLost') {
    page.line(
      0,
      `Status:\tTerminating (lasts ${humanDuration(now - Date.parse(metadata.deletionTimestamp))})`,
    )
    page.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds}s`)
  } else page.line(0, `Status:\t${status.phase ?? ''}`)
  if (status.reason) page.line(0, `Reason:\t${status.reason}`)
  if (status.message) page.line(0, `Message:\t${status.message}`)
  const seccomp = spec?.securityContext?.seccompProfile
  if (seccomp) page.line(0, `SeccompProfile:\t${seccomp.type}`)
  if (seccomp?.localhostProfile) page.line(0, `LocalhostProfile:\t${seccomp.localhostProfile}`)
}

function writeAddresses(page: Page, { metadata }: Pod, status: PodStatus): void {
  page.line(0, `IP:\t${status.podIP ?? ''}`)
  if (status.podIPs?.length) {
    page.line(0, 'IPs:')
    for (const { ip } of status.podIPs) page.line(1, `IP:\t${ip}`)
  } else page.line(0, 'IPs:\t<none>')
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner) page.line(0, `Controlled By:\t${owner.kind}/${owner.name}`)
  if (status.nominatedNodeName) page.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`)
}

function writeConditions(page: Page, spec: PodSpec, { conditions = [] }: PodStatus): void {
  if (spec.readinessGates?.length) {
    page.raw('Readiness Gates:\n  Type\tStatus\n')
    for (const { conditionType } of spec.readinessGates) {
      const found = conditions.find(({ type }) => type === conditionType)
      page.line(1, `${conditionType} \t${found?.status ?? '<none>'} `)
    }
  }
  if (conditions.length === 0) return
  page.raw('Conditions:\n  Type\tStatus\n')
  for (const { type, status } of conditions) page.line(1, `${type} \t${status} `)
}

function tolerationText({
  key = '',
  value = '',
  effect = '',
  operator,
  tolerationSeconds,
}: Toleration): string {
  const what = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`
  const exists = operator === 'Exists' && value === '' ? `${what === '' ? '' : ' '}op=Exists` : ''
  return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
}
