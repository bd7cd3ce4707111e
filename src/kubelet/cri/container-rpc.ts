import type { Runtime, RuntimeContainer } from '../contract.ts'
import type { Channel } from './channel.ts'
import { deadlineMs } from './deadlines.ts'
import { type Container, type ContainerStatus, RuntimeService } from './gen/cri_pb.ts'
import { toMs } from './nanos.ts'
import { containerStates } from './numbers.ts'

const rpc = RuntimeService.method

const toContainer = (listed: Container | ContainerStatus, sandboxId: string): RuntimeContainer => ({
  id: listed.id,
  sandboxId,
  name: listed.metadata?.name ?? '',
  attempt: listed.metadata?.attempt ?? 0,
  state: containerStates[listed.state] ?? 'unknown',
  createdAt: toMs(listed.createdAt),
  image: listed.image?.image ?? '',
  imageRef: listed.imageRef,
  labels: listed.labels,
  annotations: listed.annotations,
})

type Verbs =
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'removeContainer'
  | 'listContainers'
  | 'containerStatus'
  | 'updateContainerResources'
  | 'reopenContainerLog'
  | 'checkpointContainer'

/** Containers. */
export function containerRpc(channel: Channel): Pick<Runtime, Verbs> {
  return {
    async createContainer(podSandboxId, config, sandboxConfig, signal) {
      const request = { podSandboxId, config, sandboxConfig }
      return (await channel.call(rpc.createContainer, request, deadlineMs.usual, signal)).containerId
    },
    async startContainer(containerId, signal) {
      await channel.call(rpc.startContainer, { containerId }, deadlineMs.usual, signal)
    },
    async stopContainer(containerId, graceSeconds, signal) {
      const request = { containerId, timeout: BigInt(Math.max(0, Math.ceil(graceSeconds))) }
      await channel.call(rpc.stopContainer, request, deadlineMs.extra + graceSeconds * 1000, signal)
    },
    async removeContainer(containerId, signal) {
      await channel.call(rpc.removeContainer, { containerId }, deadlineMs.usual, signal)
    },
    async listContainers({ id = '', sandboxId = '', labels = {} }, signal) {
      const filter = { id, podSandboxId: sandboxId, labelSelector: { ...labels } }
      const { containers } = await channel.call(rpc.listContainers, { filter }, deadlineMs.usual, signal)
      return containers.map((one) => toContainer(one, one.podSandboxId))
    },
    async containerStatus(containerId, signal) {
      const answer = await channel.call(rpc.containerStatus, { containerId }, deadlineMs.usual, signal)
      const status = answer.status as ContainerStatus
      return {
        ...toContainer(status, ''),
        startedAt: toMs(status.startedAt),
        finishedAt: toMs(status.finishedAt),
        exitCode: status.exitCode,
        reason: status.reason,
        message: status.message,
        logPath: status.logPath,
        recursiveReadOnlyPaths: status.mounts.flatMap((one) =>
          one.recursiveReadOnly ? [one.containerPath] : [],
        ),
      }
    },
    async updateContainerResources(containerId, linux, signal) {
      await channel.call(rpc.updateContainerResources, { containerId, linux }, deadlineMs.usual, signal)
    },
    async reopenContainerLog(containerId, signal) {
      await channel.call(rpc.reopenContainerLog, { containerId }, deadlineMs.usual, signal)
    },
    async checkpointContainer(containerId, location, timeoutSeconds, signal) {
      const request = { containerId, location, timeout: BigInt(timeoutSeconds) }
      // As upstream: the runtime has ten seconds beyond what it was given.
      const limitMs = timeoutSeconds === 0 ? deadlineMs.usual : (timeoutSeconds + 10) * 1000
      await channel.call(rpc.checkpointContainer, request, limitMs, signal)
    },
  }
}
