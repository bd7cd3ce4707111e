import { badRequest } from '#base/errors'
import type { Pod } from '#kinds/gen/core-v1'
import type { Subresource, SubresourceCall } from '../contract.ts'
import { containerName } from './container-name.ts'
import type { KubeletClient } from './kubelet-client.ts'

const truth = (text: string | null) => text !== null && text !== 'false' && text !== '0'

/** What the API calls an option of exec and attach, and what a kubelet calls it. */
const streamNames = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
] as const

/** `pods/exec`, `pods/attach` and `pods/portforward`: connections to a container through its node. */
export function streamSubresources(
  kubelets: KubeletClient,
): Record<'exec' | 'attach' | 'portforward', Subresource> {
  const stream = (pathOf: (call: SubresourceCall, pod: Pod) => string): Subresource => ({
    async handle() {
      throw badRequest('Upgrade request required')
    },
    async upgrade(call, socket, head) {
      const pod = (await call.object()) as unknown as Pod
      const path = pathOf(call, pod)
      const nodeName = pod.spec?.nodeName ?? ''
      if (nodeName === '') throw badRequest(`pod ${call.name} does not have a host assigned`)
      await kubelets.tunnel(call, nodeName, path, socket, head)
    },
  })
  return {
    exec: stream((call, pod) => containerPath('exec', call, pod)),
    attach: stream((call, pod) => containerPath('attach', call, pod)),
    portforward: stream(portForwardPath),
  }
}

function containerPath(verb: 'exec' | 'attach', call: SubresourceCall, pod: Pod): string {
  const container = containerName(pod, call.query.get('container') ?? '')
  const query = new URLSearchParams()
  for (const [name, kubeletName] of streamNames) {
    // Attach shows standard output and errors unless told not to.
    const preset = verb === 'attach' && (name === 'stdout' || name === 'stderr') && !call.query.has(name)
    if (preset || truth(call.query.get(name))) query.set(kubeletName, '1')
  }
  const command = call.query.getAll('command')
  if (verb === 'exec' && command.length === 0)
    throw badRequest('you must specify at least one command for the container')
  for (const word of verb === 'exec' ? command : []) query.append('command', word)
  return `/${verb}/${call.namespace}/${call.name}/${encodeURIComponent(container)}?${query.toString()}`
}

function portForwardPath(call: SubresourceCall): string {
  const query = new URLSearchParams()
  for (const port of call.query.getAll('ports').flatMap((text) => text.split(','))) query.append('port', port)
  return `/portForward/${call.namespace}/${call.name}${query.size > 0 ? `?${query.toString()}` : ''}`
}
