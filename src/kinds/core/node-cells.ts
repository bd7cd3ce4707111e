import { compareBytes } from '#base/byte-order'
import type { Cell } from '../define.ts'
import type { Node } from '../gen/core-v1.ts'

function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text
}

const rolePrefix = 'node-role.kubernetes.io/'

function roles({ metadata }: Node): string {
  const names = new Set<string>()
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix)) names.add(key.slice(rolePrefix.length))
    else if (key === 'kubernetes.io/role') names.add(value)
  }
  names.delete('')
  return names.size === 0 ? '<none>' : [...names].sort(compareBytes).join(',')
}

const addressOf =
  (wanted: string): Cell<Node> =>
  ({ status }) =>
    status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>'

function kernel({ status }: Node): string {
  const { kernelVersion = '', architecture = '' } = status?.nodeInfo ?? {}
  const version = kernelVersion || '<unknown>'
  return architecture === '' ? version : `${version} (${architecture})`
}

/** The columns of a node's table that are no plain paths. */
export const nodeCells: Readonly<Record<string, Cell<Node>>> = {
  Status: statusText,
  Roles: roles,
  'Internal-IP': addressOf('InternalIP'),
  'External-IP': addressOf('ExternalIP'),
  'Kernel-Version': kernel,
}
